import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LoadAsk, LoadSay } from './consoles.load.ts';
import { nowUs, type ReadersSay, type ToReaders } from './consoles.readers.ts';

/**
 * Live consoles on one machine: how long until a change is on all of them, what taking in keeps of
 * its rate meanwhile, what one costs in memory, and that who reads no more is dropped.
 *
 *     npm run bench -- consoles [--readers=30000] [--fan-out=2] [--alerts=200000] [--short]
 *
 * Desk, fan-out processes, consoles and senders share the machine. A change is a new critical
 * alarm on the page that everybody looks at. Its time is from before it is sent to the desk until
 * the last byte of the event that holds its row is read by a console: "all" is the slowest console.
 */
const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    readers: { type: 'string' },
    /** Processes that hold streams; default: as many as the readers need. */
    'fan-out': { type: 'string' },
    alerts: { type: 'string' },
    changes: { type: 'string' },
    /** Changes a second. */
    rate: { type: 'string', default: '2' },
  },
});
const READERS = Number(values.readers ?? (values.short ? 200 : 30_000));
const READERS_PER_PROCESS = 15_000;
const FAN_OUT = Number(
  values['fan-out'] ?? (READERS > READERS_PER_PROCESS ? Math.ceil(READERS / 15_000) : 0),
);
const ALERTS = Number(values.alerts ?? (values.short ? 5_000 : 200_000));
const CHANGES = Number(values.changes ?? (values.short ? 6 : 60));
const CHANGE_EVERY_MS = 1_000 / Number(values.rate);
const MUST_ALL_MS = 1_500;
const MUST_INGEST_KEPT = 0.5;
/** Rows of the page: it is full of critical alarms before anything is measured. */
const PAGE_ROWS = 50;
const SLOW = values.short ? 5 : 50;
/** Big rows on a page of 500: what a reader leaves unread soon passes every buffer. */
const SLOW_VIEW = '/live?size=500&sort=newest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length };
const say = (line: object): boolean =>
  process.stdout.write(`${JSON.stringify({ bench: 'consoles', ...line })}\n`);
const note = (text: string): boolean => process.stderr.write(`consoles: ${text}\n`);
const children: ChildProcess[] = [];

interface DeskRun {
  readonly process: ChildProcess;
  readonly url: string;
  readonly token: string;
}

async function startDesk(folder: string): Promise<DeskRun> {
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(config, 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n');
  const fanOut = FAN_OUT > 0 ? [`--web.fan-out-processes=${FAN_OUT}`] : [];
  const args = [
    ...[here('../src/main.ts'), 'serve', `--config.file=${config}`, '--log.level=error'],
    ...[`--storage.path=${join(folder, 'data')}`, '--web.listen-address=127.0.0.1:0'],
    ...['--snmp.listen-address=', '--syslog.listen-address=', ...fanOut],
  ];
  const desk = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(desk);
  const file = join(folder, 'data', 'admin.token');
  for (let tries = 0; tries < 300; tries++) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const [token = '', url = ''] = text.split('\n');
    if (url !== '') return { process: desk, url, token };
    if (desk.exitCode !== null) break;
    await pause(100);
  }
  throw new Error('the desk did not start');
}

/** Memory of a process and its children, in KiB. */
function rssOf(pid: number): number {
  const own = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const pids = below === '' ? [] : below.split(' ').map(Number);
  return pids.reduce((sum, child) => sum + rssOf(child), Number(own ?? 0));
}

const TICKS_PER_S = 100;
const STAT_UTIME = 11;

/** Processor time of a process and its children, in ms: the figure that others do not disturb. */
function cpuOf(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields
    .split(' ')
    .slice(STAT_UTIME, STAT_UTIME + 2)
    .map(Number);
  const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const pids = below === '' ? [] : below.split(' ').map(Number);
  const own = (((user ?? 0) + (system ?? 0)) * 1_000) / TICKS_PER_S;
  return pids.reduce((sum, child) => sum + cpuOf(child), own);
}

const availableKiB = (): number =>
  Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);

function child(file: string): ChildProcess {
  const made = fork(here(file), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(made);
  return made;
}

async function ask(one: ChildProcess, what: ToReaders): Promise<ReadersSay> {
  one.send(what);
  const [said] = (await once(one, 'message')) as [ReadersSay];
  return said;
}

const askAll = (all: readonly ChildProcess[], what: ToReaders) =>
  Promise.all(all.map((one) => ask(one, what)));

async function post(desk: DeskRun, alerts: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(alerts);
  const answer = await fetch(`${desk.url}/api/v2/alerts`, { method: 'POST', headers, body });
  if (answer.status !== 200) throw new Error(`a change was answered with ${answer.status}`);
}

const critical = (instance: string, summary: string): object => ({
  labels: { alertname: 'LinkDown', instance, severity: 'critical', site: 'nbg' },
  annotations: { summary },
});

let loads = 0;
async function ingest(desk: DeskRun): Promise<LoadSay> {
  const loader = child('./consoles.load.ts');
  const prefix = `load-${++loads}`;
  const work: LoadAsk = { url: desk.url, count: ALERTS, batch: 100, connections: 4, prefix };
  loader.send(work);
  const [said] = (await once(loader, 'message')) as [LoadSay];
  loader.disconnect();
  if (said.failed > 0) note(`${said.failed} batches were refused`);
  return said;
}

let stamps = 0;
/** Changes at the rate asked for, until `done`, or so many. */
async function change(desk: DeskRun, count: number, done?: Promise<unknown>): Promise<number> {
  let isDone = false;
  void done?.then(() => {
    isDone = true;
  });
  const begun = performance.now();
  const sent: Promise<void>[] = [];
  for (let index = 0; index < count && !isDone; index++) {
    await pause(Math.max(0, begun + index * CHANGE_EVERY_MS - performance.now()));
    sent.push(post(desk, [critical(`stamp-${stamps++}`, `~s${index}.${nowUs()}~`)]));
  }
  await Promise.all(sent);
  return sent.length;
}

function quantile(histogram: readonly number[], part: number): number {
  const wanted = histogram.reduce((a, b) => a + b, 0) * part;
  let sum = 0;
  for (const [ms, count] of histogram.entries()) {
    sum += count;
    if (sum >= wanted) return ms;
  }
  return Number.NaN;
}

const at = (sorted: readonly number[], part: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN);

/** What all reader processes saw of some changes, as one. */
function figuresOf(said: readonly ReadersSay[], count: number) {
  const sum = (of: (one: ReadersSay) => readonly number[], index: number): number =>
    said.reduce((total, one) => total + (of(one)[index] ?? 0), 0);
  const length = said[0]?.histogram.length ?? 0;
  const histogram = Array.from({ length }, (_, ms) => sum((one) => one.histogram, ms));
  const lasts = Array.from({ length: count }, (_, i) =>
    Math.max(...said.map((one) => one.lastMs[i] ?? 0)),
  ).sort((a, b) => a - b);
  const open = said.reduce((total, one) => total + one.open, 0);
  const reached = said.reduce((total, one) => total + one.reached.reduce((a, b) => a + b, 0), 0);
  return {
    changes: count,
    p50_ms: quantile(histogram, 0.5),
    p99_ms: quantile(histogram, 0.99),
    all_p50_ms: at(lasts, 0.5),
    all_p99_ms: at(lasts, 0.99),
    missed: open * count - reached,
    bytes: said.reduce((total, one) => total + one.bytes, 0),
  };
}

async function measured(
  desk: DeskRun,
  readers: readonly ChildProcess[],
  work: () => Promise<number>,
  count: number,
) {
  await askAll(readers, { is: 'begin', stamps: count });
  const begun = performance.now();
  const cpu = cpuOf(desk.process.pid ?? 0);
  const changes = await work();
  const cpuMs = cpuOf(desk.process.pid ?? 0) - cpu;
  const until = performance.now() + 30_000;
  for (;;) {
    await pause(500);
    const took = (performance.now() - begun) / 1_000;
    const figures = figuresOf(await askAll(readers, { is: 'collect' }), changes);
    if (figures.missed > 0 && performance.now() < until) continue;
    const { bytes, ...rest } = figures;
    const desk_cpu_ms_each = Math.round(cpuMs / changes);
    return { ...rest, desk_cpu_ms_each, mb_s_read: Math.round(bytes / took / 1e5) / 10 };
  }
}

async function streams(desk: DeskRun): Promise<number> {
  const headers = { authorization: `Bearer ${desk.token}` };
  const page = await (await fetch(`${desk.url}/metrics`, { headers })).text();
  return Number(/^tocsin_http_streams (\d+)/m.exec(page)?.[1] ?? Number.NaN);
}

async function until(holds: () => Promise<boolean>, ms_max: number): Promise<number> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > ms_max) return Number.NaN;
    await pause(100);
  }
  return Math.round(performance.now() - begun);
}

async function connected(desk: DeskRun): Promise<ChildProcess[]> {
  const { hostname: host, port } = new URL(desk.url);
  const count = Math.ceil(READERS / READERS_PER_PROCESS);
  const pid = desk.process.pid ?? 0;
  const [rss, free, cpu] = [rssOf(pid), availableKiB(), cpuOf(pid)];
  const all = Array.from({ length: count }, () => child('./consoles.readers.ts'));
  const said = await Promise.all(
    all.map((one, n) => {
      const readers = Math.floor(READERS / count) + (n < READERS % count ? 1 : 0);
      const from = [`127.0.1.${n + 1}`];
      const to = { host, port: Number(port), token: desk.token, readers, from, opening: 32 };
      return ask(one, { is: 'connect', ask: to });
    }),
  );
  const tookMs = Math.max(...said.map((one) => one.tookMs));
  const open = said.reduce((sum, one) => sum + one.open, 0);
  const cpuMs = cpuOf(pid) - cpu;
  await pause(values.short ? 500 : 5_000);
  const perReader = (kib: number): number => Math.round((kib / open) * 10) / 10;
  say({
    what: 'connecting',
    readers: READERS,
    open,
    fan_out: FAN_OUT,
    per_s: Math.round((open / tookMs) * 1_000),
    cpu_ms_each: Math.round((cpuMs / open) * 1_000) / 1_000,
    rss_kib_each: perReader(rssOf(pid) - rss),
    machine_kib_each_both_ends: perReader(free - availableKiB()),
  });
  if (open < READERS) note(`${READERS - open} consoles have no stream`);
  return all;
}

/** Readers that read nothing are cut off, and those that broke off are forgotten. */
async function slowAndGone(desk: DeskRun, readers: readonly ChildProcess[]): Promise<void> {
  const { hostname: host, port } = new URL(desk.url);
  const before = await streams(desk);
  const slow = child('./consoles.readers.ts');
  const to = { host, port: Number(port), token: desk.token, readers: SLOW, opening: 8 };
  await ask(slow, { is: 'connect', ask: { ...to, from: ['127.0.1.200'], slowOn: SLOW_VIEW } });
  await until(async () => (await streams(desk)) >= before + SLOW, 10_000);
  const text = 'x'.repeat(900);
  let sent = 0;
  const work = (async () => {
    for (; sent < 200 && (await streams(desk)) > before; sent++) {
      const some = Array.from({ length: 500 }, (_, i) => ({
        labels: { alertname: 'Big', instance: `big-${i}`, severity: 'info' },
        annotations: { summary: `${sent} ${text}` },
      }));
      await post(desk, some);
      await pause(120);
    }
  })();
  const dropped_ms = await until(async () => (await streams(desk)) <= before, 60_000);
  await work;
  say({ what: 'who reads nothing is dropped', readers: SLOW, rounds: sent, dropped_ms });
  slow.disconnect();
  const broken = Math.floor(READERS / 20 / readers.length);
  await askAll(readers, { is: 'cut', readers: broken });
  const left = before - broken * readers.length;
  const forgotten_ms = await until(async () => (await streams(desk)) <= left, 30_000);
  say({ what: 'who broke off is forgotten', readers: broken * readers.length, forgotten_ms });
}

async function run(folder: string): Promise<void> {
  const desk = await startDesk(folder);
  const alone = ALERTS >= 100_000 ? await ingest(desk) : undefined; // the first one warms up
  await post(
    desk,
    Array.from({ length: PAGE_ROWS * 4 }, (_, i) => critical(`first-${i}`, 'Down.')),
  );
  const before = await ingest(desk);
  const readers = await connected(desk);
  const quiet = await measured(desk, readers, () => change(desk, CHANGES), CHANGES);
  say({ what: 'changes, nothing else', readers: READERS, ...quiet });
  const flooded = Promise.withResolvers<LoadSay>();
  const most = CHANGES * 10;
  const during = await measured(
    desk,
    readers,
    () => {
      ingest(desk).then(flooded.resolve, flooded.reject);
      return change(desk, most, flooded.promise);
    },
    most,
  );
  const load = await flooded.promise;
  say({ what: 'changes while alerts come in', readers: READERS, ...during });
  await slowAndGone(desk, readers);
  for (const one of readers) one.disconnect();
  await until(async () => (await streams(desk)) === 0, 30_000);
  const after = await ingest(desk);
  const without = Math.round((before.perS + after.perS) / 2);
  const kept = Math.round((load.perS / without) * 100) / 100;
  say({
    what: 'alerts a second, batch 100, 4 connections',
    first: alone?.perS,
    without_before: before.perS,
    without_after: after.perS,
    with: load.perS,
    kept,
    ...machine,
  });
  const worst = Math.max(quiet.all_p99_ms, during.all_p99_ms);
  const verdict = (isMet: boolean): string => (isMet ? 'met' : 'NOT MET');
  note(
    `${READERS} consoles: change to all p99 ${quiet.all_p99_ms} ms, ${during.all_p99_ms} ms ` +
      `while alerts come in (must < ${MUST_ALL_MS}: ${verdict(worst < MUST_ALL_MS)}; aim < 1000: ` +
      `${verdict(worst < 1_000)}); taking in keeps ${Math.round(kept * 100)} % (must 50: ` +
      `${verdict(kept >= MUST_INGEST_KEPT)}; aim 80: ${verdict(kept >= 0.8)})`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-consoles-'));
try {
  await run(folder);
} finally {
  for (const one of children) one.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
