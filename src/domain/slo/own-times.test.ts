import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, minutes } from '../../base/time.ts';
import type { AlarmId } from '../alarm/event.ts';
import type { HeatGrid } from './heat.ts';
import {
  behind,
  bucketOf,
  emptyColumn,
  type Named,
  OBSERVED_MIN,
  observe,
  type Stage,
  stageTimes,
  TIMES_LIMITS,
  type TimeColumn,
} from './own-times.ts';

const STEP = minutes(1);
const grid: HeatGrid = { first: 60_000 as Instant, last: 180_000 as Instant, step: STEP };

const named = (alarm: string, tookMs: number, at = 0): Named => ({
  alarm: alarm as AlarmId,
  at: at as Instant,
  tookMs,
});

function column(start: number, stage: Stage, took: readonly number[]): TimeColumn {
  const one = emptyColumn(start as Instant);
  const of = one.stages.get(stage) ?? assert.fail('no such stage');
  for (const [i, ms] of took.entries())
    observe(of, bucketOf(ms), 1, [named(`a${start}-${i}`, ms, start + i)], 3);
  return one;
}

test('a bucket takes its upper bound, and not its lower one', () => {
  // Four buckets to a doubling: 1 ms ends bucket -1, 2 ms ends bucket 3.
  assert.deepEqual([1, 1.0001, 2, 2.0001].map(bucketOf), [-1, 0, 3, 4]);
  assert.deepEqual([0, 1 / 16, 0.0625].map(bucketOf), [-16, -16, -16], 'the first takes the rest');
  assert.equal(bucketOf(1e300), bucketOf(2 ** 33), 'so does the last');
});

test('cells are sums of the minutes they hold, and a minute nobody ran in is not zero', () => {
  const columns = [column(0, 'stored', [3, 3, 40]), column(120_000, 'stored', [])];
  const { map, total } = stageTimes(columns, 'stored', STEP, grid);
  assert.equal(total, 3);
  assert.deepEqual(
    map.columns.map(({ isKnown, total: of }) => [isKnown, of]),
    [
      [true, 3],
      [false, 0],
      [true, 0],
    ],
  );
  const wide: HeatGrid = { first: 120_000 as Instant, last: 120_000 as Instant, step: minutes(2) };
  assert.deepEqual(
    stageTimes(columns, 'stored', STEP, wide).map.columns.map(({ total: of }) => of),
    [3],
    'of the cells before it only',
  );
});

test('the slowest twentieth of a few is not told', () => {
  const of = (count: number) =>
    stageTimes(
      [
        column(
          0,
          'shown',
          Array.from({ length: count }, () => 50),
        ),
      ],
      'shown',
      STEP,
      grid,
    ).map.columns[0]?.quantiles.map(({ value }) => Number.isNaN(value));
  assert.deepEqual(of(OBSERVED_MIN - 1), [false, true, true]);
  assert.deepEqual(of(OBSERVED_MIN), [false, false, false]);
});

test('alarms are named for the slowest buckets only, the newest of each', () => {
  const of = column(0, 'stored', [1, 1, 1, 1, 4, 16, 64, 256]).stages.get('stored');
  const kept = [...(of?.named ?? [])].map(([, list]) => list.map(({ alarm }) => alarm));
  assert.equal(kept.length, TIMES_LIMITS.named_buckets_max);
  assert.deepEqual(kept, [['a0-4'], ['a0-5'], ['a0-6'], ['a0-7']]);
  const many = column(0, 'stored', [8, 8, 8, 8]).stages.get('stored')?.named.get(bucketOf(8));
  assert.deepEqual(
    many?.map(({ alarm }) => alarm),
    ['a0-1', 'a0-2', 'a0-3'],
    'three of a bucket at most',
  );
});

test('a rectangle finds what lies in it, slowest first, and counts what is not named', () => {
  const columns = [column(0, 'stored', [1, 500, 90]), column(60_000, 'stored', [700])];
  const found = (from: number, to: number, least: number, most = Infinity) =>
    behind(columns, STEP, {
      ...{ stage: 'stored', least, most },
      from: from as Instant,
      to: to as Instant,
    });
  assert.deepEqual(
    found(0, 120_000, 80).named.map(({ tookMs }) => tookMs),
    [700, 500, 90],
  );
  assert.deepEqual([found(0, 60_000, 80).observed, found(60_000, 120_000, 0).observed], [2, 1]);
  assert.equal(found(0, 60_000, 0, 2).observed, 1, 'up to');
  const { lower, upper } = { lower: 2 ** (25 / 4), upper: 2 ** (26 / 4) };
  const written = (n: number): number => Number(n.toPrecision(3));
  assert.equal(found(0, 60_000, written(lower), written(upper)).observed, 1, 'of one cell of 90');
  assert.equal(found(0, 60_000, written(upper)).observed, 1, 'and not of the one above');
  assert.equal(found(120_000, 180_000, 0).observed, 0);
});

test('no more alarms are told than a page can hold', () => {
  const columns = Array.from({ length: TIMES_LIMITS.behind_max + 1 }, (_, i) =>
    column(i * 60_000, 'stored', [10]),
  );
  const all = { stage: 'stored', from: 0 as Instant, to: 1e9 as Instant } as const;
  const found = behind(columns, STEP, { ...all, least: 0, most: Infinity });
  assert.equal(found.observed, TIMES_LIMITS.behind_max + 1);
  assert.equal(found.named.length, TIMES_LIMITS.behind_max);
});
