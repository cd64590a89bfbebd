import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstShown, lastShown, latestShown, wallAt } from '../../src/base/calendar.ts';
import type { Instant } from '../../src/base/time.ts';
import { zoneTables } from '../../src/config/zones.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { shiftsBetween } from '../../src/domain/rota/on-call.ts';
import type { Layer, Schedule } from '../../src/domain/rota/schedule.ts';
import type { ZoneTable } from '../../src/domain/routing/plan.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEP_MS = 30_000;

/** Every change of every zone from 2020 to 2037. The short form takes some of them. */
const LONG = process.env.TOCSIN_ALL_ZONES === '1';
const SHORT_ZONES = new Set([
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Beirut',
  'America/Havana',
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/Asuncion',
  'Antarctica/Troll',
  'America/Nuuk',
  'Antarctica/Casey',
]);
const SHORT_CHANGES = 2;
const [FROM, TO] = [Date.UTC(2020, 0), Date.UTC(2038, 0)];

// ---- The oracle: it asks the machine what a wall shows, minute by minute, and counts ----

/** Minutes on the wall since 1970, as Intl tells the date and time. */
function walls(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric' },
  });
  const ask = (at: number): number => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const of = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const day = Date.UTC(of('year'), of('month') - 1, of('day'));
    return day / MINUTE_MS + of('hour') * 60 + of('minute');
  };
  // Asking is slow: a quarter of an hour whose ends agree is counted through, others are asked.
  const kept = new Map<number, number | undefined>();
  return (at) => {
    const minute = Math.floor(at / MINUTE_MS);
    const first = Math.floor(minute / 15) * 15;
    if (!kept.has(first)) {
      const [begin, end] = [ask(first * MINUTE_MS), ask((first + 14) * MINUTE_MS)];
      kept.set(first, end - begin === 14 ? begin : undefined);
    }
    const begin = kept.get(first);
    if (begin !== undefined) return begin + minute - first;
    const known = kept.get(-minute) ?? ask(minute * MINUTE_MS);
    kept.set(-minute, known);
    return known;
  };
}

interface Rotation {
  readonly minutes: number;
  /** Wall minutes at which the first turn begins. */
  readonly start: number;
}

/** Walks in steps of 30 s: a handoff is where the wall reaches the next turn's start first. */
function walkedHandoffs(wall: (at: number) => number, r: Rotation, from: number, to: number) {
  const found: number[] = [];
  let best = wall(from - 2 * DAY_MS);
  for (let at = from - 2 * DAY_MS; at < from; at += STEP_MS) best = Math.max(best, wall(at));
  const turnOf = (minute: number): number => Math.floor((minute - r.start) / r.minutes);
  let turn = turnOf(best);
  for (let at = from; at < to; at += STEP_MS) {
    best = Math.max(best, wall(at));
    if (turnOf(best) === turn) continue;
    turn = turnOf(best);
    found.push(at);
  }
  return found;
}

/** The same for a window of every day: it opens at the first and closes at the last of its ends. */
function walkedWindows(wall: (at: number) => number, open: number, close: number, span: Span) {
  const found: (readonly [number, number])[] = [];
  const firstDay = Math.floor(wall(span.from) / 1_440) - 1;
  const lastDay = Math.floor(wall(span.to) / 1_440) + 1;
  for (let day = firstDay; day <= lastDay; day++) {
    const [opens, closes] = [day * 1_440 + open, day * 1_440 + close];
    let [start, end]: [number | undefined, number | undefined] = [undefined, undefined];
    for (let at = span.from - 2 * DAY_MS; at < span.to + 2 * DAY_MS; at += STEP_MS) {
      const shows = wall(at);
      if (start === undefined && shows >= opens) start = at;
      if (end === undefined ? shows >= closes : shows === closes) end ??= at;
      // Shown again: it closes at the last.
      if (shows === closes && wall(at - STEP_MS) !== closes) end = at;
    }
    if (start === undefined || end === undefined) continue;
    const cut = [Math.max(start, span.from), Math.min(end, span.to)] as const;
    if (cut[0] < cut[1]) found.push(cut);
  }
  return found;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

// ---- The comparison ----

const layerOf = (r: Rotation, unit: 'hour' | 'day', count: number): Layer => {
  const start = new Date(r.start * MINUTE_MS);
  return {
    ...{ name: 'l', priority: 0, windows: [], restrictedDaysCount: false },
    turns: [['a' as UserId], ['b' as UserId]],
    every: { count, unit },
    start: {
      year: start.getUTCFullYear(),
      month: start.getUTCMonth() + 1,
      day: start.getUTCDate(),
      minute: start.getUTCHours() * 60 + start.getUTCMinutes(),
    },
  };
};

const scheduleOf = (zone: string, layer: Layer): Schedule => ({ name: 's', zone, layers: [layer] });

/** Handoffs right before, at and after a change: of days at the changed hour, of hours, of 5 h. */
function compareHandoffs(zone: ZoneTable, wall: (at: number) => number, change: number): number {
  const [from, to] = [change - 4 * DAY_MS, change + 4 * DAY_MS];
  const before = wall(change - MINUTE_MS) + 1;
  const after = wall(change);
  // A handoff inside the gap or the hour that comes twice, in the middle of it.
  const minute = Math.floor((before + after) / 2);
  let compared = 0;
  for (const [unit, count, minutes] of [
    ['day', 1, 1_440],
    ['hour', 1, 60],
    ['hour', 5, 300],
  ] as const) {
    const r = { minutes, start: minute - 1_440 * 100 };
    const s = scheduleOf(zone.id, layerOf(r, unit, count));
    const got = shiftsBetween(s, [], zone, from as Instant, to as Instant)
      .map((shift) => shift.from as number)
      .filter((at) => at > from);
    const want = walkedHandoffs(wall, r, from, to).filter((at) => at > from);
    assert.deepEqual(got, want, `${zone.id} ${new Date(change).toISOString()} ${count} ${unit}`);
    compared += got.length;
  }
  return compared;
}

/** A window that opens an hour before the change and closes in the middle of it. */
function compareWindow(zone: ZoneTable, wall: (at: number) => number, change: number): void {
  const span = { from: change - DAY_MS, to: change + DAY_MS };
  const middle = Math.floor((wall(change - MINUTE_MS) + 1 + wall(change)) / 2) % 1_440;
  const open = (middle + 1_440 - 90) % 1_440;
  const close = open < middle ? middle : middle + 1_440;
  const base = layerOf({ minutes: 1_440, start: 0 }, 'day', 1);
  const layer = {
    ...base,
    turns: [['a' as UserId]],
    every: { count: 1, unit: 'month' as const },
    windows: [{ weekdays: [0, 1, 2, 3, 4, 5, 6], from: open, to: close }],
  };
  const shifts = shiftsBetween(
    scheduleOf(zone.id, layer),
    [],
    zone,
    span.from as Instant,
    span.to as Instant,
  );
  const want = walkedWindows(wall, open, close, span);
  const label = `${zone.id} ${new Date(change).toISOString()} ${open}-${close}`;
  // A turn may end inside a window on the first of a month: what touches is one.
  const got: [number, number][] = [];
  for (const { from, to } of shifts) {
    const last = got.at(-1);
    if (last && last[1] === from) last[1] = to;
    else got.push([from, to]);
  }
  assert.deepEqual(got, want, label);
}

const names = (): readonly string[] => {
  const all = Intl.supportedValuesOf('timeZone');
  return LONG ? all : all.filter((name) => SHORT_ZONES.has(name));
};

test(`handoffs and windows around ${LONG ? 'all' : 'some'} changes of zones are those of a walk`, (t) => {
  let [changes, compared, zones] = [0, 0, 0];
  for (const name of names()) {
    const [table] = zoneTables([name], FROM as Instant, TO as Instant);
    assert.ok(table);
    zones++;
    let wall = walls(name);
    const all = table.from.slice(1);
    for (const change of LONG ? all : all.slice(0, SHORT_CHANGES)) {
      compared += compareHandoffs(table, wall, change);
      compareWindow(table, wall, change);
      changes++;
      if (changes % 8 === 0) wall = walls(name);
    }
  }
  t.diagnostic(`${zones} zones, ${changes} changes, ${compared} handoffs compared`);
  assert.ok(changes >= 10);
});

test('first, last and latest shown agree with what the wall shows, minute by minute', () => {
  for (const name of SHORT_ZONES) {
    const [table] = zoneTables([name], FROM as Instant, TO as Instant);
    const change = table?.from[1];
    if (!table || change === undefined) continue;
    const shows: number[] = [];
    const begin = change - 4 * HOUR_MS;
    const wall = walls(name);
    for (let at = begin; at < change + 4 * HOUR_MS; at += MINUTE_MS) shows.push(wall(at));
    let latest = Number.NEGATIVE_INFINITY;
    for (const [i, minute] of shows.entries()) {
      const at = begin + i * MINUTE_MS;
      latest = Math.max(latest, minute);
      assert.equal(wallAt(table, at), minute);
      assert.equal(latestShown(table, at), latest);
      assert.equal(firstShown(table, minute), begin + shows.indexOf(minute) * MINUTE_MS);
      assert.equal(lastShown(table, minute), begin + shows.lastIndexOf(minute) * MINUTE_MS);
    }
  }
});
