import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, override, schedule, shown, told, zone } from '../../../test/support/rota.ts';
import {
  coverageOf,
  nextHandoff,
  onCallAt,
  peopleAt,
  shiftsBetween,
  withoutAbsent,
} from './on-call.ts';
import { type Override, ROTA_LIMITS, type Schedule } from './schedule.ts';

const DAY_MS = 86_400_000;

test('case 43: somebody always is on call, one at a time, and all equally often', () => {
  const s = schedule('Europe/London', {
    ...{ people: 'a b c d', every: '12 hours', start: '2026-01-01 08:00' },
  });
  const [from, to] = [instant('2026-01-01T08:00'), instant('2026-12-18T08:00')];
  const shifts = shiftsBetween(s, [], zone(s.zone), from, to);
  const counts = new Map<string, number>();
  for (const [i, shift] of shifts.entries()) {
    counts.set(shift.person, (counts.get(shift.person) ?? 0) + 1);
    assert.equal(shift.to, shifts[i + 1]?.from ?? shift.to);
    assert.ok(shift.from < shift.to);
  }
  const all = [...counts.values()];
  assert.ok(Math.max(...all) - Math.min(...all) <= 1);
});

const coverage = (s: Schedule, overrides: readonly Override[] = []) => {
  const [at, to] = [instant('2026-01-06T12:00'), instant('2026-01-13T12:00')];
  return coverageOf(s, overrides, undefined, at, to);
};

test('case 48: the four states of coverage', () => {
  assert.equal(coverage(schedule('UTC')).is, 'no layers');
  const gone = withoutAbsent(schedule('UTC', {}), [], () => false);
  assert.equal(coverage(gone.schedule).is, 'no people');
  const nights = schedule('UTC', { people: 'a', on: 'daily 20:00-08:00' });
  assert.equal(coverage(nights).is, 'uncovered now');
  assert.deepEqual(coverage(schedule('UTC', { people: 'a' })), { is: 'covered', gaps: [] });
});

test('case 48: a gap that is past says nothing', () => {
  const late = schedule('UTC', { people: 'a', start: '2026-01-06 12:00' });
  assert.deepEqual(coverage(late), { is: 'covered', gaps: [] });
});

test('case 48: a gap of a minute is none, one of two is', () => {
  const s = schedule('UTC', { people: 'a' });
  const without = (to: string) => [override('remove', 'a', '2026-01-07T12:00', to)];
  assert.deepEqual(coverage(s, without('2026-01-07T12:01')).gaps, []);
  assert.equal(coverage(s, without('2026-01-07T12:02')).gaps.length, 1);
});

test('case 51: through the turn of somebody who is not here a lower layer shows', () => {
  const s = schedule('UTC', { people: 'f' }, { people: 'a b', priority: 1 });
  const here = withoutAbsent(s, [], (person) => person !== 'b');
  const at = (text: string) => peopleAt(here.schedule, [], undefined, instant(text));
  assert.deepEqual([at('2026-01-05T12:00'), at('2026-01-06T12:00')], [['a'], ['f']]);
});

test('case 51: an override that would bring somebody who is not here is void', () => {
  const s = schedule('UTC', { people: 'a', start: '2026-01-05 00:00' });
  const given = [override('replace', 'a>b', '2026-01-05T00:00', '2026-01-07T00:00')];
  const here = withoutAbsent(s, given, (person) => person !== 'b');
  const at = instant('2026-01-06T00:00');
  assert.deepEqual(peopleAt(here.schedule, here.overrides, undefined, at), ['a']);
});

test('the next handoff is when others are on call, not when one’s own turn follows', () => {
  const s = schedule('UTC', { people: 'a a b', start: '2026-01-05 00:00' });
  assert.deepEqual(nextHandoff(s, [], undefined, instant('2026-01-05T06:00')), {
    at: instant('2026-01-07T00:00'),
    people: ['b'],
  });
});

test('where nothing changes there is no handoff, and nobody looks further than the limit', () => {
  const alone = schedule('UTC', { people: 'a' });
  const at = instant('2026-01-05T10:00');
  assert.equal(nextHandoff(alone, [], undefined, at), undefined);
  assert.equal(onCallAt(alone, [], undefined, at).until, at + ROTA_LIMITS.look_days_max * DAY_MS);
});

test('no more than the longest span is expanded at once', () => {
  const s = schedule('UTC', { people: 'a', start: '2026-01-01 00:00' });
  const [from, to] = [instant('2026-01-01T00:00'), instant('2036-01-01T00:00')];
  assert.equal(shiftsBetween(s, [], undefined, from, to).length, ROTA_LIMITS.span_days_max);
});

test('of a repeated hour every instant has exactly one person', () => {
  const s = schedule('Europe/London', {
    people: 'a b',
    every: '1 hour',
    start: '2026-10-25 00:00',
  });
  const lines = told(s, '2026-10-24T23:00', '2026-10-25T03:00');
  assert.equal(shown(instant('2026-10-25T01:30'), s.zone), '2026-10-25 01:30');
  assert.deepEqual(lines, [
    'a 10-25 00:00–10-25 01:00 1h',
    'b 10-25 01:00–10-25 02:00 2h',
    'a 10-25 02:00–10-25 03:00 1h',
  ]);
});
