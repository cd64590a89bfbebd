// Start, ready-check, measure and stop one server under test.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request, sleep } from './http.mjs';

/** Child routes by label, none of which takes any alert of alerts.mjs. */
const children = (count) =>
  count === 0
    ? ''
    : `  routes:\n${Array.from(
        { length: count },
        (_, i) => `  - { receiver: hook, matchers: [ 'team="t-${i}"', 'site=~"site-.*"' ] }\n`,
      ).join('')}`;

/** alertmanager.yml with one webhook receiver; the knobs the scenarios vary. */
export const config = ({
  hookPort,
  groupBy = ['alertname', 'site'],
  groupWait = '30s',
  groupInterval = '5m',
  repeatInterval = '4h',
  routes = 0,
  extra = '',
}) => `\
global: { resolve_timeout: 5m }
route:
  receiver: hook
  group_by: [${groupBy.map((g) => `'${g}'`).join(', ')}]
  group_wait: ${groupWait}
  group_interval: ${groupInterval}
  repeat_interval: ${repeatInterval}
${children(routes)}receivers:
- name: hook
  webhook_configs:
  - url: http://127.0.0.1:${hookPort}/
    send_resolved: true
${extra}`;

// Placeholders {config} {port} {data} let any server with the same API be put in place.
export const DEFAULT_CMD =
  '/usr/bin/prometheus-alertmanager --config.file={config} --web.listen-address=127.0.0.1:{port} --storage.path={data} --cluster.listen-address= --log.level=warn';

const freePort = () =>
  new Promise((r) => {
    const s = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => r(port));
    });
  });

export async function startServer({ cmd = DEFAULT_CMD, conf, dir, port, env }) {
  dir ??= mkdtempSync(join(tmpdir(), 'ambench-'));
  port ??= await freePort();
  writeFileSync(join(dir, 'config.yml'), conf);
  const argv = cmd
    .split(/\s+/)
    .map((a) =>
      a
        .replace('{config}', join(dir, 'config.yml'))
        .replace('{port}', port)
        .replace('{data}', join(dir, 'data')),
    );
  const log = openSync(join(dir, 'log'), 'a');
  const child = spawn(argv[0], argv.slice(1), {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  });
  closeSync(log);
  const exited = new Promise((r) => child.on('exit', (code, sig) => r({ code, sig })));
  const reap = () => child.kill('SIGKILL'); // nothing is left behind even if the tool itself dies
  process.once('exit', reap);
  exited.then(() => process.off('exit', reap));
  const url = `http://127.0.0.1:${port}`;
  const t0 = performance.now();
  for (;;) {
    const ok = await request(url, '/api/v2/status').then(
      (r) => r.status === 200,
      () => false,
    );
    if (ok) break;
    if (child.exitCode !== null || performance.now() - t0 > 120_000)
      throw new Error(
        `server did not start: ${readFileSync(join(dir, 'log'), 'utf8').slice(-2000)}`,
      );
    await sleep(20);
  }
  const readyMs = performance.now() - t0;
  return {
    url,
    dir,
    port,
    pid: child.pid,
    readyMs,
    rss: () => {
      // MiB now and at peak
      const s = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const kb = (k) => Number(new RegExp(`${k}:\\s+(\\d+)`).exec(s)[1]);
      return { rss: kb('VmRSS') / 1024, peak: kb('VmHWM') / 1024 };
    },
    cpuMs: () => {
      // user + system CPU time of the server, for "is the server the bottleneck?"
      const f = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return (Number(f[11]) + Number(f[12])) * 10;
    },
    log: () => readFileSync(join(dir, 'log'), 'utf8'),
    async kill(sig = 'SIGTERM') {
      child.kill(sig);
      return exited;
    },
    async stop({ keep = false } = {}) {
      child.kill('SIGTERM');
      const t = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(t);
      if (!keep) rmSync(dir, { recursive: true, force: true });
    },
  };
}

// Other work on the machine spoils a measurement, so every clocked section
// records how much CPU the rest of the machine used (percent of one core).
const jiffies = () => {
  // busy 10 ms ticks of the whole machine
  const f = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number);
  return f[0] + f[1] + f[2] + f[5] + f[6] + f[7]; // user nice system irq softirq steal
};
export function watchHost(serverCpuMs = () => 0) {
  const t0 = performance.now(),
    j0 = jiffies(),
    s0 = serverCpuMs(),
    u0 = process.cpuUsage();
  return () => {
    const ms = performance.now() - t0,
      u = process.cpuUsage(u0);
    const server = serverCpuMs() - s0,
      self = (u.user + u.system) / 1000;
    return {
      ms,
      serverCpuPct: Math.round((server / ms) * 100),
      otherCpuPct: Math.max(0, Math.round((((jiffies() - j0) * 10 - server - self) / ms) * 100)),
    };
  };
}
/** Wait until the rest of the machine is quiet: three 1 s samples below `pct` percent of a core. */
export async function quietHost(pct, maxMs) {
  const t0 = performance.now();
  for (let calm = 0; calm < 3; ) {
    const stop = watchHost();
    await sleep(1000);
    calm = stop().otherCpuPct <= pct ? calm + 1 : 0;
    if (performance.now() - t0 > maxMs) return false;
  }
  return true;
}

/** Sum of one metric family on /metrics, or undefined when the server has none. */
export async function metric(url, name) {
  const r = await request(url, '/metrics').catch(() => null);
  if (r?.status !== 200) return undefined;
  let sum;
  for (const l of r.text().split('\n'))
    if (l.startsWith(name) && /[ {]/.test(l[name.length]))
      sum = (sum ?? 0) + Number(l.slice(l.lastIndexOf(' ') + 1));
  return sum;
}
