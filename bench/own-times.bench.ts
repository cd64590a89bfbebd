import { cpus } from 'node:os';
import { silentLog } from '../src/base/log.ts';
import { openDesk } from '../src/desk/open.ts';
import { OwnTimes } from '../src/desk/own-times.ts';
import { watchTimes } from '../src/desk/watch-times.ts';
import { manualClock } from '../test/support/clock.ts';
import { alert } from '../test/support/desk.ts';
import { memoryJournal } from '../test/support/journal.ts';
import { memoryStore } from '../test/support/store.ts';

/**
 * What it costs the main thread that the desk measures how long it takes: new alarms through intake
 * and fold, with and without, in turn. One JSON line per batch size; time of the processor.
 */
const SHORT = process.argv.includes('--short');
const ROUNDS = SHORT ? 3 : 9;
/** Size, and how many of it. */
const BATCHES: readonly (readonly [size: number, count: number])[] = [
  [1, 10_000],
  [10, 4_000],
  [100, 1_000],
];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Microseconds of the processor for one event. */
async function round(batch: number, count: number, isMeasured: boolean): Promise<number> {
  const clock = manualClock();
  const times = new OwnTimes({ clock, stopwatch: () => performance.now() });
  const stores = { journal: memoryJournal({}), store: memoryStore() };
  const parts = { clock, log: silentLog, boot: 'bench', ...stores };
  const desk = await openDesk(isMeasured ? { ...parts, times } : parts);
  // The one that is not measured is watched as well, as every desk with a console is.
  if (isMeasured) watchTimes(desk, times);
  else desk.watch(() => {});
  const batches = Array.from({ length: count }, (_, b) =>
    Array.from({ length: batch }, (_, n) => alert(`web-${b * batch + n}`)),
  );
  const begun = process.cpuUsage();
  for (const events of batches) await desk.receive('bench', events);
  const { user, system } = process.cpuUsage(begun);
  await desk.close();
  return (user + system) / (batch * count);
}

for (const [batch, all] of BATCHES) {
  const count = SHORT ? all / 10 : all;
  const [without, measured]: [number[], number[]] = [[], []];
  for (let n = 0; n < ROUNDS; n++) {
    without.push(await round(batch, count, false));
    measured.push(await round(batch, count, true));
  }
  const [before, after] = [median(without), median(measured)];
  const line = { bench: 'own-times', batch, without_us: before, with_us: after };
  const ratio = Math.round((after / before) * 1000) / 1000;
  const machine = { node: process.version, cpu: cpus()[0]?.model };
  process.stdout.write(`${JSON.stringify({ ...line, ratio, ...machine })}\n`);
}

/** The measuring alone: one batch and its entry. */
const clock = manualClock();
const times = new OwnTimes({ clock, stopwatch: () => performance.now() });
const events = [alert('web-1'), alert('web-2')];
const CALLS = SHORT ? 100_000 : 1_000_000;
const from = process.cpuUsage();
for (let n = 1; n <= CALLS; n++) {
  times.stored(times.begin(), events, 100);
  times.applied(n);
}
const { user } = process.cpuUsage(from);
const alone = { what: 'one batch, measuring alone', ns: Math.round((user * 1000) / CALLS) };
process.stdout.write(`${JSON.stringify({ bench: 'own-times', ...alone })}\n`);
