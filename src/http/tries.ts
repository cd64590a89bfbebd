import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';

/** Failed tries per key: `max` in a row, then one more every `refillMs`. */
export interface Tries {
  /** Throws TOO_MANY when `key` has none left. Takes nothing. */
  check(key: string): void;
  /** Takes one. */
  failed(key: string): void;
  /** Gives back all. */
  succeeded(key: string): void;
}

interface Bucket {
  left: number;
  /** When `left` was last right. */
  at: number;
}

/** A token bucket per key. At `keysMax` the key longest without a failure is forgotten. */
export function tries(clock: Clock, max: number, refillMs: number, keysMax: number): Tries {
  const buckets = new Map<string, Bucket>();
  const now = (bucket: Bucket): number =>
    Math.min(max, bucket.left + (clock.now() - bucket.at) / refillMs);
  return {
    check(key) {
      const bucket = buckets.get(key);
      if (bucket === undefined || now(bucket) >= 1) return;
      const seconds = Math.max(1, Math.ceil(((1 - now(bucket)) * refillMs) / 1000));
      throw new DeskError('TOO_MANY', { seconds });
    },
    failed(key) {
      const bucket = buckets.get(key);
      const left = Math.max(0, (bucket ? now(bucket) : max) - 1);
      buckets.delete(key); // the newest failure goes last
      buckets.set(key, { left, at: clock.now() });
      const [oldest] = buckets.keys();
      if (buckets.size > keysMax && oldest !== undefined) buckets.delete(oldest);
    },
    succeeded(key) {
      buckets.delete(key);
    },
  };
}
