import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instantText } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { gapsBetween, peopleAt, shiftsBetween } from '../../src/domain/rota/on-call.ts';
import type { Override, Schedule } from '../../src/domain/rota/schedule.ts';
import { DAYS, instant, schedule, zone } from '../support/rota.ts';
import { seeded } from '../support/routing.ts';

const DAY_MS = 86_400_000;

/** Who is on call at one minute, said as the rules say it: no code of the merge in it. */
function oracle(s: Schedule, overrides: readonly Override[], at: Instant): readonly string[] {
  const alone = s.layers.map((one) => ({
    priority: one.priority,
    people: peopleAt({ ...s, layers: [one] }, [], zone(s.zone), at),
  }));
  const staffed = alone.filter(({ people }) => people.length > 0);
  const best = Math.max(...staffed.map(({ priority }) => priority));
  const base = new Set(staffed.filter((l) => l.priority === best).flatMap(({ people }) => people));
  const now = overrides.filter((o) => o.from <= at && at < o.to);
  const all = now.filter((o) => o.is === 'take all');
  if (all.length > 0) return [...new Set(all.flatMap((o) => o.by ?? []))].sort();
  const out = new Set(base);
  for (const o of now) if (o.is === 'remove' || o.is === 'replace') out.delete(o.person as UserId);
  for (const o of now) {
    if (o.by === undefined) continue;
    if (o.is === 'add' || (o.is === 'replace' && base.has(o.person as UserId))) out.add(o.by);
  }
  return [...out].sort();
}

const NAMES = 'abcdefgh';
const UNITS = ['1 hour', '5 hours', '12 hours', '1 day', '2 days', '1 week', '1 month'];
const ZONES = ['UTC', 'Europe/London', 'Australia/Lord_Howe', 'America/Havana', 'Asia/Kathmandu'];

function random(seed: number): { s: Schedule; overrides: Override[]; from: Instant; to: Instant } {
  const rng = seeded(seed);
  const one = <T>(from: readonly T[]): T => from[rng(from.length)] as T;
  const around = one([
    '2026-03-08T02:00',
    '2026-03-29T01:00',
    '2026-10-03T15:00',
    '2026-10-25T01:00',
    '2026-06-01T00:00',
  ]);
  const middle = instant(around);
  const pad = (n: number): string => String(n).padStart(2, '0');
  const layers = Array.from({ length: 1 + rng(4) }, (_, i) => {
    const minute = (): string => `${pad(rng(24))}:${pad(rng(60))}`;
    const windows = Array.from({ length: rng(3) }, () => {
      const days = DAYS.filter(() => rng(2) === 0).join(',') || 'never';
      return `${days} ${minute()}-${rng(5) === 0 ? `${48 + rng(24)}:00` : minute()}`;
    });
    const ends = rng(4) === 0 ? { until: `2026-${pad(4 + rng(9))}-${pad(1 + rng(28))} 00:00` } : {};
    return {
      name: `l${i}`,
      people: Array.from({ length: 1 + rng(4) }, () =>
        rng(5) === 0 ? 'a+b' : one([...NAMES]),
      ).join(' '),
      every: one(UNITS),
      start: `2026-${pad(1 + rng(3))}-${pad(1 + rng(28))} ${pad(rng(24))}:${pad(rng(4) * 15)}`,
      ...(windows.length > 0 ? { on: windows.join(';') } : {}),
      counted: rng(2) === 0,
      priority: rng(3),
      ...ends,
    };
  });
  const overrides = Array.from({ length: rng(5) }, (_, i) => {
    const from = (middle + (rng(8_000) - 5_000) * 60_000) as Instant;
    const to = (from + (1 + rng(2_000)) * 60_000) as Instant;
    const is = one(['add', 'remove', 'replace', 'take all'] as const);
    const [person, by] = [one([...NAMES]) as UserId, one([...NAMES]) as UserId];
    const who = is === 'remove' ? { person } : is === 'replace' ? { person, by } : { by };
    return { id: `o${i}`, schedule: 's', from, to, is, ...who };
  });
  const from = (middle - 3 * DAY_MS + rng(1_440) * 60_000) as Instant;
  return {
    s: schedule(one(ZONES), ...layers),
    overrides,
    from,
    to: (from + 6 * DAY_MS) as Instant,
  };
}

/** `TOCSIN_SEEDS=2000 node --test test/rota/merge-seeds.test.ts` is the long form. */
const SEEDS = Number(process.env['TOCSIN_SEEDS'] ?? 60);

test(`case 42: the merge is, at every instant, what the rules say (${SEEDS} seeds)`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { s, overrides, from, to } = random(seed);
    const shifts = shiftsBetween(s, overrides, zone(s.zone), from, to);
    const rng = seeded(seed);
    const edges = shifts.flatMap((shift) => [shift.from, shift.to, shift.to - 60_000]);
    const others = Array.from({ length: 40 }, () => from + rng((to - from) / 60_000) * 60_000);
    for (const at of [...edges, ...others].filter((t) => t >= from && t < to) as Instant[]) {
      const got = new Set(shifts.filter((x) => x.from <= at && at < x.to).map((x) => x.person));
      assert.deepEqual(
        [...got].sort(),
        oracle(s, overrides, at),
        `seed ${seed} ${instantText(at)}`,
      );
    }
  }
});

test(`case 42: what is asked for is the slice of the whole (${SEEDS} seeds)`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { s, overrides, from, to } = random(seed);
    const [wide, wider] = [(from - 100 * DAY_MS) as Instant, (to + 100 * DAY_MS) as Instant];
    const slice = shiftsBetween(s, overrides, zone(s.zone), wide, wider)
      .filter((shift) => shift.from < to && shift.to > from)
      .map((shift) => ({
        ...shift,
        from: Math.max(shift.from, from),
        to: Math.min(shift.to, to),
      }));
    const got = shiftsBetween(s, overrides, zone(s.zone), from, to);
    const order = (list: readonly { from: number; person: string; layer: string; to: number }[]) =>
      list.map((x) => `${x.from} ${x.to} ${x.person} ${x.layer}`).sort();
    assert.deepEqual(order(got), order(slice), `seed ${seed}`);
    for (const gap of gapsBetween(s, overrides, zone(s.zone), from, to))
      assert.deepEqual(peopleAt(s, overrides, zone(s.zone), gap.from), []);
    assert.deepEqual(got, shiftsBetween(s, [...overrides].reverse(), zone(s.zone), from, to));
  }
});
