import { cpus, loadavg } from 'node:os';
import type { Applied, Desk } from '../src/desk/desk.ts';
import { ValueCounts } from '../src/desk/views/value-counts.ts';
import type { Alarm } from '../src/domain/alarm/alarm.ts';

/**
 * What the filter box offers, counted over many open alarms: counting all of them in slices, one
 * key in the box, and following a change. In time of the processor that the thread had, so that
 * what else runs does not show. `--short` takes a tenth of the alarms.
 */
const ALARMS = process.argv.includes('--short') ? 10_000 : 100_000;
const KEYS = 200;
const CHANGES = 20_000;
/** Different values of the other nine labels: one, ten, a hundred and so on, up to each its own. */
const LABELS = 9;

const say = (what: string, figures: object): void => {
  const machine = { alarms: ALARMS, cpu: cpus()[0]?.model, load: Math.round(loadavg()[0] ?? 0) };
  process.stdout.write(
    `${JSON.stringify({ bench: 'completion', what, ...figures, ...machine })}\n`,
  );
};

const round = (n: number): number => Math.round(n * 100) / 100;

/** Milliseconds of the processor that this thread had for it. */
function took(work: () => void): number {
  const from = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1_000;
}

const alarm = (i: number, host = `host-${i}.example.net`): Alarm =>
  ({
    id: `${i}`,
    labels: {
      instance: host,
      ...Object.fromEntries(
        Array.from({ length: LABELS }, (_, n) => [`name${n}`, `v${i % 10 ** n}`] as const),
      ),
    },
    context: {},
  }) as unknown as Alarm;

const alarms = new Map(Array.from({ length: ALARMS }, (_, i) => [`${i}`, alarm(i)]));
let heard: (applied: Applied) => void = () => {};
const counts = new ValueCounts({
  memory: { all: () => alarms.values() },
  watch(listener: (applied: Applied) => void) {
    heard = listener;
    return () => {};
  },
} as unknown as Pick<Desk, 'memory' | 'watch'>);

let [slices, longest, isDone] = [0, 0, false];
const building = took(() => {
  for (; !isDone; slices++) {
    const slice = took(() => {
      isDone = counts.prepare();
    });
    longest = Math.max(longest, slice);
  }
});
say('counting all of them', { ms: round(building), slices, longest_slice_ms: round(longest) });

for (const [what, typed] of [
  ['a key in a label of most values', 'host-4'],
  ['the same, nothing typed yet', ''],
  ['the same, nothing like it', 'nobody'],
] as const) {
  const all = took(() => {
    for (let n = 0; n < KEYS; n++) counts.values('instance', typed, 12);
  });
  say(what, { ms: round(all / KEYS), offered: counts.values('instance', typed, 12).length });
}
const names = took(() => {
  for (let n = 0; n < KEYS; n++) counts.names('n', 12);
});
say('a key in a name', { ms: round(names / KEYS) });

const moved = Array.from({ length: CHANGES }, (_, n) => {
  const i = (n * 7) % ALARMS;
  const [was, is] = [alarms.get(`${i}`), alarm(i, `moved-${n}.example.net`)];
  alarms.set(`${i}`, is);
  return { alarms: [[was, is]] } as unknown as Applied;
});
const following = took(() => {
  for (const applied of moved) heard(applied);
});
say('following an alarm whose labels changed', { us: round((following / CHANGES) * 1_000) });
counts.close();
