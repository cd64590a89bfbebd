import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAYS_MIN, judged, type KpiName, type Measured } from './judged.ts';
import { ratesOf } from './rates.ts';

const calm: Measured = {
  rates: ratesOf([], 0, 1_440),
  ...{ topTen: 0, chattering: 0, fleeting: 0, stale: 0 },
};

const verdict = (measured: Measured, name: KpiName, days = DAYS_MIN) =>
  judged(measured, days).find((one) => one.name === name)?.verdict;

const perDay = (perDay: number): Measured => ({ ...calm, rates: { ...calm.rates, perDay } });

test('each figure is judged by its target and by the most one can bear', () => {
  assert.equal(verdict(perDay(150), 'per day'), 'acceptable');
  assert.equal(verdict(perDay(151), 'per day'), 'manageable');
  assert.equal(verdict(perDay(300), 'per day'), 'manageable');
  assert.equal(verdict(perDay(301), 'per day'), 'excessive');
  assert.equal(verdict({ ...calm, stale: 4 }, 'stale'), 'acceptable');
  assert.equal(verdict({ ...calm, stale: 5 }, 'stale'), 'excessive');
});

test('under thirty days nothing is judged but what is true of a moment', () => {
  const few = judged({ ...calm, stale: 9 }, DAYS_MIN - 1);
  assert.deepEqual(
    few.filter(({ verdict: is }) => is !== 'unknown').map(({ name }) => name),
    ['stale'],
  );
});
