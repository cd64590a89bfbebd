import { createHash } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import { Counter, Gauge, type Metric, type Registry } from 'prom-client';
import type { Desk } from '../desk/desk.ts';
import { LATENCY_BOUNDS_MS, type OutboxFigures } from '../desk/outbox-figures.ts';
import type { SourceFigures } from '../desk/source-figures.ts';
import { AlertStatuses } from '../desk/views/alert-status.ts';
import { countSilences } from '../desk/views/silences.ts';
import { isHidden, isRaised } from '../domain/alarm/alarm.ts';

/**
 * The Alertmanager whose API this is: dashboards and karma choose by it how they read. The desk's
 * own version stands in `tocsin_build_info`.
 */
export const ALERTMANAGER_VERSION = '0.34.0';

/** Alarms looked at between two pauses. */
export const LOOKED_AT_MAX = 2_000;

export interface AlertmanagerMetricsParts {
  readonly desk: Desk;
  readonly figures: SourceFigures;
  /** The program's own version. */
  readonly version?: string;
  /** How the outbox does; absent where nothing is sent. */
  readonly outbox?: () => OutboxFigures | undefined;
  /** False while the newest configuration file was refused and an older one holds. */
  readonly configIsGood?: () => boolean;
}

/** Metrics under Alertmanager's names, for dashboards made for it: those that are true here. */
export function alertmanagerMetrics(registry: Registry, parts: AlertmanagerMetricsParts): void {
  buildInfo(registry, parts.version ?? '');
  alertStates(registry, parts.desk);
  silenceStates(registry, parts.desk);
  notifications(registry, parts);
  configuration(registry, parts);
  routing(registry, parts);
}

function buildInfo(registry: Registry, version: string): void {
  const info = (name: string, help: string, labels: Readonly<Record<string, string>>): void => {
    const labelNames = Object.keys(labels);
    new Gauge({ name, help, labelNames, registers: [registry] }).set({ ...labels }, 1);
  };
  info('alertmanager_build_info', 'The Alertmanager whose API this is; 1.', {
    version: ALERTMANAGER_VERSION,
    revision: 'tocsin',
    branch: 'tocsin',
    goversion: process.version,
  });
  info('tocsin_build_info', 'The desk’s own version; 1.', { version });
}

function alertStates(registry: Registry, desk: Desk): void {
  const statuses = new AlertStatuses(desk);
  new Gauge({
    name: 'alertmanager_alerts',
    help: 'Raised alarms by whether their notifications are held back.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counts = { active: 0, suppressed: 0, unprocessed: 0 };
      const { memory } = desk;
      const rules = memory.get('plans', 'plan')?.plan.inhibitions.length ?? 0;
      const asks = rules + memory.count('silences') > 0;
      let looked = 0;
      for (const alarm of memory.all('alarms')) {
        if (++looked % LOOKED_AT_MAX === 0) await pause();
        if (!isRaised(alarm)) continue;
        let suppressed = isHidden(alarm);
        if (asks && !suppressed) {
          const { silencedBy, inhibitedBy } = statuses.of(alarm);
          suppressed = silencedBy.length + inhibitedBy.length > 0;
        }
        counts[suppressed ? 'suppressed' : 'active']++;
      }
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
}

function silenceStates(registry: Registry, desk: Desk): void {
  new Gauge({
    name: 'alertmanager_silences',
    help: 'Silences by state.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const counts = countSilences(desk.memory, desk.clock.now());
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
}

function notifications(registry: Registry, { desk, outbox }: AlertmanagerMetricsParts): void {
  const byWay = (name: string, help: string, read: 'tried' | 'failed'): void => {
    new Counter({
      name,
      help,
      labelNames: ['integration', 'receiver_name'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { to, sent, failed } of desk.memory.all('ways')) {
          const labels = { integration: to.kind, receiver_name: to.receiver };
          this.inc(labels, read === 'failed' ? failed : sent + failed);
        }
      },
    });
  };
  byWay('alertmanager_notifications_total', 'Tries to notify that ended.', 'tried');
  byWay('alertmanager_notifications_failed_total', 'Tries to notify that failed.', 'failed');
  const name = 'alertmanager_notification_latency_seconds';
  const help = 'How long the far side took.';
  registry.registerMetric({
    name,
    get: async () => ({ name, help, type: 'histogram', values: latencies(name, outbox?.()) }),
    reset: () => {},
  } as unknown as Metric);
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** The outbox counts by way; here ways of one integration are one histogram. */
function latencies(name: string, figures: OutboxFigures | undefined): readonly Sample[] {
  const byKind = new Map<string, { readonly counts: number[]; sumMs: number }>();
  for (const { way, latency } of figures?.ways ?? []) {
    const integration = way.slice(way.lastIndexOf('/') + 1).replace(/\[\d+\]$/, '');
    const all = byKind.get(integration) ?? { counts: latency.counts.map(() => 0), sumMs: 0 };
    byKind.set(integration, all);
    latency.counts.forEach((count, i) => {
      all.counts[i] = (all.counts[i] ?? 0) + count;
    });
    all.sumMs += latency.sumMs;
  }
  return [...byKind].flatMap(([integration, { counts, sumMs }]) => {
    let total = 0;
    const buckets = counts.map((count, i) => {
      total += count;
      const bound = LATENCY_BOUNDS_MS[i];
      const le = bound === undefined ? '+Inf' : bound / 1000;
      return { metricName: `${name}_bucket`, labels: { le, integration }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: { integration }, value: sumMs / 1000 },
      { metricName: `${name}_count`, labels: { integration }, value: total },
    ];
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function configuration(registry: Registry, { desk, configIsGood }: AlertmanagerMetricsParts): void {
  const now = (name: string, help: string, read: () => number): void =>
    gauge(registry, `alertmanager_config_${name}`, help, read);
  const revision = () => {
    const id = desk.memory.get('plans', 'plan')?.revision ?? '';
    return desk.memory.get('revisions', id);
  };
  now('last_reload_successful', '0 while the newest file was refused.', () =>
    configIsGood?.() === false ? 0 : 1,
  );
  now(
    'last_reload_success_timestamp_seconds',
    'When the configuration that holds was applied.',
    () => (revision()?.at ?? 0) / 1000,
  );
  now('hash', 'Changes when the configuration does.', () => hashOf(revision()?.text ?? ''));
}

/** 48 bits: a float holds them exactly. */
const hashOf = (text: string): number =>
  createHash('sha256').update(text).digest().readUIntBE(0, 6);

function routing(registry: Registry, { desk, figures }: AlertmanagerMetricsParts): void {
  const { memory } = desk;
  const now = (name: string, help: string, read: () => number): void =>
    gauge(registry, name, help, read);
  const plan = () => memory.get('plans', 'plan')?.plan;
  now('alertmanager_receivers', 'Receivers of the configuration.', () => {
    return plan()?.receivers.length ?? 0;
  });
  now('alertmanager_integrations', 'Ways out of the configuration.', () => {
    return plan()?.receivers.reduce((sum, { ways }) => sum + ways.length, 0) ?? 0;
  });
  now('alertmanager_dispatcher_aggregation_groups', 'Groups that alarms are in.', () => {
    let count = 0;
    for (const _ of memory.routing.seats()) count++;
    return count;
  });
  now('alertmanager_cluster_members', 'One: the desk itself.', () => 1);
  now('tocsin_notification_log_entries', 'What ways were last told.', () => memory.count('logs'));
  now('tocsin_deliveries_open', 'Deliveries that have not ended.', () =>
    memory.count('deliveries'),
  );
  const refused = new Counter({
    name: 'alertmanager_alerts_invalid_total',
    help: 'Alerts of API v2 that could not be used.',
    labelNames: ['version'],
    registers: [registry],
    collect() {
      const own = figures.all().find(({ source }) => source === 'alertmanager');
      refused.reset();
      refused.inc({ version: 'v2' }, own?.refused ?? 0);
    },
  });
}
