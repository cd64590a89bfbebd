import { cpus } from 'node:os';
import type { Instant } from '../src/base/time.ts';
import { DEVICES_PER_SOURCE_MAX } from '../src/desk/health/device-table.ts';
import { Hearing } from '../src/desk/health/hearing.ts';
import { SilenceWatch } from '../src/desk/health/silence.ts';
import { type AlarmEvent, identify } from '../src/domain/alarm/event.ts';

/**
 * What it costs to count who was heard, per event that was taken in, and to look who is silent.
 *
 *   node bench/hearing.bench.ts [--short]
 */
const short = process.argv.includes('--short');
const BATCH = 100;
const EVENTS = short ? 100_000 : 4_000_000;
const RUNS = short ? 1 : 5;
const LOOKS = short ? 5 : 50;

function say(what: string, figures: object): void {
  const machine = { node: process.version, cpu: cpus()[0]?.model };
  process.stdout.write(`${JSON.stringify({ bench: 'hearing', what, ...figures, ...machine })}\n`);
}

const event = (device: number): AlarmEvent => ({
  kind: 'raise',
  id: identify(`router-${device}.example.net/xe-0/0/3`, 'link.down', ''),
  resource: `router-${device}.example.net/xe-0/0/3`,
  type: 'link.down',
  qualifier: '',
  severity: 'major',
  text: 'link is down',
  labels: {},
});

const alert = (device: number): AlarmEvent => ({
  ...event(device),
  byLabels: true,
  lease: 300_000 as never,
  labels: { alertname: 'Down', instance: `b-${device}.example.net:9100`, job: 'node' },
});

function nsPerEvent(devices: number, make: (device: number) => AlarmEvent): number {
  const all = Array.from({ length: Math.max(devices, BATCH) }, (_, i) => make(i % devices));
  const batches: AlarmEvent[][] = [];
  for (let i = 0; i + BATCH <= all.length; i += BATCH) batches.push(all.slice(i, i + BATCH));
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const hearing = new Hearing();
    const begun = performance.now();
    for (let i = 0; i * BATCH < EVENTS; i++) {
      const at = (1_700_000_000_000 + i) as Instant;
      hearing.heard('snmp', batches[i % batches.length] ?? [], at);
    }
    times.push(((performance.now() - begun) * 1e6) / EVENTS);
  }
  return Math.round(times.sort((a, b) => a - b)[RUNS >> 1] ?? 0);
}

for (const devices of [1, 1_000, DEVICES_PER_SOURCE_MAX]) {
  say('heard, by resource', { devices, ns_per_event: nsPerEvent(devices, event) });
  say('heard, by label', { devices, ns_per_event: nsPerEvent(devices, alert) });
}
const strangers = 20 * DEVICES_PER_SOURCE_MAX;
say('heard, a flood of names', { devices: strangers, ns_per_event: nsPerEvent(strangers, event) });

const hearing = new Hearing();
const now = 1_700_000_000_000 as Instant;
for (let i = 0; i < DEVICES_PER_SOURCE_MAX; i++) hearing.heard('snmp', [event(i)], now);
const watch = new SilenceWatch(hearing, { all: () => new Map().values(), get: () => undefined });
const looks = Array.from({ length: LOOKS }, (_, i) => {
  const begun = performance.now();
  watch.findings((now + i * 5_000) as Instant, true);
  return performance.now() - begun;
}).sort((a, b) => a - b);
say('a look for silence, every 5 s', {
  devices: hearing.get('snmp')?.devices.size,
  p50_ms: Math.round((looks[LOOKS >> 1] ?? 0) * 100) / 100,
});
