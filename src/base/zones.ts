/** Minutes east of UTC at a moment. */
export type OffsetAt = (at: number) => number;

/** Offsets of a zone: each holds from its moment on, to the next. */
export interface Offsets {
  readonly from: readonly number[];
  readonly offsets: readonly number[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Two changes that undo each other within so long would be missed; there are none such. */
const STEP_MS = 3 * DAY_MS;

/** Zones whose offsets are kept; the world has some 600. */
const KEPT_ZONES_MAX = 1_000;
/** Years of one zone that are kept. */
const KEPT_YEARS_MAX = 64;

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

/** Offsets of a zone from `from` until `until`. Throws RangeError for a name that is no zone. */
export function offsetsBetween(zone: string, from: number, until: number): Offsets {
  const offsetAt = asked(zone);
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
  return { from: starts, offsets };
}

/** The first whole minute in (low, high] at which the offset is no longer `before`. */
function changeBetween(low: number, high: number, before: number, offsetAt: OffsetAt): number {
  let [from, to] = [Math.floor(low / MINUTE_MS), Math.ceil(high / MINUTE_MS)];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (offsetAt(middle * MINUTE_MS) === before) from = middle;
    else to = middle;
  }
  return to * MINUTE_MS;
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/;

/** Asks the machine; a zone's seconds (local mean time, before 1972) are rounded. */
function asked(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const [, sign, h = '0', m = '0', s = '0'] = OFFSET.exec(format.format(at)) ?? [];
    const minutes = Number(h) * 60 + Number(m) + Math.round(Number(s) / 60);
    return sign === '-' ? -minutes : minutes;
  };
}

const kept = new Map<string, OffsetAt>();

/** Offsets of a zone, looked up a year at a time and kept; undefined for what is no zone. */
export function offsetsOf(zone: string): OffsetAt | undefined {
  const known = kept.get(zone);
  if (known || !zoneExists(zone)) return known;
  const years = new Map<number, Offsets>();
  const offsetAt: OffsetAt = (at) => {
    const year = new Date(at).getUTCFullYear();
    let table = years.get(year);
    if (!table) {
      table = offsetsBetween(zone, Date.UTC(year, 0), Date.UTC(year + 1, 0));
      if (years.size === KEPT_YEARS_MAX) years.clear();
      years.set(year, table);
    }
    const { from, offsets } = table;
    let i = from.length - 1;
    while (i > 0 && (from[i] ?? 0) > at) i--;
    return offsets[i] ?? 0;
  };
  if (kept.size === KEPT_ZONES_MAX) kept.clear();
  kept.set(zone, offsetAt);
  return offsetAt;
}
