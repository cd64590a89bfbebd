import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Override } from '../domain/rota/schedule.ts';

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
