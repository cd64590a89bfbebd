import type { Instant } from './time.ts';

/** Offsets of a zone: `offsets[i]` minutes east of UTC hold from `from[i]` on, to the next. */
export interface Offsets {
  readonly from: readonly number[];
  readonly offsets: readonly number[];
}

export interface CalendarDate {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  /** 1 … 31 */
  readonly day: number;
}

const MINUTE_MS = 60_000;
export const DAY_MINUTES = 1_440;

/** No zone is so far from UTC, and no clock was ever put back by more. */
const FAR_MS = 2 * DAY_MINUTES * MINUTE_MS;

const ERA_DAYS = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAYS = 719_468;

/**
 * The Gregorian date of a day since 1970-01-01, in integers: years are counted from March, so that
 * the leap day is the last of its year, and 400 of them always have the same number of days.
 */
export function dateOf(days: number): CalendarDate {
  const shifted = days + EPOCH_DAYS;
  const era = Math.floor(shifted / ERA_DAYS);
  const inEra = shifted - era * ERA_DAYS;
  const yearInEra = Math.floor(
    (inEra -
      Math.floor(inEra / 1_460) +
      Math.floor(inEra / 36_524) -
      Math.floor(inEra / (ERA_DAYS - 1))) /
      365,
  );
  const leaps = Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100);
  const inYear = inEra - (365 * yearInEra + leaps);
  const fromMarch = Math.floor((5 * inYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearInEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: inYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** Days since 1970-01-01 of a date: `dateOf` backwards. */
export function dayNumber({ year, month, day }: CalendarDate): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearInEra = marchYear - era * 400;
  const fromMarch = month > 2 ? month - 3 : month + 9;
  const inYear = Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  const leaps = Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100);
  return era * ERA_DAYS + yearInEra * 365 + leaps + inYear - EPOCH_DAYS;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** 0 = Sunday, of a day since 1970-01-01, which was a Thursday. */
export const weekdayOf = (days: number): number => (((days + 4) % 7) + 7) % 7;

/** Minutes east of UTC; before the table begins its first offset holds, without a table UTC. */
const offsetAt = (zone: Offsets | undefined, at: number): number =>
  zone ? (zone.offsets[segmentAt(zone, at)] ?? 0) : 0;

/** Which offset holds then: its place in the table. */
function segmentAt({ from }: Offsets, at: number): number {
  let [low, high] = [0, from.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((from[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

/**
 * What the clock on a wall shows, in whole minutes since 1970-01-01T00:00 on that wall. Every
 * function below speaks of such wall minutes.
 */
export const wallAt = (zone: Offsets | undefined, at: number): number =>
  Math.floor(at / MINUTE_MS) + offsetAt(zone, at);

/**
 * The first moment at which the wall shows `wall` or later: the first of two where it is shown
 * twice, the end of the gap where it is never shown.
 */
export function firstShown(zone: Offsets | undefined, wall: number): Instant {
  if (!zone) return (wall * MINUTE_MS) as Instant;
  const { from, offsets } = zone;
  for (let i = segmentAt(zone, wall * MINUTE_MS - FAR_MS); i < from.length - 1; i++) {
    const at = shownFrom(zone, i, wall);
    if (at < (from[i + 1] ?? 0)) return at as Instant;
  }
  return shownFrom(zone, offsets.length - 1, wall) as Instant;
}

/** When the wall shows it under that offset, or the beginning of the offset if that is later. */
function shownFrom({ from, offsets }: Offsets, i: number, wall: number): number {
  const at = (wall - (offsets[i] ?? 0)) * MINUTE_MS;
  return i === 0 ? at : Math.max(at, from[i] ?? 0);
}

/** The last moment at which the wall shows `wall`; the end of the gap where it is never shown. */
export function lastShown(zone: Offsets | undefined, wall: number): Instant {
  if (!zone) return (wall * MINUTE_MS) as Instant;
  const { from, offsets } = zone;
  let i = segmentAt(zone, wall * MINUTE_MS + FAR_MS);
  while (i > 0 && (from[i] ?? 0) > (wall - (offsets[i] ?? 0)) * MINUTE_MS) i--;
  const at = (wall - (offsets[i] ?? 0)) * MINUTE_MS;
  return Math.min(at, from[i + 1] ?? Number.POSITIVE_INFINITY) as Instant;
}

/**
 * The latest the wall has shown by then. While an hour is shown for the second time it stands
 * still: `firstShown(wall) <= at` holds exactly for what is not later than this.
 */
export function latestShown(zone: Offsets | undefined, at: number): number {
  let latest = wallAt(zone, at);
  if (!zone) return latest;
  for (let i = segmentAt(zone, at); i > 0; i--) {
    const change = zone.from[i] ?? 0;
    if (change < at - FAR_MS) break;
    latest = Math.max(latest, change / MINUTE_MS + (zone.offsets[i - 1] ?? 0) - 1);
  }
  return latest;
}
