import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels } from '../alarm/event.ts';
import { labelValue } from '../alarm/matcher.ts';
import { compilePattern } from '../alarm/pattern.ts';
import { keysOf, LOOKUP_LIMITS, Lookups } from './lookup.ts';
import { readFeed } from './read.ts';
import type { FieldValue } from './row.ts';
import type { Thing, ThingKey } from './thing.ts';

const read = (...rows: readonly Readonly<Record<string, FieldValue>>[]) =>
  readFeed(
    rows.map((fields, i) => ({ line: i + 2, kind: 'lookup', fields })),
    new Set(),
  );

function tableOf(...rows: readonly Readonly<Record<string, FieldValue>>[]): Lookups {
  const { things, faults } = read(...rows);
  assert.deepEqual(faults, []);
  const lookups = new Lookups();
  for (const thing of things) lookups.put('table', thing);
  return lookups;
}

const ask = (lookups: Lookups, labels: Labels) =>
  lookups.labelsFor((name) => labelValue(labels, name)) ?? {};

test('a row adds its labels to what has the same value, beginning or pattern', () => {
  const lookups = tableOf(
    { 'match.circuit': 'C-1', customer: 'ACME' },
    { 'prefix.host': 'osl-', 'label.region': 'east' },
    { 'pattern.host': '.*-(core|edge)[0-9]+', tier: '1' },
    { match: { circuit: 'C-2' }, labels: { customer: 'Umbrella' } },
  );
  assert.deepEqual(ask(lookups, { circuit: 'C-1' }), { customer: 'ACME' });
  assert.deepEqual(ask(lookups, { circuit: 'C-2' }), { customer: 'Umbrella' });
  assert.deepEqual(ask(lookups, { circuit: 'C-11' }), {});
  assert.deepEqual(ask(lookups, { host: 'osl-core7' }), { region: 'east', tier: '1' });
  assert.deepEqual(ask(lookups, { host: 'osl-core7' }), { region: 'east', tier: '1' }, 'again');
  assert.deepEqual(ask(lookups, { host: 'bgo-core7' }), { tier: '1' });
  assert.deepEqual(ask(lookups, { host: 'OSL-x' }), {}, 'letters count as they are');
  assert.deepEqual(ask(lookups, {}), {});
});

test('the more exact row wins label by label: more keys, exact, the longer prefix', () => {
  const lookups = tableOf(
    { 'prefix.host': 'o', a: 'short', b: 'short', c: 'short', d: 'short' },
    { 'prefix.host': 'osl', b: 'long', c: 'long', d: 'long' },
    { 'match.host': 'osl1', c: 'exact', d: 'exact' },
    { 'prefix.host': 'osl', 'match.job': 'node', d: 'two' },
  );
  const all = { a: 'short', b: 'long', c: 'exact', d: 'two' };
  assert.deepEqual(ask(lookups, { host: 'osl1', job: 'node' }), all);
  assert.deepEqual(ask(lookups, { host: 'osl1' }), { ...all, d: 'exact' });
});

test('a row that goes takes only its own labels away', () => {
  const [one] = read({ 'match.host': 'a', x: '1' }).things;
  const [two] = read({ 'match.host': 'a', x: '2', y: '2' }).things;
  assert.ok(one && two);
  const lookups = new Lookups();
  lookups.put('b', one);
  lookups.put('c', two);
  assert.deepEqual(ask(lookups, { host: 'a' }), { x: '1', y: '2' }, 'the first feed by name wins');
  lookups.put('b', one);
  assert.equal(lookups.size, 2, 'the same row again is the same row');
  lookups.remove('b', one);
  assert.deepEqual(ask(lookups, { host: 'a' }), { x: '2', y: '2' });
  lookups.remove('c', two);
  lookups.remove('c', two);
  assert.deepEqual([ask(lookups, { host: 'a' }), lookups.size], [{}, 0]);
});

test('what cannot be looked up by is left out, and said', () => {
  const { things, faults } = read(
    { 'match.host': 'a', x: '1' },
    { x: '1' },
    { 'match.host': 'a' },
    { 'prefix.a': '1', 'prefix.b': '2', x: '1' },
    { 'pattern.a': '(', x: '1' },
    { 'match.host': 'a', x: '2' },
    { 'prefix.a': 'x'.repeat(LOOKUP_LIMITS.prefix_chars_max + 1), x: '1' },
  );
  assert.equal(things.length, 1);
  assert.deepEqual(
    faults.map(({ line, wrong }) => `${line} ${wrong}`),
    [
      '3 no cell says what it goes by',
      '4 it adds nothing',
      '5 two columns by prefix or pattern',
      '6 error parsing regexp: missing closing ): `(`',
      '7 the same thing stands in line 2',
      '8 its prefix is too long',
    ],
  );
});

test('patterns, sets of columns and columns have their limits', () => {
  const { pattern_rows_max, shapes_max, keys_max } = LOOKUP_LIMITS;
  const leftOut = (count: number, row: (i: number) => Record<string, string>): number =>
    read(...Array.from({ length: count }, (_, i) => row(i))).leftOut;
  const pattern = (i: number) => ({ 'pattern.host': `a[${i}]`, x: '1' });
  assert.equal(leftOut(pattern_rows_max, pattern), 0);
  assert.equal(leftOut(pattern_rows_max + 1, pattern), 1);
  const shape = (i: number) => ({ [`match.l${i}`]: 'a', x: '1' });
  assert.equal(leftOut(shapes_max, shape), 0);
  assert.equal(leftOut(shapes_max + 1, shape), 1);
  const wide = (keys: number) =>
    leftOut(1, () => ({
      ...Object.fromEntries(Array.from({ length: keys }, (_, i) => [`match.l${i}`, 'a'])),
      x: '1',
    }));
  assert.deepEqual([wide(keys_max), wide(keys_max + 1)], [0, 1]);
});

test('whatever comes and goes, every row that matches is found, and no other', () => {
  const cells = ['a', 'ab', 'abc', 'b', 'ba', 'c'];
  let seed = 7;
  const pick = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  const lookups = new Lookups();
  const held = new Map<string, Thing>();
  for (let turn = 0; turn < 3_000; turn++) {
    const cell = (): string => cells[pick(cells.length)] ?? '';
    const keys: Record<string, string> = {};
    if (pick(2)) keys['match.x'] = cell();
    if (pick(2)) keys['prefix.y'] = cell();
    if (pick(4) === 0) keys['pattern.z'] = `${cell()}.*`;
    if (Object.keys(keys).length === 0) continue;
    const key = `lookup:${JSON.stringify(keys)}` as ThingKey;
    const thing: Thing = { key, attributes: keys, labels: { [`l${pick(99)}`]: '1' } };
    const old = held.get(key);
    if (old) lookups.remove('f', old);
    held.delete(key);
    if (!old || pick(2)) {
      lookups.put('f', thing);
      held.set(key, thing);
    }
    const labels = { x: cell(), y: cell(), z: cell() };
    const wanted = [...held.values()].filter((one) => fits(one, labels));
    const names = new Set(wanted.flatMap((one) => Object.keys(one.labels ?? {})));
    assert.deepEqual(new Set(Object.keys(ask(lookups, labels))), names, `turn ${turn}`);
    assert.equal(lookups.size, held.size);
  }
});

const fits = (thing: Thing, labels: Labels): boolean =>
  keysOf(thing).every(({ mode, name, value }) => {
    const is = labelValue(labels, name);
    if (mode === 'match') return is === value;
    if (mode === 'prefix') return is.startsWith(value);
    const pattern = compilePattern(value);
    return !('error' in pattern) && pattern.matches(is);
  });
