import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../test/crash/program.ts';

/**
 * The whole program with many open alarms: memory, start, reads, delay of the event loop. One JSON
 * line each; latencies in milliseconds. `--short` takes a tenth of the alarms, and starts once.
 */
const short = process.argv.includes('--short');
const ALARMS = short ? 10_000 : 100_000;
const BATCH = 100;
const READS = short ? 10 : 60;
const STARTS = short ? 1 : 3;
/** After the last alarm is stored: until the memory is what it stays. */
const SETTLE_MS = short ? 500 : 5_000;

const MACHINE = { node: process.version, cpu: cpus()[0]?.model };
const say = (line: object): boolean =>
  process.stdout.write(
    `${JSON.stringify({ bench: 'desk', ...line, alarms: ALARMS, ...MACHINE })}\n`,
  );

const rssMiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const metric = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((l) => l.startsWith(name));
  return Number(line?.slice(line.lastIndexOf(' ') + 1));
};

async function settled(url: string): Promise<void> {
  while ((await metric(url, 'tocsin_store_lag_changes ')) > 0) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * q)] ?? Number.NaN;

async function reads(desk: Program, what: string, path: string): Promise<void> {
  const times: number[] = [];
  const headers = { authorization: `Bearer ${desk.token()}` };
  for (let i = 0; i < READS; i++) {
    const from = performance.now();
    const response = await fetch(`${desk.url}${path}`, { headers });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    if (i > 0) times.push(performance.now() - from); // the first one builds what the others use
  }
  const round = (ms: number) => Math.round(ms * 100) / 100;
  say({ what, p50_ms: round(quantile(times, 0.5)), p95_ms: round(quantile(times, 0.95)) });
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
try {
  let desk = await startProgram(folder);
  const idle = rssMiB(desk.pid);
  const loaded = execFileSync(process.execPath, [
    fileURLToPath(new URL('ambench/bench.mjs', import.meta.url)),
    ...['ingest', '--url', desk.url, '--count', `${ALARMS}`, '--batch', `${BATCH}`, '--runs', '1'],
  ]);
  const { alertsPerSec } = JSON.parse(loaded.toString()) as { alertsPerSec: number };
  const loop = await metric(desk.url, 'tocsin_eventloop_delay_seconds{quantile="0.99"}');
  say({ what: 'distinct alerts a second', per_s: alertsPerSec });
  say({ what: 'event-loop delay meanwhile, p99', p99_ms: Math.round(loop * 1e5) / 100 });
  const lagFrom = performance.now();
  await settled(desk.url);
  say({ what: 'history written, after the last answer', s: (performance.now() - lagFrom) / 1000 });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const kib = ((rssMiB(desk.pid) - idle) * 1024) / ALARMS;
  say({
    what: 'memory above idle per alarm, all threads',
    kib: Math.round(kib * 100) / 100,
    idle_mib: Math.round(idle),
  });
  await reads(desk, 'console list, first page', '/api/v1/alarms?limit=100');
  await reads(
    desk,
    'one by equality matcher',
    `/api/v2/alerts?filter=${encodeURIComponent('instance="b-000042.site-00.example.net:9100"')}`,
  );
  await reads(desk, 'search in history by word', '/api/v1/alarms?state=any&limit=100&q=b-000042');
  await desk.end('SIGTERM');
  const starts: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const begun = performance.now();
    desk = await startProgram(folder);
    starts.push(performance.now() - begun);
    await desk.end('SIGKILL');
  }
  say({
    what: 'start with all of them open, after kill -9',
    ms: Math.round(quantile(starts, 0.5)),
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
