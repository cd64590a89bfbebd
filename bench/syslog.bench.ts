import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bookOf } from '../src/sources/syslog/book.ts';
import { Listener } from '../src/sources/syslog/listener.ts';
import { judge } from '../src/sources/syslog/translate.ts';
import { type Program, startProgram } from '../test/crash/program.ts';
import { freePort } from '../test/syslog/desk.ts';
import { AT, settingsWith } from '../test/syslog/lines.ts';
import { lines } from './syslog.lines.ts';

/**
 * How many lines of syslog a second: read and judged in process, then by a whole desk over
 * TCP: the clock stops when it has read every line, and every event must be counted.
 *
 *     node bench/syslog.bench.ts [--short]
 */
const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
const LINES_MUST_PER_S = 200_000;
const DIFFERENT = 50_000;
const WHOLE = values.short ? 100_000 : 3_000_000;
const WARM = values.short ? 20_000 : 100_000;
const SETTLE_MS_MAX = 60_000;
const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length };
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

inProcess();
await wholeDesk();

function inProcess(): void {
  const settings = settingsWith();
  const book = bookOf(settings);
  const made = [...lines(DIFFERENT, 1)].map(({ line }) => line);
  const judged = rate(made, (line) => judge(line, '192.0.2.1', AT, settings, book));
  const listener: Listener = new Listener({
    rules: '',
    settings,
    clock: { now: () => AT },
    post: (message) => {
      if (message.is !== 'batch') return;
      queueMicrotask(() => listener.hear({ is: 'answer', ok: true, retryAfterMs: 0 }));
    },
    kernelDrops: () => 0,
    now: () => performance.now(),
    full: () => {},
    ended: () => {},
  });
  const taken = rate(made, (line) => listener.take(line, '192.0.2.1', true));
  listener.hear({ is: 'stop' });
  const what = 'one thread, no socket';
  say({ bench: 'syslog.lines', what, judge_per_s: judged, listener_per_s: taken, ...machine });
}

/** Calls per second of this thread's time: what else the machine does hardly matters. */
function rate(inputs: readonly string[], work: (line: string) => unknown): number {
  const length = values.short ? 0.3 : 1.5;
  const used = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1e6;
  };
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = used();
    let [count, spent] = [0, 0];
    for (; spent < length; spent = used() - start) {
      for (const line of inputs) work(line);
      count += inputs.length;
    }
    best = Math.max(best, Math.round(count / spent));
  }
  return best;
}

interface Sent {
  readonly lines: number;
  readonly events: number;
  readonly per_s: number;
}

async function wholeDesk(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  const port = await freePort();
  const settings = join(folder, 'tocsin.yml');
  writeFileSync(settings, 'sources: { syslog: { udp_port: -1 } }\n');
  const desk = await startProgram(join(folder, 'data'), [
    `--settings=${settings}`,
    `--syslog.listen-address=127.0.0.1:${port}`,
  ]);
  try {
    const warm = await send(port, WARM, 7);
    const before = await settled(desk, warm.events);
    const sent = await send(port, WHOLE, 1);
    const events = (await settled(desk, before + sent.events)) - before;
    const [loop_p99_s, dropped] = await figures(desk, [
      'tocsin_eventloop_delay_seconds{quantile="0.99"}',
      'tocsin_source_dropped_total{source="syslog"',
    ]);
    const unaccounted = sent.events - events;
    const ratio = Number((sent.per_s / LINES_MUST_PER_S).toFixed(2));
    const what = 'a whole desk over 4 TCP connections; sender on the same machine';
    const rest = { must_per_s: LINES_MUST_PER_S, ratio, loop_p99_s, dropped, unaccounted };
    say({ bench: 'syslog.tcp', what, ...sent, ...rest, ...machine });
    if (unaccounted !== 0) process.exitCode = 1;
  } finally {
    await desk.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function send(port: number, count: number, seed: number): Promise<Sent> {
  const program = fileURLToPath(new URL('./syslog.sender.ts', import.meta.url));
  const args = [`--to=127.0.0.1:${port}`, `--lines=${count}`, `--seed=${seed}`];
  const sender = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 2] });
  let said = '';
  for await (const chunk of sender.stdout ?? []) said += chunk;
  return JSON.parse(said) as Sent;
}

async function figures(desk: Program, names: readonly string[]): Promise<number[]> {
  const page = await (await fetch(`${desk.url}/metrics`)).text();
  return names.map((name) => {
    const found = page.split('\n').filter((line) => line.startsWith(name));
    return found.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  });
}

/** Repeats are held for a while and then counted: waits until the desk has `events`. */
async function settled(desk: Program, events: number): Promise<number> {
  const until = performance.now() + SETTLE_MS_MAX;
  let counted = 0;
  while (counted < events && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    [counted = 0] = await figures(desk, ['tocsin_source_events_total{source="syslog"']);
  }
  return counted;
}
