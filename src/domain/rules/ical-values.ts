import {
  type NthDay,
  RECURRENCE_LIMITS,
  type Recurrence,
  type WallMinute,
  WEEKDAYS,
  type Weekday,
} from './recurrence.ts';

/** Values of iCalendar (RFC 5545 §3.3), as far as planned work needs them. All of it is total. */

/** A DATE or DATE-TIME; seconds are cut. */
export interface ReadTime {
  readonly wall: WallMinute;
  readonly isUtc: boolean;
  readonly isDate: boolean;
}

const TIME = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/;
const MINUTE_MS = 60_000;

/** §3.3.4, §3.3.5; undefined when it is none. */
export function readTime(text: string): ReadTime | undefined {
  const found = TIME.exec(text);
  if (!found) return undefined;
  const [, y = '', mo = '', d = '', h, mi = '0', s = '0', z] = found;
  const at = wallFrom(+y, +mo, +d, +(h ?? 0), +mi);
  if (at === undefined || +s > 60) return undefined;
  return { wall: at, isUtc: z === 'Z', isDate: h === undefined };
}

const TYPED = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d)?)?$/;

/** `2026-03-01T22:00` or a bare day, as people and forms write it. */
export function readWall(text: string): WallMinute | undefined {
  const found = TYPED.exec(text);
  if (!found) return undefined;
  const [, y = '', mo = '', d = '', h = '0', mi = '0'] = found;
  return wallFrom(+y, +mo, +d, +h, +mi);
}

function wallFrom(y: number, mo: number, d: number, h: number, mi: number): number | undefined {
  if (y < 1900 || h > 23 || mi > 59) return undefined;
  const at = Date.UTC(y, mo - 1, d, h, mi);
  const back = new Date(at);
  if (back.getUTCMonth() !== mo - 1 || back.getUTCDate() !== d) return undefined;
  return at / MINUTE_MS;
}

/** `2026-03-01T22:00` */
export const wallText = (wall: WallMinute): string =>
  new Date(wall * MINUTE_MS).toISOString().slice(0, 16);

/** `20260301T220000` */
export const icalWall = (wall: WallMinute): string => `${wallText(wall).replace(/[-:]/g, '')}00`;

const DURATION =
  /^\+?P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?)$/;

/** §3.3.6 in minutes, seconds rounded up; undefined when it is none, or nothing. */
export function readDuration(text: string): number | undefined {
  const found = DURATION.exec(text);
  if (!found) return undefined;
  const [, w = '0', d = '0', h = '0', m = '0', s = '0'] = found;
  const minutes = (+w * 7 + +d) * 1_440 + +h * 60 + +m + Math.ceil(+s / 60);
  return minutes > 0 ? minutes : undefined;
}

export type ReadRule = Pick<Recurrence, 'every' | 'interval' | 'on' | 'monthDays' | 'count'> & {
  readonly until?: ReadTime;
};

const FREQUENCIES: Readonly<Record<string, Recurrence['every']>> = {
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
};

/** A RECUR value (§3.3.10), or why it cannot be taken. */
export function readRule(text: string): ReadRule | string {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [name = '', value] = part.toUpperCase().split('=');
    if (value === undefined || parts.has(name)) return `RRULE: "${part}" cannot be read`;
    parts.set(name, value);
  }
  const every = FREQUENCIES[parts.get('FREQ') ?? ''];
  if (!every) return `RRULE: FREQ is ${parts.get('FREQ')}; DAILY, WEEKLY or MONTHLY expected`;
  const unknown = [...parts.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) return `RRULE: ${unknown} is not understood`;
  const interval = numberIn(parts.get('INTERVAL') ?? '1', RECURRENCE_LIMITS.interval_max);
  if (!interval) return `RRULE: INTERVAL from 1 to ${RECURRENCE_LIMITS.interval_max} expected`;
  if (interval > 1 && every === 'week' && (parts.get('WKST') ?? 'MO') !== 'MO') {
    return 'RRULE: weeks that do not begin on Monday are not understood';
  }
  const counted = parts.get('COUNT');
  const count = counted === undefined ? 0 : numberIn(counted, RECURRENCE_LIMITS.count_max);
  if (count === undefined) return `RRULE: COUNT from 1 to ${RECURRENCE_LIMITS.count_max} expected`;
  const last = parts.get('UNTIL');
  const until = last === undefined ? undefined : readTime(last);
  if (last !== undefined && !until) return `RRULE: UNTIL "${last}" is no time`;
  if (until && count > 0) return 'RRULE: UNTIL or COUNT expected, not both';
  const days = daysOf(every, parts);
  if (typeof days === 'string') return days;
  return { every, interval, count, ...days, ...(until ? { until } : {}) };
}

const KNOWN = new Set(
  ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTHDAY', 'BYSETPOS', 'WKST'], //
);

function daysOf(
  every: Recurrence['every'],
  parts: ReadonlyMap<string, string>,
): Pick<Recurrence, 'on' | 'monthDays'> | string {
  const read = readDays([
    ...(parts.get('BYDAY')?.split(',') ?? []),
    ...(parts.get('BYMONTHDAY')?.split(',') ?? []),
  ]);
  if (typeof read === 'string') return `RRULE: ${read}`;
  const position = parts.get('BYSETPOS');
  if (position === undefined) return whyNotDays(every, read) ?? read;
  const [only, ...more] = read.on;
  const nth = Number(position);
  if (every !== 'month' || !only || more.length > 0 || only.nth !== 0 || !isNth(nth)) {
    return 'RRULE: BYSETPOS is understood with one weekday of a month only';
  }
  return { on: [{ nth, day: only.day }], monthDays: [] };
}

const DAY = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/;
const isNth = (n: number): boolean => Number.isInteger(n) && n !== 0 && Math.abs(n) <= 5;

/** `TU`, `2TU`, `-1FR`, `15`, `-1`: weekdays, and days of a month; or why not. */
export function readDays(words: readonly string[]): Pick<Recurrence, 'on' | 'monthDays'> | string {
  if (words.length > RECURRENCE_LIMITS.days_max) {
    return `at most ${RECURRENCE_LIMITS.days_max} days expected`;
  }
  const on: NthDay[] = [];
  const monthDays: number[] = [];
  for (const word of words) {
    const [, nth, day] = DAY.exec(word) ?? [];
    const n = Number(nth ?? word);
    if (day !== undefined) {
      if (nth !== undefined && !isNth(n)) return `"${word}": 1 to 5, or -1 to -5, expected`;
      on.push({ nth: nth === undefined ? 0 : n, day: day as Weekday });
    } else if (/^[+-]?\d{1,2}$/.test(word) && n !== 0 && Math.abs(n) <= 31) monthDays.push(n);
    else return `"${word}" is no day: ${WEEKDAYS.join(', ')}, 2TU, -1FR, 15 or -1 expected`;
  }
  return { on, monthDays };
}

/** What makes no sense together; undefined when all is well. */
export function whyNotDays(
  every: Recurrence['every'],
  { on, monthDays }: Pick<Recurrence, 'on' | 'monthDays'>,
): string | undefined {
  if (every !== 'month' && monthDays.length > 0) return 'days of the month go with months';
  if (every !== 'month' && on.some(({ nth }) => nth !== 0))
    return '2TU and the like go with months';
  const both = on.length > 0 && monthDays.length > 0;
  return both ? 'weekdays or days of the month expected, not both' : undefined;
}

function numberIn(text: string, max: number): number | undefined {
  const n = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return n >= 1 && n <= max ? n : undefined;
}
