import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, type Millis, minutes } from '../../base/time.ts';
import {
  classicHeat,
  gridOf,
  HEAT_LIMITS,
  type HeatGrid,
  nativeHeat,
  type RiseSeries,
} from './heat.ts';

const STEP = 60_000 as Millis;
const grid: HeatGrid = { first: 60_000 as Instant, last: 180_000 as Instant, step: STEP };
const series = (le: number, ...rises: readonly (number | undefined)[]): RiseSeries => ({
  le,
  rises: new Map(rises.flatMap((rise, i) => (rise === undefined ? [] : [[(i + 1) * STEP, rise]]))),
});

test('bounds are subtracted after their series were added up, not before', () => {
  // The second instance lost its bucket of 0.1: subtracted first it would take from 0.5.
  const map = classicHeat(
    [series(0.1, 5), series(0.5, 8), series(Infinity, 10), series(0.5, 4), series(Infinity, 4)],
    grid,
  );
  assert.deepEqual(map.rows, [
    { lower: 0, upper: 0.1 },
    { lower: 0.1, upper: 0.5 },
    { lower: 0.5, upper: Infinity },
  ]);
  assert.deepEqual(map.columns[0]?.counts, [5, 7, 2]);
  assert.equal(map.columns[0]?.total, 14);
});

test('no cell holds less than nothing, and what is missing is not zero', () => {
  const map = classicHeat(
    [series(0.1, 5, 0, undefined), series(0.5, 3, 0), series(Infinity, 6, 0)],
    grid,
  );
  assert.deepEqual(
    map.columns.map(({ counts }) => counts),
    [
      [5, 0, 1],
      [0, 0, 0],
      [0, 0, 0],
    ],
  );
  assert.deepEqual(
    map.columns.map(({ isKnown }) => isKnown),
    [true, true, false],
  );
  assert.deepEqual(
    map.columns[1]?.quantiles.map(({ value }) => value),
    [NaN, NaN, NaN],
  );
  const torn = nativeHeat(new Map([[60_000, [{ lower: 1, upper: 2, count: -3 }]]]), 'linear', grid);
  assert.deepEqual(torn.columns[0]?.counts, [0]);
});

test('a quantile beyond the last bound says so in its column', () => {
  const map = classicHeat([series(0.1, 90), series(Infinity, 100)], grid);
  assert.deepEqual(
    map.columns[0]?.quantiles.map(({ value, isAtLeast }) => [value, isAtLeast]),
    [
      [0.1 * (50 / 90), false],
      [0.1, true],
      [0.1, true],
    ],
  );
});

test('histograms of different resolution are merged down to the lower one', () => {
  const fine = [
    { lower: 1, upper: Math.SQRT2, count: 1 },
    { lower: Math.SQRT2, upper: 2, count: 2 },
    { lower: 2, upper: 2 * Math.SQRT2, count: 4 },
  ];
  const coarse = [{ lower: 1, upper: 2, count: 8 }];
  const map = nativeHeat(
    new Map([
      [60_000, fine],
      [120_000, coarse],
    ]),
    'exponential',
    grid,
  );
  assert.deepEqual(
    map.rows.map(({ lower, upper }) => [lower, upper]),
    [
      [1, 2],
      [2, 2 * Math.SQRT2],
    ],
  );
  assert.deepEqual(
    map.columns.map(({ counts }) => counts),
    [
      [3, 4],
      [8, 0],
      [0, 0],
    ],
  );
});

test('bounds that were rounded as text are one bound', () => {
  const map = nativeHeat(
    new Map([
      [60_000, [{ lower: 1, upper: 1.0905077326652577, count: 1 }]],
      [120_000, [{ lower: 1.0905077326652579, upper: 1.189207115002721, count: 1 }]],
    ]),
    'exponential',
    grid,
  );
  assert.equal(map.rows.length, 2);
});

test('more rows than fit are merged two by two, zero and what is beyond the last bound apart', () => {
  const many = (count: number) => [
    { lower: -0.1, upper: 0.1, count: 7 },
    ...Array.from({ length: count }, (_, i) => ({ lower: i + 1, upper: i + 2, count: 1 })),
    { lower: count + 1, upper: Infinity, count: 3 },
  ];
  const rowsOf = (count: number) => nativeHeat(new Map([[60_000, many(count)]]), 'linear', grid);
  const fits = rowsOf(HEAT_LIMITS.rows_max - 3); // a gap between zero and 1 is a row
  assert.equal(fits.rows.length, HEAT_LIMITS.rows_max);
  const merged = rowsOf(HEAT_LIMITS.rows_max - 2);
  assert.ok(merged.rows.length < HEAT_LIMITS.rows_max);
  assert.deepEqual(merged.rows[0], { lower: -0.1, upper: 0.1 });
  assert.equal(merged.rows.at(-1)?.upper, Infinity);
  assert.equal(merged.columns[0]?.total, HEAT_LIMITS.rows_max - 2 + 10, 'nothing is lost');
});

test('cells end at whole multiples, are no shorter than the least, and not too many', () => {
  const now = 1_790_000_123_000 as Instant;
  const cells = (length: Millis, least = minutes(1)) => {
    const found = gridOf((now - length) as Instant, now, least);
    return found && [found.step / 1000, (found.last - found.first) / found.step + 1];
  };
  assert.deepEqual(cells(hours(6)), [300, 71]);
  assert.deepEqual(cells(hours(2)), [60, HEAT_LIMITS.columns_max - 1]);
  assert.deepEqual(cells(hours(1), minutes(5)), [300, 11]);
  const whole = gridOf(0 as Instant, hours(2) as number as Instant, minutes(1));
  assert.deepEqual([whole?.first, whole?.last], [60_000, 7_200_000], 'at the limit of columns');
  assert.equal(cells(minutes(1)), undefined, 'no whole cell');
  assert.equal(gridOf(now, (now - 1) as Instant, minutes(1)), undefined);
  assert.equal(cells(hours(24 * 7 * 200)), undefined, 'longer than the longest cells reach');
});
