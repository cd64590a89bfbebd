import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BACKOFF_LIMITS, backoffAfter } from './backoff.ts';

test('pauses double from a second and stay inside their jitter', () => {
  for (let attempts = 1; attempts <= 60; attempts++) {
    const middle = Math.min(1_000 * 2 ** (attempts - 1), 250_000);
    for (let position = 0; position < 500; position++) {
      const pause = backoffAfter(attempts, position);
      assert.ok(pause >= middle * 0.8 && pause <= middle * 1.2, `${attempts}, ${position}`);
      assert.ok(Number.isInteger(pause) && pause <= BACKOFF_LIMITS.pause_ms_max);
    }
  }
  assert.equal(BACKOFF_LIMITS.pause_ms_max, 300_000);
});

test('the jitter comes from the position: the same for the same, spread over all that is allowed', () => {
  const pauses = Array.from({ length: 2_000 }, (_, i) => backoffAfter(9, i));
  assert.deepEqual(
    pauses,
    Array.from(pauses, (_, i) => backoffAfter(9, i)),
  );
  assert.ok(Math.min(...pauses) < 202_000 && Math.max(...pauses) > 298_000);
  assert.ok(new Set(pauses).size > 350);
  const high = [0, 1, 2, 3].map((n) => backoffAfter(9, n * 2 ** 32 + 5));
  assert.equal(new Set(high).size, 4);
});

test('no try yet is treated as the first', () => {
  assert.ok(backoffAfter(0, 1) <= 1_200);
});
