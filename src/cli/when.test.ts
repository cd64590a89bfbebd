import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/time.ts';
import { parseWhen, whenText } from './when.ts';

const now = new Date(2026, 2, 1, 12, 0).getTime() as Instant;

test('a bare time of day is the next one by the clock of the machine', () => {
  assert.equal(parseWhen('18:30', now), new Date(2026, 2, 1, 18, 30).getTime());
  assert.equal(parseWhen('06:00', now), new Date(2026, 2, 2, 6, 0).getTime());
  assert.equal(parseWhen('12:00', now), new Date(2026, 2, 2, 12, 0).getTime());
});

test('dates with and without a zone', () => {
  assert.equal(parseWhen('2026-03-05T06:00:00Z', now), Date.UTC(2026, 2, 5, 6));
  assert.equal(parseWhen('2026-03-05 06:00', now), new Date(2026, 2, 5, 6, 0).getTime());
  assert.equal(parseWhen('2026-03-05', now), new Date(2026, 2, 5).getTime());
  assert.equal(whenText(parseWhen('2026-03-05 06:07', now) as Instant), '2026-03-05 06:07');
});

test('what is no time is none', () => {
  for (const text of ['', '24:00', '6', '12:60', '2026-02-30', '2026-13-01 00:00', 'tomorrow'])
    assert.equal(parseWhen(text, now), undefined, text);
});
