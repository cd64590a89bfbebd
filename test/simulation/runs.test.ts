import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunFault } from './runs-life.ts';
import { type Failure, firstFailure } from './seeds.ts';

const SEEDS = 500;
const STEPS = 70;
/** In these seeds at most a planted fault must show itself. */
const PLANTED_SEEDS = 200;

const lives = (fault: RunFault, seeds: number, mayCrash: boolean): Promise<Failure | undefined> => {
  const module = new URL('./runs-life.ts', import.meta.url).href;
  const more = [fault, mayCrash];
  return firstFailure({ module, name: 'RunsLife', more, seeds, steps: STEPS });
};

for (const mayCrash of [false, true]) {
  const crashes = mayCrash ? 'crashes between any two steps' : 'no crash';
  test(`in ${SEEDS} seeded lives with ${crashes} runs do each step once, in order`, async () => {
    const failure = await lives('none', SEEDS, mayCrash);
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
    const failure = await lives(fault, PLANTED_SEEDS, true);
    assert.ok(failure, `${PLANTED_SEEDS} seeds saw nothing wrong although ${fault}`);
  });
}
