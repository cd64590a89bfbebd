import type { Instant } from '../../base/time.ts';
import type { PlanInterval, PlanSpan, Range, ZoneTable } from './plan.ts';

/**
 * Whether a time interval holds at a moment: one of its spans does, and a span holds when every
 * field does that says anything. The calendar is that of the span's zone; a zone without a table
 * counts as UTC.
 */
export function intervalHolds(
  interval: PlanInterval,
  zones: ReadonlyMap<string, ZoneTable>,
  at: Instant,
): boolean {
  return interval.spans.some((span) => spanHolds(span, localTime(at, zones.get(span.zone))));
}

/** A moment as the calendar and the clock on a wall show it. */
interface LocalTime {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  /** 1 … 31 */
  readonly day: number;
  /** Of this month. */
  readonly days: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  /** Since midnight. */
  readonly minute: number;
}

function spanHolds(span: PlanSpan, t: LocalTime): boolean {
  return (
    allows(span.times, ([from, to]) => t.minute >= from && t.minute < to) &&
    allows(span.daysOfMonth, (range) => dayIn(range, t)) &&
    allows(span.months, ([from, to]) => t.month >= from && t.month <= to) &&
    allows(span.weekdays, ([from, to]) => t.weekday >= from && t.weekday <= to) &&
    allows(span.years, ([from, to]) => t.year >= from && t.year <= to)
  );
}

const allows = (ranges: readonly Range[], holds: (range: Range) => boolean): boolean =>
  ranges.length === 0 || ranges.some(holds);

/** Negative days count from the end; a range that begins after the month is not in it. */
function dayIn([from, to]: Range, { day, days }: LocalTime): boolean {
  const first = from < 0 ? days + from + 1 : from;
  const last = to < 0 ? days + to + 1 : to;
  return first <= days && day >= first && day <= Math.min(last, days);
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

function localTime(at: Instant, zone: ZoneTable | undefined): LocalTime {
  const minutes = Math.floor(at / MINUTE_MS) + (zone ? offsetAt(zone, at) : 0);
  const days = Math.floor(minutes / DAY_MINUTES);
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    days: daysIn(year, month),
    // 1970-01-01 was a Thursday.
    weekday: (((days + 4) % 7) + 7) % 7,
    minute: minutes - days * DAY_MINUTES,
  };
}

/** Minutes east of UTC; before the table begins its first offset holds. */
function offsetAt({ from, offsets }: ZoneTable, at: Instant): number {
  let [low, high] = [0, from.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((from[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return offsets[Math.max(low - 1, 0)] ?? 0;
}

const ERA_DAYS = 146_097;

/**
 * The Gregorian date of a day since 1970-01-01, in integers: years are counted from March, so that
 * the leap day is the last of its year, and 400 of them always have the same number of days.
 */
function dateOf(days: number): { readonly year: number; month: number; day: number } {
  const shifted = days + 719_468;
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

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
