import { fingerprint } from '../base/fingerprint.ts';
import { refusalText } from '../base/refusal.ts';
import type { Instant } from '../base/time.ts';
import type { Term } from '../domain/alarm/matcher-syntax.ts';
import { folded, kindOf, type ThingKey } from '../domain/inventory/thing.ts';
import {
  type CalendarEvent,
  type EventRefused,
  readEvent,
  type Zones,
} from '../domain/rules/ical-event.ts';
import { type CalendarText, readCalendarText } from '../domain/rules/ical-lines.ts';
import { type Maintenance, nextTurn, type Window } from '../domain/rules/maintenance.ts';
import {
  expand,
  instantOf,
  RECURRENCE_LIMITS,
  type Recurrence,
  wallOf,
} from '../domain/rules/recurrence.ts';
import { readRecurrence, recurrenceText } from '../domain/rules/recurrence-text.ts';
import type { Memory } from './desk.ts';
import type { MaintenanceAct } from './standing-acts.ts';
import { whyNotMaintenance, workOfCalendar } from './verbs/maintenance.ts';
import type { Sliced } from './views/merge.ts';

/** What the events of a calendar are to touch, where they do not say it. */
export interface CalendarWanted {
  readonly matchers: readonly Term[];
  readonly things: readonly string[];
  /** Who does the work; '' for whoever the event names. */
  readonly owner: string;
}

export const CALENDAR_OUTCOMES = ['taken', 'updated', 'ended', 'unchanged', 'refused'] as const;

/** What comes of one event of a calendar, and the act that makes it so. */
export interface CalendarReport {
  readonly line: number;
  readonly uid: string;
  readonly name: string;
  readonly outcome: (typeof CALENDAR_OUTCOMES)[number];
  /** Why it was not taken, or what is to be known of it; '' for nothing. */
  readonly why: string;
  /** The piece of work; '' for none. */
  readonly work: string;
  readonly windows: readonly Window[];
  readonly act?: MaintenanceAct;
}

export interface CalendarCompared {
  readonly reports: readonly CalendarReport[];
  readonly fault: CalendarText['fault'];
}

interface Parts {
  readonly memory: Pick<Memory, 'get' | 'inventory'>;
  readonly wanted: CalendarWanted;
  readonly zones: Zones;
  readonly now: Instant;
}

/** Reads a calendar and compares it with what is planned. Changes nothing. */
export function* compareCalendar(text: string, parts: Parts): Sliced<CalendarCompared> {
  const { method, events, fault } = readCalendarText(text);
  const reports: CalendarReport[] = [];
  const byUid = new Map<string, CalendarEvent[]>();
  for (const component of events) {
    const read = readEvent(component, method, parts.zones);
    if ('why' in read) reports.push(refusedAt(read, read.why));
    else byUid.set(read.uid, [...(byUid.get(read.uid) ?? []), read]);
    yield;
  }
  for (const [uid, same] of byUid) {
    reports.push(...compareOne(uid, same, parts));
    yield;
  }
  return { reports: reports.sort((a, b) => a.line - b.line), fault };
}

type Told = Omit<CalendarReport, 'line' | 'uid' | 'name'>;

const NOTHING = { work: '', windows: [] } as const;
const refused = (why: string): Told => ({ outcome: 'refused', why, ...NOTHING });

const refusedAt = ({ line, uid, name }: EventRefused | CalendarEvent, why: string) => {
  return { line, uid, name, ...refused(why) };
};

/** All that a calendar says under one UID: the event, and what is said of single times of it. */
function compareOne(
  uid: string,
  same: readonly CalendarEvent[],
  parts: Parts,
): readonly CalendarReport[] {
  const held = parts.memory.get('maintenances', workOfCalendar(uid));
  const wholes = same.filter(({ instead }) => instead === undefined);
  const whole = wholes.reduce<CalendarEvent | undefined>(
    (best, one) => (best && best.sequence > one.sequence ? best : one),
    undefined,
  );
  const singles = same.filter(({ instead }) => instead !== undefined);
  const told = whole
    ? toldOfWhole(whole, singles, held, parts)
    : toldOfSingles(uid, singles, held, parts);
  return same.map((event) => {
    const { line, name } = event;
    if (event.instead === undefined && event !== whole) {
      return refusedAt(event, 'a later one of this UID is in the calendar');
    }
    const isMain = event === (whole ?? singles[0]);
    const { act, ...rest } = told;
    const why = isMain ? rest.why : 'one time of it';
    return { line, uid, name, ...rest, why, ...(isMain && act ? { act } : {}) };
  });
}

function toldOfWhole(
  event: CalendarEvent,
  singles: readonly CalendarEvent[],
  held: Maintenance | undefined,
  parts: Parts,
): Told {
  const { sequence, is } = event;
  const mark = held?.calendar;
  if (held && mark && mark.sequence > sequence) {
    return unchanged(held, `it is older than what holds (sequence ${mark.sequence})`);
  }
  if (is === 'cancelled' || is === 'completed' || event.isHarmless) {
    const why = event.isHarmless && is === 'planned' ? 'no impact: nothing to hide' : is;
    const isAhead = held && nextTurn(held, parts.now) !== undefined;
    if (!isAhead) return held ? unchanged(held, 'it is over') : refused(why);
    return ended(held, event, why);
  }
  if (is === 'tentative') {
    const stays = held ? `; what is planned as ${held.id} stays as it is` : '';
    return refused(`it is tentative, and taken when it is confirmed${stays}`);
  }
  if (held && mark?.cancelled && mark.sequence === sequence) {
    return unchanged(held, 'it was cancelled');
  }
  return event.times ? planned(event, event.times, singles, held, parts) : refused('no time');
}

/** Only single times are told: they change what is planned already. */
function toldOfSingles(
  uid: string,
  singles: readonly CalendarEvent[],
  held: Maintenance | undefined,
  parts: Parts,
): Told {
  const base = held && readRecurrence(held.recurs);
  const [first] = singles;
  if (!held?.calendar || !base || !first) {
    return refused('what it changes one time of is not planned: hand in the whole event');
  }
  const sequence = Math.max(held.calendar.sequence, ...singles.map((one) => one.sequence));
  const { name, reason, owner } = held;
  const objects: readonly string[] = [];
  const event = { ...first, uid, sequence, name, reason, owner, objects, is: 'planned' as const };
  const { matchers, things } = held;
  return planned(event, base, singles, held, { ...parts, wanted: { matchers, things, owner } });
}

const unchanged = (held: Maintenance, why: string): Told => {
  return { outcome: 'unchanged', why, work: held.id, windows: held.windows };
};

function ended({ id }: Maintenance, { uid, sequence, name }: CalendarEvent, why: string): Told {
  const calendar = { uid, sequence, said: '', cancelled: true as const };
  const reason = `In its calendar: ${why} (${name})`;
  const act = { verb: 'maintenance.end' as const, maintenance: id, reason, calendar };
  return { outcome: 'ended', why, work: id, windows: [], act };
}

function planned(
  event: CalendarEvent,
  base: Recurrence,
  singles: readonly CalendarEvent[],
  held: Maintenance | undefined,
  parts: Parts,
): Told {
  const of = withSingles(base, singles, parts.zones);
  if (!of) return refused(`at most ${RECURRENCE_LIMITS.except_max} single times expected`);
  const touched = touchedBy(event, parts);
  if ('why' in touched) return refused(touched.why);
  const { matchers, things, left } = touched;
  const times = timesOf(of, parts);
  const { uid, sequence, name, reason } = event;
  const said = { name, reason, owner: parts.wanted.owner || event.owner, matchers, things };
  const sign = fingerprint([JSON.stringify([said, recurrenceText(of)])]);
  if (held?.calendar?.said === sign) return unchanged(held, '');
  if (times.windows.length === 0) {
    if (!held || nextTurn(held, parts.now) === undefined) return refused('it is over');
    return ended(held, event, 'no time of it lies ahead any more');
  }
  const calendar = { uid, sequence, said: sign };
  const act = { verb: 'maintenance.set' as const, ...said, ...times, calendar };
  const fault = whyNotMaintenance(act, parts.now);
  if (fault !== undefined) return refused(refusalText(fault));
  const { windows } = times;
  const outcome = held ? 'updated' : 'taken';
  return { outcome, why: left, work: workOfCalendar(uid), windows, act };
}

/** Single times moved or left out; undefined for more than are kept. */
function withSingles(
  of: Recurrence,
  singles: readonly CalendarEvent[],
  zones: Zones,
): Recurrence | undefined {
  if (singles.length === 0) return of;
  const offsetAt = zones.offsetsOf(of.zone);
  const shown = (wall: number, zone: string): number => {
    const own = zones.offsetsOf(zone);
    return own && offsetAt && zone !== of.zone ? wallOf(instantOf(wall, own), offsetAt) : wall;
  };
  const except = new Set(of.except);
  // What was moved before and is told again is taken once.
  const extra = new Map(of.extra.map((one) => [`${one.start} ${one.lasts}`, one]));
  for (const { instead, is, times } of singles) {
    if (instead) except.add(shown(instead.wall, instead.zone));
    if (is !== 'planned' || !times) continue;
    const start = shown(times.start, times.zone);
    extra.set(`${start} ${times.lasts}`, { start, lasts: times.lasts });
  }
  const { except_max, extra_max } = RECURRENCE_LIMITS;
  if (except.size > except_max || extra.size > extra_max) return undefined;
  return { ...of, except: [...except], extra: [...extra.values()] };
}

function timesOf(of: Recurrence, { zones, now }: Parts) {
  const { windows, goesOn } = expand(of, zones.offsetsOf(of.zone) ?? (() => 0), now);
  const isPlain = of.every === 'once' && of.extra.length === 0 && of.except.length === 0;
  const recurs = isPlain ? '' : recurrenceText(of);
  return { recurs, windows, ...(goesOn ? { goesOn } : {}) };
}

type Touched = Pick<Maintenance, 'matchers' | 'things'> & { readonly left: string };

/** What was asked for, else the circuits that the event names, as the inventory knows them. */
function touchedBy(
  { objects }: CalendarEvent,
  { memory, wanted: { matchers, things } }: Parts,
): Touched | { readonly why: string } {
  if (matchers.length + things.length > 0) return { matchers, things, left: '' };
  if (objects.length === 0) {
    return {
      why: 'it names no circuit (X-MAINTNOTE-OBJECT-ID): say with matchers what it touches',
    };
  }
  const { graph } = memory.inventory;
  const keyOf = (object: string): ThingKey | undefined => {
    const own = `circuit:${object}` as ThingKey;
    if (graph.node(own)?.thing) return own;
    const named = graph.named(folded(object));
    return named.find((key) => kindOf(key) === 'circuit') ?? named.find(isWay);
  };
  const keys = objects.map((object) => [object, keyOf(object)] as const);
  const unknown = keys.flatMap(([object, key]) => (key === undefined ? [object] : []));
  const found = keys.flatMap(([, key]) => key ?? []);
  const left = unknown.length === 0 ? '' : `the inventory knows no ${some(unknown)}`;
  if (found.length === 0) return { why: `${left}: say with matchers what it touches` };
  return { matchers, things: [...new Set(found)], left };
}

const isWay = (key: ThingKey): boolean => kindOf(key) === 'link' || kindOf(key) === 'port';

const NAMED_MAX = 5;

const some = (names: readonly string[]): string => {
  const more = names.length - NAMED_MAX;
  const first = names.slice(0, NAMED_MAX).map((name) => name.slice(0, 64));
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
