import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../base/clock.ts';
import { type SourceHealth, sourceHealth } from '../desk/health/view.ts';
import type { SourceFigures, SourceState } from '../desk/source-figures.ts';

interface SourceMetricsParts {
  readonly figures: SourceFigures;
  readonly clock: Clock;
}

/** How each source does. One label, the source: devices are too many for it, see the API. */
export function sourceMetrics(registry: Registry, { figures, clock }: SourceMetricsParts): void {
  const total = (name: string, help: string, read: (s: SourceState) => number) =>
    new Counter({
      name,
      help,
      labelNames: ['source'],
      registers: [registry],
      collect() {
        this.reset();
        for (const s of figures.all()) this.inc({ source: s.source }, read(s));
      },
    });
  const byName = (
    name: string,
    help: string,
    label: string,
    read: (s: SourceState) => Readonly<Record<string, number>>,
  ) =>
    new Counter({
      name,
      help,
      labelNames: ['source', label],
      registers: [registry],
      collect() {
        this.reset();
        for (const s of figures.all()) {
          for (const [value, count] of Object.entries(read(s))) {
            this.inc({ source: s.source, [label]: value }, count);
          }
        }
      },
    });
  total('tocsin_source_events_total', 'Events taken, stored and applied.', (s) => s.events);
  total('tocsin_source_refused_total', 'Inputs that could not be used.', (s) => s.refused);
  byName(
    'tocsin_source_dropped_total',
    'Inputs lost before they could be read, by where.',
    'where',
    (s) => s.dropped,
  );
  byName(
    'tocsin_source_protocol_total',
    "What a source's protocol counts, by the protocol's own name.",
    'name',
    (s) => s.counted,
  );
  healthMetrics(registry, figures, clock);
}

function healthMetrics(registry: Registry, figures: SourceFigures, clock: Clock): void {
  const gauge = (name: string, help: string, read: (h: SourceHealth) => number | undefined) =>
    new Gauge({
      name: `tocsin_source_${name}`,
      help,
      labelNames: ['source'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { source } of figures.all()) {
          const health = sourceHealth(figures.hearing, source, clock.now());
          const value = health && read(health);
          if (value !== undefined) this.set({ source }, value);
        }
      },
    });
  new Gauge({
    name: 'tocsin_source_last_event_timestamp_seconds',
    help: 'When a source was last heard.',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { source, lastEventAt } of figures.all()) {
        if (lastEventAt !== undefined) this.set({ source }, lastEventAt / 1_000);
      }
    },
  });
  gauge('silent', '1 while a source is silent for too long.', ({ total }) =>
    total.silentSince === undefined ? 0 : 1,
  );
  gauge(
    'silent_after_seconds',
    'How long a source may be silent; absent when nobody would miss it.',
    ({ total }) => total.limit && total.limit.after / 1_000,
  );
  gauge('devices', 'Devices heard through a source.', ({ devices }) => devices.known);
  gauge('devices_silent', 'Devices silent for too long.', ({ devices }) => devices.silent);
  new Counter({
    name: 'tocsin_source_devices_let_go_total',
    help: 'Devices forgotten to make room for others.',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { total, devices } of figures.hearing.all()) {
        this.inc({ source: total.name }, devices.letGo);
      }
    },
  });
}
