import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, Life } from './life.ts';

const SEEDS = 1_000;
const STEPS = 60;

/** The first seed that shows something wrong, and what. */
async function firstFailure(
  fault: Fault,
  seeds: number,
): Promise<{ readonly seed: number; readonly error: unknown } | undefined> {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      await new Life(seed, fault).run(STEPS);
    } catch (error) {
      return { seed, error };
    }
  }
  return undefined;
}

test(`${SEEDS} seeded lives with crashes, a full disk, late and doubled senders lose nothing`, async () => {
  const failure = await firstFailure('none', SEEDS);
  if (failure) throw new Error(`seed ${failure.seed}`, { cause: failure.error });
});

const PLANTED: readonly Fault[] = [
  'success answered before commit',
  'fsync skipped',
  'an entry applied twice',
  'an entry lost in replay',
  'a timer lost',
  'a document of other values',
];

for (const fault of PLANTED) {
  test(`the simulation catches a planted fault: ${fault}`, async () => {
    const failure = await firstFailure(fault, 200);
    assert.ok(failure, `200 seeds saw nothing wrong although ${fault}`);
  });
}
