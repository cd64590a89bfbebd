import type { Instant, Millis } from '../../base/time.ts';
import {
  type Bucket,
  type Cumulative,
  classicHistogram,
  type Histogram,
  type Quantile,
  quantileOf,
  type Spread,
} from './quantile.ts';

export const HEAT_LIMITS = {
  maps_max: 200,
  /** Time cells of one map. */
  columns_max: 120,
  /** Bucket rows of one map: more are merged, two by two, until they fit. */
  rows_max: 40,
  /** Series of one answer: bounds times whatever the expression did not add up. */
  series_max: 2_000,
} as const;

/** Quantiles that are told of each column. */
export const QUANTILES: readonly number[] = [0.5, 0.95, 0.99];

/** Between these bounds; of the last row `upper` may be +Inf. */
export interface HeatRow {
  readonly lower: number;
  readonly upper: number;
}

/** What happened within one stretch of time that ends at `to`. */
export interface HeatColumn {
  readonly to: Instant;
  /** One count for each row, lowest first. */
  readonly counts: readonly number[];
  readonly total: number;
  /** Whether there was an answer for it: what is missing is not zero. */
  readonly isKnown: boolean;
  /** In the order of `QUANTILES`; NaN where nothing was observed. */
  readonly quantiles: readonly Quantile[];
}

export interface HeatMap {
  readonly step: Millis;
  readonly rows: readonly HeatRow[];
  readonly columns: readonly HeatColumn[];
}

/** The time cells of a map: each ends at a whole multiple of its length. */
export interface HeatGrid {
  /** End of the first cell. */
  readonly first: Instant;
  readonly last: Instant;
  readonly step: Millis;
}

const STEPS_MS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800,
].map((seconds) => seconds * 1_000);

/** The finest cells of which there are not too many; undefined when there is no whole one. */
export function gridOf(from: Instant, to: Instant, stepMin: Millis): HeatGrid | undefined {
  const count = (step: number): number => Math.floor(to / step) - Math.ceil(from / step);
  const step = STEPS_MS.find((one) => one >= stepMin && count(one) <= HEAT_LIMITS.columns_max);
  if (step === undefined || count(step) < 1) return undefined;
  const first = (Math.ceil(from / step) + 1) * step;
  return {
    first: first as Instant,
    last: (Math.floor(to / step) * step) as Instant,
    step: step as Millis,
  };
}

/** How the counters of one bucket rose in each time cell, by the end of the cell (ms). */
export interface RiseSeries {
  readonly le: number;
  readonly rises: ReadonlyMap<number, number>;
}

/**
 * A map of classic histograms. Series of one bound are added up before bounds are subtracted from
 * each other: subtracted first, a missing series would take from its neighbour.
 */
export function classicHeat(series: readonly RiseSeries[], grid: HeatGrid): HeatMap {
  return heatOf(grid, (to) => {
    const given: Cumulative[] = [];
    for (const { le, rises } of series) {
      const count = rises.get(to);
      if (count !== undefined && Number.isFinite(count)) given.push({ le, count });
    }
    return given.length === 0 ? undefined : classicHistogram(given);
  });
}

/** A map of native histograms: buckets by the end of the cell (ms); several are added up. */
export function nativeHeat(
  samples: ReadonlyMap<number, readonly Bucket[]>,
  spread: Spread,
  grid: HeatGrid,
): HeatMap {
  return heatOf(grid, (to) => {
    const buckets = samples.get(to);
    return buckets && { buckets: inOrder(buckets), spread };
  });
}

const inOrder = (buckets: readonly Bucket[]): readonly Bucket[] =>
  [...buckets].sort((a, b) => a.lower - b.lower || a.upper - b.upper);

function heatOf(grid: HeatGrid, histogramAt: (to: number) => Histogram | undefined): HeatMap {
  const found = new Map<number, Histogram>();
  for (let to: number = grid.first; to <= grid.last; to += grid.step) {
    const one = histogramAt(to);
    if (one) found.set(to, one);
  }
  const all = [...found.values()].flatMap(({ buckets }) => buckets);
  const rows = fewer(rowsOf(all));
  const columns: HeatColumn[] = [];
  for (let to: number = grid.first; to <= grid.last; to += grid.step)
    columns.push(columnOf(to as Instant, rows, found.get(to)));
  return { step: grid.step, rows, columns };
}

function columnOf(
  to: Instant,
  rows: readonly HeatRow[],
  histogram: Histogram | undefined,
): HeatColumn {
  const counts = rows.map(() => 0);
  const { buckets = [], spread = 'linear' } = histogram ?? {};
  // Below zero after a reset, or dust: no cell holds less than nothing.
  const whole = buckets.map((one) => (one.count < 0 ? { ...one, count: 0 } : one));
  for (const { lower, upper, count } of whole) {
    const row = rows.findIndex(
      (one) => lower >= one.lower - near(lower) && upper <= one.upper + near(upper),
    );
    if (row >= 0) counts[row] = (counts[row] ?? 0) + count;
  }
  return {
    to,
    counts,
    total: counts.reduce((sum, count) => sum + count, 0),
    isKnown: histogram !== undefined,
    quantiles: QUANTILES.map((q) => quantileOf(q, { buckets: whole, spread })),
  };
}

/** Bounds that differ by less were the same before they were written as text. */
const near = (bound: number): number => (Number.isFinite(bound) ? Math.abs(bound) * 1e-9 : 0);

/**
 * Rows that hold every bucket whole: all bounds but those inside of a bucket. So histograms of
 * different resolution are merged down to the lower one.
 */
function rowsOf(buckets: readonly Bucket[]): readonly HeatRow[] {
  const ends = distinct(buckets.flatMap(({ lower, upper }) => [lower, upper]));
  const spans = distinctSpans(buckets);
  const isInside = (end: number): boolean =>
    spans.some(({ lower, upper }) => end > lower + near(lower) && end < upper - near(upper));
  const bounds = ends.filter((end) => !isInside(end));
  return bounds.slice(1).map((upper, i) => ({ lower: bounds[i] ?? 0, upper }));
}

function distinct(values: readonly number[]): readonly number[] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  return sorted.filter((value, i) => i === 0 || value - (sorted[i - 1] ?? 0) > near(value));
}

function distinctSpans(buckets: readonly Bucket[]): readonly HeatRow[] {
  const seen = new Map(buckets.map(({ lower, upper }) => [`${lower} ${upper}`, { lower, upper }]));
  return [...seen.values()];
}

/** Two by two, until they fit; what reaches to +Inf, and what holds zero, stays apart. */
function fewer(rows: readonly HeatRow[]): readonly HeatRow[] {
  if (rows.length <= HEAT_LIMITS.rows_max) return rows;
  const out: HeatRow[] = [];
  for (let i = 0; i < rows.length; i++) {
    const [one, next] = [rows[i] as HeatRow, rows[i + 1]];
    const isApart = (row: HeatRow): boolean =>
      !Number.isFinite(row.upper - row.lower) || (row.lower <= 0 && row.upper > 0);
    if (!next || isApart(one) || isApart(next)) out.push(one);
    else {
      out.push({ lower: one.lower, upper: next.upper });
      i++;
    }
  }
  return fewer(out);
}
