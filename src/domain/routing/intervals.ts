import { DAY_MINUTES, dateOf, daysIn, wallAt, weekdayOf } from '../../base/calendar.ts';
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

function localTime(at: Instant, zone: ZoneTable | undefined): LocalTime {
  const minutes = wallAt(zone, at);
  const days = Math.floor(minutes / DAY_MINUTES);
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    days: daysIn(year, month),
    weekday: weekdayOf(days),
    minute: minutes - days * DAY_MINUTES,
  };
}
