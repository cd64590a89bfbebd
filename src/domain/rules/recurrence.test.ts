import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant, instantText, parseInstant } from '../../base/time.ts';
import { offsetsBetween, offsetsOf } from '../../base/zones.ts';
import { readWall } from './ical-values.ts';
import {
  expand,
  instantOf,
  type OffsetAt,
  RECURRENCE_LIMITS,
  type Recurrence,
  WEEKDAYS,
} from './recurrence.ts';
import { everyText, readEvery, readRecurrence, recurrenceText } from './recurrence-text.ts';

const at = (text: string): Instant => parseInstant(text) as Instant;
const wall = (text: string): number => readWall(text) as number;
const zone = (name: string): OffsetAt => offsetsOf(name) as OffsetAt;

const every = (text: string, more: Partial<Recurrence> = {}): Recurrence => {
  const read = readEvery(text);
  assert.ok(typeof read !== 'string', `${text}: ${String(read)}`);
  const start = wall('2026-03-03T22:00');
  const rest = {
    start,
    lasts: 240,
    zone: 'UTC',
    count: 0,
    until: undefined,
    except: [],
    extra: [],
  };
  return { ...read, ...rest, ...more };
};

const NOW = at('2026-03-01T00:00:00Z');
const begins = (of: Recurrence, n = 4, now = NOW): string[] =>
  expand(of, zone(of.zone), now)
    .windows.slice(0, n)
    .map(({ from }) => instantText(from).slice(0, 16));

test('days, weeks and months come at the same time by the wall clock', () => {
  const table: readonly (readonly [string, string])[] = [
    ['day', '03-03 03-04 03-05 03-06'],
    ['3 days', '03-03 03-06 03-09 03-12'],
    ['day on MO,FR', '03-06 03-09 03-13 03-16'],
    ['week', '03-03 03-10 03-17 03-24'],
    ['week on TH,TU', '03-03 03-05 03-10 03-12'],
    ['2 weeks on MO,TU', '03-03 03-16 03-17 03-30'],
    ['month', '03-03 04-03 05-03 06-03'],
    ['month on 2TU', '03-10 04-14 05-12 06-09'],
    ['month on -1FR', '03-27 04-24 05-29 06-26'],
    ['month on TU', '03-03 03-10 03-17 03-24'],
    ['month on 31', '03-31 05-31 07-31 08-31'],
    ['month on -1', '03-31 04-30 05-31 06-30'],
    ['3 months on 1,15', '03-15 06-01 06-15 09-01'],
  ];
  for (const [text, wanted] of table) {
    const found = begins(every(text)).map((from) => from.slice(5, 10));
    assert.equal(found.join(' '), wanted, text);
  }
});

test('the wall clock is kept over both changes, and so is the length', () => {
  const vienna = every('week', { start: wall('2026-03-22T22:00'), zone: 'Europe/Vienna' });
  assert.deepEqual(begins(vienna, 3), ['2026-03-22T21:00', '2026-03-29T20:00', '2026-04-05T20:00']);
  const night = every('day', { start: wall('2026-03-28T23:00'), zone: 'Europe/Vienna' });
  for (const { from, to } of expand(night, zone('Europe/Vienna'), NOW).windows) {
    assert.equal(to - from, 240 * 60_000);
  }
});

test('a start that clocks leave out is when they were put forward; one that comes twice is first', () => {
  const vienna = zone('Europe/Vienna');
  const is = (text: string) => instantText(instantOf(wall(text), vienna)).slice(0, 16);
  assert.equal(is('2026-03-29T01:59'), '2026-03-29T00:59');
  assert.equal(is('2026-03-29T02:00'), '2026-03-29T01:00');
  assert.equal(is('2026-03-29T02:30'), '2026-03-29T01:00');
  assert.equal(is('2026-03-29T03:00'), '2026-03-29T01:00');
  assert.equal(is('2026-10-25T02:30'), '2026-10-25T00:30');
  assert.equal(is('2026-10-25T03:00'), '2026-10-25T02:00');
  const apia = zone('Pacific/Apia'); // the 30th of December 2011 was left out
  assert.equal(
    instantText(instantOf(wall('2011-12-30T12:00'), apia)).slice(0, 16),
    '2011-12-30T10:00',
  );
});

/** The first minute at which the clock shows this, else the first at which it shows more. */
function slowly(target: number, offsetAt: OffsetAt): number {
  const shows = (minute: number): number => minute + offsetAt(minute * 60_000);
  let passed: number | undefined;
  for (let minute = target - 1_600; minute < target + 1_600; minute++) {
    if (shows(minute) === target) return minute;
    if (passed === undefined && shows(minute) > target && shows(minute - 1) < target)
      passed = minute;
  }
  return passed ?? Number.NaN;
}

test('in every zone, around every change of its clocks, the moment is that of a slow search', () => {
  const span = [at('2026-01-01T00:00:00Z'), at('2028-01-01T00:00:00Z')] as const;
  let [changes, zones] = [0, 0];
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const { from, offsets } = offsetsBetween(name, ...span);
    const offsetAt = zone(name);
    zones++;
    for (let i = 1; i < from.length; i++) {
      changes++;
      const change = (from[i] ?? 0) / 60_000;
      const [before, after] = [change + (offsets[i - 1] ?? 0), change + (offsets[i] ?? 0)];
      const low = Math.min(before, after);
      const high = Math.max(before, after);
      for (const target of [low - 1, low, low + 1, (low + high) >> 1, high - 1, high, high + 1]) {
        const found = instantOf(target, offsetAt) / 60_000;
        assert.equal(found, slowly(target, offsetAt), `${name} ${change} ${target}`);
      }
    }
  }
  assert.ok(zones > 300 && changes > 300, `${zones} zones, ${changes} changes`);
});

test('what is kept of a zone agrees with the machine, on both sides of every change', () => {
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const span = [at('2025-11-01T00:00:00Z'), at('2027-02-01T00:00:00Z')] as const;
    const { from, offsets } = offsetsBetween(name, ...span);
    from.forEach((change, i) => {
      assert.equal(zone(name)(change), offsets[i], name);
      if (i > 0) assert.equal(zone(name)(change - 1), offsets[i - 1], name);
    });
  }
});

/** A stream of small numbers that is the same for the same seed. */
function chance(seed: number): (n: number) => number {
  let state = seed * 2_654_435_761;
  return (n) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * n);
  };
}

function anyRecurrence(rng: (n: number) => number): Recurrence {
  const unit = (['day', 'week', 'month'] as const)[rng(3)] ?? 'day';
  const day = WEEKDAYS[rng(7)] ?? 'SU';
  const monthly = [{ nth: [1, 2, 3, 4, 5, -1, -2, 0][rng(8)] ?? 0, day }];
  const on = rng(2) === 0 ? [] : unit === 'month' ? monthly : [{ nth: 0, day }];
  const monthDays = unit === 'month' && on.length === 0 && rng(2) === 0 ? [rng(31) + 1, -1] : [];
  const start = wall('2025-06-01T00:00') + rng(600) * 1_440 + rng(1_440);
  const name = ['UTC', 'Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe'][rng(4)] ?? 'UTC';
  const count = rng(3) === 0 ? rng(40) + 1 : 0;
  const until = count === 0 && rng(2) === 0 ? start + rng(300) * 1_440 : undefined;
  const how = { every: unit, interval: rng(4) + 1, on, monthDays, count, until };
  const except = rng(3) === 0 ? [start] : [];
  return { ...how, start, lasts: rng(600) + 1, zone: name, except, extra: [] };
}

/** Day by day from the start, asking of each whether it is meant, as one would read a calendar. */
function byCalendar(of: Recurrence, now: number): number[] {
  const found: number[] = [];
  const first = Math.floor(of.start / 1_440);
  const date = (day: number): Date => new Date(day * 86_400_000);
  const month = (day: number) => date(day).getUTCFullYear() * 12 + date(day).getUTCMonth();
  const monday = (day: number): number => day - ((date(day).getUTCDay() + 6) % 7);
  let counted = 0;
  for (let day = first; day < first + 2_000; day++) {
    const [number, name] = [date(day).getUTCDate(), WEEKDAYS[date(day).getUTCDay()]];
    const left = new Date(Date.UTC(date(day).getUTCFullYear(), date(day).getUTCMonth() + 1, 0));
    const fromEnd = number - left.getUTCDate() - 1;
    const periods =
      of.every === 'month'
        ? month(day) - month(first)
        : of.every === 'week'
          ? (monday(day) - monday(first)) / 7
          : day - first;
    if (periods % of.interval !== 0) continue;
    const nths = [0, Math.ceil(number / 7), -Math.ceil(-fromEnd / 7)];
    const isNamed = of.on.some((o) => o.day === name && nths.includes(o.nth));
    const isNumbered = of.monthDays.some((n) => n === number || n === fromEnd);
    const asStart =
      of.every === 'day' ||
      (of.every === 'week' && date(day).getUTCDay() === date(first).getUTCDay()) ||
      (of.every === 'month' && number === date(first).getUTCDate());
    const isMeant = of.on.length + of.monthDays.length === 0 ? asStart : isNamed || isNumbered;
    if (!isMeant) continue;
    const start = day * 1_440 + (of.start % 1_440);
    if (of.until !== undefined && start > of.until) break;
    counted++;
    if (start < now / 60_000 - 3_000) {
      if (counted === of.count) break;
      continue;
    }
    if (!of.except.includes(start)) found.push(slowly(start, zone(of.zone)) * 60_000);
    if (counted === of.count) break;
  }
  const last = now + days(RECURRENCE_LIMITS.ahead_days_max);
  return found.filter((from) => from <= last && from + of.lasts * 60_000 > now);
}

test('for any recurrence the windows are those of a calendar read day by day', () => {
  for (let seed = 1; seed <= 120; seed++) {
    const rng = chance(seed);
    const of = anyRecurrence(rng);
    const now = (NOW + rng(400) * 86_400_000) as Instant;
    const { windows } = expand(of, zone(of.zone), now);
    const found = windows.map(({ from }) => from as number);
    assert.deepEqual(
      found,
      byCalendar(of, now).slice(0, 400),
      `seed ${seed} ${recurrenceText(of)}`,
    );
  }
});

test('what a later look adds is what a longer one would have seen: nothing changes on the way', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const of = anyRecurrence(chance(seed));
    const early = expand(of, zone(of.zone), NOW).windows;
    const later = (NOW + days(100)) as Instant;
    const since = expand(of, zone(of.zone), later).windows;
    const common = early.filter(({ to }) => to > later);
    assert.deepEqual(since.slice(0, common.length), common, `seed ${seed}`);
  }
});

test('windows reach 400 days and number 400; more to come is said', () => {
  const daily = expand(every('day', { start: wall('2026-03-01T00:00') }), zone('UTC'), NOW);
  assert.equal(daily.windows.length, RECURRENCE_LIMITS.windows_max);
  assert.equal(daily.goesOn, true);
  const last = NOW / 60_000 + RECURRENCE_LIMITS.ahead_days_max * 1_440;
  const yearly = (more: number) =>
    expand(every('12 months', { start: last + more }), zone('UTC'), NOW);
  assert.deepEqual([yearly(0).windows.length, yearly(0).goesOn], [1, true]);
  assert.deepEqual([yearly(1).windows.length, yearly(1).goesOn], [0, true]);
  const counted = expand(every('week', { count: 3 }), zone('UTC'), NOW);
  assert.deepEqual([counted.windows.length, counted.goesOn], [3, false]);
  const { count_max } = RECURRENCE_LIMITS;
  const most = every('day on MO', { count: count_max });
  const end = at('2083-08-01T00:00:00Z');
  assert.equal(expand(most, zone('UTC'), end).windows.length > 0, true, 'all are counted');
  assert.deepEqual(
    expand(every('12 months on 30', { start: wall('2026-02-01T00:00') }), zone('UTC'), NOW),
    {
      windows: [],
      goesOn: false,
    },
  );
});

test('windows that meet or overlap are one; what is left out and what is moved is minded', () => {
  const long = every('day', { lasts: 1_440, count: 3 });
  assert.deepEqual(
    expand(long, zone('UTC'), NOW).windows.map(({ from, to }) => (to - from) / 3_600_000),
    [72],
  );
  const moved = every('day', {
    except: [wall('2026-03-04T22:00')],
    extra: [{ start: wall('2026-03-04T20:00'), lasts: 60 }],
  });
  assert.deepEqual(begins(moved, 3), ['2026-03-03T22:00', '2026-03-04T20:00', '2026-03-05T22:00']);
});

test('a recurrence is kept as lines of iCalendar, and read back as it was', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const rng = chance(seed);
    const of = { ...anyRecurrence(rng), extra: rng(2) ? [] : [{ start: 29_000_000, lasts: 30 }] };
    assert.deepEqual(readRecurrence(recurrenceText(of)), of, `seed ${seed}`);
    assert.deepEqual(readEvery(everyText(of)), {
      every: of.every,
      interval: of.interval,
      on: of.on,
      monthDays: of.monthDays,
    });
  }
  for (const text of ['', 'DTSTART', 'x:y', 'DTSTART;TZID=UTC:20260301T220000', '\n\n::']) {
    assert.equal(readRecurrence(text), undefined, text);
  }
});

test('what cannot be read is answered with what would be', () => {
  for (const text of [
    '',
    'year',
    '0 days',
    'week on XY',
    'week on 15',
    'day on 2TU',
    'month on 6TU',
  ]) {
    assert.equal(typeof readEvery(text), 'string', text);
  }
  assert.equal(typeof readEvery('month on TU,15'), 'string');
  assert.equal(typeof readEvery(`${RECURRENCE_LIMITS.interval_max} days`), 'object');
  assert.equal(typeof readEvery(`${RECURRENCE_LIMITS.interval_max + 1} days`), 'string');
});
