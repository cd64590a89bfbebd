import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from './life.ts';
import { type Failure, firstFailure } from './seeds.ts';

const SEEDS = 1_000;
const STEPS = 60;

const lives = (fault: Fault, seeds: number): Promise<Failure | undefined> => {
  const module = new URL('./life.ts', import.meta.url).href;
  return firstFailure({ module, name: 'Life', more: [fault], seeds, steps: STEPS });
};

test(`${SEEDS} seeded lives with crashes, a full disk, late and doubled senders lose nothing`, async () => {
  const failure = await lives('none', SEEDS);
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
    const failure = await lives(fault, 200);
    assert.ok(failure, `200 seeds saw nothing wrong although ${fault}`);
  });
}
