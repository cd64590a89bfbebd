import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who is on call at NORTHNET, what pages them, and what the desk looks at by itself; `metrics` is
 * the address of a server of metrics.
 */
export const dutyText = (metrics: string): string => `
teams:
- name: noc
  members: [ada, nora]

schedules:
- name: noc-first
  time_zone: Europe/Amsterdam
  layers:
  - { name: days, people: [nora, ada], every: 1 day, start: 2026-01-05 08:00 }
- name: noc-second
  time_zone: Europe/Amsterdam
  layers:
  - { name: weeks, people: [nora, ada], every: 1 week, start: 2026-01-05 09:00 }

escalation_policies:
- name: noc
  steps:
  - targets: [{ schedule: noc-first }]
    wait: 5m
  - targets: [{ schedule: noc-second }]
    wait: 10m
  repeat: 1

runbooks:
  folder: runbooks

data_sources:
  gauges: { csv: feeds/gauges.csv }
  traffic: { csv: feeds/traffic.csv }
  metrics: { prometheus: '${metrics}' }

checks:
  gauges:
    source: gauges
    cron: '*/2 * * * *'
    tests:
    - { test: not_null, column: level }
    - { test: range, column: level, min: -5, max: 15 }
    - { test: unique, columns: [gauge] }

figures:
  traffic:
    source: traffic
    column: gbps
    time: hour
    by: [link]
    every: 1m
    unit: Gbit/s
    raise: { above: 90 }
    clear: { above: 85 }
    warn: { above: 75 }

data_sets:
  gauges-file:
    source: gauges
    owner: data-desk
    expected: { cron: '0 * * * *', zone: Europe/Amsterdam, grace: 90m }

slos:
  eduroam-logins:
    source: metrics
    objective: 99.5
    bad: events_total{service="eduroam",result="bad"}
    total: events_total{service="eduroam"}
    service: eduroam
    team: noc
    description: Guests get in. Move them to radius-1 while the second proxy is ill.
    windows:
    - { long: 1h, short: 5m, burn: 14.4, raise: page, for: 2m }
    - { long: 6h, short: 30m, burn: 1.1, raise: ticket, for: 1m }
  portal:
    source: metrics
    objective: 99.9
    bad: events_total{service="portal",result="bad"}
    total: events_total{service="portal"}
    service: portal
    team: noc
    description: The customer portal answers.
  names:
    source: metrics
    objective: 99.99
    bad: events_total{service="names",result="bad"}
    total: events_total{service="names"}
    service: names
    team: noc
    description: Resolvers answer.

heat_maps:
  radius:
    source: metrics
    buckets: radius_answer_seconds_bucket{service="eduroam"}
    unit: s
`;

const RESTART = `---
name: restart-port
for: ['@type="link.down"']
parameters:
  port: { type: text, description: "Its name on the router, as xe-0/0/3" }
---
# Restart a port that hangs

## Look whether somebody works there
Maintenance and the campus: call before anything is switched.

## Take the port down and up again
On the router, by hand. Write down what it said.

## Let it come up
\`\`\`wait 1m
\`\`\`

## Look at the errors
No errors for a minute: done. Else call the carrier.
`;

const POWER = `---
name: on-battery
for: ['@type="ups.battery"']
parameters:
  site: { type: text, description: The code of the site }
---
# A site is on battery

## Call the campus
Ask whether the diesel starts, and how long it will last.

## Below 20 minutes: move the traffic
Drain the uplinks of the site, then acknowledge what falls.
`;

const GAUGES = 24;
const HOURS = 72;
const HOUR_MS = 3_600_000;

/** Tide gauges as a supplier sends them: one has said nothing, one cannot be right. */
function gauges(): string {
  const rows = Array.from({ length: GAUGES }, (_, i) => {
    const level = i === 7 ? '' : i === 15 ? '41.3' : (1.1 + (i % 5) * 0.4).toFixed(2);
    return `g${String(i + 1).padStart(2, '0')},${level}`;
  });
  return `gauge,level\n${rows.join('\n')}\n`;
}

/** Three days of two links, by the hour: busy at noon, and one near its limit since the cut. */
function traffic(now: number): string {
  const last = Math.floor(now / HOUR_MS) * HOUR_MS;
  const rows = Array.from({ length: HOURS }, (_, i) => {
    const at = last - (HOURS - 1 - i) * HOUR_MS;
    const day = Math.sin((((at / HOUR_MS) % 24) / 24) * 2 * Math.PI - Math.PI / 2);
    const more = i >= HOURS - 2 ? 24 : 0;
    const hour = new Date(at).toISOString();
    return [
      `${hour},fra-par,${(48 + 14 * day + more).toFixed(1)}`,
      `${hour},ams-fra,${(40 + 12 * day).toFixed(1)}`,
    ];
  }).flat();
  return `hour,link,gbps\n${rows.join('\n')}\n`;
}

/** Writes what the demo's configuration names: tables to look at, and runbooks. */
export function writeDeskFiles(dataFolder: string, now: number): void {
  const [feeds, runbooks] = [join(dataFolder, 'feeds'), join(dataFolder, 'runbooks')];
  for (const folder of [feeds, runbooks]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(feeds, 'gauges.csv'), gauges());
  writeFileSync(join(feeds, 'traffic.csv'), traffic(now));
  writeFileSync(join(runbooks, 'restart-port.md'), RESTART);
  writeFileSync(join(runbooks, 'on-battery.md'), POWER);
}
