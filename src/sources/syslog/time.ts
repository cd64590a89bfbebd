import { type Instant, parseInstant } from '../../base/time.ts';

/** A time at the beginning of a text. */
export interface Stamp {
  /** Undefined where the sender does not name its zone, or its clock is not set. */
  readonly at: Instant | undefined;
  /** How many characters it takes. */
  readonly length: number;
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const MONTH_NAMES: ReadonlySet<string> = new Set(MONTHS.match(/.../g));

/** `2026-07-23T09:30:45.123+02:00`; a space for the T, or no zone, as well. */
const ISO =
  /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?(?=[\s:]|$)/;

/**
 * `Jun  1 21:43:46` and what devices add: a mark of an unset clock, a year before the month, after
 * the day or after the time, a fraction, a zone by name (RFC 3164 §5.4 has a year behind it).
 */
const BSD =
  /^([*.]?)(?:(\d{4}) )?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?!\d)/;
const FRACTION = /(?:[.,](\d{1,9}))?(?: (\d{4})(?=[\s:]|$))?/y;
const ZONE = / (?:([A-Z]{1,5})(?=:|$)|(UTC|GMT|CES?T|EES?T|[ECMP][SD]T)(?= ))(?: (\d{4})(?= ))?/y;

/** `1379967288.409907843`, as Meraki has it. */
const EPOCH = /^(\d{9,10})(?:\.(\d{1,9}))? /;

/** Zones that mean one offset wherever they are written, in minutes; no other name is believed. */
const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
};

/** Reads a time where a text begins, in any of the forms devices send. Total. */
export function stampOf(text: string, now: Instant, assumeUtc: boolean): Stamp | undefined {
  if (isDigit(text, 0)) {
    if (text.charCodeAt(4) === HYPHEN) return isoStamp(text, assumeUtc);
    if (text.charCodeAt(4) === SPACE) return bsdStamp(text, now, assumeUtc);
    return isDigit(text, 8) ? epochStamp(text) : undefined;
  }
  if (text.charCodeAt(3) === SPACE) {
    return !assumeUtc && isPlainBsd(text) ? PLAIN : bsdStamp(text, now, assumeUtc);
  }
  return MARK.test(text) ? bsdStamp(text, now, assumeUtc) : undefined;
}

/** Of a clock that is not set, or was lost. */
const MARK = /^[*.]/;

const PLAIN: Stamp = { at: undefined, length: 15 };

/**
 * `Jul 23 09:30:45 ` before a lower-case letter, or `Jul 23 09:30:45: `: nearly every line begins
 * with it, says no zone, and need not be looked at more closely.
 */
function isPlainBsd(text: string): boolean {
  if (text.charCodeAt(6) !== SPACE) return false;
  if (text.charCodeAt(9) !== COLON || text.charCodeAt(12) !== COLON) return false;
  const behind = text.charCodeAt(15);
  if (behind !== COLON && (behind !== SPACE || text.charCodeAt(16) < LOWER_A)) return false;
  const isDay = isDigit(text, 5) && (isDigit(text, 4, 2) || text.charCodeAt(4) === SPACE);
  const isHour = isDigit(text, 7, 1)
    ? isDigit(text, 8)
    : isDigit(text, 7, 2) && isDigit(text, 8, 3);
  if (!isDay || !isHour || !isDigit(text, 10, 5) || !isDigit(text, 11)) return false;
  return isDigit(text, 13, 5) && isDigit(text, 14) && MONTH_NAMES.has(text.slice(0, 3));
}

const SPACE = 32;
const HYPHEN = 45;
const COLON = 58;
const LOWER_A = 97;
const DIGIT_0 = 48;

function isDigit(text: string, at: number, most = 9): boolean {
  const unit = text.charCodeAt(at);
  return unit >= DIGIT_0 && unit <= DIGIT_0 + most;
}

function isoStamp(text: string, assumeUtc: boolean): Stamp | undefined {
  const found = ISO.exec(text);
  if (!found) return undefined;
  const [{ length }, minute = '', second = '', fraction = '', zone] = found;
  const at = instantOf(minute.replace(' ', 'T'), second, fraction, colonZone(zone ?? 'Z'));
  if (at === undefined) return undefined;
  return { at: zone === undefined && !assumeUtc ? undefined : at, length };
}

const colonZone = (zone: string): string =>
  zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;

/** Lines come in the order of their times: most are of a minute, and a zone, just read. */
const MINUTES = new Map<string, Instant | undefined>();
export const MINUTES_MAX = 64;
export const minutesKept = (): number => MINUTES.size;

/** The time of `2026-07-23T09:30`, `45`, digits of a fraction and `Z` or `+02:00`. */
export function instantOf(
  minute: string,
  second: string,
  fraction: string,
  zone: string,
): Instant | undefined {
  const named = minute + zone;
  let begin = MINUTES.get(named);
  if (begin === undefined) {
    begin = parseInstant(`${minute}:00${zone}`);
    if (MINUTES.size >= MINUTES_MAX) MINUTES.clear();
    MINUTES.set(named, begin);
  }
  if (begin === undefined || +second > 60) return undefined;
  const ms = fraction === '' ? 0 : +fraction.slice(0, 3).padEnd(3, '0');
  return (begin + Math.min(+second, 59) * 1_000 + ms) as Instant;
}

function bsdStamp(text: string, now: Instant, assumeUtc: boolean): Stamp | undefined {
  const found = BSD.exec(text);
  if (!found) return undefined;
  const [whole, mark, y1, name = '', day = '', y2, h = '', m = '', s = ''] = found;
  FRACTION.lastIndex = whole.length;
  const [behind = '', part, y3] = FRACTION.exec(text) ?? [];
  ZONE.lastIndex = whole.length + behind.length;
  const zoned = ZONE.exec(text);
  const length = whole.length + behind.length + (zoned?.[0].length ?? 0);
  const zone = zoned?.[1] ?? zoned?.[2];
  const month = MONTHS.indexOf(name) / 3;
  if (!Number.isInteger(month) || month < 0 || +day > 31 || +h > 23 || +m > 59 || +s > 60) {
    return undefined;
  }
  const offset = zone === undefined ? (assumeUtc ? 0 : undefined) : ZONES[zone];
  if (mark !== '' || offset === undefined) return { at: undefined, length };
  const ms = part === undefined ? 0 : +part.slice(0, 3).padEnd(3, '0');
  const told = y1 ?? y2 ?? y3 ?? zoned?.[3];
  const midnight = dateAt(told === undefined ? undefined : +told, month, +day, now);
  const second = (+h * 60 + +m) * 60 + Math.min(+s, 59);
  return { at: (midnight + second * 1_000 + ms - offset * 60_000) as Instant, length };
}

/** The date that was read last, and what it was read as. */
let [lastDate, lastDateAt] = ['', 0];
const DAY_MS = 86_400_000;

function dateAt(year: number | undefined, month: number, day: number, now: Instant): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const named = `${year} ${month} ${day} ${today}`;
  if (named !== lastDate) {
    const inYear = (one: number): number => Date.UTC(one, month, day);
    lastDateAt = year === undefined ? nearest(today, inYear) : inYear(year);
    lastDate = named;
  }
  return lastDateAt;
}

/** A time without a year is the one nearest to now: on New Year's night it is last year's. */
function nearest(now: number, inYear: (year: number) => number): number {
  const year = new Date(now).getUTCFullYear();
  const times = [inYear(year), inYear(year - 1), inYear(year + 1)];
  return times.reduce((best, one) => (Math.abs(one - now) < Math.abs(best - now) ? one : best));
}

function epochStamp(text: string): Stamp | undefined {
  const found = EPOCH.exec(text);
  if (!found) return undefined;
  const ms = +(found[2] ?? '').slice(0, 3).padEnd(3, '0');
  return { at: (+(found[1] ?? 0) * 1_000 + ms) as Instant, length: found[0].length - 1 };
}
