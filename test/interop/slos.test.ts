import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';
import { freePort } from '../syslog/desk.ts';
import { startExporter } from './exporter.ts';

const missing = spawnSync('prometheus', ['--version']).error !== undefined;
const skip = missing && 'prometheus missing: apt-get install prometheus';

const WAIT_MS_MAX = 180_000;
const LOOK_EVERY_MS = 200;

/** Looks until `ready` gives something that is true, and gives it back. */
async function until<T>(what: string, ready: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (performance.now() < deadline) {
    const found = await ready();
    if (found) return found;
    await new Promise((again) => setTimeout(again, LOOK_EVERY_MS));
  }
  throw new Error(`waited in vain: ${what}`);
}

const prometheusConfig = (port: number): string => `global: {scrape_interval: 1s}
scrape_configs:
- job_name: shop
  static_configs: [{targets: ['127.0.0.1:${port}']}]
`;

const deskConfig = (port: number): string => `route: {receiver: ops}
receivers: [{name: ops}]
data_sources: {metrics: {prometheus: 'http://127.0.0.1:${port}'}}
slos:
  shop:
    source: metrics
    objective: 99
    period: 10m
    bad: shop_errors_total{job="shop"}
    total: shop_requests_total{job="shop"}
    every: 1s
    windows: [{long: 20s, short: 5s, burn: 5, raise: page, for: 2s}]
heat_maps:
  classic: {source: metrics, buckets: shop_seconds_bucket, step_min: 5s}
  native: {source: metrics, histogram: shop_native_seconds, step_min: 5s}
`;

interface Slo {
  readonly state: string;
  readonly windows: readonly { readonly window: string; readonly total: number | null }[];
}

interface HeatMap {
  readonly stepSeconds: number;
  readonly rows: readonly { readonly lower: number | string; readonly upper: number | string }[];
  readonly columns: readonly {
    readonly to: string;
    readonly isKnown: boolean;
    readonly total: number;
    readonly counts: readonly number[];
    readonly quantiles: readonly { readonly q: number; readonly value: number | null }[];
  }[];
}

const near = (got: number, want: number, what: string): void =>
  assert.ok(Math.abs(got - want) <= 1e-9 * Math.max(1, Math.abs(want)), `${what}: ${got}, ${want}`);

describe('Prometheus behind objectives and heat maps', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-interop-slos-'));
  let exporter: Awaited<ReturnType<typeof startExporter>>;
  let prometheus: ChildProcess;
  let desk: Program;
  let url = '';

  before(async () => {
    exporter = await startExporter();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, 'prometheus.yml'), prometheusConfig(exporter.port));
    prometheus = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--enable-feature=native-histograms',
      ],
      { stdio: 'ignore' },
    );
    writeFileSync(join(folder, 'am.yml'), deskConfig(port));
    desk = await startProgram(join(folder, 'data'), [`--config.file=${join(folder, 'am.yml')}`]);
  });

  after(async () => {
    await desk?.end('SIGTERM');
    if (prometheus?.exitCode === null && prometheus.signalCode === null) {
      prometheus.kill('SIGTERM');
      await once(prometheus, 'exit');
    }
    await exporter?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const api = async <T>(path: string): Promise<T> => {
    const headers = { authorization: `Bearer ${desk.token()}` };
    const answer = await fetch(`${desk.url}/api/v1${path}`, { headers });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as T;
  };
  const raised = async (): Promise<readonly string[]> => {
    const answer = await fetch(`${desk.url}/api/v2/alerts`);
    const alerts = (await answer.json()) as { labels: Record<string, string> }[];
    return alerts.map(({ labels }) => labels.alertname ?? '').sort();
  };
  /** What Prometheus itself says at a moment (seconds); NaN where nothing is. */
  const ask = async (query: string, at: number): Promise<number> => {
    const form = new URLSearchParams({ query, time: String(at) });
    const answer = await fetch(`${url}/api/v1/query?${form}`);
    const { data } = (await answer.json()) as {
      data: { result: { value?: [number, string] }[] };
    };
    return Number(data.result[0]?.value?.[1] ?? Number.NaN);
  };

  test('an objective raises while its budget burns, and clears with the short window', async () => {
    await until('a good objective', async () => (await api<Slo>('/slos/shop')).state === 'good');
    assert.deepEqual(await raised(), []);
    exporter.fails(30);
    await until('the page', async () => (await raised()).includes('slo.burn-page'));
    assert.equal((await api<Slo>('/slos/shop')).state, 'page');
    await until('a hundred requests a second', async () => {
      const { windows } = await api<Slo>('/slos/shop');
      const total = windows.find(({ window }) => window === '20s')?.total ?? 0;
      return total >= 1_800 && total <= 2_200;
    });
    exporter.fails(0);
    await until('the end', async () => !(await raised()).includes('slo.burn-page'));
  });

  test('cells and quantiles of a classic histogram are those of histogram_quantile, over a reset', async () => {
    const scraped = exporter.scrapes();
    exporter.resets();
    const end = Math.floor(Date.now() / 5_000) * 5 + 20;
    await until('scrapes after the reset', async () => exporter.scrapes() > scraped + 22);
    const query = `from=${new Date((end - 60) * 1_000).toISOString()}&to=${new Date(end * 1_000).toISOString()}`;
    const map = await api<HeatMap>(`/heat-maps/classic?${query}`);
    assert.equal(map.stepSeconds, 5);
    assert.deepEqual(
      map.rows.map(({ upper }) => upper),
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, '+Inf'],
    );
    const known = map.columns.filter(({ isKnown, total }) => isKnown && total > 0);
    assert.ok(known.length >= 4, `${known.length} cells`);
    let compared = 0;
    for (const { to, total, counts, quantiles } of known) {
      const at = Date.parse(to) / 1000;
      assert.ok(counts.every((count) => count >= 0));
      near(
        total,
        await ask('sum(increase(shop_seconds_bucket{le="+Inf"}[5s]))', at),
        'all of a cell',
      );
      for (const { q, value } of quantiles) {
        const expression = `histogram_quantile(${q}, sum by (le) (increase(shop_seconds_bucket[5s])))`;
        near(value ?? Number.NaN, await ask(expression, at), `p${q * 100} at ${to}`);
        compared++;
      }
    }
    assert.equal(compared, known.length * 3);
  });

  test('a native histogram has its buckets, and the same place in a bucket', async () => {
    const end = Math.floor(Date.now() / 5_000) * 5 - 5;
    const query = `from=${new Date((end - 30) * 1_000).toISOString()}&to=${new Date(end * 1_000).toISOString()}`;
    const map = await api<HeatMap>(`/heat-maps/native?${query}`);
    const known = map.columns.filter(({ isKnown, total }) => isKnown && total > 0);
    assert.ok(known.length >= 3, `${known.length} cells`);
    assert.deepEqual([map.rows[0]?.lower, map.rows[0]?.upper], [-0.001, 0.001]);
    const bounds = map.rows.slice(2).map(({ upper }) => Math.log2(Number(upper)) * 4);
    assert.deepEqual(bounds.map(Math.round), [-7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4]);
    for (const { to, total, quantiles } of known) {
      const at = Date.parse(to) / 1000;
      near(
        total,
        await ask('histogram_count(sum(increase(shop_native_seconds[5s])))', at),
        'count',
      );
      for (const { q, value } of quantiles) {
        const expression = `histogram_quantile(${q}, sum(increase(shop_native_seconds[5s])))`;
        const evenly = await ask(expression, at);
        const row = map.rows.find(({ upper }) => evenly <= Number(upper));
        const [lower, upper] = [Number(row?.lower), Number(row?.upper)];
        // Before version 3 it takes values evenly in a bucket: its share of the bucket is compared.
        const share = (evenly - lower) / (upper - lower);
        near(value ?? Number.NaN, lower * (upper / lower) ** share, `p${q * 100} at ${to}`);
      }
    }
  });

  test('a server that is gone is said with the reason', async () => {
    prometheus.kill('SIGKILL');
    await once(prometheus, 'exit');
    await until('no data', async () => (await raised()).includes('slo.no-data'));
    const headers = { authorization: `Bearer ${desk.token()}` };
    const answer = await fetch(`${desk.url}/api/v1/heat-maps/classic`, { headers });
    assert.equal(answer.status, 502);
    assert.match(await answer.text(), /metrics: nobody listens there/);
  });
});
