// Deterministic, realistic alerts for the Alertmanager v2 API.
//
// Alert i is a pure function of i, so "send the same alerts again" and
// "send N distinct alerts" need no shared state. 50 alert names x 40 sites
// give 2000 (alertname, site) groups; `instance` alone makes each alert distinct.

const NAMES = [
  'InstanceDown',
  'InterfaceDown',
  'LinkFlapping',
  'BGPPeerDown',
  'OSPFNeighborLost',
  'HighCPU',
  'HighMemory',
  'DiskFull',
  'DiskLatencyHigh',
  'FanFailure',
  'PowerSupplyFailure',
  'TemperatureHigh',
  'PacketLossHigh',
  'LatencyHigh',
  'CRCErrors',
];
while (NAMES.length < 50) NAMES.push(`ServiceCheck${String(NAMES.length).padStart(2, '0')}Failed`);
const JOBS = ['snmp', 'node', 'blackbox', 'syslog', 'bgp', 'netflow'];
const SEVERITIES = ['critical', 'warning', 'warning', 'info', 'info'];
const pad = (n, w) => String(n).padStart(w, '0');

export const SITES = 40;
export const siteOf = (i) => `site-${pad(Math.floor(i / NAMES.length) % SITES, 2)}`;

/** One alert in the PostableAlert shape. `prefix` separates independent runs on one server. */
export function alert(i, { prefix = 'h', startsAt, endsAt } = {}) {
  const alertname = NAMES[i % NAMES.length];
  const site = siteOf(i);
  const instance = `${prefix}-${pad(i, 6)}.${site}.example.net:9100`;
  return {
    labels: {
      alertname,
      instance,
      job: JOBS[i % JOBS.length],
      severity: SEVERITIES[i % SEVERITIES.length],
      site,
    },
    annotations: {
      summary: `${alertname} on ${instance}`,
      description: `${alertname} has been firing on ${instance} at ${site} for more than 5 minutes (value ${i % 100}).`,
      runbook_url: `https://runbooks.example.net/${alertname}`,
    },
    generatorURL: `http://prometheus.${site}.example.net:9090/graph?g0.expr=up&g0.tab=1`,
    ...(startsAt && { startsAt }),
    ...(endsAt && { endsAt }),
  };
}

/** Serialised POST bodies covering alerts [0, count) in batches. Built before the clock starts. */
export function bodies(
  count,
  batch,
  { prefix = 'h', startsAt = new Date(), ttlMs = 3600_000 } = {},
) {
  const opts = {
    prefix,
    startsAt: startsAt.toISOString(),
    endsAt: new Date(Date.now() + ttlMs).toISOString(),
  };
  const out = [];
  for (let i = 0; i < count; i += batch) {
    const list = [];
    for (let j = i; j < Math.min(i + batch, count); j++) list.push(alert(j, opts));
    out.push(Buffer.from(JSON.stringify(list)));
  }
  return out;
}
