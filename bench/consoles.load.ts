import { Agent, request } from 'node:http';

/** Distinct alerts of lesser severities, for bench/consoles.bench.ts, in a process of its own. */
export interface LoadAsk {
  readonly url: string;
  readonly count: number;
  readonly batch: number;
  readonly connections: number;
  /** Of instance names: another one each time, so that alerts stay distinct. */
  readonly prefix: string;
}

export interface LoadSay {
  readonly perS: number;
  readonly failed: number;
}

/** The readers' page is full of critical ones: these change its figures, and not its rows. */
const SEVERITIES = ['warning', 'minor', 'info'];
const SITES = 40;

function bodies({ count, batch, prefix }: LoadAsk): Buffer[] {
  const alerts = Array.from({ length: count }, (_, i) => ({
    labels: {
      alertname: `InterfaceErrors${i % 7}`,
      instance: `${prefix}-${i}.example.net:9100`,
      severity: SEVERITIES[i % SEVERITIES.length],
      site: `site-${i % SITES}`,
    },
    annotations: { summary: `Errors on ${prefix}-${i}, value ${i % 100}` },
    generatorURL: `http://prometheus.example.net:9090/graph?g0.expr=up`,
  }));
  const out: Buffer[] = [];
  for (let i = 0; i < count; i += batch) {
    out.push(Buffer.from(JSON.stringify(alerts.slice(i, i + batch))));
  }
  return out;
}

function post(agent: Agent, url: URL, body: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    asked.once('error', () => resolve(0));
    asked.end(body);
  });
}

async function load(ask: LoadAsk): Promise<LoadSay> {
  const all = bodies(ask);
  const agent = new Agent({ keepAlive: true, maxSockets: ask.connections });
  const url = new URL('/api/v2/alerts', ask.url);
  let [next, failed] = [0, 0];
  const begun = performance.now();
  const more = async () => {
    for (let body = all[next++]; body; body = all[next++]) {
      if ((await post(agent, url, body)) !== 200) failed++;
    }
  };
  await Promise.all(Array.from({ length: ask.connections }, more));
  const perS = Math.round(ask.count / ((performance.now() - begun) / 1_000));
  agent.destroy();
  return { perS, failed };
}

process.on('message', (ask: LoadAsk) => void load(ask).then((said) => process.send?.(said)));
process.on('disconnect', () => process.exit(0));
