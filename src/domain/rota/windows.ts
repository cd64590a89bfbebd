import { DAY_MINUTES, firstShown, lastShown, wallAt } from '../../base/calendar.ts';
import type { Instant } from '../../base/time.ts';
import type { ZoneTable } from '../routing/plan.ts';
import type { DutyWindow, Span } from './schedule.ts';

/** Half-open, in wall minutes. */
export interface WallSpan {
  readonly from: number;
  readonly to: number;
}

const WEEK_MINUTES = 7 * DAY_MINUTES;
/** 1970-01-04, a Sunday. */
const FIRST_SUNDAY = 3 * DAY_MINUTES;

/** A changed clock moves by a day at the most: walls so far from a span may be shown within it. */
const MOVED_MAX_MINUTES = 2 * DAY_MINUTES;

/** Weeks worked out already: whoever pages asks for the same layer's again and again. */
const weeks = new WeakMap<readonly DutyWindow[], { readonly week: Week }>();

type Week = readonly WallSpan[] | undefined;

/**
 * The windows of one week, in minutes since its Sunday's midnight, in order; what overlaps or
 * touches is one. Ends may lie in the week after. Undefined: always on call.
 */
export function weekOf(windows: readonly DutyWindow[]): Week {
  const known = weeks.get(windows);
  if (known) return known.week;
  const week = workedOut(windows);
  weeks.set(windows, { week });
  return week;
}

function workedOut(windows: readonly DutyWindow[]): Week {
  if (windows.length === 0) return undefined;
  const spans = windows.flatMap(({ weekdays, from, to }) =>
    weekdays.map((day) => ({
      from: day * DAY_MINUTES + from,
      to: day * DAY_MINUTES + (to > from ? to : to + DAY_MINUTES),
    })),
  );
  // Two weeks on end show what a weekend's window covers of the week after.
  const twice = merged([...spans, ...spans.map((span) => moved(span, WEEK_MINUTES))]);
  const isAlways = twice.some(({ from, to }) => to - from >= WEEK_MINUTES);
  return isAlways ? undefined : merged(spans);
}

const moved = ({ from, to }: WallSpan, by: number): WallSpan => ({ from: from + by, to: to + by });

/** In order; what overlaps or touches is one. */
function merged<T extends { readonly from: number; readonly to: number }>(
  spans: readonly T[],
): readonly T[] {
  const out: T[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = out.at(-1);
    if (!last || span.from > last.to) out.push(span);
    else if (span.to > last.to) out[out.length - 1] = { ...last, to: span.to };
  }
  return out;
}

/**
 * When a week's windows hold between two moments: a window begins where the wall first shows its
 * beginning and ends where it last shows its end, so that an hour that comes twice is in it twice.
 */
export function windowsBetween(
  week: Week,
  zone: ZoneTable | undefined,
  { from, to }: Span,
): readonly Span[] {
  if (week === undefined) return [{ from, to }];
  const sunday = (wall: number): number => Math.floor((wall - FIRST_SUNDAY) / WEEK_MINUTES);
  const first = wallAt(zone, from) - MOVED_MAX_MINUTES;
  const last = wallAt(zone, to) + MOVED_MAX_MINUTES;
  const walls: WallSpan[] = [];
  // A window that began in the week before may still hold.
  for (let n = sunday(first) - 1; n <= sunday(last); n++) {
    const by = n * WEEK_MINUTES + FIRST_SUNDAY;
    for (const span of week) {
      if (span.to + by >= first && span.from + by <= last) walls.push(moved(span, by));
    }
  }
  const spans = merged(walls).map((wall) => ({
    from: Math.max(firstShown(zone, wall.from), from) as Instant,
    to: Math.min(lastShown(zone, wall.to), to) as Instant,
  }));
  return merged(spans.filter((span) => span.from < span.to));
}
