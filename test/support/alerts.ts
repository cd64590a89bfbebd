import { type Instant, instantText } from '../../src/base/time.ts';

const NAMES = ['InstanceDown', 'InterfaceDown', 'BGPPeerDown', 'HighCPU', 'DiskFull', 'FanFailure'];
const JOBS = ['snmp', 'node', 'blackbox', 'bgp'];
const SEVERITIES = ['critical', 'warning', 'warning', 'info'];
const SITES = 40;

const pick = (list: readonly string[], i: number): string => list[i % list.length] ?? '';

/** What Prometheus posts for alert `i`, about 550 bytes: a pure function of its arguments. */
export function postedAlert(i: number, startsAt: Instant, endsAt: Instant) {
  const alertname = pick(NAMES, i);
  const site = `site-${String(i % SITES).padStart(2, '0')}`;
  const instance = `h-${String(i).padStart(6, '0')}.${site}.example.net:9100`;
  return {
    labels: { alertname, instance, job: pick(JOBS, i), severity: pick(SEVERITIES, i), site },
    annotations: {
      description: `${alertname} has been firing on ${instance} at ${site} for over 5 minutes.`,
      runbook_url: `https://runbooks.example.net/${alertname}`,
      summary: `${alertname} on ${instance}`,
    },
    startsAt: instantText(startsAt),
    endsAt: instantText(endsAt),
    generatorURL: `http://prometheus.${site}.example.net:9090/graph?g0.expr=up&g0.tab=1`,
  };
}

/** A request with alerts `from` to `from + count`, firing for four more minutes. */
export function alertBody(from: number, count: number, at: Instant): string {
  const end = (at + 240_000) as Instant;
  return JSON.stringify(Array.from({ length: count }, (_, i) => postedAlert(from + i, at, end)));
}
