import { meant } from '../base/near.ts';
import { zoneExists } from '../base/zones.ts';
import type { PlanInterval, PlanSpan, Range } from '../domain/routing/plan.ts';
import type { Reader } from './reader.ts';
import type { ConfigSettings, IntervalSettings, SpanSettings } from './schema.ts';
import { hereZone } from './zones.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** A range, or why it is none. */
type Read = Range | string;

/** All time intervals of a file, the old section first, as Alertmanager reads them. */
export function planIntervals(reader: Reader, file: ConfigSettings): readonly PlanInterval[] {
  const seen = new Set<string>();
  return [...(file.mute_time_intervals ?? []), ...(file.time_intervals ?? [])].map((interval) => {
    const { name = '' } = interval; // without one there is a fault already
    if (seen.has(name)) reader.say(interval, ['name'], `there are two time intervals "${name}"`);
    seen.add(name);
    return { name, spans: spansOf(reader, interval) };
  });
}

/** A span with an empty list in it can never hold (`times: []`), so it is left out. */
function spansOf(reader: Reader, interval: IntervalSettings): PlanSpan[] {
  return (interval.time_intervals ?? [])
    .map((span) => spanOf(reader, span))
    .filter((_, i) => !hasEmptyList(interval.time_intervals?.[i]));
}

const hasEmptyList = (span: SpanSettings | undefined): boolean =>
  Object.values(span ?? {}).some((field) => Array.isArray(field) && field.length === 0);

type RangeField = 'weekdays' | 'days_of_month' | 'months' | 'years';

function spanOf(reader: Reader, span: SpanSettings): PlanSpan {
  const ranges = (field: RangeField): Range[] =>
    (span[field] ?? []).flatMap((text, i) => {
      const read = READ[field](text.toLowerCase());
      if (typeof read !== 'string') return [read];
      reader.say(span, [field, i], `${field}: "${text}" ${read}`);
      return [];
    });
  return {
    times: (span.times ?? []).flatMap((time) => timeOf(reader, time)),
    weekdays: ranges('weekdays'),
    daysOfMonth: ranges('days_of_month'),
    months: ranges('months'),
    years: ranges('years'),
    zone: zoneOf(reader, span),
  };
}

const CLOCK = /^(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/;

const minuteOf = (text: string): number | undefined => {
  const [, h, m, all] = CLOCK.exec(text) ?? [];
  if (h === undefined && all === undefined) return undefined;
  return Number(h ?? all) * 60 + Number(m ?? 0);
};

function timeOf(reader: Reader, time: { start_time: string; end_time: string }): Range[] {
  const [from, to] = [minuteOf(time.start_time ?? ''), minuteOf(time.end_time ?? '')];
  for (const [field, minute] of [
    ['start_time', from],
    ['end_time', to],
  ] as const)
    if (minute === undefined && time[field] !== undefined)
      reader.say(time, [field], `${field}: "${time[field]}" is not HH:MM between 00:00 and 24:00`);
  if (from === undefined || to === undefined) return [];
  if (from < to) return [[from, to]];
  reader.say(time, ['end_time'], `end_time: "${time.end_time}" is not after ${time.start_time}`);
  return [];
}

/** `a` or `a:b`, each read by `one`. */
function range(text: string, one: (text: string) => number | string): Read {
  const parts = text.split(':');
  if (parts.length > 2) return 'is not a range such as a:b';
  const [from, to] = [one(parts[0] ?? ''), one(parts.at(-1) ?? '')];
  if (typeof from === 'string') return from;
  return typeof to === 'string' ? to : [from, to];
}

const whole = (text: string): number | undefined =>
  /^[-+]?\d{1,9}$/.test(text) ? Number(text) : undefined;

const inOrder = (read: Read): Read =>
  typeof read !== 'string' && read[0] > read[1] ? 'ends before it begins' : read;

const READ: Readonly<Record<RangeField, (text: string) => Read>> = {
  weekdays: (text) =>
    inOrder(
      range(text, (day) => {
        const at = WEEKDAYS.indexOf(day);
        return at >= 0 ? at : `is no day of the week such as monday${meant(day, WEEKDAYS)}`;
      }),
    ),
  months: (text) =>
    inOrder(
      range(text, (month) => {
        const at = MONTHS.indexOf(month);
        const number = at >= 0 ? at + 1 : whole(month);
        return number !== undefined && number >= 1 && number <= 12
          ? number
          : `is no month such as march or 3${meant(month, MONTHS)}`;
      }),
    ),
  years: (text) => inOrder(range(text, (year) => whole(year) ?? 'is no year such as 2026')),
  days_of_month: (text) => {
    const read = range(text, (day) => {
      const number = whole(day);
      const isDay = number !== undefined && number !== 0 && Math.abs(number) <= 31;
      return isDay ? number : 'is no day of the month: 1 to 31, or -31 to -1 from its end';
    });
    return typeof read === 'string' ? read : daysInOrder(read);
  },
};

/** As Alertmanager: what ends before it begins in every month, February with 28 days included. */
function daysInOrder([from, to]: Range): Read {
  if (from < 0 && to > 0) return 'begins from the end of the month, so it must end from there too';
  const day = (n: number): number => (n < 0 ? 28 + n : n);
  return day(from) > day(to) ? 'ends before it begins' : [from, to];
}

function zoneOf(reader: Reader, span: SpanSettings): string {
  const { location = '' } = span;
  if (location === '' || location === 'UTC') return 'UTC';
  if (location === 'Local') return hereZone();
  if (!zoneExists(location))
    reader.say(span, ['location'], `location: there is no time zone "${location}"`);
  return location;
}
