import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Millis } from '../base/time.ts';
import { PLAN_LIMITS } from '../domain/routing/plan.ts';
import { anyDuration, prometheusDuration, prometheusText } from './duration.ts';

test('lengths of time as Prometheus writes them', () => {
  for (const [text, want] of [
    ['0', 0],
    ['0s', 0],
    ['30s', 30_000],
    ['1d12h', 129_600_000],
    ['1y1w1d1h1m1s1ms', 32_230_861_001],
    ['90m', 5_400_000],
    ['', undefined],
    ['5', undefined],
    ['1.5h', undefined],
    ['1m1h', undefined],
    ['1h1h', undefined],
    ['-1s', undefined],
    ['1 s', undefined],
    ['1us', undefined],
    ['s', undefined],
  ] as const)
    assert.equal(prometheusDuration(text), want, text);
});

test('channels take those that Go writes too', () => {
  assert.equal(anyDuration('1.5s'), 1_500);
  assert.equal(anyDuration('1h0m0s'), 3_600_000);
  assert.equal(anyDuration('1d'), 86_400_000);
  assert.equal(anyDuration(''), undefined);
  assert.equal(anyDuration('soon'), undefined);
});

test('as long as the limit and no longer', () => {
  const { duration_days_max: max } = PLAN_LIMITS;
  for (const read of [prometheusDuration, anyDuration]) {
    assert.equal(read(`${max}d`), days(max));
    assert.equal(read(`${max}d1ms`), undefined);
  }
  assert.equal(anyDuration(`${'9'.repeat(400)}h`), undefined);
});

test('what is written reads back, years and weeks only where they come out even', () => {
  for (const [ms, text] of [
    [0, '0s'],
    [90_000, '1m30s'],
    [129_600_000, '1d12h'],
    [1_209_600_000, '2w'],
    [31_536_000_000, '1y'],
    [1, '1ms'],
  ] as const) {
    assert.equal(prometheusText(ms as Millis), text);
    assert.equal(prometheusDuration(text), ms);
  }
});
