import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NoticeFault, NotifiedLife } from './notified-life.ts';

const SEEDS = 300;
const STEPS = 70;
/** In these seeds at most a planted fault must show itself. */
const PLANTED_SEEDS = 300;

async function firstFailure(
  fault: NoticeFault,
  seeds: number,
): Promise<{ readonly seed: number; readonly error: unknown } | undefined> {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      await new NotifiedLife(seed, fault).run(STEPS);
    } catch (error) {
      return { seed, error };
    }
  }
  return undefined;
}

test(`${SEEDS} seeded lives lose no page, and tell none twice unless an answer was lost`, async () => {
  const failure = await firstFailure('none', SEEDS);
  if (failure) throw new Error(`seed ${failure.seed}`, { cause: failure.error });
});

const PLANTED: readonly NoticeFault[] = [
  'results of deliveries lost in replay',
  'sent before the commit',
  'rows of logs not stored',
  'rows of resolving not stored',
  'rows of timers not stored',
  'rows of deliveries not stored',
  'rows of pages not stored',
  'rows of rosters not stored',
  'rows of throttles not stored',
  'a timer lost',
];

for (const fault of PLANTED) {
  test(`what the far sides were told gives away a planted fault: ${fault}`, async () => {
    const failure = await firstFailure(fault, PLANTED_SEEDS);
    assert.ok(failure, `${PLANTED_SEEDS} seeds saw nothing wrong although ${fault}`);
  });
}
