import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as rest } from 'node:timers/promises';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { type Instant, minutes } from '../src/base/time.ts';
import type { SuiteSpec } from '../src/checks/engine/run.ts';
import type { Job } from '../src/checks/job.ts';
import { threadRunner } from '../src/checks/thread.ts';
import { openDesk } from '../src/desk/open.ts';
import { type AlarmEvent, identify } from '../src/domain/alarm/event.ts';
import { product, type TestRule, type TestTemplate } from '../src/domain/check/test.ts';
import { openEmbeddedJournal } from '../src/journal/embedded.ts';
import { openEmbeddedStore } from '../src/store/embedded.ts';

/**
 * A suite of 1,000 tests over a million rows, and two feeds of 1.5 million rows reconciled by key,
 * each in its thread, while a whole desk on disk takes in alarms: how long they take, what memory
 * the process has at most, how late the main thread's loop is, how long a new alarm takes.
 *
 *   node bench/checks.bench.ts [--short]
 */
const isShort = process.argv.includes('--short');
const ROWS = isShort ? 20_000 : 1_000_000;
const FEED_ROWS = isShort ? 30_000 : 1_500_000;
const EVENTS_PER_S = 20_000;
const BATCH = 100;
const IDLE_SECONDS = isShort ? 1 : 5;
const NOW = Date.parse('2026-03-10T00:00:00Z') as Instant;

const folder = mkdtempSync(join(tmpdir(), 'tocsin-checks-bench-'));

function write(name: string, head: string, rows: number, row: (i: number) => string): string {
  const path = join(folder, name);
  const fd = openSync(path, 'w');
  let text = `${head}\n`;
  for (let i = 0; i < rows; i++) {
    text += `${row(i)}\n`;
    if (text.length < 1 << 20) continue;
    writeSync(fd, text);
    text = '';
  }
  writeSync(fd, text);
  closeSync(fd);
  return path;
}

const many = (n: number, name: string): string[] => Array.from({ length: n }, (_, i) => name + i);
const CURRENCIES = ['EUR', 'GBP', 'USD'];
const csv = (path: string) => ({ kind: 'csv', path, delimiter: ',' }) as const;

/** Ten templates over 100 combinations of area, year and topic. */
function suiteJob(): Job {
  const path = write(
    'rows.csv',
    'id,area,year,topic,price,quantity,currency,code,updated,note',
    ROWS,
    (i) =>
      `${i},area-${i % 5},${2020 + ((i >> 3) % 5)},topic-${(i >> 2) % 4},${(i % 10_007) / 100},` +
      `${i % 50},${CURRENCIES[i % 3]},AB-${1_000 + (i % 9_000)},2026-03-0${1 + (i % 9)},note ${i}`,
  );
  const column = 'price';
  const rules: TestRule[] = [
    { is: 'not_null', column },
    { is: 'not_null', column: 'note' },
    { is: 'unique', columns: ['id'] },
    { is: 'range', column, min: '0', max: '100' },
    { is: 'range', column: 'quantity', min: '0', max: '49' },
    { is: 'set', column: 'currency', values: CURRENCIES },
    { is: 'pattern', column: 'code', pattern: 'AB-[0-9]{4}' },
    { is: 'rows', min: '1', changeMax: 10 },
    { is: 'sum', column, thanSource: 't', thanColumn: column, tolerance: 0.01 },
    { is: 'fresh', column: 'updated', ageMax: minutes(60 * 24 * 30) },
  ];
  const where = { area: '{area}', year: '{year}', topic: '{topic}' };
  const tests = rules.map((rule, i): TestTemplate => ({ name: `${rule.is} ${i}`, rule, where }));
  const years = many(5, '202');
  const parameters = product({ area: many(5, 'area-'), year: years, topic: many(4, 'topic-') });
  return jobOf({ source: 't', parameters, tests }, { t: csv(path) });
}

/** The second feed lacks ten keys, has ten of its own, and some amounts differ. */
function reconcileJob(): Job {
  const feed = (name: string, from: number, off: number): string =>
    write(name, 'trade,book,amount,currency', FEED_ROWS, (n) => {
      const i = n + from;
      const amount = (i % 1_000_003) / 100 + (i % 100_000 === 0 ? off : 0);
      return `T${100_000_000 + i * 7},book-${i % 40},${amount},${CURRENCIES[i % 3]}`;
    });
  const sources = { a: csv(feed('a.csv', 0, 0)), b: csv(feed('b.csv', 10, 1)) };
  const rule: TestRule = {
    ...{ is: 'reconcile', withSource: 'b', key: ['trade'] },
    ...{ compare: ['amount', 'currency'], tolerance: 0.001 },
  };
  return jobOf({ source: 'a', parameters: [], tests: [{ name: 'r', rule, where: {} }] }, sources);
}

const jobOf = (check: SuiteSpec, sources: Record<string, ReturnType<typeof csv>>): Job => ({
  ...{ is: 'data', check, sources, before: {}, now: NOW, folder: join(folder, 'e'), run: 'r' },
});

const event = (resource: string): AlarmEvent => ({
  kind: 'raise',
  id: identify(resource, 'link.down', ''),
  resource,
  type: 'link.down',
  qualifier: '',
  severity: 'major',
  text: `${resource} is down`,
  labels: { host: resource },
});

const clock = systemClock();
const journal = await openEmbeddedJournal({ folder: join(folder, 'journal'), clock });
const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
const parts = { clock, log: silentLog, journal, store, boot: 'bench', soon: setImmediate };
const desk = await openDesk(parts);
const repeated = many(2_000, 'router-').map(event);

/** Alarms come in until `work` has ended: most are known, one in a batch is new. */
async function underLoad(bench: string, work: () => Promise<object>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const took: number[] = [];
  const begun = performance.now();
  let [isOver, sent, refused, rss] = [false, 0, 0, 0];
  const load = async (): Promise<void> => {
    while (!isOver) {
      const due = ((performance.now() - begun) / 1_000) * EVENTS_PER_S;
      for (; sent < due; sent += BATCH) {
        const from = performance.now();
        const fresh = event(`${bench}-${sent}`);
        const some = [fresh, ...repeated.slice(sent % 1_900, (sent % 1_900) + BATCH - 1)];
        void desk.receive('load', some).then(({ ok }) => {
          if (ok) took.push(performance.now() - from);
          else refused++;
        });
      }
      rss = Math.max(rss, process.memoryUsage.rss());
      await rest(5);
    }
  };
  delay.enable();
  const loading = load();
  const facts = await work();
  isOver = true;
  await loading;
  delay.disable();
  took.sort((a, b) => a - b);
  const tenth = (ms: number): number => Math.round(ms * 10) / 10;
  const at = (part: number): number => tenth(took[Math.floor(took.length * part)] ?? 0);
  const figures = {
    ...{ bench: `checks.${bench}`, ...facts, rss_mib: Math.round(rss / 1_048_576) },
    ...{ events_per_s: Math.round(sent / ((performance.now() - begun) / 1_000)), refused },
    ...{ alarm_p50_ms: at(0.5), alarm_p99_ms: at(0.99) },
    ...{ loop_p99_ms: tenth(delay.percentile(99) / 1e6) },
    ...{ node: process.version, cpu: cpus()[0]?.model },
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function runIt(job: Job): Promise<object> {
  const begun = performance.now();
  const ran = await threadRunner(clock)(job, minutes(5), new AbortController().signal);
  if (ran.is === 'broken' || ran.result.is !== 'data') throw new Error(JSON.stringify(ran));
  const { cases, rows, evidence } = ran.result;
  const broken = cases.filter(({ verdict }) => verdict === 'broken');
  if (broken.length > 0) throw new Error(broken[0]?.text);
  const failed = cases.filter(({ verdict }) => verdict === 'failed').length;
  const seconds = Math.round((performance.now() - begun) / 10) / 100;
  return { tests: cases.length, rows, failed, evidence: evidence.length, seconds };
}

const [suite, reconcile] = [suiteJob(), reconcileJob()];
await underLoad('nothing', () => rest(IDLE_SECONDS * 1_000, {}));
await underLoad('suite', () => runIt(suite));
await underLoad('reconcile', () => runIt(reconcile));
await desk.close();
rmSync(folder, { recursive: true });
