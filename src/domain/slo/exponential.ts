import type { Bucket } from './quantile.ts';

/** Resolutions of Prometheus' native histograms; finer ones of OTLP are merged down to the last. */
export const SCHEMA_MIN = -4;
export const SCHEMA_MAX = 8;

/**
 * Counts of an exponential histogram by OTLP's index k: bucket k lies above base^k, up to and with
 * base^(k+1), where the base is 2^(2^-scale). Prometheus calls the same bucket k + 1.
 */
export interface Exponential {
  readonly scale: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: ReadonlyMap<number, number>;
  /** By the distance from zero. */
  readonly negative: ReadonlyMap<number, number>;
}

/** Prometheus' index of OTLP's bucket k: there i lies above base^(i-1), up to and with base^i. */
export const nativeIndex = (k: number): number => k + 1;

/** Square roots of two, one after the other: 2, 2^(1/2), 2^(1/4) … as many as a schema has. */
const ROOTS = [2];
for (let n = 1; n <= SCHEMA_MAX; n++) ROOTS.push(Math.sqrt(ROOTS[n - 1] ?? 2));

/**
 * The upper bound of Prometheus' bucket `index`: 2 to the power of index / 2^schema, by products
 * of square roots alone. Infinite, or 0, where a double ends.
 */
export function boundOf(schema: number, index: number): number {
  if (schema <= 0) return powerOfTwo(index * 2 ** -schema);
  const whole = index >> schema;
  let bound = powerOfTwo(whole);
  for (let n = 1; n <= schema; n++) if ((index >> (schema - n)) & 1) bound *= ROOTS[n] ?? 1;
  return bound;
}

function powerOfTwo(exponent: number): number {
  if (exponent > 1023) return Infinity;
  return exponent < -1074 ? 0 : 2 ** exponent;
}

/**
 * The same counts at a lower resolution: each step halves it, and an index is shifted
 * arithmetically, so that negative ones go down as well (-1 >> 1 is -1, not a huge number).
 */
export function mergedDown(one: Exponential, scale: number): Exponential {
  const by = one.scale - scale;
  if (by <= 0) return one;
  const shifted = (counts: ReadonlyMap<number, number>): ReadonlyMap<number, number> => {
    const out = new Map<number, number>();
    for (const [k, count] of counts) {
      const into = by > 31 ? (k < 0 ? -1 : 0) : k >> by;
      out.set(into, (out.get(into) ?? 0) + count);
    }
    return out;
  };
  return { ...one, scale, positive: shifted(one.positive), negative: shifted(one.negative) };
}

/** Both at the lower resolution and with the larger zero bucket, added up. */
export function added(a: Exponential, b: Exponential, sign: 1 | -1 = 1): Exponential {
  const scale = Math.min(a.scale, b.scale);
  const zeroThreshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  const [one, other] = [a, b].map((each) => mergedDown(widened(each, zeroThreshold), scale));
  if (!one || !other) return a;
  const sum = (x: ReadonlyMap<number, number>, y: ReadonlyMap<number, number>) => {
    const out = new Map(x);
    for (const [k, count] of y) out.set(k, (out.get(k) ?? 0) + sign * count);
    return out;
  };
  return {
    ...{ scale, zeroThreshold },
    zeroCount: one.zeroCount + sign * other.zeroCount,
    positive: sum(one.positive, other.positive),
    negative: sum(one.negative, other.negative),
  };
}

/** What lies within a wider zero bucket belongs to it. */
function widened(one: Exponential, zeroThreshold: number): Exponential {
  if (zeroThreshold <= one.zeroThreshold) return one;
  let { zeroCount } = one;
  const outside = (counts: ReadonlyMap<number, number>): ReadonlyMap<number, number> =>
    new Map(
      [...counts].filter(([k, count]) => {
        const isInside = boundOf(one.scale, nativeIndex(k)) <= zeroThreshold;
        if (isInside) zeroCount += count;
        return !isInside;
      }),
    );
  const [positive, negative] = [outside(one.positive), outside(one.negative)];
  return { ...one, zeroThreshold, zeroCount, positive, negative };
}

/** Is any count below zero? Then what it was subtracted from began anew. */
export const isNegative = ({ zeroCount, positive, negative }: Exponential): boolean =>
  zeroCount < 0 || [...positive.values(), ...negative.values()].some((count) => count < 0);

/** Buckets in the order of their bounds; finer than schema 8 they are merged down to it. */
export function exponentialBuckets(given: Exponential): readonly Bucket[] {
  const one = mergedDown(given, SCHEMA_MAX);
  const bounds = (k: number): readonly [number, number] => {
    const index = nativeIndex(k);
    return [boundOf(one.scale, index - 1), boundOf(one.scale, index)];
  };
  const negative = [...one.negative].map(([k, count]) => {
    const [near, far] = bounds(k);
    return { lower: -far, upper: -near, count };
  });
  const positive = [...one.positive].map(([k, count]) => {
    const [lower, upper] = bounds(k);
    return { lower, upper, count };
  });
  const { zeroThreshold: z, zeroCount } = one;
  const zero = zeroCount > 0 ? [{ lower: -z, upper: z, count: zeroCount }] : [];
  return [...negative, ...zero, ...positive]
    .filter(({ count }) => count !== 0)
    .sort((a, b) => a.lower - b.lower);
}
