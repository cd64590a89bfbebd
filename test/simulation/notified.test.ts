import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NoticeFault } from './notified-life.ts';
import { type Failure, firstFailure } from './seeds.ts';

const SEEDS = 300;
const STEPS = 70;
/** In these seeds at most a planted fault must show itself. */
const PLANTED_SEEDS = 300;

const lives = (fault: NoticeFault, seeds: number): Promise<Failure | undefined> => {
  const module = new URL('./notified-life.ts', import.meta.url).href;
  return firstFailure({ module, name: 'NotifiedLife', more: [fault], seeds, steps: STEPS });
};

test(`${SEEDS} seeded lives lose no page, and tell none twice unless an answer was lost`, async () => {
  const failure = await lives('none', SEEDS);
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
  'rows of handovers not stored',
  'a timer lost',
];

for (const fault of PLANTED) {
  test(`what the far sides were told gives away a planted fault: ${fault}`, async () => {
    const failure = await lives(fault, PLANTED_SEEDS);
    assert.ok(failure, `${PLANTED_SEEDS} seeds saw nothing wrong although ${fault}`);
  });
}
