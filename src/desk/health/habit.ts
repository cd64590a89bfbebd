import { hours, type Millis, minutes } from '../../base/time.ts';

/** A limit is learned from so many events … */
export const LEARN_EVENTS_MIN = 100;
/** … over so long. */
export const LEARN_SPAN_MIN = hours(24);

/** Whoever was ever quiet for longer is a rare talker: its silence says nothing. */
export const RARE_GAP = hours(4);

/** Silent is who is quiet for so many times its longest silence … */
const GAP_FACTOR = 3;
/** … and for no less than this. */
export const LEARNED_MIN = minutes(10);

/** What a habit is made of. */
export interface Talk {
  readonly events: number;
  readonly firstAt: number;
  readonly at: number;
  readonly longestGap: number;
}

/** How long a talker may be quiet, by its habit; undefined when it has none. */
export function learnedLimit(talk: Talk): Millis | undefined {
  const { events, firstAt, at, longestGap } = talk;
  if (events < LEARN_EVENTS_MIN || at - firstAt < LEARN_SPAN_MIN) return undefined;
  if (longestGap > RARE_GAP) return undefined;
  return Math.max(LEARNED_MIN, GAP_FACTOR * longestGap) as Millis;
}
