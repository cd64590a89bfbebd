// node test/snmp/fuzz.ts [--count N] [--seed N]
// Mutated datagrams into the reader and translate: no throw, no broken limit, no growth. Half of
// them have their lengths put right again, so that the faults lie deeper.
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Received } from '../../src/ports/source.ts';
import { translate } from '../../src/sources/snmp/translate.ts';
import { fixtureNames, readInput } from '../sources/fixtures.ts';
import { faultsOf } from '../sources/limits.ts';
import { mutated, seeded } from '../sources/mutate.ts';
import { mutatedTree } from './mutate.ts';
import { SETTINGS } from './settings.ts';

/** The live heap may grow by this much between the middle and the end of a run. */
const GROWTH_BYTES_MAX = 4 * 1024 * 1024;

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
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '1' },
    },
  });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const live = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const [count, seed] = [Number(values.count), Number(values.seed)];
  const half = count >> 1;
  const began = performance.now();
  const first = fuzz(inputs(), seed, half);
  const heap = live();
  const second = fuzz(inputs(), seed + half, count - half);
  const heapGrowth = live() - heap;
  const perSecond = Math.round((count / (performance.now() - began)) * 1000);
  const events = first.events + second.events;
  const refused = first.refused + second.refused;
  const line = { fuzz: 'snmp', count, seed, events, refused, perSecond, heapGrowth };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (heapGrowth > GROWTH_BYTES_MAX) throw new Error(`the heap grew by ${heapGrowth} bytes`);
}
