import { after, hours, type Instant, later, minutes } from '../../base/time.ts';

export const THROTTLE_LIMITS = {
  /** Messages to one address in five minutes; what comes on top goes as one message. */
  messages_per_5_minutes_max: 5,
  messages_per_hour_max: 20,
} as const;

/** Messages of many pages go so far apart. */
const PAUSE = minutes(2);
/** And so far when the hour has had its share. */
const PAUSE_LONG = minutes(10);
const SHORT = minutes(5);
const LONG = hours(1);

/** What one address was sent, and will be. */
export interface Throttle {
  /** Id of the contact. */
  readonly id: string;
  /** When messages of the last hour went, in order. */
  readonly sent: readonly Instant[];
  /** When what is held back goes, in order. */
  readonly planned: readonly Instant[];
}

export const fresh = (id: string): Throttle => ({ id, sent: [], planned: [] });

/**
 * A message that is due at a moment: goes then, alone, or later, with others that are held back.
 * Nothing is ever left out. Bundles go two minutes apart, ten when the hour has had its share.
 */
export function slot(
  throttle: Throttle,
  due: Instant,
): { readonly throttle: Throttle; readonly at: Instant; readonly isHeld: boolean } {
  const joined = throttle.planned.find((at) => at >= due);
  if (joined !== undefined) return { throttle, at: joined, isHeld: true };
  const at = goes([...throttle.sent, ...throttle.planned], due);
  if (at > due) {
    const planned = [...throttle.planned, at];
    return { throttle: { ...throttle, planned }, at, isHeld: true };
  }
  return { throttle: went(throttle, due), at, isHeld: false };
}

/** When a message may go that is due then, after those. */
function goes(stamps: readonly Instant[], due: Instant): Instant {
  const within = (length: number): number => stamps.filter((at) => at > due - length).length;
  const { messages_per_5_minutes_max, messages_per_hour_max } = THROTTLE_LIMITS;
  const isHourFull = within(LONG) >= messages_per_hour_max;
  if (!isHourFull && within(SHORT) < messages_per_5_minutes_max) return due;
  const last = stamps.reduce((a, b) => later(a, b));
  return later(due, after(last, isHourFull ? PAUSE_LONG : PAUSE));
}

/** One message goes at that moment; what is older than an hour is forgotten. */
const went = (throttle: Throttle, at: Instant): Throttle => ({
  ...throttle,
  sent: [...throttle.sent.filter((one) => one > at - LONG), at].sort((a, b) => a - b),
});

/** What was planned until then has gone, if anything was left of it; what found no room is next. */
export function bundled(
  throttle: Throttle,
  at: Instant,
  isSent: boolean,
  hasMore: boolean,
): Throttle {
  const left = throttle.planned.filter((one) => one > at);
  const planned = hasMore ? [...left, after(at, PAUSE)].sort((a, b) => a - b) : left;
  return { ...(isSent ? went(throttle, at) : throttle), planned };
}
