/**
 * What the embedded store costs: the main thread per alarm, the writer per batch, a start with
 * 100,000 alarms, and pages and searches over a million alarms of history with 100,000 open.
 * `--short` takes 10,000 alarms and no history. One JSON line per figure.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { silentLog } from '../src/base/log.ts';
import { type Instant, millis } from '../src/base/time.ts';
import type { Alarm, Episode } from '../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../src/domain/alarm/event.ts';
import type { DeliveryId, GroupId } from '../src/domain/routing/notice.ts';
import type { PlacedChange, PlacedDecision, Store, StoreBatch } from '../src/ports/store.ts';
import { partsOf } from '../src/store/batches.ts';
import { openEmbeddedStore, STORE_FILE } from '../src/store/embedded.ts';

const SHORT = process.argv.includes('--short');
const BATCH = 10_000;
const OPEN = SHORT ? 10_000 : 100_000;
const HISTORY = SHORT ? 0 : 900_000;
const READS = SHORT ? 10 : 200;
/** A storm's groups: each tells one receiver of its alarms. */
const GROUPS = 2_000;
const START = 1_772_323_200_000;

const result = (bench: string, facts: Record<string, number | string>): void =>
  console.log(
    JSON.stringify({
      bench: `store.${bench}`,
      ...facts,
      node: process.version,
      cpu: cpus()[0]?.model,
    }),
  );

const tenth = (n: number): number => Math.round(n * 10) / 10;
const round = (n: number): number => Math.round(n * 1_000) / 1_000;

function quantiles(times: readonly number[]): { p50_ms: number; p95_ms: number; max_ms: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number): number => round(sorted[Math.floor((sorted.length - 1) * q)] ?? 0);
  return { p50_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1) };
}

/** Ids as random as fingerprints are: the index on them is met at any place. */
const idOf = (n: number): AlarmId =>
  BigInt.asUintN(64, BigInt(n + 1) * 0x9e3779b97f4a7c15n)
    .toString(16)
    .padStart(16, '0') as AlarmId;

const WORDS = ['fibre', 'optics', 'peer', 'battery', 'fan', 'sensor', 'queue', 'disk', 'lease'];

/** An alarm of some 1,000 bytes of JSON, as Prometheus and its exporters make them. */
function alarmOf(n: number, isRaised: boolean): Alarm {
  const since = (START + n) as Instant;
  const site = `site-${n % 40}`;
  const device = `core-${n % 2_000}.${site}.example.net`;
  const port = `xe-${n % 8}/0/${n % 48}`;
  return {
    id: idOf(n),
    source: 'alertmanager',
    byLabels: true,
    resource: `${device}/${port}`,
    type: 'InterfaceDown',
    context: {},
    ruled: undefined,
    flap: undefined,
    qualifier: `q${n}`,
    severity: (['critical', 'major', 'minor'] as const)[n % 3] ?? 'major',
    text: `Interface ${port} on ${device} is down: ${WORDS[n % WORDS.length]} ticket ${n % 9_973}`,
    labels: {
      alertname: 'InterfaceDown',
      instance: `${device}:9100`,
      job: 'snmp',
      site,
      interface: port,
      severity: 'critical',
      team: `team-${n % 12}`,
      uid: `u${n}`,
    },
    annotations: {
      summary: `Interface down on ${device}`,
      runbook: 'https://runbooks.example.net/if',
    },
    link: 'http://prometheus.example.net/graph?g0.expr=up',
    condition: isRaised
      ? { is: 'raised', since }
      : { is: 'cleared', since, at: (since + 60_000) as Instant, why: 'resource' },
    handling: { is: 'none' },
    suppressions: [],
    assignee: undefined,
    ticket: '',
    episode: 1 as Episode,
    revision: n,
    createdAt: since,
    changedAt: since,
    heardAt: since,
    saidAt: since,
    ...{ occurrences: 1, occurrencesThisEpisode: 1, unkept: 0 },
    episodes: 1,
    lease: isRaised
      ? {
          until: (since + 300_000) as Instant,
          length: millis(300_000),
          explicit: false,
          renewed: false,
        }
      : undefined,
    willClear: true,
  };
}

const changeOf = (a: Alarm, position: number, index: number): PlacedChange => ({
  alarm: a.id,
  what: 'raised',
  episode: a.episode,
  at: a.changedAt,
  severity: a.severity,
  text: a.text,
  why: 'first report of this alarm',
  position,
  index,
  receivedAt: a.changedAt,
});

/** What the desk writes of new alarms: each with its first change and its raw event. */
const batchOf = (alarms: readonly Alarm[], position: number, isRaised = true): StoreBatch => ({
  position,
  deskTime: (START + position) as Instant,
  alarms,
  forgotten: isRaised ? [] : alarms.map((a) => a.id),
  changes: alarms.map((a, index) => changeOf(a, position, index)),
  evidence: alarms.map((a) => ({
    alarm: a.id,
    at: a.heardAt,
    raw: JSON.stringify({ labels: a.labels, annotations: a.annotations }),
  })),
  audit: [],
  decisions: [],
  attempts: [],
  rows: [],
});

/** What a storm's group decides: to tell one way of all its alarms. */
function decisionOf(group: number, position: number): PlacedDecision {
  const inGroup = OPEN / GROUPS;
  return {
    position,
    index: 0,
    at: (START + position) as Instant,
    group: idOf(group) as string as GroupId,
    groupKey: `{}/{team="team-${group % 12}"}:{alertname="InterfaceDown", device="core-${group}"}`,
    route: `{}/{team="team-${group % 12}"}`,
    to: { receiver: `team-${group % 12}`, kind: 'webhook', index: 0 },
    verdict: 'notify',
    reason: 'first',
    delivery: `d${position}.0` as DeliveryId,
    alarms: numbers(0, inGroup).map((i) => idOf(HISTORY + i * GROUPS + group)),
    muted: [],
    firing: inGroup,
    resolved: 0,
  };
}

const numbers = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i);

/** Microseconds an alarm of the main thread, of three ways to hand alarms to another thread. */
async function mainThread(): Promise<void> {
  const alarms = numbers(0, BATCH).map((n) => alarmOf(n, true));
  const only = { ...batchOf(alarms, 1), changes: [], evidence: [] };
  const whole = batchOf(alarms, 1);
  const named = numbers(0, BATCH / 50).map((g) => decisionOf(g, g + 1));
  const decisions = { ...batchOf([], 1), decisions: named };
  const { port1, port2 } = new MessageChannel();
  port2.on('message', () => {});
  const ways: readonly (readonly [string, () => void])[] = [
    ['packed', () => post(only)],
    ['packed, with change and evidence', () => post(whole)],
    ['packed, named by a decision of 50', () => post(decisions)],
    ['structured clone', () => sliced((part) => port1.postMessage(part))],
    ['json', () => sliced((part) => port1.postMessage(JSON.stringify(part)))],
  ];
  function post(batch: StoreBatch): void {
    for (const part of partsOf(batch)) port1.postMessage(part, [part.numbers.buffer]);
  }
  function sliced(send: (part: readonly Alarm[]) => void): void {
    for (let i = 0; i < BATCH; i += 250) send(alarms.slice(i, i + 250));
  }
  for (const [way, run] of ways) {
    const times: number[] = [];
    for (let i = 0; i < 15; i++) {
      const began = performance.now();
      run();
      times.push((performance.now() - began) * (1_000 / BATCH));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { p50_ms: p50 } = quantiles(times.slice(5));
    result('main', { way, us_per_alarm: p50 });
  }
  port1.close();
  port2.close();
}

/** One batch: until it is on the disk, and how long the main thread was held at most. */
async function timed(store: Store, batch: StoreBatch): Promise<number> {
  const began = performance.now();
  await store.write(batch);
  return performance.now() - began;
}

async function fill(store: Store): Promise<void> {
  let position = 0;
  for (let from = 0; from < HISTORY; from += BATCH) {
    const alarms = numbers(from, BATCH).map((n) => alarmOf(n, false));
    await store.write(batchOf(alarms, ++position, false));
  }
  const times: number[] = [];
  for (let from = HISTORY; from < HISTORY + OPEN; from += BATCH) {
    const batch = batchOf(
      numbers(from, BATCH).map((n) => alarmOf(n, true)),
      ++position,
    );
    times.push(await timed(store, batch));
  }
  result('write.new', {
    alarms: BATCH,
    history: HISTORY,
    batches: times.length,
    ...quantiles(times),
  });
  const total = times.reduce((a, b) => a + b, 0);
  result('write.new.all', { alarms: OPEN, history: HISTORY, ms: Math.round(total) });
  await decide(store, 'first');
  await decide(store, 'repeat');
  await update(store, store.position);
}

/** Each group of the storm decides once, and its delivery is tried once. */
async function decide(store: Store, label: string): Promise<void> {
  const from = store.position;
  const times: number[] = [];
  for (let first = 0; first < GROUPS; first += GROUPS / 4) {
    const decisions = numbers(first, GROUPS / 4).map((g) => decisionOf(g, from + 1 + g));
    const attempts = decisions.map((d) => ({
      ...{ position: d.position, at: d.at, group: d.group, to: d.to, attempt: 1 },
      ...{ delivery: `d${d.position}.0` as DeliveryId, result: 'sent' as const },
      ...{ detail: 'HTTP 200', tookMs: 12 },
    }));
    const empty = batchOf([], from + first + GROUPS / 4);
    times.push(await timed(store, { ...empty, decisions, attempts }));
  }
  const ms = Math.round(times.reduce((a, b) => a + b, 0));
  result('write.decisions', { label, decisions: GROUPS, named: OPEN, history: HISTORY, ms });
}

/** Alarms that exist already, spread over the whole file; no words change, so no index is. */
async function update(store: Store, from: number): Promise<void> {
  const count = 20_000;
  const times: number[] = [];
  for (let i = 1; i <= 3; i++) {
    const alarms = numbers(0, count).map((k) => {
      const n = HISTORY + ((k * 7_919 + i) % OPEN);
      return { ...alarmOf(n, true), severity: 'warning' as const, occurrences: 1 + i };
    });
    const batch = { ...batchOf(alarms, from + i), evidence: [] };
    times.push(await timed(store, batch));
  }
  result('write.update', { alarms: count, history: HISTORY, ...quantiles(times) });
}

async function load(folder: string): Promise<void> {
  const opened = performance.now();
  const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
  const began = performance.now();
  let count = 0;
  for await (const page of store.load().alarms) count += page.length;
  const ms = performance.now() - began;
  result('load', { alarms: count, open_ms: tenth(began - opened), ms: tenth(ms) });
  await reads(store);
  await store.close();
}

const NOTICES = { cursor: undefined, limit: 100 } as const;

async function reads(store: Store): Promise<void> {
  const all = {
    words: '',
    condition: 'raised',
    labels: [],
    cursor: undefined,
    limit: 100,
  } as const;
  const middle = await cursorAfter(store, 20);
  const n = HISTORY + OPEN / 2;
  const asked: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['open page, first', () => store.search(all)],
    ['open page, after 20,000', () => store.search({ ...all, cursor: middle })],
    ['any page, first', () => store.search({ ...all, condition: 'any' })],
    ['words, few found', () => store.search({ ...all, condition: 'any', words: `u${n}` })],
    ['words, two common', () => store.search({ ...all, words: 'interface battery' })],
    ['words, in all', () => store.search({ ...all, condition: 'any', words: 'interface' })],
    ['words, beginning of one in all', () => store.search({ ...all, words: 'inter' })],
    ['words, one letter', () => store.search({ ...all, words: 's' })],
    ['words, address', () => store.search({ ...all, words: 'core-17.site-17.example.net' })],
    ['label, common', () => store.search({ ...all, labels: [['site', 'site-7']] })],
    ['label, unique', () => store.search({ ...all, labels: [['uid', `u${n}`]] })],
    [
      'label, wrong value of right words',
      () => store.search({ ...all, labels: [['uid', 'critical']] }),
    ],
    ['one alarm', () => store.alarm(idOf(n))],
    ['timeline', () => store.timeline(idOf(n), undefined, 100)],
    ['evidence', () => store.evidence(idOf(n))],
    ['decisions, newest', () => store.decisions(NOTICES)],
    ['decisions of one alarm', () => store.decisions({ ...NOTICES, alarm: idOf(n) })],
    ['attempts of one alarm', () => store.attempts({ ...NOTICES, alarm: idOf(n) })],
    ['attempts of one way', () => store.attempts({ ...NOTICES, way: 'team-7/webhook[0]' })],
  ];
  for (const [read, ask] of asked) {
    const times: number[] = [];
    for (let i = 0; i < READS && times.reduce((a, b) => a + b, 0) < 5_000; i++) {
      const began = performance.now();
      await ask();
      times.push(performance.now() - began);
    }
    result('read', { read, history: HISTORY + OPEN, ...quantiles(times) });
  }
}

async function cursorAfter(store: Store, pages: number): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let i = 0; i < pages; i++) {
    const ask = { words: '', condition: 'raised', labels: [], cursor, limit: 1_000 } as const;
    cursor = (await store.search(ask)).next;
  }
  return cursor;
}

/** The fold's state alone, as a file of its own: what `plan` replays from. */
async function checkpoint(folder: string): Promise<void> {
  const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
  const file = join(folder, 'checkpoint.db');
  const began = performance.now();
  const copied = store.copyCheckpoint(file);
  let isDone = false;
  const waits: number[] = [];
  const ended = copied.then(() => {
    isDone = true;
  });
  while (!isDone) {
    const asked = performance.now();
    await store.alarm(idOf(HISTORY));
    waits.push(performance.now() - asked);
  }
  await ended;
  const ms = Math.round(performance.now() - began);
  const mb = Math.round(statSync(file).size / 1e6);
  result('checkpoint.copy', { alarms: OPEN, ms, mb });
  result('checkpoint.read-between', { reads: waits.length, ...quantiles(waits) });
  await store.close();
}

async function compact(folder: string): Promise<void> {
  const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
  const began = performance.now();
  const half = (START + (HISTORY + OPEN) / 2) as Instant;
  let isDone = false;
  const done = store.compact(half).then(({ removed }) => {
    isDone = true;
    return removed;
  });
  const waits: number[] = [];
  for (let position = store.position + 1; !isDone; position++) {
    waits.push(await timed(store, batchOf([alarmOf(HISTORY, true)], position)));
  }
  const removed = await done;
  const ms = Math.round(performance.now() - began);
  result('compact', { removed, ms });
  result('compact.write-between', { writes: waits.length, ...quantiles(waits) });
  await store.close();
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
try {
  await mainThread();
  const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
  await fill(store);
  await store.close();
  const mb = Math.round(statSync(join(folder, STORE_FILE)).size / 1e6);
  result('size', { alarms: HISTORY + OPEN, mb });
  await load(folder);
  await checkpoint(folder);
  await compact(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
