/** How many observations lie above `lower`, up to and with `upper`. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** How values are thought to lie inside a bucket: evenly, or evenly on a logarithmic scale. */
export type Spread = 'linear' | 'exponential';

/** Buckets of one moment in the order of their bounds; empty ones may be left out. */
export interface Histogram {
  readonly buckets: readonly Bucket[];
  readonly spread: Spread;
}

export interface Quantile {
  readonly value: number;
  /** It lies beyond the last bound: it is this or more, and is never shown without a mark. */
  readonly isAtLeast: boolean;
}

/** Differences of counts below this, relative to them, are dust of floating point. */
const DUST = 1e-12;

/** A cumulative bucket of a classic histogram. */
export interface Cumulative {
  readonly le: number;
  readonly count: number;
}

/**
 * Buckets of a classic histogram (cumulative, `le`). Those with the same bound are added up; one
 * that is lower than the one before it is raised to it, for counts only ever rise with the bound.
 * Undefined without a bucket up to +Inf, or with fewer than two.
 */
export function classicHistogram(given: readonly Cumulative[]): Histogram | undefined {
  const byBound = new Map<number, number>();
  for (const { le, count } of given) byBound.set(le, (byBound.get(le) ?? 0) + count);
  const bounds = [...byBound.keys()].sort((a, b) => a - b);
  if (bounds.length < 2 || bounds.at(-1) !== Infinity) return undefined;
  const buckets: Bucket[] = [];
  let below = 0;
  bounds.forEach((upper, i) => {
    const said = byBound.get(upper) ?? 0;
    const isDust = Math.abs(said - below) <= DUST * Math.max(Math.abs(said), Math.abs(below));
    const upTo = isDust || said < below ? below : said;
    const lower = i > 0 ? (bounds[i - 1] ?? 0) : upper > 0 ? 0 : -Infinity;
    buckets.push({ lower, upper, count: upTo - below });
    below = upTo;
  });
  return { buckets, spread: 'linear' };
}

/**
 * The value that a share `q` of the observations does not exceed, as Prometheus'
 * histogram_quantile gives it: NaN of nothing, -Inf below 0, +Inf above 1.
 */
export function quantileOf(q: number, { buckets, spread }: Histogram): Quantile {
  const exactly = (value: number): Quantile => ({ value, isAtLeast: false });
  if (Number.isNaN(q)) return exactly(Number.NaN);
  if (q < 0) return exactly(-Infinity);
  if (q > 1) return exactly(Infinity);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return exactly(Number.NaN);
  const rank = q * total;
  let upTo = 0;
  let found = buckets[0] as Bucket;
  for (const bucket of buckets) {
    if (bucket.count === 0 && spread === 'exponential') continue;
    found = bucket;
    upTo += bucket.count;
    if (upTo >= rank) break;
  }
  const { lower, upper, count } = found;
  if (upper === Infinity) return { value: lower, isAtLeast: true };
  if (lower === -Infinity) return exactly(upper);
  if (count === 0) return exactly(upper);
  const share = Math.min(1, Math.max(0, (rank - (upTo - count)) / count));
  return exactly(inside(found, share, spread, buckets));
}

/** Evenly in the bucket; a bucket around zero is cut at it when everything is on one side. */
function inside(
  { lower, upper }: Bucket,
  share: number,
  spread: Spread,
  buckets: readonly Bucket[],
): number {
  if (lower <= 0 && upper >= 0) {
    const isPositive = buckets.every((one) => one.lower >= 0 || one.upper >= 0);
    const isNegative = buckets.every((one) => one.lower <= 0 || one.upper <= 0);
    const from = isPositive && !isNegative ? 0 : lower;
    const to = isNegative && !isPositive ? 0 : upper;
    return from + (to - from) * share;
  }
  if (spread === 'linear') return lower + (upper - lower) * share;
  if (lower > 0) return lower * rootPower(upper / lower, share);
  return upper * rootPower(lower / upper, 1 - share);
}

/** Bits of a share that make a difference to a double. */
const SHARE_BITS = 53;

/** `base` to a power of 0..1, by square roots alone: the same on every machine. */
export function rootPower(base: number, power: number): number {
  if (power >= 1) return base;
  let [result, root, rest] = [1, base, power];
  for (let bit = 0; bit < SHARE_BITS && rest > 0; bit++) {
    root = Math.sqrt(root);
    rest *= 2;
    if (rest >= 1) {
      rest -= 1;
      result *= root;
    }
  }
  return result;
}
