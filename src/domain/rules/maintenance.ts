import { days, type Instant, type Millis } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { Term } from '../alarm/matcher-syntax.ts';

export type MaintenanceId = string & { readonly __brand: 'MaintenanceId' };

/** Half-open: it holds from `from` and no more at `to`. */
export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/** Which event of a calendar it is, and which state of it was taken (RFC 5545 §3.8.7.4). */
export interface CalendarMark {
  readonly uid: string;
  readonly sequence: number;
  /** Fingerprint of all that was read: the same again is no change, whatever people made of it. */
  readonly said: string;
  readonly cancelled?: true;
}

/**
 * Planned work: what it touches notifies nobody while a window holds. States move on underneath;
 * what is still raised at the end notifies as new.
 */
export interface Maintenance {
  readonly id: MaintenanceId;
  readonly name: string;
  /** All must match. Empty: only `things` say what it touches. */
  readonly matchers: readonly Term[];
  /** Ids of the inventory: each with all that is part of it. Empty: only `matchers`. */
  readonly things: readonly string[];
  /** In order, none touching the next. A recurring one carries those of its near future. */
  readonly windows: readonly Window[];
  /** The recurrence, as lines of iCalendar; '' for work that is done once. */
  readonly recurs: string;
  /** More windows follow the last one here: they are added before it begins. */
  readonly goesOn?: true;
  /** The event of a calendar that it was taken from. */
  readonly calendar?: CalendarMark;
  readonly reason: string;
  readonly owner: string;
  readonly by: UserId;
  readonly madeAt: Instant;
  readonly changedAt: Instant;
}

export const MAINTENANCE_LIMITS = {
  maintenances_max: 10_000,
  matchers_max: 64,
  things_max: 1_000,
  windows_max: 400,
  recurs_chars_max: 32_768,
  name_chars_max: 256,
  owner_chars_max: 256,
  reason_chars_max: 4_096,
  window_days_max: 90,
} as const;

/** Work that is over is remembered for so long, with what it left behind. */
export const MAINTENANCE_KEPT: Millis = days(30);

export const windowAt = ({ windows }: Maintenance, now: Instant): Window | undefined =>
  windows.find(({ from, to }) => from <= now && now < to);

/** When it next begins or ends; undefined when all is over. */
export function nextTurn({ windows }: Maintenance, now: Instant): Instant | undefined {
  for (const { from, to } of windows) {
    if (from > now) return from;
    if (to > now) return to;
  }
  return undefined;
}
