import { Fault } from './fault.ts';
import { type Duration, Time } from './value.ts';
import { abbreviation } from './zone-names.ts';

const SECOND = 1_000_000_000n;
/** Go's zero time, 0001-01-01T00:00:00Z. */
export const ZERO_NS = -62_135_596_800n * SECOND;

export const MONTHS: readonly string[] =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
export const WEEKDAYS: readonly string[] =
  'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** A moment as a clock and calendar in its zone show it. */
export interface Fields {
  readonly year: number;
  /** 1 … 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** `CET`, `UTC`, `+03`. */
  readonly abbreviation: string;
}

const floorDiv = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

/** Milliseconds, rounded down; kept within what Date can hold. */
export function msOf(time: Time): number {
  const ms = Number(floorDiv(time.ns, 1_000_000n));
  return Math.max(-8.64e15, Math.min(8.64e15, ms));
}

export function fieldsOf(time: Time): Fields {
  const ms = msOf(time);
  const offset = offsetAt(time.zone, ms);
  const local = new Date(Math.max(-8.64e15, Math.min(8.64e15, ms + offset * 1000)));
  const year = local.getUTCFullYear();
  const start = new Date(0);
  start.setUTCFullYear(year, 0, 1);
  return {
    year,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    nano: Number(((time.ns % SECOND) + SECOND) % SECOND),
    weekday: local.getUTCDay(),
    yearDay: Math.floor((local.getTime() - start.getTime()) / 86_400_000) + 1,
    offset,
    abbreviation: time.zone === 'UTC' ? 'UTC' : abbreviation(time.zone, ms, offset),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, format); // bounded by the zones there are
  return format;
}

/** Seconds east of UTC. */
function offsetAt(zone: string, ms: number): number {
  if (zone === 'UTC') return 0;
  const fixed = /^[+-]/.test(zone)
    ? zone
    : (formatOf(zone)
        .formatToParts(ms)
        .find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT');
  const found = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(fixed);
  if (!found) return 0;
  const [, sign, h = '0', m = '0', s = '0'] = found;
  return (sign === '-' ? -1 : 1) * (+h * 3600 + +m * 60 + +s);
}

/** The same moment in another zone; '' is UTC. Throws Fault for a zone that is not known. */
export function inZone(time: Time, name: string): Time {
  if (name === '' || name === 'UTC') return new Time(time.ns);
  // The name reaches Intl as it is: its own fixed offsets are not names of Go's.
  if (!/^[A-Za-z]/.test(name)) throw new Fault(`there is no time zone "${name}"`);
  try {
    formatOf(name);
  } catch {
    throw new Fault(`there is no time zone "${name}": write it as Europe/Berlin`);
  }
  return new Time(time.ns, name);
}

/** What Go's layouts give a meaning: words and numbers; zones and fractions of a second. */
const NAMED =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|2006|_2006|__2|_2|[1-5]|PM|pm/y;
const SIGNED = /[-Z]07(?::00:00|0000|:00|00|)|[.,](?:0+|9+)(?![0-9])/y;

/** A layout in pieces: what has a meaning, and what stands for itself. */
export function layoutPieces(layout: string): readonly { chunk: boolean; text: string }[] {
  const pieces: { chunk: boolean; text: string }[] = [];
  let [at, from] = [0, 0];
  while (at < layout.length) {
    NAMED.lastIndex = at;
    SIGNED.lastIndex = at;
    const text = (NAMED.exec(layout) ?? SIGNED.exec(layout))?.[0];
    if (text === undefined) {
      at += 1;
      continue;
    }
    if (at > from) pieces.push({ chunk: false, text: layout.slice(from, at) });
    pieces.push({ chunk: true, text });
    at += text.length;
    from = at;
  }
  if (at > from) pieces.push({ chunk: false, text: layout.slice(from) });
  return pieces;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Go's Time.Format. */
export function formatTime(time: Time, layout: string): string {
  const at = fieldsOf(time);
  return layoutPieces(layout)
    .map(({ chunk, text }) => (chunk ? chunkText(text, at) : text))
    .join('');
}

function chunkText(chunk: string, at: Fields): string {
  const simple = SIMPLE[chunk];
  if (simple) return simple(at);
  if (/^[.,]/.test(chunk)) return fraction(chunk, at.nano);
  return offsetText(chunk, at.offset);
}

const year = ({ year }: Fields): string =>
  (year < 0 ? '-' : '') + String(Math.abs(year)).padStart(4, '0');
const hour12 = ({ hour }: Fields): number => hour % 12 || 12;

const SIMPLE: Readonly<Record<string, (at: Fields) => string>> = {
  '2006': year,
  _2006: (at) => `_${year(at)}`,
  '06': ({ year }) => two(Math.abs(year) % 100),
  January: ({ month }) => MONTHS[month - 1] ?? '',
  Jan: ({ month }) => (MONTHS[month - 1] ?? '').slice(0, 3),
  '01': ({ month }) => two(month),
  '1': ({ month }) => String(month),
  Monday: ({ weekday }) => WEEKDAYS[weekday] ?? '',
  Mon: ({ weekday }) => (WEEKDAYS[weekday] ?? '').slice(0, 3),
  '02': ({ day }) => two(day),
  _2: ({ day }) => String(day).padStart(2),
  '2': ({ day }) => String(day),
  '002': ({ yearDay }) => String(yearDay).padStart(3, '0'),
  __2: ({ yearDay }) => String(yearDay).padStart(3),
  '15': ({ hour }) => two(hour),
  '03': (at) => two(hour12(at)),
  '3': (at) => String(hour12(at)),
  '04': ({ minute }) => two(minute),
  '4': ({ minute }) => String(minute),
  '05': ({ second }) => two(second),
  '5': ({ second }) => String(second),
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
  MST: ({ abbreviation }) => abbreviation,
};

function fraction(chunk: string, nano: number): string {
  const digits = String(nano)
    .padStart(9, '0')
    .slice(0, chunk.length - 1)
    .padEnd(chunk.length - 1, '0');
  if (chunk[1] === '0') return `${chunk[0]}${digits}`;
  const short = digits.replace(/0+$/, '');
  return short === '' ? '' : `${chunk[0]}${short}`;
}

function offsetText(chunk: string, offset: number): string {
  if (chunk.startsWith('Z') && offset === 0) return 'Z';
  const sign = offset < 0 ? '-' : '+';
  const size = Math.abs(offset);
  const [h, m, s] = [two(Math.floor(size / 3600)), two(Math.floor(size / 60) % 60), two(size % 60)];
  const between = chunk.includes(':') ? ':' : '';
  const form = chunk.slice(1).replaceAll(':', '');
  if (form === '07') return `${sign}${h}`;
  return `${sign}${h}${between}${m}${form === '070000' ? `${between}${s}` : ''}`;
}

/** Go's Time.String, without the monotonic reading. */
export const timeText = (time: Time): string =>
  formatTime(time, '2006-01-02 15:04:05.999999999 -0700 MST');

/** RFC 3339 with as many digits as are needed, as Go's JSON has it. */
export const timeJson = (time: Time): string =>
  formatTime(time, '2006-01-02T15:04:05.999999999Z07:00');

/** Go's Duration.String: `1h2m3.5s`, `1.5ms`, `0s`. */
export function durationText({ ns }: Duration): string {
  if (ns === 0n) return '0s';
  const sign = ns < 0n ? '-' : '';
  const size = ns < 0n ? -ns : ns;
  const part = (unit: bigint, name: string): string => {
    const rest = String(size % unit)
      .padStart(String(unit).length - 1, '0')
      .replace(/0+$/, '');
    return `${sign}${size / unit}${rest === '' ? '' : `.${rest}`}${name}`;
  };
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return part(1000n, 'µs');
  if (size < SECOND) return part(1_000_000n, 'ms');
  const nano = String(size % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const all = size / SECOND;
  const [h, m, s] = [all / 3600n, (all / 60n) % 60n, all % 60n];
  const end = `${s}${nano === '' ? '' : `.${nano}`}s`;
  if (h > 0n) return `${sign}${h}h${m}m${end}`;
  return m > 0n ? `${sign}${m}m${end}` : `${sign}${end}`;
}

const WIRE = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(.*)$/;
const WIRE_END = /^(?:[.,](\d{1,9})\d*)?(?:[Zz]|([+-]\d\d:\d\d))$/;

/** RFC 3339 text to nanoseconds; undefined when it is none. */
export function timeFromWire(text: string): Time | undefined {
  const found = WIRE.exec(text);
  const end = WIRE_END.exec(found?.[7] ?? '');
  if (!found || !end) return undefined;
  const [, y = '', mo = '', d = '', h = '', mi = '', s = ''] = found;
  const [, fraction = '', zone] = end;
  const date = new Date(0);
  date.setUTCFullYear(+y, +mo - 1, +d);
  if (date.getUTCMonth() !== +mo - 1 || +h > 23 || +mi > 59 || +s > 59) return undefined;
  const seconds = date.getTime() / 1000 + +h * 3600 + +mi * 60 + +s;
  const offset = zone === undefined ? 0 : offsetAt(zone, 0);
  const fixed = offset === 0 ? 'UTC' : zone;
  return new Time(BigInt(seconds - offset) * SECOND + BigInt(fraction.padEnd(9, '0')), fixed);
}
