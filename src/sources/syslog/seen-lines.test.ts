import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  KINDS_SHOWN_MAX,
  LOOKED_AT_PER_REPORT_MAX,
  SEEN_PER_REPORT_MAX,
  SeenLines,
} from './seen-lines.ts';

/** Words without digits: each is a kind of line of its own. */
const word = (n: number): string =>
  Array.from(String(n), (digit) => String.fromCharCode(103 + Number(digit))).join('');

test('one of each kind is kept, without its secrets', () => {
  const seen = new SeenLines();
  for (const n of [1, 2, 3]) seen.note(`port ${n} is down, password=hunter${n}`, 'r1');
  seen.note('port 4 is down, password=hunter4', 'r2');
  assert.deepEqual(seen.take(), [
    { from: 'r1', line: 'port 1 is down, password=(redacted)' },
    { from: 'r2', line: 'port 4 is down, password=(redacted)' },
  ]);
  seen.note('port 5 is down, password=hunter5', 'r1');
  assert.deepEqual(seen.take(), []);
  seen.forget();
  seen.note('port 5 is down, password=hunter5', 'r1');
  assert.equal(seen.take().length, 1);
});

test('a report has its maximum of lines', () => {
  const seen = new SeenLines();
  for (let n = 0; n <= SEEN_PER_REPORT_MAX; n++) seen.note(word(n), '');
  assert.equal(seen.take().length, SEEN_PER_REPORT_MAX);
  seen.note(word(SEEN_PER_REPORT_MAX), '');
  assert.equal(seen.take().length, 1, 'what found no room may come later');
});

test('so many lines of a flood are looked at, and no more', () => {
  const seen = new SeenLines();
  for (let n = 1; n < LOOKED_AT_PER_REPORT_MAX; n++) seen.note('the same', '');
  seen.note('the last', '');
  seen.note('one more', '');
  assert.deepEqual(
    seen.take().map(({ line }) => line),
    ['the same', 'the last'],
  );
});

test('so many kinds are known as shown, and then all may come again', () => {
  const seen = new SeenLines();
  const shown = (text: string): boolean => {
    seen.note(text, '');
    return seen.take().length === 1;
  };
  for (let n = 0; n < KINDS_SHOWN_MAX; n++) assert.ok(shown(word(n)));
  assert.ok(!shown(word(0)));
  assert.ok(shown('one more'));
  assert.ok(shown(word(0)));
});
