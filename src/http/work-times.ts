import type { Instant } from '../base/time.ts';
import { type OffsetAt, offsetsOf } from '../base/zones.ts';
import { readWall, wallText } from '../domain/rules/ical-values.ts';
import { MAINTENANCE_LIMITS, type Maintenance, type Window } from '../domain/rules/maintenance.ts';
import {
  expand,
  instantOf,
  RECURRENCE_LIMITS,
  type Recurrence,
} from '../domain/rules/recurrence.ts';
import {
  everyText,
  readEvery,
  readRecurrence,
  recurrenceText,
} from '../domain/rules/recurrence-text.ts';

/** When work that comes again is done, as people say it. */
export interface SaidTimes {
  /** `week on TU`, `month on 2TU`; '' for once. */
  readonly every: string;
  /** `2026-03-01T22:00`, by the clock on the wall. */
  readonly from: string;
  readonly minutes: number;
  readonly zone: string;
  /** The last day, or moment; '' for none. */
  readonly until: string;
  /** How often in all; 0 for no end. */
  readonly times: number;
  /** Starts that are left out. */
  readonly except: readonly string[];
}

/** The part of `maintenance.set` that says when. */
export interface WorkTimes {
  readonly recurs: string;
  readonly windows: readonly Window[];
  readonly goesOn?: true;
}

/** What is wrong with one of the fields. */
export interface TimesFault {
  readonly field: keyof SaidTimes;
  readonly expected: string;
}

const MINUTES_MAX = MAINTENANCE_LIMITS.window_days_max * 1_440;
const WALL = 'a time such as 2026-03-01T22:00 expected';

/** The recurrence that was meant, or what is wrong with it. */
export function readTimes(said: SaidTimes): Recurrence | TimesFault {
  const { zone, minutes: lasts, times: count } = said;
  if (!offsetsOf(zone)) return { field: 'zone', expected: 'a time zone such as Europe/Vienna' };
  const every = readEvery(said.every);
  if (typeof every === 'string') return { field: 'every', expected: every };
  const start = readWall(said.from);
  if (start === undefined) return { field: 'from', expected: WALL };
  if (!Number.isInteger(lasts) || lasts < 1 || lasts > MINUTES_MAX) {
    return { field: 'minutes', expected: `from 1 to ${MINUTES_MAX}` };
  }
  const until = said.until === '' ? undefined : readWall(said.until);
  if (said.until !== '' && until === undefined) return { field: 'until', expected: WALL };
  if (!Number.isInteger(count) || count < 0 || count > RECURRENCE_LIMITS.count_max) {
    return { field: 'times', expected: `from 1 to ${RECURRENCE_LIMITS.count_max}` };
  }
  if (until !== undefined && count > 0) return { field: 'times', expected: 'not with an until' };
  const except = said.except.flatMap((text) => readWall(text) ?? []);
  if (except.length < said.except.length) return { field: 'except', expected: WALL };
  // A bare day means the whole of it.
  const isDay = /^\d{4}-\d\d-\d\d$/.test(said.until);
  const last = until === undefined || !isDay ? until : until + 1_439;
  return { ...every, start, lasts, zone, count, until: last, except, extra: [] };
}

/** The windows of a recurrence that lie ahead, with it; without any there is nothing to plan. */
export function timesOf(of: Recurrence, now: Instant): WorkTimes {
  const { windows, goesOn } = expand(of, zoneOf(of.zone), now);
  return { recurs: recurrenceText(of), windows, ...(goesOn ? { goesOn } : {}) };
}

const UTC: OffsetAt = () => 0;
const zoneOf = (zone: string): OffsetAt => offsetsOf(zone) ?? UTC;

/** The moment at which a clock in the zone shows this; undefined when it is no time or zone. */
export function momentIn(zone: string, text: string): Instant | undefined {
  const [wall, offsetAt] = [readWall(text), offsetsOf(zone)];
  return wall === undefined || !offsetAt ? undefined : instantOf(wall, offsetAt);
}

/** How work that is planned comes again, in the words of `SaidTimes`; undefined: it does not. */
export function saidOf({ recurs }: Pick<Maintenance, 'recurs'>): SaidTimes | undefined {
  const of = recurs === '' ? undefined : readRecurrence(recurs);
  if (!of) return undefined;
  return {
    every: everyText(of),
    from: wallText(of.start),
    minutes: of.lasts,
    zone: of.zone,
    until: of.until === undefined ? '' : wallText(of.until),
    times: of.count,
    except: of.except.map(wallText),
  };
}
