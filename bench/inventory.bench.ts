/**
 * What an inventory of 100,000 things costs: reading the feed (in its own thread), putting it piece
 * by piece, the switch, what the first question after it waits for, each lookup of an event, and
 * the memory. `--short` takes a tenth of the things. One JSON line per figure.
 */
import { cpus } from 'node:os';
import { refusalText } from '../src/base/refusal.ts';
import type { Instant } from '../src/base/time.ts';
import { apply } from '../src/desk/apply.ts';
import { decode, encode } from '../src/desk/codec.ts';
import type { Act } from '../src/desk/entry.ts';
import { compareFeed, putInForce } from '../src/desk/inventory-import.ts';
import { State } from '../src/desk/state.ts';
import type { UserId } from '../src/domain/alarm/alarm.ts';
import { readText } from '../src/inventory/read-text.ts';

const short = process.argv.includes('--short');
const DEVICES = short ? 250 : 2_500;
const PORTS = 38;
const EVENTS = short ? 100_000 : 1_000_000;

const result = (bench: string, facts: Record<string, number>): void =>
  console.log(
    JSON.stringify({
      bench: `inventory.${bench}`,
      ...facts,
      node: process.version,
      cpu: cpus()[0]?.model,
    }),
  );

const tenth = (n: number): number => Math.round(n * 10) / 10;
const mebibytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
};

/** Devices with addresses, ports with an ifIndex, a link for every second port of every tenth. */
function csv(moved: string): string {
  const lines = ['kind,id,site,device,ifIndex,addresses,role,owner,circuit,a,b,description'];
  for (let d = 0; d < DEVICES; d++) {
    const name = `rt${d}.site${d % 100}`;
    const site = name === moved ? 'moved' : `site${d % 100}`;
    lines.push(`device,${name},${site},,,10.${d >> 8}.${d & 255}.1,core,noc,,,,Router ${d}`);
    for (let p = 0; p < PORTS; p++) {
      lines.push(`port,xe-0/0/${p},,${name},${500 + p},,,,,,,to customer ${d * PORTS + p}`);
    }
  }
  for (let l = 0; l < DEVICES; l++) {
    const [a, b] = [l, (l + 1) % DEVICES].map(
      (d) => `rt${d}.site${d % 100}/xe-0/0/${d === l ? 0 : 1}`,
    );
    lines.push(`link,l${l},,,,,,,C-${l},${a},${b},`);
  }
  return lines.join('\n');
}

/** CPU time of this thread, so that a busy machine says the same. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

function timed<T>(work: () => T): readonly [T, number] {
  const began = cpuMs();
  const done = work();
  return [done, cpuMs() - began];
}

function whole<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const state = new State();
let slowest = 0;
const act = async (_by: UserId, asked: Act) => {
  const entry = decode(
    encode({ kind: 'act', at: 1_000 as Instant, by: 'nora' as UserId, act: asked }),
  );
  const [draft, ms] = timed(() => apply(state, state.position + 1, entry));
  slowest = Math.max(slowest, ms);
  const { outcome } = draft;
  if (!outcome || outcome.refused) {
    throw new Error(outcome?.refused && refusalText(outcome.refused));
  }
  return outcome;
};

const says = { by: 'nora' as UserId, from: 'bench', why: 'bench' };
let [prepareMs, slowestSlice] = [0, 0];

/** Slice by slice, as the server does it between requests. */
async function prepared(work: Generator<undefined, undefined>): Promise<void> {
  for (;;) {
    const [step, ms] = timed(() => work.next());
    prepareMs += ms;
    slowestSlice = Math.max(slowestSlice, ms);
    if (step.done === true) return;
  }
}

async function load(name: string, moved: string): Promise<void> {
  const bytes = Buffer.from(csv(moved));
  const [read, readMs] = timed(() => readText({ format: 'csv', bytes, kind: '' }, []));
  if (!read.ok) throw new Error(read.why);
  const [change, compareMs] = timed(() => whole(compareFeed(state, 'network', read.parts)));
  [slowest, prepareMs, slowestSlice] = [0, 0, 0];
  const began = cpuMs();
  await putInForce({ act, memory: state } as never, change, says, prepared);
  const putMs = cpuMs() - began;
  const [, followMs] = timed(() => state.inventory.graph.count);
  result(name, {
    things: read.report.things,
    parts: read.parts.length,
    fresh_parts: change.fresh.length,
    changed: change.counts.added + change.counts.changed,
    read_ms: tenth(readMs),
    compare_ms: tenth(compareMs),
    put_and_switch_ms: tenth(putMs),
    slowest_entry_ms: tenth(slowest),
    prepare_ms: tenth(prepareMs),
    slowest_slice_ms: tenth(slowestSlice),
    first_question_ms: tenth(followMs),
  });
}

const empty = mebibytes();
await load('first', '');
const loaded = mebibytes();
result('memory', {
  heap_mib: tenth(loaded - empty),
  bytes_per_thing: Math.round(((loaded - empty) * 1_048_576) / state.inventory.graph.count),
});
await load('same', '');
await load('one-changed', 'rt77.site77');

const NONE = {};
const resources = Array.from({ length: 50_000 }, (_, i) => {
  const d = (i * 7) % DEVICES;
  const name = `rt${d}.site${d % 100}`;
  return (
    [
      `${name}/xe-0/0/${i % PORTS}`,
      `10.${d >> 8}.${d & 255}.1/if-${500 + (i % PORTS)}`,
      `${name}:9100`,
      `stranger-${i}`,
    ][i % 4] ?? ''
  );
});
for (const round of ['contexts worked out', 'contexts kept']) {
  const [, ms] = timed(() => {
    let found = 0;
    const events = round === 'contexts kept' ? EVENTS : resources.length;
    for (let i = 0; i < events; i++) {
      const labels = state.inventory.contextOf(resources[i % resources.length] ?? '', NONE);
      if (labels !== NONE) found++;
    }
    return found;
  });
  const events = round === 'contexts kept' ? EVENTS : resources.length;
  result(round === 'contexts kept' ? 'lookup' : 'first-lookup', {
    events,
    us_per_event: Math.round((ms / events) * 1e6) / 1e3,
  });
}
result('memory-with-contexts', { heap_mib: tenth(mebibytes() - empty) });

/** A table of so many circuits, hosts by prefix and some patterns: the time of a question. */
async function tables(rows: number): Promise<void> {
  const lines = ['match.circuit,prefix.host,pattern.host,customer'];
  for (let i = 0; i < rows; i++) {
    lines.push(i % 2 === 0 ? `C-${i},,,customer ${i}` : `,h${i}-,,customer ${i}`);
  }
  for (let i = 0; i < 200; i++) lines.push(`,,.*-x[${i % 10}]${i},special ${i}`);
  const bytes = Buffer.from(lines.join('\n'));
  const read = readText({ format: 'csv', bytes, kind: 'lookup' }, []);
  if (!read.ok) throw new Error(read.why);
  await putInForce(
    { act, memory: state } as never,
    whole(compareFeed(state, 'tables', read.parts)),
    says,
    prepared,
  );
  void state.inventory.graph;
  const asked = Array.from({ length: 50_000 }, (_, i) => {
    const n = (i * 7) % rows;
    return { circuit: `C-${n}`, host: i % 5 === 0 ? `z-x${i % 300}` : `h${n}-a` };
  });
  let found = 0;
  const [, ms] = timed(() => {
    for (let i = 0; i < EVENTS; i++) {
      const labels = state.inventory.contextOf('', asked[i % asked.length] ?? NONE);
      if (labels.customer !== undefined) found++;
    }
  });
  const us_per_event = Math.round((ms / EVENTS) * 1e6) / 1e3;
  result('tables', { rows: read.report.things, events: EVENTS, found, us_per_event });
}
await tables(1_000);
await tables(short ? 9_000 : 90_000);
