import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as pause } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../base/clock.ts';
import { after, millis } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import {
  type AlertmanagerMetricsParts,
  alertmanagerMetrics,
  LOOKED_AT_MAX,
} from './alertmanager-metrics.ts';
import type { FanOutFigures } from './fan-out.ts';
import { sourceMetrics } from './source-metrics.ts';

/** Commit times are taken over so often: 1,024 of them are kept meanwhile. */
const COMMITS_TAKEN_EVERY = millis(1_000);

/** A timer this often costs nothing that can be measured; delays shorter than it are not seen. */
const LOOP_RESOLUTION_MS = 20;

export interface MetricsParts extends AlertmanagerMetricsParts {
  readonly clock: Clock;
  /** Open event streams and consoles. */
  readonly streamsOpen?: () => number;
  readonly connectionsDropped?: () => number;
  /** Of the processes that hold streams, if there are any. */
  readonly fanOut?: () => FanOutFigures | undefined;
}

/** What /metrics says. Almost everything is read when asked, so that it costs nothing between. */
export interface Metrics {
  readonly contentType: string;
  /** For figures of other parts. */
  readonly registry: Registry;
  text(): Promise<string>;
  close(): void;
}

export function openMetrics(parts: MetricsParts): Metrics {
  const registry = new Registry();
  sourceMetrics(registry, parts);
  deskMetrics(registry, parts.desk);
  alarmMetrics(registry, parts.desk);
  processMetrics(registry);
  httpMetrics(registry, parts);
  alertmanagerMetrics(registry, parts);
  const stopCommits = commitMetrics(registry, parts);
  const stopLoop = loopMetrics(registry);
  return {
    contentType: registry.contentType,
    registry,
    text: () => registry.metrics(),
    close() {
      stopCommits();
      stopLoop();
    },
  };
}

/** A counter whose truth is elsewhere: set when asked. */
function counted(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function measured(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function deskMetrics(registry: Registry, desk: Desk): void {
  const f = () => desk.figures();
  const total = (name: string, help: string, read: () => number) =>
    counted(registry, `tocsin_${name}_total`, help, read);
  const now = (name: string, help: string, read: () => number) =>
    measured(registry, `tocsin_${name}`, help, read);
  total('journal_entries', 'Entries committed.', () => f().entriesCommitted);
  total('journal_blocks', 'Commits, each of one or more entries.', () => f().blocksCommitted);
  total('renewals', 'Alerts sent again that changed nothing but a deadline.', () => f().renewals);
  total('faults', 'Entries that were set aside because they threw.', () => f().faults);
  now('journal_position', 'Position of the newest applied entry.', () => f().position);
  now('journal_up', '1 while the journal takes writes.', () => (f().journalDown === '' ? 1 : 0));
  now('store_up', '1 while the store takes writes.', () => (f().storeDown === '' ? 1 : 0));
  now('store_lag_changes', 'Rows that wait to be written.', () => f().storeLagChanges);
  new Gauge({
    name: 'tocsin_source_flood_step',
    help: 'Of sources that flood the desk: 1 repeats are counted, 2 also without their words.',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [source, step] of f().floods) this.set({ source }, step);
    },
  });
  now('entries_waiting', 'Entries that wait for a commit.', () => f().entriesWaiting);
}

/** One look at each alarm in memory, once per scrape, in turns: the desk goes on between them. */
function alarmMetrics(registry: Registry, desk: Desk): void {
  new Gauge({
    name: 'tocsin_alarms',
    help: 'Alarms in memory.',
    labelNames: ['condition', 'handling', 'severity'],
    registers: [registry],
    async collect() {
      const counts = new Map<string, number>(
        SEVERITIES.map((severity) => [`raised none ${severity}`, 0]),
      );
      let looked = 0;
      for (const a of desk.memory.all('alarms')) {
        if (++looked % LOOKED_AT_MAX === 0) await pause();
        const key = `${a.condition.is} ${a.handling.is} ${a.severity}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      this.reset();
      for (const [key, count] of counts) {
        const [condition = '', handling = '', severity = ''] = key.split(' ');
        this.set({ condition, handling, severity }, count);
      }
    },
  });
}

function commitMetrics(registry: Registry, { desk, clock }: MetricsParts): () => void {
  const histogram = new Histogram({
    name: 'tocsin_journal_commit_seconds',
    help: 'How long commits took, fsync included.',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
    collect: () => take(),
  });
  let taken = desk.figures().blocksCommitted;
  let cancel = () => {};
  const take = () => {
    const { commitMs, blocksCommitted } = desk.figures();
    const fresh = Math.min(blocksCommitted - taken, commitMs.length);
    taken = blocksCommitted;
    if (fresh > 0) for (const ms of commitMs.slice(-fresh)) histogram.observe(ms / 1000);
  };
  const tick = () => {
    take();
    cancel = clock.at(after(clock.now(), COMMITS_TAKEN_EVERY), tick);
  };
  tick();
  return () => cancel();
}

const QUANTILES = [0.5, 0.9, 0.99, 1];

function loopMetrics(registry: Registry): () => void {
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delay.enable();
  new Gauge({
    name: 'tocsin_eventloop_delay_seconds',
    help: 'How late the main thread came to its work since the last scrape.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const quantile of QUANTILES) {
        const ns = delay.count === 0 ? 0 : delay.percentile(quantile * 100);
        const late = Math.max(0, ns / 1e6 - LOOP_RESOLUTION_MS); // it measures whole turns
        this.set({ quantile: String(quantile) }, late / 1000);
      }
      delay.reset();
    },
  });
  return () => delay.disable();
}

/** The names every client library uses; prom-client's own set would watch every GC as well. */
function processMetrics(registry: Registry): void {
  const cpu = () => process.cpuUsage();
  counted(registry, 'process_cpu_seconds_total', 'User and system time.', () => {
    const { user, system } = cpu();
    return (user + system) / 1e6;
  });
  measured(registry, 'process_resident_memory_bytes', 'Resident memory.', () =>
    process.memoryUsage.rss(),
  );
  measured(registry, 'process_heap_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed);
  measured(
    registry,
    'process_start_time_seconds',
    'When the process started.',
    () => Math.round(performance.timeOrigin) / 1000,
  );
}

function httpMetrics(registry: Registry, parts: MetricsParts): void {
  const { streamsOpen, connectionsDropped, fanOut = () => undefined } = parts;
  if (streamsOpen) measured(registry, 'tocsin_http_streams', 'Open event streams.', streamsOpen);
  measured(registry, 'tocsin_fan_out_processes', 'Processes that hold streams.', () => {
    return fanOut()?.running ?? 0;
  });
  measured(registry, 'tocsin_fan_out_streams', 'Streams that they hold.', () => {
    return fanOut()?.streams ?? 0;
  });
  if (connectionsDropped)
    counted(
      registry,
      'tocsin_http_connections_dropped_total',
      'Connections refused because there were too many.',
      connectionsDropped,
    );
}
