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
