import { ACK_BOUNDS_S } from './tally.ts';

/** How long people took, as classes tell it. Seconds; undefined: longer than the last bound. */
export interface AckTimes {
  readonly count: number;
  /** Half of them took no longer. */
  readonly half: number | undefined;
  /** Nine of ten took no longer. */
  readonly most: number | undefined;
}

/** `acks` counts by class of ACK_BOUNDS_S; undefined when nobody acknowledged anything. */
export function ackTimes(acks: readonly number[]): AckTimes | undefined {
  const count = acks.reduce((sum, n) => sum + n, 0);
  if (count === 0) return undefined;
  return { count, half: boundOf(acks, count / 2), most: boundOf(acks, count * 0.9) };
}

function boundOf(acks: readonly number[], wanted: number): number | undefined {
  let sum = 0;
  const found = acks.findIndex((n) => {
    sum += n;
    return sum >= wanted;
  });
  return ACK_BOUNDS_S[found];
}
