import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type Instant, millis } from '../../src/base/time.ts';
import { HEAT_LIMITS } from '../../src/domain/slo/heat.ts';
import type { HeatPlan } from '../../src/domain/slo/plan.ts';
import { askHeat } from '../../src/slo/heat.ts';
import { METRICS_LIMITS } from '../../src/slo/prometheus.ts';
import { metricsServer } from '../support/metrics.ts';

let asked: Readonly<Record<string, string>> = {};
let result: unknown[] = [];
const far = await metricsServer(({ path, form }) => {
  asked = { path, ...Object.fromEntries(form) };
  return { body: { status: 'success', data: { resultType: 'matrix', result } } };
});
after(() => far.close());

const grid = { first: 60_000 as Instant, last: 120_000 as Instant, step: millis(60_000) };
const ask = (given: unknown[], plan: Partial<HeatPlan> = {}) => {
  result = given;
  const whole: HeatPlan = {
    ...{
      name: 'latency',
      description: '',
      source: 'metrics',
      is: 'classic',
      where: {},
    },
    ...{
      query: 'x_bucket{a="b"}',
      unit: 's',
      stepMin: millis(1_000),
      timeout: millis(20_000),
      ...plan,
    },
  };
  const asking = {
    clock: systemClock(),
    timeout: whole.timeout,
    signal: new AbortController().signal,
  };
  return askHeat(whole, { name: 'metrics', url: far.url, httpConfig: {} }, grid, asking);
};
const classic = (le: string, ...values: string[]) => ({
  metric: { le },
  values: values.map((value, i) => [60 * (i + 1), value]),
});

test('a bare selector of buckets is added up by bound before anything is subtracted', async () => {
  const map = await ask([classic('0.1', '3', '0'), classic('+Inf', '4', '0')]);
  assert.deepEqual(asked, {
    ...{ path: '/api/v1/query_range', query: 'sum by (le) (increase(x_bucket{a="b"}[60s]))' },
    ...{ start: '60', end: '120', step: '60' },
  });
  assert.deepEqual(
    map.columns.map(({ counts }) => counts),
    [
      [3, 1],
      [0, 0],
    ],
  );
  await ask([], { query: 'sum by (le) (increase(x_bucket[$window])) * 2' });
  assert.equal(asked.query, 'sum by (le) (increase(x_bucket[60s])) * 2');
});

const native = (...samples: readonly (readonly (readonly unknown[])[])[]) => ({
  metric: {},
  histograms: samples.map((buckets, i) => [60 * (i + 1), { count: '9', sum: '1', buckets }]),
});

test('a native histogram has its own bounds: exponential with a zero bucket, or explicit ones', async () => {
  const map = await ask(
    [
      native(
        [
          [3, '-0.001', '0.001', '2'],
          [0, '1', '2', '4'],
        ],
        [[0, '1', '1.4142135623730951', '8']],
      ),
    ],
    { is: 'native', query: 'x' },
  );
  assert.equal(asked.query, 'sum(increase(x[60s]))');
  assert.deepEqual(
    map.rows.map(({ lower, upper }) => [lower, upper]),
    [
      [-0.001, 0.001],
      [0.001, 1],
      [1, 2],
    ],
  );
  assert.deepEqual(
    map.columns.map(({ counts }) => counts),
    [
      [2, 0, 4],
      [0, 0, 8],
    ],
  );
  const p50 = map.columns[1]?.quantiles[0]?.value ?? 0;
  assert.ok(Math.abs(p50 - 2 ** 0.25) < 1e-12, `evenly on a logarithmic scale: ${p50}`);
  const custom = await ask(
    [
      native([
        [3, '-Inf', '0.1', '4'],
        [0, '0.1', '0.3', '4'],
        [0, '0.3', '+Inf', '2'],
      ]),
    ],
    { is: 'native', query: 'x' },
  );
  assert.deepEqual(
    custom.rows.map(({ lower, upper }) => [lower, upper]),
    [
      [0, 0.1],
      [0.1, 0.3],
      [0.3, Infinity],
    ],
  );
  const [half, high] = custom.columns[0]?.quantiles ?? [];
  assert.ok(Math.abs((half?.value ?? 0) - 0.15) < 1e-12, 'evenly between explicit bounds');
  assert.deepEqual(high, { value: 0.3, isAtLeast: true });
});

test('every resolution of exponential bounds is known as such', async () => {
  for (let schema = -4; schema <= 8; schema++) {
    const base = 2 ** (2 ** -schema);
    const [lower, upper] = [base ** 3, base ** 4];
    const map = await ask([native([[0, String(lower), String(upper), '4']])], {
      is: 'native',
      query: 'x',
    });
    const p50 = map.columns[0]?.quantiles[0]?.value ?? 0;
    assert.ok(Math.abs(p50 / Math.sqrt(lower * upper) - 1) < 1e-9, `schema ${schema}: ${p50}`);
  }
});

test('what cannot be drawn says why', async () => {
  await assert.rejects(
    ask([{ metric: {}, values: [[60, '1']] }]),
    /metrics: a series has no bound in its label `le`/,
  );
  await assert.rejects(
    ask([classic('0.1', '1')], { is: 'native' }),
    /gives numbers, no native histogram/,
  );
  const many = (count: number) => Array.from({ length: count }, (_, i) => classic(String(i), '1'));
  assert.equal((await ask(many(HEAT_LIMITS.series_max))).columns.length, 2);
  await assert.rejects(ask(many(HEAT_LIMITS.series_max + 1)), /more than 2000 series: add them up/);
  const long = classic('0.1', ' '.repeat(METRICS_LIMITS.matrix_bytes_max));
  await assert.rejects(ask([long]), /more than 8192 KiB/);
});
