import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, oneLine } from './text.ts';

test('a text at the maximum is whole, one beyond it is cut and says so', () => {
  assert.equal(cut('abcd', 4), 'abcd');
  assert.equal(cut('abcde', 4), 'abc…');
});

test('no character is cut in half', () => {
  assert.equal(cut('ab\u{1f642}cd', 4), 'ab…');
  assert.equal(cut('a\u{1f642}cde', 4), 'a\u{1f642}…');
});

test('a text of several lines becomes one', () => {
  assert.equal(oneLine(' disk full \r\n\n  on web-1\n', 99), 'disk full on web-1');
  assert.equal(oneLine('plain', 99), 'plain');
});
