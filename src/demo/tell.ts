import { after, type Instant, minutes } from '../base/time.ts';
import { type AlarmEvent, identify, identifyLabels, type Labels } from '../domain/alarm/event.ts';
import type { Severity } from '../domain/alarm/severity.ts';
import { ORG, type Port, site } from './network.ts';

/** Which way in an event takes. */
export type Way = 'snmp' | 'alertmanager' | 'webhook';

/** Something that can go wrong, said as its source would say it. */
export interface Fault {
  readonly way: Way;
  readonly event: AlarmEvent;
}

/** How long Prometheus promises an alert for; it repeats it every minute. */
export const PROMISE = minutes(4);

const place = (code: string): Labels => ({ org: ORG, site: code, city: site(code).city });

interface Said {
  readonly resource: string;
  readonly type: string;
  readonly qualifier?: string;
  readonly severity: Severity;
  readonly text: string;
  readonly labels: Labels;
  readonly occurrence?: true;
}

function fault(way: Way, said: Said): Fault {
  const { resource, type, severity, text, labels, qualifier = '' } = said;
  const id = identify(resource, type, qualifier);
  const kind = said.occurrence ? 'occurrence' : 'raise';
  return { way, event: { kind, id, resource, type, qualifier, severity, text, labels } };
}

/** A device tells something by a trap. */
export function trap(
  device: string,
  at: string,
  type: string,
  severity: Severity,
  text: string,
  more: { readonly part?: string; readonly qualifier?: string; readonly once?: true } = {},
): Fault {
  const { part = '', qualifier = '' } = more;
  return fault('snmp', {
    resource: part === '' ? device : `${device}/${part}`,
    type,
    qualifier,
    severity,
    text,
    labels: { ...place(at), host: device, ...(part === '' ? {} : { interface: part }) },
    ...(more.once ? { occurrence: true } : {}),
  });
}

/** linkDown, as the trap of the router at that end says it. */
export const linkDown = (port: Port, severity: Severity): Fault =>
  trap(
    port.router,
    port.site,
    'link.down',
    severity,
    `Link down: ${port.name} to ${port.towards}`,
    {
      part: port.name,
    },
  );

export const bgpDown = (device: string, at: string, peer: string, who: string): Fault =>
  trap(device, at, 'bgp.peer', 'major', `BGP session to ${who} (${peer}) is down`, {
    qualifier: peer,
  });

/** Prometheus: the whole label set is the identity. */
export function alert(
  alertname: string,
  instance: string,
  at: string,
  severity: Severity,
  summary: string,
  job: string,
): Fault {
  const labels: Labels = { alertname, instance, job, severity, ...place(at) };
  const id = identifyLabels(labels);
  const event: AlarmEvent = {
    kind: 'raise',
    id,
    byLabels: true,
    resource: instance,
    type: alertname,
    qualifier: id,
    severity,
    text: summary,
    labels,
    annotations: { summary, runbook: `https://wiki.northnet.example/${alertname}` },
    link: `https://prometheus.northnet.example/graph?alert=${alertname}`,
  };
  return { way: 'alertmanager', event };
}

/** A feed, a job or a figure tells something through the webhook. */
export const notice = (
  resource: string,
  type: string,
  severity: Severity,
  text: string,
  once?: 'once',
): Fault =>
  fault('webhook', {
    resource,
    type,
    severity,
    text,
    labels: { org: ORG, kind: resource.split('/')[0] ?? '', owner: 'data-desk' },
    ...(once ? { occurrence: true as const } : {}),
  });

/** The fault begins at `at`. `now` is when it is said: an alert's promise counts from there. */
export const raised = ({ way, event }: Fault, at: Instant, now: Instant): AlarmEvent =>
  way === 'alertmanager' ? { ...event, since: at, until: after(now, PROMISE) } : { ...event, at };

/** The fault was there from `at` and is told as history: it promises nothing. */
export const raisedOnce = ({ way, event }: Fault, at: Instant): AlarmEvent =>
  way === 'alertmanager' ? { ...event, since: at } : { ...event, at };

/** It grew better or worse. */
export const changed = (
  { event }: Fault,
  severity: Severity,
  text: string,
  at: Instant,
): AlarmEvent => ({ ...event, kind: 'change', severity, text, at });

export function cleared({ event }: Fault, at: Instant, text = ''): AlarmEvent {
  const { severity: _, ...rest } = event;
  return { ...rest, kind: 'clear', text, at };
}
