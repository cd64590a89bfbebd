import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTook, tookText } from './took.ts';

test('a length is told with three digits and the unit it is long in', () => {
  const told: readonly (readonly [number, string])[] = [
    [0, '0 ms'],
    [0.3536, '0.354 ms'],
    [76.1, '76.1 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [5_400_000, '1.5 h'],
    [86_400_000, '1 d'],
    [Number.NaN, '–'],
  ];
  for (const [ms, says] of told) assert.equal(tookText(ms), says);
});

test('what is told is read again', () => {
  for (const ms of [0, 76.1, 1_500, 60_000, 7_200_000]) assert.equal(readTook(tookText(ms)), ms);
  assert.equal(readTook('10m'), 600_000);
  assert.equal(readTook('76.1ms'), 76.1);
});

test('what is no length is no number', () => {
  for (const text of ['', 'soon', '5', '-1s', '1e3ms', '5 weeks', '1.s'])
    assert.equal(readTook(text), undefined, text);
});
