import type { Instant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';

/** `c<position>` */
export type CautionId = string & { readonly __brand: 'CautionId' };

/**
 * A standing warning on a resource: what one must know before touching it. It never goes away in
 * silence: past its review it is still shown, and says that nobody looked at it since.
 */
export interface Caution {
  readonly id: CautionId;
  readonly position: number;
  /** The resource as alarms name it, with all that is part of it; or a thing: `device:core-1`. */
  readonly resource: string;
  readonly text: string;
  readonly reason: string;
  /** Who answers for it: a team or a person, as the author wrote it. */
  readonly owner: string;
  readonly by: UserId;
  readonly at: Instant;
  readonly reviewAt: Instant;
}

export const CAUTION_LIMITS = {
  cautions_max: 10_000,
  /** Shown of one alarm, the newest first, and said in its notifications. */
  shown_max: 5,
  text_chars_max: 512,
  reason_chars_max: 4_096,
  owner_chars_max: 256,
  review_days_max: 800,
} as const;

/** The resource itself and all it is part of by name: `r1/slot 2/port 1`, `r1/slot 2`, `r1`. */
export function* upwards(resource: string): Generator<string> {
  yield resource;
  for (let at = resource.lastIndexOf('/'); at > 0; at = resource.lastIndexOf('/', at - 1)) {
    yield resource.slice(0, at);
  }
}
