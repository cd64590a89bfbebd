import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstant } from '../../base/time.ts';
import { readTime, TIME_UNSET } from './time.ts';

test('absent, null, empty and the year 1 are unset', () => {
  for (const value of [undefined, null, '', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z']) {
    assert.equal(readTime(value), TIME_UNSET, String(value));
  }
});

test('what is no time is bad, never a guess', () => {
  for (const value of [
    5,
    {},
    'x',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00.1xZ',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00-00:00Z',
    '2026-01-01Tx0:00:00Z',
  ]) {
    assert.ok(Number.isNaN(readTime(value)), String(value));
  }
});

test('the reading by hand agrees with the reading by pattern', () => {
  let seed = 3;
  const rng = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const pad = (n: number, width = 2): string => String(n).padStart(width, '0');
  const tails = ['Z', '.1Z', '.12Z', '.123Z', '.123456789Z', '+02:00', '.5-00:30', 'z', '', '.Z'];
  for (let round = 0; round < 20_000; round++) {
    const date = `${pad(rng(10_000), 4)}-${pad(rng(14))}-${pad(rng(33))}`;
    const time = `${pad(rng(26))}:${pad(rng(62))}:${pad(rng(62))}`;
    const text = `${date}T${time}${tails[rng(tails.length)]}`;
    const want = parseInstant(text) ?? Number.NaN;
    assert.ok(Object.is(readTime(text), want), `${text}: ${readTime(text)}, not ${want}`);
  }
});
