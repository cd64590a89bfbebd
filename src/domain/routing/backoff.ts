import { type Millis, millis } from '../../base/time.ts';

export const BACKOFF_LIMITS = {
  first_ms: 1_000,
  /** With its jitter, a pause is never longer. */
  pause_ms_max: 300_000,
  jitter_percent_max: 20,
} as const;

/**
 * Pause before the next try after `attempts` of them failed (from 1): 1 s, 2 s, 4 s … up to five
 * minutes, ±20 % by the position of the delivery in the journal, so that what failed together does
 * not come back together and a replay waits as long.
 */
export function backoffAfter(attempts: number, position: number): Millis {
  const { first_ms, pause_ms_max, jitter_percent_max: percent } = BACKOFF_LIMITS;
  const doublings = Math.min(Math.max(attempts - 1, 0), 20);
  const longest = Math.floor((pause_ms_max * 100) / (100 + percent));
  const pause = Math.min(first_ms * 2 ** doublings, longest);
  const thousandths = 1_000 - percent * 10 + (mixed(position, attempts) % (percent * 20 + 1));
  return millis(Math.floor((pause * thousandths) / 1_000));
}

/** 32 bits that change with every bit of both numbers (the finaliser of MurmurHash3). */
function mixed(position: number, attempts: number): number {
  let h = (position ^ Math.imul(Math.floor(position / 2 ** 32), 0x9e3779b1)) | 0;
  h = (h + Math.imul(attempts, 0x85ebca6b)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
