import { days, type Instant } from '../../base/time.ts';
import type { Window } from './maintenance.ts';

/** Minutes east of UTC of a zone at a moment. The fold knows no zones: its caller does. */
export type OffsetAt = (at: number) => number;

export const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** `2TU` is the second Tuesday of a month, `-1FR` the last Friday; 0 is every one. */
export interface NthDay {
  readonly nth: number;
  readonly day: Weekday;
}

/** What a clock on a wall and the calendar beside it show: minutes since 1970-01-01T00:00. */
export type WallMinute = number;

/** Work that is done again and again, at the same time by the clock on the wall of a zone. */
export interface Recurrence {
  readonly every: 'once' | 'day' | 'week' | 'month';
  /** Every second week: 2. */
  readonly interval: number;
  readonly start: WallMinute;
  /** Minutes; the same in nights when clocks are changed. */
  readonly lasts: number;
  /** IANA name. */
  readonly zone: string;
  /** Empty: as the start. */
  readonly on: readonly NthDay[];
  /** Days of the month; negative ones count from its end. Empty: as the start. */
  readonly monthDays: readonly number[];
  /** How often in all; 0 for no end. */
  readonly count: number;
  /** None begins after it. */
  readonly until: WallMinute | undefined;
  /** Starts that are left out. */
  readonly except: readonly WallMinute[];
  /** Besides: what was moved, or comes but once. */
  readonly extra: readonly { readonly start: WallMinute; readonly lasts: number }[];
}

export const RECURRENCE_LIMITS = {
  windows_max: 400,
  ahead_days_max: 400,
  interval_max: 999,
  count_max: 3_000,
  except_max: 400,
  extra_max: 400,
  days_max: 31,
} as const;

/** Windows of the near future, and whether more follow. */
export interface Expanded {
  readonly windows: readonly Window[];
  readonly goesOn: boolean;
}

const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;
const DAY_MS = days(1);
/** Days, weeks or months that are looked at; `count_max` Mondays are within. */
const PERIODS_MAX = 30_000;
/** After so many without a start there is none any more: the 30th of each February. */
const EMPTY_PERIODS_MAX = 400;

/**
 * The windows that are not over at `now`, at most `RECURRENCE_LIMITS.ahead_days_max` ahead. Where
 * one would begin before the one ahead is over, or just then, the two are one. A start that the
 * clocks leave out is when they have been put forward; one that comes twice is the first.
 */
export function expand(of: Recurrence, offsetAt: OffsetAt, now: Instant): Expanded {
  const last = now + days(RECURRENCE_LIMITS.ahead_days_max);
  const except = new Set(of.except);
  const window = (start: WallMinute, lasts: number): Window => {
    const from = instantOf(start, offsetAt);
    return { from, to: (from + lasts * MINUTE_MS) as Instant };
  };
  const raw = of.extra.map(({ start, lasts }) => window(start, lasts));
  // One more than is wanted says that there are more; twice as many leave room for merging.
  const most = 2 * RECURRENCE_LIMITS.windows_max;
  for (const start of starts(of, now)) {
    const isOver = start + of.lasts + 2 * DAY_MINUTES < now / MINUTE_MS;
    if (isOver || except.has(start)) continue;
    const next = window(start, of.lasts);
    raw.push(next);
    if (next.from > last || raw.length > most) break;
  }
  const merged = joined(raw.filter(({ to }) => to > now));
  const near = merged.filter(({ from }) => from <= last).slice(0, RECURRENCE_LIMITS.windows_max);
  return { windows: near, goesOn: near.length < merged.length };
}

function joined(raw: readonly Window[]): readonly Window[] {
  const found: Window[] = [];
  for (const next of [...raw].sort((a, b) => a.from - b.from)) {
    const ahead = found.at(-1);
    if (!ahead || ahead.to < next.from) found.push(next);
    else if (ahead.to < next.to) found[found.length - 1] = { from: ahead.from, to: next.to };
  }
  return found;
}

/**
 * The moment at which a clock of the zone first shows this. Where it never does, because clocks
 * are put forward over it, the moment they are.
 */
export function instantOf(wall: WallMinute, offsetAt: OffsetAt): Instant {
  const asUtc = wall * MINUTE_MS;
  const around = [offsetAt(asUtc - DAY_MS), offsetAt(asUtc), offsetAt(asUtc + DAY_MS)];
  const shown = [...new Set(around)]
    .map((offset) => ({ offset, at: asUtc - offset * MINUTE_MS }))
    .filter(({ offset, at }) => offsetAt(at) === offset)
    .map(({ at }) => at);
  if (shown.length > 0) return Math.min(...shown) as Instant;
  return gapEnd(wall, offsetAt);
}

/** The first minute at which the clock shows more than this. */
function gapEnd(wall: WallMinute, offsetAt: OffsetAt): Instant {
  const shows = (minute: number): number => minute + offsetAt(minute * MINUTE_MS);
  let [low, high] = [wall - 2 * DAY_MINUTES, wall + 2 * DAY_MINUTES];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle) < wall) low = middle;
    else high = middle;
  }
  return (high * MINUTE_MS) as Instant;
}

/** What a clock of the zone shows. */
export const wallOf = (at: Instant, offsetAt: OffsetAt): WallMinute =>
  Math.floor(at / MINUTE_MS) + offsetAt(at);

/** Starts by the wall clock, in order; those long over are left out where nobody counts them. */
function* starts(of: Recurrence, now: Instant): Generator<WallMinute> {
  const { start, every, interval, count, until } = of;
  if (every === 'once') return yield start;
  const minute = mod(start, DAY_MINUTES);
  const first = Math.floor(start / DAY_MINUTES);
  const period = every === 'month' ? monthOf(first) : every === 'week' ? mondayOf(first) : first;
  const skipped = count > 0 ? 0 : passed(of, period, now);
  let [told, empty] = [0, 0];
  for (let n = skipped; n < skipped + PERIODS_MAX && empty < EMPTY_PERIODS_MAX; n++) {
    empty++;
    for (const day of daysIn(of, period + n * interval * (every === 'week' ? 7 : 1))) {
      if (day < first) continue;
      const wall = day * DAY_MINUTES + minute;
      if (until !== undefined && wall > until) return;
      yield wall;
      empty = 0;
      if (count > 0 && ++told === count) return;
    }
  }
}

/** Periods whose windows are over for sure. */
function passed({ every, interval, lasts }: Recurrence, period: number, now: Instant): number {
  const today = Math.floor(now / DAY_MS) - Math.ceil(lasts / DAY_MINUTES) - 2;
  const since =
    every === 'month'
      ? monthOf(today) - period
      : Math.floor((today - period) / (every === 'week' ? 7 : 1));
  return Math.max(0, Math.floor(since / interval) - 1);
}

function daysIn(of: Recurrence, period: number): readonly number[] {
  const first = Math.floor(of.start / DAY_MINUTES);
  if (of.every === 'month') return daysOfMonth(of, period, first);
  const names = of.on.map(({ day }) => day);
  if (of.every === 'day') {
    return names.length === 0 || names.includes(weekdayOf(period)) ? [period] : [];
  }
  const wanted = names.length === 0 ? [weekdayOf(first)] : names;
  const week = Array.from({ length: 7 }, (_, i) => period + i);
  return week.filter((day) => wanted.includes(weekdayOf(day)));
}

function daysOfMonth({ on, monthDays }: Recurrence, month: number, first: number) {
  const [begin, end] = [dayOf(month), dayOf(month + 1)];
  const length = end - begin;
  const all = Array.from({ length }, (_, i) => begin + i);
  if (on.length === 0) {
    const wanted = monthDays.length === 0 ? [first - dayOf(monthOf(first)) + 1] : monthDays;
    const numbers = new Set(wanted.map((n) => (n < 0 ? length + n + 1 : n)));
    return all.filter((day) => numbers.has(day - begin + 1));
  }
  return all.filter((day) =>
    on.some(({ nth, day: name }) => {
      if (weekdayOf(day) !== name) return false;
      const fromStart = Math.floor((day - begin) / 7) + 1;
      const fromEnd = Math.floor((end - 1 - day) / 7) + 1;
      return nth === 0 || nth === fromStart || nth === -fromEnd;
    }),
  );
}

const mod = (n: number, by: number): number => ((n % by) + by) % by;

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): Weekday => WEEKDAYS[mod(day + 4, 7)] ?? 'SU';
const mondayOf = (day: number): number => day - mod(day + 3, 7);

/** Months since year 0. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The first day of a month. */
const dayOf = (month: number): number =>
  Date.UTC(Math.floor(month / 12), mod(month, 12), 1) / DAY_MS;
