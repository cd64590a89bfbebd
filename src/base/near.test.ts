import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distance, nearest } from './near.ts';

test('letters put in, left out, changed and swapped each count once', () => {
  for (const [a, b, want] of [
    ['serve', 'serve', 0],
    ['srve', 'serve', 1],
    ['serrve', 'serve', 1],
    ['sarve', 'serve', 1],
    ['esrve', 'serve', 1],
    ['', 'abc', 3],
    ['alarms', 'serve', 5],
  ] as const)
    assert.equal(distance(a, b), want, `${a} ${b}`);
});

test('a slip finds its name, a beginning too, and nonsense finds nothing', () => {
  const names = ['serve', 'send', 'show', 'shelve', 'completion'];
  assert.equal(nearest('srve', names), 'serve');
  assert.equal(nearest('compl', names), 'completion');
  assert.equal(nearest('xyzzy', names), undefined);
  assert.equal(nearest('', names), undefined);
});
