import { added, type Exponential, exponentialBuckets, isNegative } from './exponential.ts';
import type { HeatGrid } from './heat.ts';
import type { Bucket, Spread } from './quantile.ts';

/** Counts between explicit bounds: one more than there are bounds. */
export interface Explicit {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

export type Counts =
  | { readonly is: 'explicit'; readonly of: Explicit }
  | { readonly is: 'exponential'; readonly of: Exponential };

/** What one histogram said at a moment: since `start` if cumulative, else since the one before. */
export interface HistogramPoint {
  /** Which series it belongs to. */
  readonly series: string;
  readonly at: number;
  readonly start: number;
  readonly isCumulative: boolean;
  readonly counts: Counts;
}

/** How histograms rose in each time cell, and how values lie in their buckets. */
export interface Rises {
  readonly samples: ReadonlyMap<number, readonly Bucket[]>;
  readonly spread: Spread;
}

/**
 * Deltas are added into the cell they end in. Of cumulative points each is taken less the one
 * before it; one that begins anew, inside a cell or not, counts whole. The first of a series says
 * nothing of when it rose.
 */
export function risesOf(points: readonly HistogramPoint[], grid: HeatGrid): Rises {
  const samples = new Map<number, Bucket[]>();
  const before = new Map<string, HistogramPoint>();
  for (const point of [...points].sort((a, b) => a.at - b.at)) {
    const last = before.get(point.series);
    before.set(point.series, point);
    if (point.isCumulative && !last) continue;
    const to = Math.ceil(point.at / grid.step) * grid.step;
    if (to < grid.first || to > grid.last) continue;
    const rise = point.isCumulative && last ? riseOf(last, point) : point.counts;
    const cell = samples.get(to) ?? [];
    cell.push(...bucketsOf(rise));
    samples.set(to, cell);
  }
  const isExponential = points.some(({ counts }) => counts.is === 'exponential');
  return { samples, spread: isExponential ? 'exponential' : 'linear' };
}

/** A new start, other bounds, or a count that fell: what is there now was counted since. */
function riseOf(last: HistogramPoint, now: HistogramPoint): Counts {
  const [a, b] = [last.counts, now.counts];
  if (now.start !== last.start) return b;
  if (a.is === 'explicit' && b.is === 'explicit') {
    const isSame = String(a.of.bounds) === String(b.of.bounds);
    const counts = b.of.counts.map((count, i) => count - (a.of.counts[i] ?? 0));
    if (!isSame || counts.some((count) => count < 0)) return b;
    return { is: 'explicit', of: { ...b.of, counts } };
  }
  if (a.is === 'exponential' && b.is === 'exponential') {
    const of = added(b.of, a.of, -1);
    return isNegative(of) ? b : { is: 'exponential', of };
  }
  return b;
}

/** The first bucket begins at 0 where its bound is above it, the last has no end. */
function bucketsOf(counts: Counts): readonly Bucket[] {
  if (counts.is === 'exponential') return exponentialBuckets(counts.of);
  const { bounds } = counts.of;
  return counts.of.counts.map((count, i) => {
    const upper = bounds[i] ?? Infinity;
    const lower = i > 0 ? (bounds[i - 1] ?? 0) : upper > 0 ? 0 : -Infinity;
    return { lower, upper, count };
  });
}
