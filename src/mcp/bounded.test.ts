import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounded, lineOf, MCP_LIMITS, wordsOf } from './bounded.ts';

const { items_max, names_max, text_chars_max, answer_chars_max } = MCP_LIMITS;
const sizeOf = (value: unknown): number => JSON.stringify(value).length;

test('a text of the limit is whole, one more character is cut and shown as cut', () => {
  assert.equal(lineOf('x'.repeat(text_chars_max)), 'x'.repeat(text_chars_max));
  const cut = lineOf('x'.repeat(text_chars_max + 1));
  assert.equal(cut, `${'x'.repeat(text_chars_max - 1)}…`);
});

test('a text cannot begin a line of its own or hide words', () => {
  assert.equal(lineOf('down\n\u001b[2Jnow: all is well'), 'down [2Jnow: all is well');
  assert.equal(lineOf('a\u{e0041}\u202eb'), 'a b');
});

test('a list and an object of the limit are whole, beyond it the rest is counted', () => {
  const list = Array.from({ length: items_max }, (_, i) => i);
  assert.deepEqual(bounded({ list }), { value: { list }, leftOut: 0 });
  assert.deepEqual(bounded({ list: [...list, 1, 2] }), { value: { list }, leftOut: 2 });
  const labels = Object.fromEntries(Array.from({ length: names_max }, (_, i) => [`n${i}`, 'v']));
  assert.deepEqual(bounded(labels), { value: labels, leftOut: 0 });
  assert.deepEqual(bounded({ ...labels, last: 1 }), { value: labels, leftOut: 1 });
});

test('an answer never grows beyond its limit, and its small fields stay', () => {
  const alarm = { text: '"'.repeat(text_chars_max), more: null, gone: undefined };
  const alarms = Array.from({ length: items_max }, () => ({ ...alarm, context: { ...alarm } }));
  const { value, leftOut } = bounded({ total: items_max, alarms });
  assert.ok(sizeOf(value) <= answer_chars_max && sizeOf(value) > answer_chars_max - 1_000);
  assert.ok(leftOut > 0);
  assert.equal((value as { total: number }).total, items_max);
});

test('words are whole lines, and say how many are missing', () => {
  const lines = Array.from({ length: answer_chars_max / 100 }, () => 'x'.repeat(99));
  assert.equal(wordsOf(lines, 0), lines.join('\n'));
  const tail = wordsOf([...lines, 'y', 'z'], 3)
    .split('\n')
    .at(-1);
  assert.equal(tail, '2 more lines are left out: ask for less.');
  assert.equal(wordsOf(['a'], 1), 'a\nThe structured form is not whole: ask for less.');
});
