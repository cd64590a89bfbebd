import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  after,
  between,
  INSTANT_MAX,
  type Instant,
  instantText,
  minutes,
  parseInstant,
} from './time.ts';

const NONE = undefined;

for (const [text, want] of [
  ['2026-03-01T02:00:00Z', '2026-03-01T02:00:00.000Z'],
  ['2026-03-01t02:00:00z', '2026-03-01T02:00:00.000Z'],
  ['2026-03-01T02:00:00.5+02:00', '2026-03-01T00:00:00.500Z'],
  ['2026-02-28T23:30:00-01:00', '2026-03-01T00:30:00.000Z'],
  ['2026-03-01T02:00:00.123999999Z', '2026-03-01T02:00:00.123Z'],
  ['2026-03-01T02:00:00.2510000001Z', '2026-03-01T02:00:00.251Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'], // what Go sends for "not set"
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2026-02-29T00:00:00Z', NONE],
  ['2026-13-01T00:00:00Z', NONE],
  ['2026-03-01T24:00:00Z', NONE],
  ['2026-03-01T02:00:61Z', NONE],
  ['2026-12-31T23:59:60Z', '2026-12-31T23:59:59.000Z'], // a leap second is the one before it
  ['2026-03-01T02:00:00', NONE], // no zone: nobody knows when that is
  ['2026-03-01', NONE],
  ['', NONE],
] as const) {
  test(`"${text}" is ${want ?? 'not a moment'}`, () => {
    const at = parseInstant(text);
    assert.equal(at === undefined ? undefined : instantText(at), want);
  });
}

test('the largest Instant can be written, and a length moves it as far as it says', () => {
  assert.equal(instantText(INSTANT_MAX), '+275760-09-13T00:00:00.000Z');
  const at = 1_000 as Instant;
  assert.equal(between(at, after(at, minutes(15))), 900_000);
});
