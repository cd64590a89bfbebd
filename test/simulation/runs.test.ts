import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RunFault, RunsLife } from './runs-life.ts';

const SEEDS = 500;
const STEPS = 70;
/** In these seeds at most a planted fault must show itself. */
const PLANTED_SEEDS = 200;

async function firstFailure(fault: RunFault, seeds: number, mayCrash: boolean) {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      await new RunsLife(seed, fault, mayCrash).run(STEPS);
    } catch (error) {
      return { seed, error };
    }
  }
  return undefined;
}

for (const mayCrash of [false, true]) {
  const crashes = mayCrash ? 'crashes between any two steps' : 'no crash';
  test(`in ${SEEDS} seeded lives with ${crashes} runs do each step once, in order`, async () => {
    const failure = await firstFailure('none', SEEDS, mayCrash);
    if (failure) throw new Error(`seed ${failure.seed}`, { cause: failure.error });
  });
}

const PLANTED: readonly RunFault[] = [
  'done before it is written down',
  'done again though it must not be',
  'rows of runs not stored',
  'rows of pages not stored',
];

for (const fault of PLANTED) {
  test(`what the world saw gives away a planted fault: ${fault}`, async () => {
    const failure = await firstFailure(fault, PLANTED_SEEDS, true);
    assert.ok(failure, `${PLANTED_SEEDS} seeds saw nothing wrong although ${fault}`);
  });
}
