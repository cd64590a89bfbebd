import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, parseInstant } from '../../src/base/time.ts';
import { zoneTables } from '../../src/config/zones.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { shiftsBetween } from '../../src/domain/rota/on-call.ts';
import type {
  DutyWindow,
  Every,
  Layer,
  Override,
  Schedule,
  WallTime,
} from '../../src/domain/rota/schedule.ts';
import type { ZoneTable } from '../../src/domain/routing/plan.ts';

const HOUR_MS = 3_600_000;
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const ALL_DAYS: readonly number[] = DAYS.map((_, day) => day);

/** `2026-03-08T05:30`, in UTC. */
export const instant = (text: string): Instant => {
  const found = parseInstant(text.length === 16 ? `${text}:00Z` : text);
  assert.ok(found !== undefined, text);
  return found;
};

/** `2026-01-05 09:00` */
const wall = (text: string): WallTime => {
  const [year = 0, month = 0, day = 0, h = 0, m = 0] = text.trim().split(/[- :]/).map(Number);
  return { year, month, day, minute: h * 60 + m };
};

const clock = (text: string): number => {
  const [h = 0, m = 0] = text.split(':').map(Number);
  return h * 60 + m;
};

const every = (text: string): Every => {
  const [count, unit = ''] = text.split(' ');
  return { count: Number(count), unit: unit.replace(/s$/, '') as Every['unit'] };
};

/** `mon,fri 20:00-08:00`; `daily`; `never`. More than 24:00 is a later day. */
const window = (text: string): DutyWindow => {
  const [days = '', from = '', to = ''] = text.trim().split(/[ -]/);
  const named = days === 'never' ? [] : days.split(',').map((day) => DAYS.indexOf(day));
  const weekdays = days === 'daily' ? ALL_DAYS : named;
  return { weekdays, from: clock(from), to: clock(to) };
};

const tables = new Map<string, ZoneTable>();
export const zone = (name: string): ZoneTable => {
  let table = tables.get(name);
  if (!table) {
    [table] = zoneTables([name], instant('2009-01-01T00:00'), instant('2037-12-31T00:00'));
    assert.ok(table);
    tables.set(name, table);
  }
  return table;
};

export interface LayerWords {
  readonly name?: string;
  /** Turns, `a b+c d`. */
  readonly people?: string;
  readonly every?: string;
  readonly start?: string;
  readonly until?: string;
  /** `mon,tue 09:00-17:00; sat 10:00-12:00` */
  readonly on?: string;
  readonly counted?: boolean;
  readonly priority?: number;
}

const layer = (given: LayerWords): Layer => ({
  name: given.name ?? 'one',
  priority: given.priority ?? 0,
  turns: (given.people ?? 'a b c').split(' ').map((turn) => turn.split('+') as UserId[]),
  every: every(given.every ?? '1 day'),
  start: wall(given.start ?? '2026-01-05 09:00'),
  ...(given.until === undefined ? {} : { until: wall(given.until) }),
  windows: given.on === undefined ? [] : given.on.split(';').map(window),
  restrictedDaysCount: given.counted ?? false,
});

export const schedule = (zoneName: string, ...layers: LayerWords[]): Schedule => ({
  name: 's',
  zone: zoneName,
  layers: layers.map(layer),
});

/** `a>b`: b for a. `>b`: b comes. `a`: a goes. */
export function override(
  is: Override['is'],
  who: string,
  from: string,
  to: string,
  id: string = is,
): Override {
  const [person = '', by = ''] = who.split('>') as UserId[];
  const span = { from: instant(from), to: instant(to) };
  return { id, schedule: 's', ...span, is, ...(person ? { person } : {}), ...(by ? { by } : {}) };
}

/** `2026-03-29 03:00` as the zone's clock shows it. Asks the machine: none of our code is in it. */
export const shown = (at: number, name: string): string =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: name,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(at);

/** `a 03-29 01:30–03:00 1h`: times as the wall shows them, lengths as they pass. */
export const told = (
  s: Schedule,
  from: string,
  to: string,
  overrides: readonly Override[] = [],
): readonly string[] =>
  shiftsBetween(s, overrides, zone(s.zone), instant(from), instant(to)).map((shift) => {
    const [a, b] = [shown(shift.from, s.zone).slice(5), shown(shift.to, s.zone).slice(5)];
    return `${shift.person} ${a}–${b} ${(shift.to - shift.from) / HOUR_MS}h`;
  });

/**
 * One test per block of text:
 *
 *     case 11: what it claims
 *       Asia/Tokyo | a b c | 1 day | 2026-01-05 09:00 until 2026-02-01 09:00 on daily 09:00-17:00
 *       2026-03-29T00:00 2026-03-30T00:00
 *       a 03-29 09:00–03-29 17:00 8h
 */
export function cases(text: string): void {
  for (const block of text.trim().split(/\n\s*\n/)) {
    const [title = '', rotation = '', span = '', ...shifts] = block
      .split('\n')
      .map((l) => l.trim());
    test(title, () => {
      const [from = '', to = ''] = span.split(' ');
      assert.deepEqual(told(scheduleIn(rotation), from, to), shifts);
    });
  }
}

function scheduleIn(rotation: string): Schedule {
  const [zoneName = '', people = '', length = '', times = ''] = rotation.split(' | ');
  const counted = times.endsWith(' counted');
  const [span = '', ...windows] = times.replace(/ counted$/, '').split(' on ');
  const [start = '', until] = span.split(' until ');
  return schedule(zoneName, {
    ...{ people, every: length, start, counted },
    ...(until === undefined ? {} : { until }),
    ...(windows.length === 0 ? {} : { on: windows.join(';') }),
  });
}
