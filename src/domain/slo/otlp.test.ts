import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant, Millis } from '../../base/time.ts';
import type { HeatGrid } from './heat.ts';
import { OTLP_LIMITS, otlpPoints } from './otlp.ts';
import { risesOf } from './rise.ts';

const grid: HeatGrid = {
  ...{ first: 60_000 as Instant, last: 180_000 as Instant, step: 60_000 as Millis },
};

/** `histogram` points: end in seconds, start in seconds, counts between 0.1 and beyond. */
const explicit = (
  temporality: number,
  ...points: readonly (readonly [at: number, start: number, counts: readonly string[]])[]
) => ({
  name: 'latency',
  histogram: {
    aggregationTemporality: temporality,
    dataPoints: points.map(([at, start, bucketCounts]) => ({
      ...{ timeUnixNano: `${at}000000000`, startTimeUnixNano: `${start}000000000`, bucketCounts },
      ...{ explicitBounds: [0.1], attributes: [{ key: 'path', value: { stringValue: '/buy' } }] },
    })),
  },
});
const documentOf = (...metrics: readonly unknown[]) => ({
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeMetrics: [{ metrics }],
    },
  ],
});
const wanted = { metric: 'latency', where: {} };
const cellsOf = (metric: unknown) => {
  const { samples } = risesOf(otlpPoints(documentOf(metric), wanted), grid);
  return [...samples].map(([to, buckets]) => [to / 1000, buckets.map(({ count }) => count)]);
};

test('counts that arrive as text are counts, and times are nanoseconds', () => {
  const [point] = otlpPoints(documentOf(explicit(1, [61, 60, ['9007199254740993', '1']])), wanted);
  assert.deepEqual([point?.at, point?.start, point?.isCumulative], [61_000, 60_000, false]);
  assert.deepEqual(point?.counts, {
    is: 'explicit',
    of: { bounds: [0.1], counts: [9_007_199_254_740_992, 1] },
  });
  assert.deepEqual(cellsOf(explicit(1, [61, 60, ['5', '1']])), [[120, [5, 1]]]);
});

test('deltas are added, of cumulative points each is taken less the one before it', () => {
  const steps = [
    [30, 0, ['1', '1']],
    [60, 0, ['3', '1']],
    [90, 0, ['7', '2']],
  ] as const;
  assert.deepEqual(cellsOf(explicit(1, ...steps)), [
    [60, [1, 1, 3, 1]],
    [120, [7, 2]],
  ]);
  assert.deepEqual(cellsOf(explicit(2, ...steps)), [
    [60, [2, 0]],
    [120, [4, 1]],
  ]);
});

test('a reset inside a cell counts what there is since, told by its start or by a count that fell', () => {
  const byStart = explicit(2, [10, 0, ['50', '5']], [70, 0, ['60', '5']], [100, 90, ['61', '6']]);
  assert.deepEqual(cellsOf(byStart), [[120, [10, 0, 61, 6]]]);
  const byFall = explicit(2, [10, 0, ['50', '5']], [70, 0, ['3', '6']]);
  assert.deepEqual(cellsOf(byFall), [[120, [3, 6]]]);
});

test('exponential histograms of changing scale are brought to the lower one before subtracting', () => {
  const point = (at: number, scale: number, offset: number, bucketCounts: readonly string[]) => ({
    ...{ timeUnixNano: `${at}000000000`, startTimeUnixNano: '0', scale, zeroCount: '1' },
    positive: { offset, bucketCounts },
  });
  const points = [point(10, 1, -2, ['1', '2', '4']), point(70, 0, -1, ['5', '9'])];
  const metric = {
    name: 'latency',
    exponentialHistogram: { aggregationTemporality: 2, dataPoints: points },
  };
  const { samples, spread } = risesOf(otlpPoints(documentOf(metric), wanted), grid);
  assert.equal(spread, 'exponential');
  assert.deepEqual(samples.get(120_000), [
    { lower: 0.5, upper: 1, count: 2 },
    { lower: 1, upper: 2, count: 5 },
  ]);
});

test('only what has the attributes, of the point or its resource, is taken', () => {
  const points = (where: Record<string, string>) =>
    otlpPoints(documentOf(explicit(1, [61, 60, ['1', '1']])), { metric: 'latency', where }).length;
  assert.equal(points({ 'service.name': 'shop', path: '/buy' }), 1);
  assert.equal(points({ path: '/sell' }), 0);
  assert.equal(points({ area: 'north' }), 0);
});

test('what is no histogram, and anything else a file may hold, says nothing', () => {
  const odd: readonly unknown[] = [
    ...[
      null,
      7,
      'x',
      [],
      {},
      { resourceMetrics: {} },
      { resourceMetrics: [null, 1, { scopeMetrics: [7] }] },
    ],
    documentOf({ name: 'latency', sum: { dataPoints: [{}] } }),
    documentOf({ name: 'latency', histogram: { dataPoints: [{}, null, { bucketCounts: 'x' }] } }),
    documentOf(explicit(1, [61, 60, ['1', '1', '1']])),
  ];
  for (const one of odd) assert.deepEqual(otlpPoints(one, wanted), [], JSON.stringify(one));
  const long = (count: number) => {
    const bucketCounts = Array(count).fill('1');
    const dataPoints = [{ timeUnixNano: '61000000000', scale: 3, positive: { bucketCounts } }];
    const [point] = otlpPoints(
      documentOf({ name: 'latency', exponentialHistogram: { dataPoints } }),
      wanted,
    );
    return point?.counts.is === 'exponential' ? point.counts.of.positive.size : 0;
  };
  assert.equal(long(OTLP_LIMITS.buckets_max + 1), OTLP_LIMITS.buckets_max);
});
