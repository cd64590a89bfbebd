import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserId } from '../alarm/alarm.ts';
import type { Variable } from './template.ts';
import { bounded, fitsValues, readAsked, VALUE_LIMITS, type Value } from './value.ts';

const base: Variable = {
  ...{ name: 'x', type: 'text', from: 'ask', required: true, preset: '', description: '' },
  ...{ choices: [], columns: [] },
};
const people = (text: string): UserId | undefined =>
  text === 'nora' ? ('u1' as UserId) : undefined;
const read = (more: Partial<Variable>, text: string): Value | string =>
  readAsked({ ...base, ...more }, text, people);

test('what a person writes is read as the type says', () => {
  assert.deepEqual(read({}, ' two\nlines '), { is: 'text', text: 'two\nlines' });
  assert.deepEqual(read({ type: 'number' }, '-1.5'), { is: 'number', number: -1.5 });
  const at = Date.UTC(2026, 2, 1, 2, 0);
  assert.deepEqual(read({ type: 'time' }, '2026-03-01 02:00'), { is: 'time', at });
  assert.deepEqual(read({ type: 'time' }, '2026-03-01T03:00:00+01:00'), { is: 'time', at });
  assert.deepEqual(read({ type: 'duration' }, '1h30m'), { is: 'duration', ms: 5_400_000 });
  assert.deepEqual(read({ type: 'person' }, 'nora'), { is: 'people', people: ['u1'] });
  assert.deepEqual(read({ type: 'choice', choices: ['a'] }, 'a'), { is: 'text', text: 'a' });
  const list = read({ type: 'list' }, '- one\n\n* two\r\nthree - 3');
  assert.deepEqual(list, { is: 'list', items: ['one', 'two', 'three - 3'], more: 0 });
  const columns = ['what', 'owner'];
  const table = read({ type: 'table', columns }, 'Replace it | nora\nWrite it down');
  const rows = [
    ['Replace it', 'nora'],
    ['Write it down', ''],
  ];
  assert.deepEqual(table, { is: 'table', columns, rows, more: 0 });
});

test('what does not fit is told as what is expected', () => {
  assert.equal(read({ type: 'number' }, '1e9'), 'a number, as 12.5');
  assert.equal(read({ type: 'time' }, 'yesterday'), 'a time, as 2026-03-01 02:00 (UTC)');
  assert.equal(read({ type: 'duration' }, '5'), 'a length of time, as 1h30m');
  assert.match(String(read({ type: 'people' }, 'nora, tom')), /nobody is called tom/);
  assert.equal(read({ type: 'choice', choices: ['a', 'b'] }, 'c'), 'one of a, b');
  assert.match(String(read({ type: 'table', columns: ['a'] }, 'x | y')), /each row: a$/);
  assert.match(String(read({}, 'a\u0000b')), /control/);
  assert.match(String(read({}, '\ud800')), /control/);
});

test('the maxima hold to the last one', () => {
  const { asked_chars_max, rows_max, cell_chars_max, people_max, values_chars_max } = VALUE_LIMITS;
  assert.equal(typeof read({}, 'x'.repeat(asked_chars_max)), 'object');
  assert.match(String(read({}, 'x'.repeat(asked_chars_max + 1))), /at most 20000/);
  const lines = (n: number) => Array.from({ length: n }, () => 'x').join('\n');
  assert.equal(typeof read({ type: 'list' }, lines(rows_max)), 'object');
  assert.match(String(read({ type: 'list' }, lines(rows_max + 1))), /at most 500 lines/);
  assert.equal(typeof read({ type: 'table', columns: ['a'] }, lines(rows_max)), 'object');
  assert.match(String(read({ type: 'table', columns: ['a'] }, lines(rows_max + 1))), /500 lines/);
  assert.equal(typeof read({ type: 'list' }, 'x'.repeat(cell_chars_max)), 'object');
  assert.match(String(read({ type: 'list' }, 'x'.repeat(cell_chars_max + 1))), /2000 char/);
  const many = (n: number) => Array.from({ length: n }, () => 'nora').join(' ');
  assert.equal(typeof read({ type: 'people' }, many(people_max)), 'object');
  assert.match(String(read({ type: 'people' }, many(people_max + 1))), /at most 100 people/);
  const all = Array.from({ length: rows_max + 1 }, (_, i) => i);
  assert.deepEqual(bounded(all.slice(1)).more, 0);
  assert.deepEqual([bounded(all).kept.length, bounded(all).more], [rows_max, 1]);
  const sized = (n: number) => ({ a: { is: 'text' as const, text: 'x'.repeat(n) } });
  const frame = JSON.stringify(sized(0)).length;
  assert.ok(fitsValues(sized(values_chars_max - frame)));
  assert.ok(!fitsValues(sized(values_chars_max - frame + 1)));
});
