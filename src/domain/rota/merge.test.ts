import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, type LayerWords, override, schedule, told } from '../../../test/support/rota.ts';
import { type Instant, instantText } from '../../base/time.ts';
import { gapsBetween, peopleAt } from './on-call.ts';
import type { Override } from './schedule.ts';

const WEEKLY = { every: '1 week', start: '2026-01-05 00:00' };
const part = (
  name: string,
  people: string,
  [from, to]: readonly [string, string],
  priority: number,
): LayerWords => ({
  ...{ name, people, priority },
  start: `2026-01-05 ${from}`,
  until: `2026-01-05 ${to}`,
});

/** Of one day: `a 01:00–04:00`. */
const times = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replaceAll('01-05 ', '').replace(/ \S+$/, ''));

const MONDAY = ['2026-01-05T00:00', '2026-01-06T00:00'] as const;

test('case 40: a golden day of layers, overrides and gaps', () => {
  const s = schedule(
    'UTC',
    part('1a', 'a', ['01:00', '05:00'], 1),
    part('1b', 'b', ['02:00', '03:00'], 1),
    part('2a', 'c', ['04:00', '06:00'], 2),
    part('2b', 'd', ['05:00', '07:00'], 2),
    part('0a', 'e', ['06:00', '09:00'], 0),
    part('1c', 'a', ['10:00', '12:00'], 1),
    part('2c', 'c', ['10:30', '11:00'], 2),
    part('0b', 'e', ['12:00', '14:00'], 0),
    part('1d', 'b', ['20:00', '21:00'], 1),
  );
  const overrides = [
    override('replace', 'e>f', '2026-01-05T12:30', '2026-01-05T13:00'),
    override('add', '>g', '2026-01-05T15:00', '2026-01-05T16:00'),
  ];
  assert.deepEqual(times(told(s, ...MONDAY, overrides)), [
    'a 01:00–04:00',
    'b 02:00–03:00',
    'c 04:00–06:00',
    'd 05:00–07:00',
    'e 07:00–09:00',
    'a 10:00–10:30',
    'c 10:30–11:00',
    'a 11:00–12:00',
    'e 12:00–12:30',
    'f 12:30–13:00',
    'e 13:00–14:00',
    'g 15:00–16:00',
    'b 20:00–21:00',
  ]);
  const gaps = gapsBetween(s, overrides, undefined, instant(MONDAY[0]), instant(MONDAY[1]));
  const hour = (at: Instant): string => instantText(at).slice(11, 16);
  assert.deepEqual(
    gaps.map((gap) => `${hour(gap.from)}–${hour(gap.to)}`),
    ['00:00–01:00', '09:00–10:00', '14:00–15:00', '16:00–20:00', '21:00–00:00'],
  );
});

test('case 41: a lower layer keeps what lies between and after higher ones', () => {
  const s = schedule(
    'UTC',
    { people: 'f', ...WEEKLY },
    part('x', 'a', ['09:00', '12:00'], 1),
    part('y', 'b', ['12:00', '17:00'], 1),
    part('z', 'c', ['13:00', '14:00'], 2),
  );
  assert.deepEqual(times(told(s, ...MONDAY)), [
    'f 00:00–09:00',
    'a 09:00–12:00',
    'b 12:00–13:00',
    'c 13:00–14:00',
    'b 14:00–17:00',
    'f 17:00–01-06 00:00',
  ]);
});

test('case 41: a layer that always holds hides all lower ones', () => {
  const s = schedule('UTC', { people: 'f' }, { people: 'a', priority: 9 });
  assert.deepEqual(peopleAt(s, [], undefined, instant('2026-02-01T00:00')), ['a']);
});

test('of two layers with the same priority both are on call, each person once', () => {
  const s = schedule('UTC', { people: 'a+b' }, { name: 'two', people: 'b+c' });
  assert.deepEqual(peopleAt(s, [], undefined, instant('2026-01-06T00:00')), ['a', 'b', 'c']);
});

test('case 44: an override holds from its first millisecond to the last before its end', () => {
  const s = schedule('UTC', { people: 'a', ...WEEKLY });
  const [from, to] = [instant('2026-01-06T12:00'), instant('2026-01-06T13:00')];
  const one = [override('replace', 'a>b', '2026-01-06T12:00', '2026-01-06T13:00')];
  const who = (at: number): string => peopleAt(s, one, undefined, at as Instant).join();
  const moments = [from - 1_000, from - 1, from, from + 1, to - 1, to, to + 1];
  assert.deepEqual(moments.map(who), ['a', 'a', 'b', 'b', 'b', 'a', 'a']);
});

test('case 44: overrides that touch follow each other', () => {
  const s = schedule('UTC', { people: 'a', ...WEEKLY });
  const two = [
    override('replace', 'a>b', '2026-01-06T12:00', '2026-01-06T13:00', 'o1'),
    override('replace', 'a>c', '2026-01-06T13:00', '2026-01-06T14:00', 'o2'),
  ];
  const people = told(s, '2026-01-06T11:00', '2026-01-06T15:00', two).map((line) => line[0]);
  assert.deepEqual(people, ['a', 'b', 'c', 'a']);
});

test('case 44: an override over two turns is one shift beside both', () => {
  const s = schedule('UTC', { start: '2026-01-05 00:00' });
  const over = [override('add', '>h', '2026-01-05T20:00', '2026-01-06T04:00')];
  assert.deepEqual(told(s, '2026-01-05T00:00', '2026-01-07T00:00', over), [
    'a 01-05 00:00–01-06 00:00 24h',
    'h 01-05 20:00–01-06 04:00 8h',
    'b 01-06 00:00–01-07 00:00 24h',
  ]);
});

test('case 44: an override over everything leaves nothing else', () => {
  const s = schedule('UTC', { start: '2026-01-05 00:00' });
  const all = [override('take all', '>h', '2026-01-01T00:00', '2026-02-01T00:00')];
  const want = ['h 01-05 00:00–01-07 00:00 48h'];
  assert.deepEqual(told(s, '2026-01-05T00:00', '2026-01-07T00:00', all), want);
});

test('case 46: a swap is two overrides; which was made first means nothing', () => {
  const s = schedule('UTC', { people: 'a b', start: '2026-01-05 00:00' });
  const [from, to] = ['2026-01-05T00:00', '2026-01-07T00:00'];
  const swap = [override('replace', 'a>b', from, to), override('replace', 'b>a', from, to, 'o2')];
  const want = ['b 01-05 00:00–01-06 00:00 24h', 'a 01-06 00:00–01-07 00:00 24h'];
  assert.deepEqual(told(s, from, to, swap), want);
  assert.deepEqual(told(s, from, to, [...swap].reverse()), want);
});

test('overrides do not cascade: b for a and c for b leave b for a', () => {
  const s = schedule('UTC', { people: 'a', ...WEEKLY });
  const [from, to] = ['2026-01-05T00:00', '2026-01-07T00:00'];
  const chain = [override('replace', 'a>b', from, to), override('replace', 'b>c', from, to, 'o2')];
  assert.deepEqual(peopleAt(s, chain, undefined, instant('2026-01-06T00:00')), ['b']);
});

test('case 47: who takes all is alone; where nobody does, nobody is on call', () => {
  const s = schedule('UTC', { people: 'a', ...WEEKLY });
  const all: readonly Override[] = [
    override('take all', '>g', '2026-01-05T00:00', '2026-01-05T08:00', 'o1'),
    override('take all', '', '2026-01-05T08:00', '2026-01-05T10:00', 'o2'),
    override('add', '>h', '2026-01-05T00:00', '2026-01-05T10:00', 'o3'),
  ];
  assert.deepEqual(times(told(s, '2026-01-05T00:00', '2026-01-05T12:00', all)), [
    'g 00:00–08:00',
    'a 10:00–12:00',
  ]);
});
