import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ComparedLine, comparison, LINES_SHOWN_MAX, numbered } from './text-lines.ts';

const lines = (n: number): string => 'a\n'.repeat(n);

test('a text of as many lines as are shown is whole; of one more the rest is said', () => {
  const whole = numbered(lines(LINES_SHOWN_MAX), 'Text').text;
  assert.match(whole, new RegExp(`id="line-${LINES_SHOWN_MAX}"`));
  assert.doesNotMatch(whole, /lines more/);
  const more = numbered(lines(LINES_SHOWN_MAX + 1), 'Text').text;
  assert.doesNotMatch(more, new RegExp(`id="line-${LINES_SHOWN_MAX + 1}"`));
  assert.match(more, /and 1 lines more\./);
});

test('a fault stands at its line, and several at one line all do', () => {
  const faults = [
    { line: 2, column: 3, why: 'one' },
    { line: 2, column: 9, why: 'two' },
  ];
  const { text } = numbered('x\ny\nz\n', 'Text', faults);
  assert.equal(text.split('at-fault').length - 1, 1);
  assert.match(text, /id="line-2".*?column 3: one.*?column 9: two/s);
});

const line = (is: ComparedLine['is'], text: string): ComparedLine => ({ is, text });

test('what is the same far from a change is left out, and said to be', () => {
  const same = Array.from({ length: 20 }, (_, n) => line('same', `s${n}`));
  const { text } = comparison([...same, line('added', 'new'), ...same], 'Texts');
  assert.match(text, /1 line added \(\+\), 0 removed \(-\)\./);
  assert.match(text, /<ins>\+ new\n<\/ins>/);
  assert.equal(text.split('class="line"').length - 1, 6, 'three lines before and after');
  assert.match(text, /class="line gap"/);
  assert.match(comparison(same, 'Texts').text, /The texts are the same/);
});

test('a comparison shows as many lines as a text, and says how many more there are', () => {
  const added = Array.from({ length: LINES_SHOWN_MAX }, () => line('added', 'x'));
  assert.doesNotMatch(comparison(added, 'Texts').text, /lines more/);
  assert.match(comparison([...added, line('added', 'x')], 'Texts').text, /and 1 lines more\./);
});
