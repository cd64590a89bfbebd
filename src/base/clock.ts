import type { Instant } from './time.ts';

/** The one door to wall-clock time. The tidy test forbids `Date.now` anywhere else. */
export interface Clock {
  /** Now, never going backwards. */
  now(): Instant;
  /** Runs `task` once, at or after `at`. The returned function cancels it. */
  at(at: Instant, task: () => void): () => void;
}

/** Node's timers take at most 2^31-1 ms; a longer wait is cut into pieces. */
const TIMEOUT_MAX_MS = 2_147_483_647;

/**
 * Wall time taken once and carried on by the monotonic clock, so that a wall clock set backwards
 * or far ahead moves nothing on the desk. `drift()` says how far the two now are apart in ms.
 */
export function systemClock(): Clock & { drift(): number; follow(): void } {
  let origin = Date.now() - performance.now();
  const now = (): Instant => Math.floor(origin + performance.now()) as Instant;
  return {
    now,
    drift: () => Date.now() - now(),
    follow: () => {
      origin = Math.max(origin, Date.now() - performance.now());
    },
    at(at, task) {
      let handle: NodeJS.Timeout;
      const arm = () => {
        const wait = Math.max(0, at - now());
        handle = wait > TIMEOUT_MAX_MS ? setTimeout(arm, TIMEOUT_MAX_MS) : setTimeout(task, wait);
        handle.unref();
      };
      arm();
      return () => clearTimeout(handle);
    },
  };
}
