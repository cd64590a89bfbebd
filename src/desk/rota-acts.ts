import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Override } from '../domain/rota/schedule.ts';
import type { DeliveryId } from '../domain/routing/notice.ts';

/**
 * override.set     somebody comes, goes, or stands in; a new one gets `o<position>` as its id
 * override.remove  one that has not begun goes; one in force ends now, so that who was on call
 *                  until now stays true
 */
export type RotaAct =
  | ({ readonly verb: 'override.set'; readonly reason: string } & Omit<Override, 'id'>)
  | { readonly verb: 'override.remove'; readonly override: string; readonly reason: string };

/**
 * swap.ask       somebody looks for a person who takes a time of theirs; gets `sw<position>`
 * swap.take      one of the schedule's people takes it, or a part: an override from then on; what
 *                is left of it is asked for as before, under ids of its own
 * swap.withdraw  it is not asked for any more
 */
export type SwapAct =
  | {
      readonly verb: 'swap.ask';
      readonly schedule: string;
      /** Whose shifts they are. */
      readonly person: UserId;
      readonly from: Instant;
      readonly to: Instant;
      readonly reason: string;
    }
  | {
      readonly verb: 'swap.take';
      readonly swap: string;
      readonly taker: UserId;
      /** Absent: from its beginning, to its end. */
      readonly from?: Instant;
      readonly to?: Instant;
    }
  | { readonly verb: 'swap.withdraw'; readonly swap: string; readonly reason: string };

/** A request for somebody to take shifts over. */
export interface Swap {
  readonly id: string;
  readonly schedule: string;
  readonly person: UserId;
  readonly from: Instant;
  readonly to: Instant;
  readonly reason: string;
  readonly askedBy: UserId;
  readonly askedAt: Instant;
  /** Undefined: nobody has taken it, and nothing follows from it. */
  readonly taken:
    | { readonly by: UserId; readonly at: Instant; readonly override: string }
    | undefined;
}

/** An override with who made it, when, and why. Past ones stay until they are swept. */
export interface KeptOverride extends Override {
  readonly reason: string;
  readonly madeBy: UserId;
  readonly madeAt: Instant;
}

/** Who was on call in a schedule at the last look: what a hand-over is told by. */
export interface Roster {
  /** Name of the schedule. */
  readonly id: string;
  /** Sorted. */
  readonly people: readonly UserId[];
  /** Who was before the last hand-over, and when that was seen; undefined: none was yet. */
  readonly before: readonly UserId[];
  readonly changedAt: Instant | undefined;
  /** The hand-over to come that was announced last. */
  readonly announced: Instant | undefined;
  /** Messages of the last hand-over and its announcement: the next makes void what is open. */
  readonly told: readonly DeliveryId[];
}
