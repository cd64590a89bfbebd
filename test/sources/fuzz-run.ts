import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The live heap may grow by this much between the middle and the end of a run. */
const GROWTH_BYTES_MAX = 4 * 1024 * 1024;

/**
 * A fuzzer run by command: `[--count N] [--seed N]`. Prints one line of JSON with the sums of what
 * `fuzz` counts. Throws when it does, or when the heap grows.
 */
export function runByHand<Sums extends object>(
  name: string,
  fuzz: (first: number, count: number) => Sums,
): void {
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
  const first = fuzz(seed, half);
  const heap = live();
  const second = fuzz(seed + half, count - half) as Record<string, number>;
  const heapGrowth = live() - heap;
  const perSecond = Math.round((count / (performance.now() - began)) * 1_000);
  const sums = Object.entries(first).map(([what, sum]) => [what, sum + (second[what] ?? 0)]);
  const line = { fuzz: name, count, seed, ...Object.fromEntries(sums), perSecond, heapGrowth };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (heapGrowth > GROWTH_BYTES_MAX) throw new Error(`the heap grew by ${heapGrowth} bytes`);
}
