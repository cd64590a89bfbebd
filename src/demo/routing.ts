import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, days, type Instant } from '../base/time.ts';
import type { SilenceAct } from '../desk/entry.ts';
import type { SilenceId } from '../domain/routing/silence.ts';
import { dutyText } from './desk-files.ts';
import { METRICS_PATH } from './metrics.ts';
import { MOODY, type Receivers } from './receivers.ts';

/** Where the demo's configuration stands, below its data folder. */
export const demoConfigFile = (dataFolder: string): string => join(dataFolder, 'alertmanager.yml');

const RECEIVERS = ['noc', 'on-call', 'network', 'services', MOODY] as const;

/**
 * Writes the demo's configuration and the addresses of its receivers. They stand in files of their
 * own, and the port is kept: the text stays the same, and what a visitor saved holds on.
 */
export function writeRouting(dataFolder: string, { url, port }: Receivers): void {
  const folder = join(dataFolder, RECEIVERS_FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const name of RECEIVERS) writeFileSync(join(folder, `${name}.url`), url(name));
  writeFileSync(join(folder, 'port'), `${port}`);
  writeFileSync(demoConfigFile(dataFolder), routingText(folder, url(METRICS_PATH)));
}

const RECEIVERS_FOLDER = 'receivers';

/** Where the receivers of this demo listened the last time; 0 for a new one. */
export function portBefore(dataFolder: string): number {
  try {
    return Number(readFileSync(join(dataFolder, RECEIVERS_FOLDER, 'port'), 'utf8')) || 0;
  } catch {
    return 0;
  }
}

const receiver = (folder: string, name: string): string => `
- name: ${name}
  webhook_configs:
  - url_file: ${JSON.stringify(join(folder, `${name}.url`))}${
    name === 'on-call' ? '\n  escalation_configs: [{ policy: noc }]' : ''
  }`;

const routingText = (folder: string, metrics: string): string => `\
# Who is told at NORTHNET. Written anew at each start of the demo: change it in the console.
# The groups wait for seconds, not minutes, so that you need not.
route:
  receiver: noc
  group_by: [site]
  group_wait: 3s
  group_interval: 20s
  repeat_interval: 4h
  routes:
  # Whoever is on call hears of everything critical, and the team below hears of it too.
  - matchers: ['"@severity"="critical"']
    receiver: on-call
    continue: true
  - matchers: [owner="data-desk"]
    receiver: ${MOODY}
    group_by: [kind]
  - matchers: [job=~"blackbox|dns|nginx|node|postfix|radius|tickets"]
    receiver: services
    group_by: [alertname]
    routes:
    - matchers: [severity="warning"]
      active_time_intervals: [office hours]
  - matchers: [site=~".+"]
    receiver: network

inhibit_rules:
- name: a dark site hides its links
  source_matchers: [alertname=~"RouterUnreachable|SiteUnreachable"]
  target_matchers: [alertname=~"bgp.peer|link.down"]
  equal: [site]

time_intervals:
- name: office hours
  time_intervals:
  - weekdays: ['monday:friday']
    times: [{ start_time: '08:00', end_time: '18:00' }]
    location: Europe/Amsterdam

# Alarms of one site within ten minutes are one trouble.
incident_rules:
- name: site
  matchers: [site=~".+"]
  group_by: [site]
  min_alarms: 3
  min_severity: major
  title: '{site}: {count} alarms on {resources} resources'

receivers:${RECEIVERS.map((name) => receiver(folder, name)).join('')}
${dutyText(metrics)}`;

/** Set before the alarm it is meant for is raised. */
export const demoSilence = (now: Instant): SilenceAct => ({
  verb: 'silence.set',
  newId: randomUUID() as SilenceId,
  matchers: [
    { name: 'alertname', op: '=', value: 'DiskFillsIn4Days' },
    { name: 'instance', op: '=~', value: 'cache-.*' },
  ],
  startsAt: now,
  endsAt: after(now, days(2)),
  createdBy: 'ada',
  comment: 'The caches are emptied on Thursday; until then nobody needs to hear of it.',
  annotations: {},
});
