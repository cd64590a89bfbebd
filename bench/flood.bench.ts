import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { openDesk } from '../src/desk/open.ts';
import { type AlarmEvent, identify } from '../src/domain/alarm/event.ts';
import { openEmbeddedJournal } from '../src/journal/embedded.ts';
import { openEmbeddedStore } from '../src/store/embedded.ts';

/**
 * How long an alert of one source takes to be stored while another source floods the desk with
 * repeats, and without: a whole desk on disk, without HTTP.
 *
 *   node bench/flood.bench.ts [--short]
 */
const SECONDS = process.argv.includes('--short') ? 2 : 30;
const FLOOD_PER_S = 200_000;
const BATCH = 1_000;
const TURN_MS = 5;
const QUIET_EVERY_MS = 100;
const ALARMS = 2_000;

const word = (resource: string): AlarmEvent => ({
  kind: 'occurrence',
  id: identify(resource, 'log.line', ''),
  resource,
  type: 'log.line',
  qualifier: '',
  severity: 'warning',
  text: `interface of ${resource} flapped`,
  labels: { host: resource },
});

async function measure(floodPerS: number): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-flood-'));
  const clock = systemClock();
  const journal = await openEmbeddedJournal({ folder: join(folder, 'journal'), clock });
  const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
  const parts = { clock, log: silentLog, journal, store, boot: 'bench', soon: setImmediate };
  const desk = await openDesk(parts);
  const all = Array.from({ length: ALARMS }, (_, i) => word(`router-${i}/xe-0/0/${i % 48}`));
  const ends = performance.now() + SECONDS * 1_000;
  const begun = performance.now();
  let sent = 0;
  let refused = 0;
  let highest = 0;
  const took: number[] = [];
  const answers: Promise<unknown>[] = [];
  const flood = async (): Promise<void> => {
    while (performance.now() < ends) {
      const due = ((performance.now() - begun) / 1_000) * floodPerS;
      for (; sent < due; sent += BATCH) {
        const from = sent % ALARMS;
        answers.push(
          desk.receive('flood', all.slice(from, from + BATCH)).then(({ ok }) => {
            if (!ok) refused += BATCH;
          }),
        );
      }
      highest = Math.max(highest, desk.figures().floods.get('flood') ?? 0);
      await rest(TURN_MS);
    }
  };
  const quiet = async (): Promise<void> => {
    for (let n = 0; performance.now() < ends; n++) {
      const from = performance.now();
      const { ok } = await desk.receive('quiet', [word(`quiet-${n}`)]);
      took.push(ok ? performance.now() - from : Number.POSITIVE_INFINITY);
      await rest(QUIET_EVERY_MS);
    }
  };
  await Promise.all([quiet(), ...(floodPerS > 0 ? [flood()] : [])]);
  await Promise.all(answers);
  const counted = all.reduce((sum, { id }) => {
    return sum + (desk.memory.get('alarms', id)?.occurrences ?? 0);
  }, 0);
  await desk.close();
  rmSync(folder, { recursive: true });
  took.sort((a, b) => a - b);
  const at = (part: number) => Math.round((took[Math.floor(took.length * part)] ?? 0) * 100) / 100;
  return {
    ...{ flood_per_s: Math.round(sent / SECONDS), refused, lost: sent - refused - counted },
    ...{ highest_step: highest, quiet: took.length, p50_ms: at(0.5), p99_ms: at(0.99) },
  };
}

for (const perS of [0, FLOOD_PER_S]) {
  const figures = await measure(perS);
  const machine = { node: process.version, cpu: cpus()[0]?.model };
  process.stdout.write(`${JSON.stringify({ bench: 'flood', ...figures, ...machine })}\n`);
}
