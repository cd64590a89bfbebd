import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm, Standing } from '../../domain/alarm/alarm.ts';
import { alarmValue } from '../../domain/alarm/matcher.ts';
import { SEVERITIES } from '../../domain/alarm/severity.ts';
import type { Memory } from '../desk.ts';
import { BREAKDOWN_LIMITS, Breakdown } from './breakdown.ts';

/** mulberry32 */
const random = (seed: number) => {
  let state = seed;
  return (n: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
};

const alarm = (
  id: string,
  site: string,
  severity = 0,
  is: Standing = 'waiting',
  since = 0,
): Alarm =>
  ({
    id,
    severity: SEVERITIES[severity],
    labels: site === '' ? {} : { site },
    context: {},
    suppressions: [],
    condition: is === 'cleared' ? { is, since, at: 1, why: 'resource' } : { is: 'raised', since },
    handling: is === 'waiting' ? { is: 'none' } : { is: 'acknowledged', by: 'u1' },
  }) as unknown as Alarm;

/** Alarms in memory as the desk keeps them: in the order in which they came. */
function world(alarms: readonly Alarm[]) {
  const rows = new Map(alarms.map((a) => [a.id as string, a]));
  const memory = {
    all: () => rows.values(),
    get: (_: string, id: string) => rows.get(id),
  } as unknown as Memory;
  return { rows, memory };
}

const given = { holds: () => true, valueOf: alarmValue, aged: true };
const built = (memory: Memory, names: readonly string[]): Breakdown => {
  const made = new Breakdown(names, memory, given);
  while (!made.prepare());
  return made;
};

test('kept by increments it counts what a fresh count counts, also while it is being built', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const rng = random(seed);
    const { rows, memory } = world([]);
    const anything = (): [Alarm | undefined, Alarm | undefined] => {
      const id = `a${rng(40)}`;
      const was = rows.get(id);
      if (was && rng(3) === 0) {
        rows.delete(id);
        return [was, undefined];
      }
      const stands = (['waiting', 'acknowledged', 'cleared'] as const)[rng(3)];
      const is = alarm(id, ['', 'x', 'y', 'z'][rng(4)] ?? '', rng(5), stands, rng(100));
      rows.set(id, is);
      return [was, is];
    };
    for (let i = 0; i < 30; i++) anything();
    const holds = (a: Alarm): boolean => a.severity !== 'warning';
    const options = { ...given, holds };
    const kept = new Breakdown(['site'], memory, options);
    const early = rng(3); // changes before, and after, the first slice
    for (let i = 0; i < 60; i++) {
      if (i === early * 20) kept.prepare();
      kept.change(...anything());
    }
    while (!kept.prepare());
    const fresh = new Breakdown(['site'], memory, options);
    while (!fresh.prepare());
    assert.deepEqual(kept.worst('site', 99), fresh.worst('site', 99), `seed ${seed}`);
    assert.deepEqual(kept.top('site', 99), fresh.top('site', 99), `seed ${seed}`);
  }
});

test('a slice ends where its maximum is, and what changes between two slices is counted once', () => {
  const n = BREAKDOWN_LIMITS.slice_alarms_max;
  const alarms = Array.from({ length: n + 1 }, (_, i) => alarm(`a${i}`, 'x'));
  const { rows, memory } = world(alarms);
  const counts = new Breakdown(['site'], memory, given);
  assert.equal(counts.prepare(), false);
  const [first, last] = [alarm('a0', 'y'), alarm(`a${n}`, 'y')];
  for (const is of [first, last]) {
    const was = rows.get(is.id);
    rows.set(is.id, is);
    counts.change(was, is);
  }
  assert.equal(counts.prepare(), true);
  assert.deepEqual(
    counts.top('site', 9).map(({ value, total }) => [value, total]),
    [
      ['x', n - 1],
      ['y', 2],
    ],
  );
});

test('the line that asks for somebody stands first, and says since when', () => {
  const { memory } = world([
    alarm('a1', 'held', 0, 'acknowledged', 5),
    alarm('a2', 'minor', 2, 'waiting', 7),
    alarm('a3', 'major', 1, 'waiting', 9),
    alarm('a4', 'major', 2, 'acknowledged', 3),
    alarm('a5', '', 4, 'cleared', 1),
  ]);
  const lines = built(memory, ['site']).worst('site', 9);
  assert.deepEqual(
    lines.map(({ value, worst, waiting, total, oldest }) => [value, worst, waiting, total, oldest]),
    [
      ['major', 'major', 1, 2, 3],
      ['minor', 'minor', 1, 1, 7],
      ['held', 'critical', 0, 1, 5],
      ['', 'indeterminate', 0, 1, undefined],
    ],
  );
});

test('beyond the most values nothing is lost from the others, and room is made when it is free', () => {
  const n = BREAKDOWN_LIMITS.values_max;
  const alarms = Array.from({ length: n }, (_, i) => alarm(`a${i}`, `s${i}`));
  const { memory } = world(alarms);
  const counts = built(memory, ['site']);
  assert.equal(counts.distinct('site'), n);
  const [one, two] = [alarm('b1', 'new'), alarm('b2', 's0')];
  counts.change(undefined, one);
  counts.change(undefined, two);
  assert.equal(counts.distinct('site'), n, 'the new value has no line of its own');
  assert.equal(counts.top('site', 1)[0]?.value, 's0');
  counts.change(one, undefined);
  counts.change(alarms[1], undefined);
  counts.change(undefined, one);
  assert.ok(
    counts.top('site', n).some(({ value }) => value === 'new'),
    'there was room again',
  );
});
