import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renamesIn } from './renames.ts';

const renames = (before: string, now: string): string =>
  [...renamesIn(before.split(' '), now.split(' '))].map(([to, was]) => `${was}>${to}`).join(' ');

test('a name that came where one went is the same receiver; nothing else is', () => {
  for (const [before, now, says] of [
    ['a b c', 'a b c', ''],
    ['a b c', 'a x c', 'b>x'],
    ['a b c', 'x b y', 'a>x c>y'],
    ['a b c', 'a x y', 'b>x c>y'],
    ['a b c', 'a b c d', ''],
    ['a b c', 'a b', ''],
    ['a b c', 'a x y c', ''],
    ['a b c', 'x a b c', ''],
    ['a b c', 'c a x', ''],
    ['a b c', 'a x c d', 'b>x'],
    ['a b c', 'd a x c', 'b>x'],
  ] as const)
    assert.equal(renames(before, now), says, `${before} → ${now}`);
});
