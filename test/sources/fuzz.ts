// node test/sources/fuzz.ts [--source NAME] [--count N] [--seed N]
// Mutated fixtures into every translate: no throw, no broken limit, no growth.
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Source } from '../../src/ports/source.ts';
import { SOURCES } from '../../src/sources/index.ts';
import { defaultsOf, fixtureNames, readInput } from './fixtures.ts';
import { faultsOf } from './limits.ts';
import { mutated, seeded } from './mutate.ts';

/** The live heap may grow by this much between the middle and the end of a run. */
const GROWTH_BYTES_MAX = 4 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function liveBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

const { values } = parseArgs({
  options: {
    source: { type: 'string' },
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});

const chosen = SOURCES.filter((s) => values.source === undefined || s.name === values.source);
if (chosen.length === 0) throw new Error(`no source is called ${values.source}`);
for (const source of chosen) fuzz(source, Number(values.count), Number(values.seed));

function fuzz(source: Source, count: number, first: number): void {
  const settings = defaultsOf(source.settings);
  const inputs = fixtureNames(source.name).map((name) => readInput(source.name, name));
  let [events, refused, heap] = [0, 0, 0];
  const began = performance.now();
  for (let i = 0; i < count; i++) {
    const rng = seeded(first + i);
    const input = inputs[rng(inputs.length)];
    if (!input) throw new Error(`fixtures/${source.name}/ is empty`);
    const translated = source.translate({ ...input, body: mutated(input.body, rng) }, settings);
    const faults = faultsOf(translated);
    if (faults.length > 0)
      throw new Error(`${source.name}, seed ${first + i}: ${faults.join('; ')}`);
    events += translated.events.length;
    refused += translated.refused.length;
    if (i === count >> 1) heap = liveBytes();
  }
  const growth = liveBytes() - heap;
  if (growth > GROWTH_BYTES_MAX)
    throw new Error(`${source.name}: the heap grew by ${growth} bytes`);
  const perSecond = Math.round((count / (performance.now() - began)) * 1000);
  const line = {
    fuzz: source.name,
    count,
    seed: first,
    events,
    refused,
    perSecond,
    heapGrowth: growth,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
