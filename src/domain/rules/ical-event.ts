import type { Component, Property } from './ical-lines.ts';
import { CALENDAR_LIMITS, plainText } from './ical-lines.ts';
import { readDuration, readRule, readTime } from './ical-values.ts';
import { zoneNames } from './ical-zones.ts';
import {
  instantOf,
  type OffsetAt,
  RECURRENCE_LIMITS,
  type Recurrence,
  type WallMinute,
  wallOf,
} from './recurrence.ts';

/** A VEVENT as planned work, with what providers say of it (X-MAINTNOTE-…). */
export interface CalendarEvent {
  readonly line: number;
  readonly uid: string;
  readonly sequence: number;
  readonly is: 'planned' | 'tentative' | 'cancelled' | 'completed';
  /** No time of it is lost: what it is about goes on. */
  readonly isHarmless: boolean;
  /** Which time of a recurring event this is; undefined: the event itself. */
  readonly instead: { readonly wall: WallMinute; readonly zone: string } | undefined;
  /** Undefined where a cancelled one says none. */
  readonly times: Recurrence | undefined;
  readonly name: string;
  readonly reason: string;
  readonly owner: string;
  /** Circuits and the like, by the provider's names for them. */
  readonly objects: readonly string[];
}

export interface EventRefused {
  readonly line: number;
  readonly uid: string;
  readonly name: string;
  readonly why: string;
}

/** What is known of zones, and whose clock times without a zone are of. */
export interface Zones {
  readonly offsetsOf: (zone: string) => OffsetAt | undefined;
  readonly floating: string;
}

/** A fault of a property: told with its line. */
class Refusal extends Error {
  readonly line: number;
  constructor(line: number, why: string) {
    super(why);
    this.line = line;
  }
}

const OBJECTS_MAX = 1_000;
const NAME_CHARS_MAX = 256;
const REASON_CHARS_MAX = 1_024;

/** One event, or why it cannot be taken. */
export function readEvent(
  { line, properties }: Component,
  method: string,
  zones: Zones,
): CalendarEvent | EventRefused {
  const all = new Map<string, Property[]>();
  for (const one of properties) all.set(one.name, [...(all.get(one.name) ?? []), one]);
  const text = (name: string): string => plainText(all.get(name)?.[0]?.value ?? '').trim();
  const uid = text('UID');
  const id = text('X-MAINTNOTE-MAINTENANCE-ID');
  const name = (text('SUMMARY') || id || 'Maintenance').slice(0, NAME_CHARS_MAX);
  try {
    if (uid === '' || uid.length > CALENDAR_LIMITS.uid_chars_max) {
      const most = CALENDAR_LIMITS.uid_chars_max;
      throw new Refusal(line, `UID of 1 to ${most} characters expected`);
    }
    const is = standing(text('X-MAINTNOTE-STATUS') || text('STATUS'), method);
    const instead = all.get('RECURRENCE-ID')?.[0];
    const isOver = is === 'cancelled' || is === 'completed';
    const times = isOver && !all.has('DTSTART') ? undefined : timesOf(all, line, zones);
    const provider = text('X-MAINTNOTE-PROVIDER');
    const zone = times?.zone ?? zones.floating;
    return {
      ...{ line, uid, name, is, times },
      sequence: sequenceOf(text('X-MAINTNOTE-SEQUENCE') || text('SEQUENCE')),
      isHarmless: text('X-MAINTNOTE-IMPACT').toUpperCase() === 'NO-IMPACT',
      instead: instead ? { zone, wall: wallIn(instead, instead.value, zone, zones) } : undefined,
      reason: reasonOf(provider, id, text) || 'From a calendar',
      owner: (provider || organizer(all)).slice(0, NAME_CHARS_MAX),
      objects: objectsOf(all.get('X-MAINTNOTE-OBJECT-ID') ?? []),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { line: error.line, uid, name, why: error.message };
  }
}

function standing(status: string, method: string): CalendarEvent['is'] {
  const said = status.toUpperCase();
  if (method === 'CANCEL' || said === 'CANCELLED') return 'cancelled';
  if (said === 'TENTATIVE') return 'tentative';
  return said === 'COMPLETED' ? 'completed' : 'planned';
}

const sequenceOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

const objectsOf = (said: readonly Property[]): readonly string[] => [
  ...new Set(said.slice(0, OBJECTS_MAX).flatMap(({ value }) => plainText(value).trim() || [])),
];

function reasonOf(provider: string, id: string, text: (name: string) => string): string {
  const account = text('X-MAINTNOTE-ACCOUNT');
  const impact = text('X-MAINTNOTE-IMPACT');
  const said = [
    [provider, id].filter((word) => word !== '').join(' '),
    account === '' ? '' : `account ${account}`,
    impact === '' ? '' : `impact ${impact.toLowerCase()}`,
    text('DESCRIPTION'),
  ];
  return said
    .filter((part) => part !== '')
    .join('; ')
    .slice(0, REASON_CHARS_MAX);
}

function organizer(all: ReadonlyMap<string, readonly Property[]>): string {
  const one = all.get('ORGANIZER')?.[0];
  return one?.params.get('CN') ?? one?.value.replace(/^mailto:/i, '') ?? '';
}

type Said = ReadonlyMap<string, readonly Property[]>;

function timesOf(all: Said, line: number, zones: Zones): Recurrence {
  const begin = all.get('DTSTART')?.[0];
  if (!begin) throw new Refusal(line, 'DTSTART expected');
  const zone = zoneOf(begin, zones);
  const start = wallIn(begin, begin.value, zone, zones);
  const isDay = readTime(begin.value)?.isDate === true;
  const lasts = lengthOf(all, begin, start, isDay, zone, zones);
  const odd = ['EXRULE'].flatMap((name) => all.get(name) ?? [])[0] ?? all.get('RRULE')?.[1];
  if (odd)
    throw new Refusal(odd.line, `a second rule of recurrence (${odd.name}) is not understood`);
  const except = listed(all, 'EXDATE', RECURRENCE_LIMITS.except_max).map(([property, value]) =>
    wallIn(property, value, zone, zones),
  );
  const extra = listed(all, 'RDATE', RECURRENCE_LIMITS.extra_max).map(([property, value]) => {
    const [from = '', end = ''] = value.split('/');
    const at = wallIn(property, from, zone, zones);
    if (end === '') return { start: at, lasts };
    const length = readDuration(end) ?? wallIn(property, end, zone, zones) - at;
    if (!(length > 0))
      throw new Refusal(property.line, 'RDATE: an end after its beginning expected');
    return { start: at, lasts: length };
  });
  const how = ruleOf(all.get('RRULE')?.[0], zone, zones);
  return { ...how, zone, start, lasts, except, extra };
}

type How = Pick<Recurrence, 'every' | 'interval' | 'on' | 'monthDays' | 'count' | 'until'>;

function ruleOf(rule: Property | undefined, zone: string, zones: Zones): How {
  if (!rule) {
    return { every: 'once', interval: 1, on: [], monthDays: [], count: 0, until: undefined };
  }
  const read = readRule(rule.value);
  if (typeof read === 'string') throw new Refusal(rule.line, read);
  const { until, ...how } = read;
  if (!until) return { ...how, until: undefined };
  if (until.isDate) return { ...how, until: until.wall + 1_439 };
  return { ...how, until: until.isUtc ? shownIn(zone, until.wall, zones) : until.wall };
}

function lengthOf(
  all: Said,
  begin: Property,
  start: WallMinute,
  isDay: boolean,
  zone: string,
  zones: Zones,
): number {
  const [duration] = all.get('DURATION') ?? [];
  const [end] = all.get('DTEND') ?? [];
  if (duration) {
    const read = readDuration(duration.value);
    if (read === undefined)
      throw new Refusal(duration.line, 'DURATION: a length such as PT4H expected');
    return read;
  }
  if (!end) {
    if (isDay) return 1_440;
    throw new Refusal(begin.line, 'DTEND or DURATION expected');
  }
  // Moments, not clocks: in the night clocks are changed the difference is what is done.
  const offsetAt = zones.offsetsOf(zone);
  const to = wallIn(end, end.value, zone, zones);
  const length =
    isDay || !offsetAt
      ? to - start
      : Math.round((instantOf(to, offsetAt) - instantOf(start, offsetAt)) / 60_000);
  if (!(length > 0)) throw new Refusal(end.line, 'DTEND: an end after the beginning expected');
  return length;
}

function listed(all: Said, name: string, max: number): readonly (readonly [Property, string])[] {
  const found = (all.get(name) ?? []).flatMap((property) =>
    property.value.split(',').map((value) => [property, value] as const),
  );
  const [first] = found;
  if (first && found.length > max)
    throw new Refusal(first[0].line, `${name}: at most ${max} expected`);
  return found;
}

/** The zone that a time is of; times in UTC keep UTC's clock. */
function zoneOf({ params, value, line }: Property, zones: Zones): string {
  if (readTime(value)?.isUtc) return 'UTC';
  const tzid = params.get('TZID');
  if (tzid === undefined) return zones.floating;
  const known = zoneNames(tzid).find((name) => zones.offsetsOf(name) !== undefined);
  if (known === undefined)
    throw new Refusal(line, `the time zone ${tzid.slice(0, 64)} is not known`);
  return known;
}

/** A time as the clock of `zone` shows it, whatever zone it was given in. */
function wallIn(property: Property, value: string, zone: string, zones: Zones): WallMinute {
  const read = readTime(value.trim());
  if (!read)
    throw new Refusal(property.line, `${property.name}: "${value.slice(0, 32)}" is no time`);
  if (read.isDate) return read.wall;
  const own = read.isUtc ? 'UTC' : zoneOf({ ...property, value }, zones);
  if (own === zone) return read.wall;
  const offsetAt = zones.offsetsOf(own);
  const at = offsetAt ? instantOf(read.wall, offsetAt) / 60_000 : read.wall;
  return shownIn(zone, at, zones);
}

/** What the clock of a zone shows at a minute of UTC. */
function shownIn(zone: string, minute: number, zones: Zones): WallMinute {
  const offsetAt = zones.offsetsOf(zone);
  return offsetAt ? wallOf((minute * 60_000) as never, offsetAt) : minute;
}
