import { type Instant, parseInstant } from '../../base/time.ts';

/** A time at the beginning of a text. */
export interface Stamp {
  /** Undefined where the sender does not name its zone, or its clock is not set. */
  readonly at: Instant | undefined;
  /** How many characters it takes. */
  readonly length: number;
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `2026-07-23T09:30:45.123+02:00`; a space for the T, or no zone, as well. */
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?=[\s:]|$)/;

/**
 * `Jun  1 21:43:46` and what devices add: a mark of an unset clock, a year before the month, after
 * the day or after the time, a fraction, a zone by name (RFC 3164 §5.4 has a year behind it).
 */
const DAY = /^([*.]?)(?:(\d{4}) )?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? /;
const CLOCK = /(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: (\d{4})(?=[\s:]|$))?/y;
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
  const first = text.charCodeAt(0);
  if (first >= DIGIT_0 && first <= DIGIT_9) {
    return isoStamp(text, assumeUtc) ?? bsdStamp(text, now, assumeUtc) ?? epochStamp(text);
  }
  return bsdStamp(text, now, assumeUtc);
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;

function isoStamp(text: string, assumeUtc: boolean): Stamp | undefined {
  const found = ISO.exec(text)?.[0];
  if (found === undefined) return undefined;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.exec(found.slice(19))?.[0];
  const plain = found.replace(' ', 'T').replace(',', '.');
  const zone = zoned === undefined ? 'Z' : zoned.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const at = parseInstant(`${plain.slice(0, plain.length - (zoned?.length ?? 0))}${zone}`);
  if (at === undefined) return undefined;
  return { at: zoned === undefined && !assumeUtc ? undefined : at, length: found.length };
}

function bsdStamp(text: string, now: Instant, assumeUtc: boolean): Stamp | undefined {
  const date = DAY.exec(text);
  if (!date) return undefined;
  CLOCK.lastIndex = date[0].length;
  const clock = CLOCK.exec(text);
  if (!clock) return undefined;
  ZONE.lastIndex = CLOCK.lastIndex;
  const zoned = ZONE.exec(text);
  const length = zoned ? ZONE.lastIndex : date[0].length + clock[0].length;
  const [, mark, y1, name = '', day = '', y2] = date;
  const [, h = '', m = '', s = '', part, y3] = clock;
  const zone = zoned?.[1] ?? zoned?.[2];
  const month = MONTHS.indexOf(name) / 3;
  if (!Number.isInteger(month) || month < 0 || +day > 31 || +h > 23 || +m > 59 || +s > 60) {
    return undefined;
  }
  const offset = zone === undefined ? (assumeUtc ? 0 : undefined) : ZONES[zone];
  if (mark !== '' || offset === undefined) return { at: undefined, length };
  const ms = part === undefined ? 0 : +part.slice(0, 3).padEnd(3, '0');
  const inYear = (year: number): number =>
    Date.UTC(year, month, +day, +h, +m, Math.min(+s, 59), ms) - offset * 60_000;
  const told = y1 ?? y2 ?? y3 ?? zoned?.[3];
  const at = told === undefined ? nearest(now, inYear) : inYear(+told);
  return { at: at as Instant, length };
}

/** A time without a year is the one nearest to now: on New Year's night it is last year's. */
function nearest(now: Instant, inYear: (year: number) => number): number {
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
