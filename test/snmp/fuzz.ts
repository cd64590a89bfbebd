// node test/snmp/fuzz.ts [--count N] [--seed N]
// Mutated datagrams into the reader and translate: no throw, no broken limit, no growth. Half of
// them have their lengths put right again, so that the faults lie deeper.
import type { Received } from '../../src/ports/source.ts';
import { translate } from '../../src/sources/snmp/translate.ts';
import { fixtureNames, readInput } from '../sources/fixtures.ts';
import { runByHand } from '../sources/fuzz-run.ts';
import { faultsOf } from '../sources/limits.ts';
import { mutated, seeded } from '../sources/mutate.ts';
import { mutatedTree } from './mutate.ts';
import { SETTINGS } from './settings.ts';

export interface Fuzzed {
  readonly events: number;
  readonly refused: number;
}

/** Throws with the seed and the bytes at the first fault. */
export function fuzz(inputs: readonly Received[], first: number, count: number): Fuzzed {
  let [events, refused] = [0, 0];
  for (let seed = first; seed < first + count; seed++) {
    const rng = seeded(seed);
    const input = inputs[rng(inputs.length)];
    if (input === undefined) throw new Error('there are no fixtures');
    const body = (rng(2) === 0 ? mutatedTree : mutated)(input.body, rng);
    const translated = translate({ ...input, body }, SETTINGS);
    // Most limits are kept by few lines of code: looking at each result would cost ten times more.
    if (seed % 8 === 0 || translated.events.length > 1) {
      const faults = faultsOf(translated);
      if (faults.length > 0) {
        throw new Error(`seed ${seed}: ${faults.join('; ')}: ${Buffer.from(body).toString('hex')}`);
      }
    }
    events += translated.events.length;
    refused += translated.refused.length;
  }
  return { events, refused };
}

export const inputs = (): Received[] => fixtureNames('snmp').map((name) => readInput('snmp', name));

if (import.meta.main) {
  const all = inputs();
  runByHand('snmp', (first, count) => fuzz(all, first, count));
}
