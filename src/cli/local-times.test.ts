import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, parseInstant } from '../base/time.ts';
import { localTimes, moment } from './local-times.ts';
import { whenText } from './when.ts';

const now = parseInstant('2026-03-01T12:00:00Z') as Instant;
const at = parseInstant('2026-03-01T11:30:00Z') as Instant;
const old = parseInstant('2026-02-20T11:30:00Z') as Instant;

test('times of the desk are told by the clock of this machine, with how far away they are', () => {
  const today = whenText(at).slice(11);
  assert.equal(localTimes('at 2026-03-01 11:30:00 UTC.', now), `at ${today} (30m ago).`);
  assert.equal(localTimes('next try 2026-03-01T12:05:00Z', now).slice(-7), '(in 5m)');
  assert.equal(localTimes(moment('2026-02-20T11:30:00.000Z'), now), `${whenText(old)} (9d ago)`);
});

test('what is no time stays as it is', () => {
  const text = '2026-99-99 11:30:00 UTC, 11:30, 2026-03-01';
  assert.equal(localTimes(text, now), text);
  assert.equal(moment('soon'), 'soon');
});
