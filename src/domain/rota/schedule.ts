import type { Instant, Millis } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';

/** Who is on call when: layers of turns, in the wall-clock time of one zone. */
export interface Schedule {
  readonly name: string;
  /** IANA zone; its ZoneTable (domain/routing/plan.ts) is given to every function. */
  readonly zone: string;
  readonly layers: readonly Layer[];
  /** Absent: nobody is told of hand-overs. */
  readonly notices?: HandoverNotices;
}

/** When people are told that they come on call, and that they are off. */
export interface HandoverNotices {
  /** At the change: whoever comes and whoever goes. */
  readonly atHandover: boolean;
  /** Whoever comes, so long before; 0: not before. */
  readonly before: Millis;
}

/**
 * One rotation. Turns step in wall-clock time: a handoff in the gap of spring is at its end, one
 * that an autumn shows twice is at the first.
 */
export interface Layer {
  readonly name: string;
  /** The highest that has somebody on call wins; equal: both are on call. */
  readonly priority: number;
  /** Turns in order; a turn is one or more people at once. */
  readonly turns: readonly (readonly UserId[])[];
  readonly every: Every;
  /** Start of the first turn; before it nobody is on call here. */
  readonly start: WallTime;
  /** Nobody is on call here from then on. */
  readonly until?: WallTime;
  /** When this layer is on call; empty: always. */
  readonly windows: readonly DutyWindow[];
  /** Turns with no window in them use up somebody's turn. Default: they do not. */
  readonly restrictedDaysCount: boolean;
}

/** Months from the 29th, 30th or 31st: the last day of a shorter month, then back. */
export interface Every {
  readonly count: number;
  readonly unit: 'hour' | 'day' | 'week' | 'month';
}

/** A moment as calendar and clock on a wall show it. */
export interface WallTime {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  readonly day: number;
  /** Since midnight. */
  readonly minute: number;
}

export interface DutyWindow {
  /** 0 = Sunday … 6: the days on which it begins. */
  readonly weekdays: readonly number[];
  /** Minutes since that day's midnight. */
  readonly from: number;
  /**
   * The same: more than 1440 is a later day. What is not after `from` is of the next day, so that
   * equal ones are 24 hours.
   */
  readonly to: number;
}

/**
 * add       `by` is on call too
 * remove    `person` is not
 * replace   `by` is in place of `person`, where the layers have them
 * take all  only `by` is, or nobody: beside it no other kind holds
 *
 * None builds on another: each looks at what the layers say, so their order means nothing.
 */
export interface Override {
  readonly id: string;
  readonly schedule: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly is: 'add' | 'remove' | 'replace' | 'take all';
  readonly person?: UserId;
  readonly by?: UserId;
}

/** Half-open: the next person is on call at `to`. */
export interface Shift {
  readonly from: Instant;
  readonly to: Instant;
  readonly person: UserId;
  /** Name of the layer, or `override`. */
  readonly layer: string;
}

export interface OnCall {
  readonly people: readonly UserId[];
  /** When it is others; at most `ROTA_LIMITS.look_days_max` on. */
  readonly until: Instant;
  /** Those shifts of that moment, cut to `until`. */
  readonly shifts: readonly Shift[];
}

/** Half-open. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

export const ROTA_LIMITS = {
  teams_max: 1_000,
  members_max: 200,
  schedules_max: 1_000,
  layers_max: 30,
  turns_max: 50,
  people_per_turn_max: 10,
  windows_max: 30,
  every_max: 1_000,
  priority_max: 100,
  overrides_per_schedule_max: 35,
  override_days_max: 366,
  /** What is asked for at once; 400 days of hourly turns are 9,600 shifts. */
  span_days_max: 400,
  /** How far ahead a change is looked for. */
  look_days_max: 64,
  notice_before_hours_max: 168,
} as const;
