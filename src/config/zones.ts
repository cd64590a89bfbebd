import type { Instant } from '../base/time.ts';
import type { ZoneTable } from '../domain/routing/plan.ts';

export const ZONE_LIMITS = {
  /** Zones of one configuration; the world has some 600. */
  zones_max: 1_000,
  /** How far apart the ends of a table may be: 50 years. */
  table_days_max: 18_300,
} as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Two changes that undo each other within so long would be missed; there are none such. */
const STEP_MS = 3 * DAY_MS;

/** Is it a zone's name (`Europe/Vienna`, `UTC`)? Offsets (`+01:00`) are none in Go, nor here. */
export function zoneExists(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The zone of this machine: what `Local` means. */
export const hereZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * Offsets of zones from `from` until `until`, for the fold, which may not ask the machine. Throws
 * RangeError for a name that is no zone, and beyond `ZONE_LIMITS`.
 */
export function zoneTables(
  names: readonly string[],
  from: Instant,
  until: Instant,
): readonly ZoneTable[] {
  if (names.length > ZONE_LIMITS.zones_max)
    throw new RangeError(`more than ${ZONE_LIMITS.zones_max} time zones`);
  if (until - from > ZONE_LIMITS.table_days_max * DAY_MS)
    throw new RangeError(`time zones for more than ${ZONE_LIMITS.table_days_max} days`);
  return [...new Set(names)].sort().map((name) => zoneTable(name, from, until));
}

function zoneTable(id: string, from: Instant, until: Instant): ZoneTable {
  const offsetAt = offsetsOf(id);
  const [starts, offsets]: [number[], number[]] = [[from], [offsetAt(from)]];
  let [at, offset]: [number, number] = [from, offsets[0] ?? 0];
  while (at < until) {
    const next = Math.min(at + STEP_MS, until);
    const then = offsetAt(next);
    if (then !== offset) {
      const change = changeBetween(at, next, offset, offsetAt);
      if (change >= until) break;
      starts.push(change);
      offset = offsetAt(change);
      offsets.push(offset);
      at = change;
    } else at = next;
  }
  return { id, from: starts, offsets, until };
}

/** The first whole minute in (low, high] at which the offset is no longer `before`. */
function changeBetween(
  low: number,
  high: number,
  before: number,
  offsetAt: (at: number) => number,
): number {
  let [from, to] = [Math.floor(low / MINUTE_MS), Math.ceil(high / MINUTE_MS)];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (offsetAt(middle * MINUTE_MS) === before) from = middle;
    else to = middle;
  }
  return to * MINUTE_MS;
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/;

/** Minutes east of UTC; a zone's seconds (local mean time, before 1972) are rounded. */
function offsetsOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const [, sign, h = '0', m = '0', s = '0'] = OFFSET.exec(format.format(at)) ?? [];
    const minutes = Number(h) * 60 + Number(m) + Math.round(Number(s) / 60);
    return sign === '-' ? -minutes : minutes;
  };
}
