#!/usr/bin/env node
// Benchmark a server that speaks the Alertmanager v2 API. See README.md.
//   node bench.mjs <scenario> [--cmd "..."] [--runs 3] [--out results.jsonl] [--name label]
// Each run starts a fresh server (unless --url points at a running one), prints one JSON line.
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { alert, bodies } from './alerts.mjs';
import { startHook } from './hook.mjs';
import { deadline, median, postAll, quantile, request, sleep } from './http.mjs';
import { config, DEFAULT_CMD, metric, quietHost, startServer, watchHost } from './server.mjs';

const {
  values: o,
  positionals: [scenario],
} = parseArgs({
  allowPositionals: true,
  options: {
    cmd: { type: 'string', default: DEFAULT_CMD },
    name: { type: 'string', default: 'server' },
    url: { type: 'string' },
    'hook-port': { type: 'string', default: '0' }, // attach to a running server whose webhook receiver posts to this port
    runs: { type: 'string', default: '3' },
    out: { type: 'string' },
    count: { type: 'string', default: '100000' },
    batch: { type: 'string', default: '100' },
    conns: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '10' },
    samples: { type: 'string', default: '7' },
    'group-by': { type: 'string', default: 'alertname,site' },
    'group-wait': { type: 'string', default: '30s' },
    silences: { type: 'string', default: '0' },
    routes: { type: 'string', default: '0' }, // child routes that take no alert
    settle: { type: 'string', default: '5' },
    'settle-first': { type: 'boolean', default: false }, // notify: not right after the start
    // On a shared machine: start a run once the rest uses <= start-quiet % of a core, keep it if it used <= quiet %.
    quiet: { type: 'string' },
    'start-quiet': { type: 'string' },
    'quiet-wait': { type: 'string', default: '600' },
  },
});
const n = (k) => Number(o[k]);
let prefix = 'h'; // of instance names; new for each run on an attached server, so that alerts stay distinct
const round = (x, d = 1) => (x === undefined ? undefined : Math.round(x * 10 ** d) / 10 ** d);

// Runs `fn` against a fresh server; always stops what it started.
async function withServer(conf, fn) {
  const hook = await startHook(n('hook-port'));
  if (o.url) prefix = `u${Date.now().toString(36)}`;
  let srv;
  try {
    srv = o.url
      ? { url: o.url, rss: () => ({}), cpuMs: () => 0, stop() {} }
      : await startServer({
          cmd: o.cmd,
          conf: config({
            hookPort: hook.port,
            groupBy: o['group-by'].split(','),
            groupWait: o['group-wait'],
            routes: n('routes'),
            ...conf,
          }),
        });
    return await fn(srv, hook);
  } finally {
    await srv?.stop();
    await hook.close();
  }
}

async function send(srv, list) {
  const r = await postAll(srv.url, '/api/v2/alerts', list, n('conns'));
  if (Object.keys(r.errors).length) throw new Error(`POST errors: ${JSON.stringify(r.errors)}`);
  return r;
}
const load = (srv, count, batch, opts) => send(srv, bodies(count, batch, { prefix, ...opts }));

// Every `patterns`-th by a pattern, the others by equality.
async function addSilences(srv, k, patterns = 1) {
  const [startsAt, endsAt] = [0, 3600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const list = Array.from({ length: k }, (_, i) => {
    const start = `${prefix}-${String((i * 97) % 1_000_000).padStart(6, '0')}`;
    const isRegex = i % patterns === 0;
    const value = isRegex ? `${start}.*` : `${start}.site-99.example.net:9100`;
    return Buffer.from(
      JSON.stringify({
        matchers: [{ name: 'instance', value, isRegex, isEqual: true }],
        startsAt,
        endsAt,
        createdBy: 'ambench',
        comment: `silence ${i}`,
      }),
    );
  });
  if (k === 0) return;
  const { errors } = await postAll(srv.url, '/api/v2/silences', list, n('conns'));
  if (Object.keys(errors).length) throw new Error(`POST errors: ${JSON.stringify(errors)}`);
}

const scenarios = {
  // Distinct alerts: how many a second are accepted (200 returned), one fresh server a run.
  async ingest() {
    return withServer({}, async (srv) => {
      const list = bodies(n('count'), n('batch'), { prefix });
      const stop = watchHost(srv.cpuMs);
      const r = await send(srv, list);
      const { serverCpuPct, otherCpuPct } = stop();
      const held = (await request(srv.url, '/api/v2/alerts')).json().length; // off the clock: did it keep them?
      return {
        count: n('count'),
        held,
        batch: n('batch'),
        conns: n('conns'),
        alertsPerSec: round((n('count') / r.ms) * 1000, 0),
        seconds: round(r.ms / 1000, 2),
        reqP50ms: round(quantile(r.latencies, 0.5), 2),
        reqP99ms: round(quantile(r.latencies, 0.99), 2),
        serverCpuPct,
        otherCpuPct,
      };
    });
  },
  // The same `count` alerts again and again, as Prometheus does: first round excluded.
  async resend() {
    return withServer({}, async (srv) => {
      const startsAt = new Date();
      await addSilences(srv, n('silences'), 10);
      await load(srv, n('count'), n('batch'), { startsAt });
      const lists = Array.from({ length: n('rounds') }, (_, k) =>
        bodies(n('count'), n('batch'), { prefix, startsAt, ttlMs: 3600_000 + k * 1000 }),
      ).flat();
      const stop = watchHost(srv.cpuMs);
      const r = await send(srv, lists);
      const { serverCpuPct, otherCpuPct } = stop();
      const total = n('count') * n('rounds');
      return {
        same: n('count'),
        silences: n('silences'),
        routes: n('routes'),
        rounds: n('rounds'),
        batch: n('batch'),
        conns: n('conns'),
        alertsPerSec: round((total / r.ms) * 1000, 0),
        reqP50ms: round(quantile(r.latencies, 0.5), 2),
        reqP99ms: round(quantile(r.latencies, 0.99), 2),
        serverCpuPct,
        otherCpuPct,
      };
    });
  },
  // Resident memory with `count` active alerts, `settle` seconds after the last POST.
  async memory() {
    return withServer({}, async (srv) => {
      const idle = srv.rss().rss;
      await load(srv, n('count'), n('batch'));
      await sleep(n('settle') * 1000);
      const { rss, peak } = srv.rss();
      return {
        count: n('count'),
        groupBy: o['group-by'],
        idleMiB: round(idle),
        rssMiB: round(rss),
        peakMiB: round(peak),
        perAlertKiB: round(((rss - idle) * 1024) / n('count'), 2),
        heapInuseMiB: round(
          ((await metric(srv.url, 'go_memstats_heap_inuse_bytes')) ?? NaN) / 2 ** 20,
        ),
        goroutines: await metric(srv.url, 'go_goroutines'),
      };
    });
  },
  // Latency of the read endpoints with `count` active alerts.
  async read() {
    return withServer({}, async (srv) => {
      await load(srv, n('count'), n('batch'));
      await addSilences(srv, n('silences'));
      await sleep(n('settle') * 1000);
      const out = { count: n('count'), silences: n('silences') };
      const paths = {
        alerts: '/api/v2/alerts',
        alertsOneSite: `/api/v2/alerts?filter=${encodeURIComponent('site="site-07"')}`,
        alertsOneInstance: `/api/v2/alerts?filter=${encodeURIComponent(`instance="${alert(4242, { prefix }).labels.instance}"`)}`,
        groups: '/api/v2/alerts/groups',
        groupsOneSite: `/api/v2/alerts/groups?filter=${encodeURIComponent('site="site-07"')}`,
      };
      const stop = watchHost(srv.cpuMs);
      for (const [k, p] of Object.entries(paths)) {
        const rs = [];
        for (let i = 0; i < n('samples'); i++) {
          const r = await request(srv.url, p);
          if (r.status !== 200) throw new Error(`${p}: ${r.status}`);
          rs.push(r);
        }
        const items = rs[0].json(); // parsed off the clock
        out[k] = {
          medianMs: round(median(rs.map((r) => r.ms))),
          maxMs: round(Math.max(...rs.map((r) => r.ms))),
          ttfbMs: round(median(rs.map((r) => r.ttfb))),
          MiB: round(rs[0].bytes / 2 ** 20, 2),
          items: items.length,
        };
      }
      out.otherCpuPct = stop().otherCpuPct;
      out.rss = round(srv.rss().rss);
      out.peak = round(srv.rss().peak);
      return out;
    });
  },
  // A dashboard polling /alerts/groups without pause while the same `count` alerts are sent again.
  async mixed() {
    return withServer({}, async (srv) => {
      const startsAt = new Date();
      await load(srv, n('count'), n('batch'), { startsAt });
      const list = bodies(n('count'), n('batch'), { prefix, startsAt, ttlMs: 3601_000 });
      const gets = [];
      let on = true;
      const stop = watchHost(srv.cpuMs);
      const poll = (async () => {
        while (on) gets.push((await request(srv.url, '/api/v2/alerts/groups')).ms);
      })();
      const r = await send(srv, list);
      on = false;
      const { serverCpuPct, otherCpuPct } = stop();
      await poll;
      return {
        count: n('count'),
        batch: n('batch'),
        alertsPerSec: round((n('count') / r.ms) * 1000, 0),
        reqP50ms: round(quantile(r.latencies, 0.5), 2),
        reqP99ms: round(quantile(r.latencies, 0.99), 2),
        reqMaxMs: round(quantile(r.latencies, 1)),
        gets: gets.length,
        getMedianMs: round(median(gets)),
        serverCpuPct,
        otherCpuPct,
      };
    });
  },
  // POST of one alert (its own group) to arrival of its webhook, `samples` alerts one after another.
  async notify() {
    return withServer({ groupBy: ['...'] }, async (srv, hook) => {
      const ms = [];
      if (o['settle-first']) await sleep(n('settle') * 1000);
      const stop = watchHost(srv.cpuMs);
      for (let i = 0; i < n('samples'); i++) {
        const now = new Date();
        const a = alert(i, {
          prefix: `${prefix}n`,
          startsAt: now.toISOString(),
          endsAt: new Date(+now + 3600_000).toISOString(),
        });
        const arrived = new Promise((r) => {
          hook.onAlert = (x, at) => x.labels.instance === a.labels.instance && r(at);
        });
        const t0 = performance.now();
        await request(srv.url, '/api/v2/alerts', { method: 'POST', json: [a] });
        ms.push((await Promise.race([arrived, deadline(60_000, NaN)])) - t0);
      }
      return {
        groupWait: o['group-wait'],
        samples: n('samples'),
        medianMs: round(median(ms), 2),
        p95Ms: round(quantile(ms, 0.95), 2),
        maxMs: round(Math.max(...ms), 2),
        otherCpuPct: stop().otherCpuPct,
      };
    });
  },
  // A storm: `count` alerts in (alertname, site) groups with group_wait as given; time until every one was notified once.
  async storm() {
    return withServer({}, async (srv, hook) => {
      const seen = new Set();
      let last = 0,
        done;
      const all = new Promise((r) => {
        done = r;
      });
      hook.onAlert = (a, at) => {
        seen.add(a.labels.instance);
        last = at;
        if (seen.size === n('count')) done();
      };
      const list = bodies(n('count'), n('batch'), { prefix });
      const stop = watchHost(srv.cpuMs);
      const t0 = performance.now();
      const r = await send(srv, list);
      await Promise.race([all, deadline(120_000)]);
      return {
        count: n('count'),
        batch: n('batch'),
        groupWait: o['group-wait'],
        postedSec: round(r.ms / 1000, 2),
        allNotifiedSec: round((last - t0) / 1000, 2),
        notified: seen.size,
        posts: hook.posts,
        alertsInPosts: hook.alerts,
        otherCpuPct: stop().otherCpuPct,
      };
    });
  },
};

if (!scenarios[scenario]) {
  console.error(`usage: bench.mjs ${Object.keys(scenarios).join('|')} [options]`);
  process.exit(2);
}
for (let run = 1, retries = 10; run <= n('runs'); run++) {
  if (o.quiet && !(await quietHost(Number(o['start-quiet'] ?? o.quiet), n('quiet-wait') * 1000)))
    console.error('the machine did not become quiet; measuring anyway');
  const result = await scenarios[scenario]();
  if (o.quiet && result.otherCpuPct > n('quiet') && retries-- > 0) {
    console.error(`run discarded: the rest of the machine used ${result.otherCpuPct} % of a core`);
    run--;
    continue;
  }
  const line = JSON.stringify({ name: o.name, scenario, run, ...result });
  console.log(line);
  if (o.out) appendFileSync(o.out, `${line}\n`);
}
