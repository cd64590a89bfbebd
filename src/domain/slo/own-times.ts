import { after, days, hours, type Instant, type Millis, minutes } from '../../base/time.ts';
import type { AlarmId } from '../alarm/event.ts';
import { boundOf, nativeIndex } from './exponential.ts';
import { type HeatGrid, type HeatMap, nativeHeat, QUANTILES } from './heat.ts';
import { type Bucket, type Quantile, quantileOf } from './quantile.ts';

/**
 * What the desk measures of its own way from event to person:
 * stored        taken in hand until committed and applied, which is when the sender is answered
 * shown         applied until the rows that changed were written to whoever looks at the list
 * notified      raised until a receiver accepted the first message about it, each way by itself
 * acknowledged  raised until a person acknowledged it
 */
export type Stage = 'stored' | 'shown' | 'notified' | 'acknowledged';
export const STAGES: readonly Stage[] = ['stored', 'shown', 'notified', 'acknowledged'];

/** Four buckets to each doubling, as an exponential histogram of this scale has them. */
const SCALE = 2;
/** From 1/16 ms to 97 days; what lies beyond counts in the last bucket. */
const FIRST_K = -4 * 2 ** SCALE;
const LAST_K = 33 * 2 ** SCALE - 1;

export const TIMES_LIMITS = {
  minutes_kept_max: 1_440,
  hours_kept_max: 2_160,
  /** Of one column and stage, alarms are named for this many buckets: the slowest. */
  named_buckets_max: 4,
  /** Alarms named of one bucket: the newest. */
  named_per_minute_max: 3,
  named_per_hour_max: 2,
  /** Alarms told behind a stretch of a map. */
  behind_max: 100,
} as const;

/** Fewer observations than this say nothing about the slowest twentieth of them. */
export const OBSERVED_MIN = 20;

const UPPER: readonly number[] = Array.from({ length: LAST_K - FIRST_K + 1 }, (_, i) =>
  boundOf(SCALE, nativeIndex(FIRST_K + i)),
);

/** Index k of the bucket above base^k up to base^(k+1); the first and the last take the rest. */
export function bucketOf(tookMs: number): number {
  let [low, high] = [0, UPPER.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tookMs <= (UPPER[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return FIRST_K + low;
}

const boundsOf = (k: number): { readonly lower: number; readonly upper: number } => ({
  lower: boundOf(SCALE, nativeIndex(k) - 1),
  upper: boundOf(SCALE, nativeIndex(k)),
});

/** One alarm that took so long, and when that was known. */
export interface Named {
  readonly alarm: AlarmId;
  readonly at: Instant;
  readonly tookMs: number;
}

/** What was observed of one stage within a stretch of time. */
export interface Observed {
  /** By bucket index. */
  readonly counts: Map<number, number>;
  /** By bucket index, of the slowest buckets; newest last. */
  readonly named: Map<number, Named[]>;
}

/** A minute or an hour in which the desk ran, from `start`. */
export interface TimeColumn {
  readonly start: Instant;
  readonly stages: ReadonlyMap<Stage, Observed>;
}

export const emptyColumn = (start: Instant): TimeColumn => ({
  start,
  stages: new Map(STAGES.map((stage) => [stage, { counts: new Map(), named: new Map() }])),
});

/** `count` observations of one length; `named` are some of the alarms, at most. */
export function observe(
  { counts, named }: Observed,
  k: number,
  count: number,
  some: readonly Named[],
  namedMax: number,
): void {
  counts.set(k, (counts.get(k) ?? 0) + count);
  if (some.length === 0) return;
  let list = named.get(k);
  if (!list) {
    if (named.size >= TIMES_LIMITS.named_buckets_max) {
      let least = k;
      for (const one of named.keys()) if (one < least) least = one;
      if (least === k) return;
      named.delete(least);
    }
    list = [];
    named.set(k, list);
  }
  for (const one of some) {
    if (list.length >= namedMax) list.shift();
    list.push(one);
  }
}

/** How one stage went over a stretch of time. */
export interface StageTimes {
  readonly map: HeatMap;
  readonly total: number;
  /** In the order of `QUANTILES`, of everything together. */
  readonly quantiles: readonly Quantile[];
}

/** Shown although nothing was that quick or that slow: a map of one bucket tells nothing. */
const SHOWN_MS: Readonly<Record<Stage, readonly [least: number, most: number]>> = {
  stored: [0.5, 64],
  shown: [4, 512],
  notified: [100, 65_536],
  acknowledged: [5_000, 4_000_000],
};

/** A map of what these columns observed of one stage; each is `length` long. */
export function stageTimes(
  columns: readonly TimeColumn[],
  stage: Stage,
  length: Millis,
  grid: HeatGrid,
): StageTimes {
  const sums = new Map<number, Map<number, number>>();
  const all = new Map<number, number>();
  for (const { start, stages } of columns) {
    const to = Math.ceil((start + length) / grid.step) * grid.step;
    if (to < grid.first || to > grid.last) continue;
    const cell = sums.get(to) ?? new Map<number, number>();
    sums.set(to, cell);
    for (const [k, count] of stages.get(stage)?.counts ?? []) {
      cell.set(k, (cell.get(k) ?? 0) + count);
      all.set(k, (all.get(k) ?? 0) + count);
    }
  }
  const rows = framed(all, stage);
  const samples = new Map([...sums].map(([to, cell]) => [to, bucketsOf(cell, rows)]));
  const buckets = bucketsOf(all, rows);
  return {
    map: judged(nativeHeat(samples, 'exponential', grid)),
    total: [...all.values()].reduce((sum, count) => sum + count, 0),
    quantiles: QUANTILES.map((q) => quantileOf(q, { buckets, spread: 'exponential' })),
  };
}

/** A column of a few observations has a middle, and no slowest twentieth. */
const judged = (map: HeatMap): HeatMap => ({
  ...map,
  columns: map.columns.map((column) => ({
    ...column,
    quantiles: column.quantiles.map((one, i) =>
      i > 0 && column.total < OBSERVED_MIN ? UNKNOWN : one,
    ),
  })),
});

const UNKNOWN: Quantile = { value: Number.NaN, isAtLeast: false };

/** Every bucket from the least to the greatest that is to be seen. */
function framed(counts: ReadonlyMap<number, number>, stage: Stage): readonly number[] {
  const [least, most] = SHOWN_MS[stage].map(bucketOf);
  const from = Math.min(least ?? FIRST_K, ...counts.keys());
  const to = Math.max(most ?? LAST_K, ...counts.keys());
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const bucketsOf = (
  counts: ReadonlyMap<number, number>,
  rows: readonly number[],
): readonly Bucket[] => rows.map((k) => ({ ...boundsOf(k), count: counts.get(k) ?? 0 }));

/** A rectangle of a map: what is asked about. */
export interface Brush {
  readonly stage: Stage;
  readonly from: Instant;
  readonly to: Instant;
  /** Above this, in milliseconds. */
  readonly least: number;
  /** Up to this; +Inf for no end. */
  readonly most: number;
}

/** What lies behind a rectangle. */
export interface Behind {
  readonly observed: number;
  /** Slowest first. */
  readonly named: readonly Named[];
}

/** Of a bound: so much is lost when it is written with three digits. */
const WRITTEN = 0.005;

/** A bucket counts when any of it lies inside: nobody draws a line exactly. */
export function behind(columns: readonly TimeColumn[], length: Millis, brush: Brush): Behind {
  let observed = 0;
  const named: Named[] = [];
  for (const { start, stages } of columns) {
    if (start >= brush.to || after(start, length) <= brush.from) continue;
    const of = stages.get(brush.stage);
    for (const [k, count] of of?.counts ?? []) {
      const { lower, upper } = boundsOf(k);
      if (upper <= brush.least * (1 + WRITTEN) || lower >= brush.most * (1 - WRITTEN)) continue;
      observed += count;
      named.push(...(of?.named.get(k) ?? []));
    }
  }
  named.sort((a, b) => b.tookMs - a.tookMs || b.at - a.at);
  return { observed, named: named.slice(0, TIMES_LIMITS.behind_max) };
}

/** Lengths of time that are looked at, and of which columns each is drawn. */
export const TIME_SPANS = {
  '1h': { length: hours(1), of: 'minutes' },
  '24h': { length: hours(24), of: 'minutes' },
  '7d': { length: days(7), of: 'hours' },
  '90d': { length: days(90), of: 'hours' },
} as const satisfies Record<string, { readonly length: Millis; readonly of: 'minutes' | 'hours' }>;

export type TimeSpan = keyof typeof TIME_SPANS;

export const COLUMN_LENGTHS = { minutes: minutes(1), hours: hours(1) } as const;
export type Columns = keyof typeof COLUMN_LENGTHS;
