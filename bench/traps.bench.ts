import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import type { Instant } from '../src/base/time.ts';
import type { SourceContext } from '../src/ports/source.ts';
import { Listener } from '../src/sources/snmp/listener.ts';
import { decode } from '../src/sources/snmp/message.ts';
import type { Settings } from '../src/sources/snmp/settings.ts';
import { snmp } from '../src/sources/snmp/snmp.ts';
import type { ListenerSettings } from '../src/sources/snmp/thread.ts';
import { Usm } from '../src/sources/snmp/usm.ts';
import { datagramOf, type Spec } from '../test/snmp/datagram.ts';
import { SETTINGS } from '../test/snmp/settings.ts';
import { scopedOf, USER, V3Sender } from '../test/snmp/v3.ts';

/**
 * How many traps a second: read, translated, and taken from a real UDP socket.
 *
 *   node bench/traps.bench.ts [--short]                   in process, then the listener alone
 *   node bench/traps.bench.ts --udp HOST:PORT --metrics URL [--token T] [--v3]   against a desk:
 *       sent must be events + refused + counted drops, by the desk's own /metrics
 *
 * v3 is authPriv with SHA-256 and AES-128; a desk needs the user of test/snmp/v3.ts for it.
 */
const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    udp: { type: 'string' },
    metrics: { type: 'string' },
    token: { type: 'string' },
    rate: { type: 'string', default: '100000' },
    'rate-v3': { type: 'string', default: '60000' },
    v3: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    source: { type: 'string', default: 'snmp' },
  },
});
const INTERFACES = 20_000;
const ROUNDS_V3 = values.short ? 2 : 5;
/** How long the desk of `traps.udp` takes to answer: a commit on a good disk. */
const DESK_MS = 2;
const seconds = Number(values.seconds ?? (values.short ? 1 : 10));
const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length };
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

if (values.udp !== undefined && values.metrics !== undefined) {
  await againstDesk(values.udp, values.metrics);
} else {
  inProcess();
  inProcessV3();
  await listenerAlone('traps.udp', Number(values.rate));
  await listenerAlone('traps.v3-udp', Number(values['rate-v3']));
}

/** One interface's linkDown: what nearly all of a storm looks like. */
function linkDown(index: number): Spec {
  const column = '1.3.6.1.2.1.2.2.1';
  return {
    trap: '1.3.6.1.6.3.1.1.5.3',
    varbinds: [
      [`${column}.1.${index}`, { integer: index }],
      [`${column}.7.${index}`, { integer: 1 }],
      [`${column}.8.${index}`, { integer: 2 }],
    ],
  };
}

function inProcess(): void {
  const links = Array.from({ length: INTERFACES }, (_, i) =>
    Buffer.from(datagramOf(linkDown(i + 1))),
  );
  const at = 0 as Instant;
  const input = (body: Uint8Array) => ({ body, at, from: '192.0.2.1', contentType: '' });
  say({
    bench: 'traps.decode',
    what: 'one linkDown, v2c, its varbinds and all OIDs as text',
    per_s: rate(links, (bytes) => decode(bytes)),
    ...machine,
  });
  say({
    bench: 'traps.translate',
    per_s: rate(links, (bytes) => snmp.translate(input(bytes), SETTINGS)),
    ...machine,
  });
  const sender = { address: '192.0.2.1', family: 'IPv4', port: 1, size: 0 } as const;
  const listener = quietListener({});
  const first = cpuSeconds();
  for (const bytes of links) listener.take(bytes, sender);
  const new_per_s = Math.round(links.length / (cpuSeconds() - first));
  const repeats_per_s = rate(links, (bytes) => listener.take(bytes, sender));
  listener.hear({ is: 'stop' });
  say({
    bench: 'traps.listener',
    what: 'read, translated or remembered, JSON made, batched; no socket',
    new_per_s,
    repeats_per_s,
    ...machine,
  });
}

/** Each message is another one, as no sender sends one twice: the best of some rounds. */
function inProcessV3(): void {
  const writer = new V3Sender();
  const scoped = Array.from({ length: INTERFACES }, (_, i) => scopedOf(linkDown(i + 1)));
  const usm = new Usm([USER], { id: Buffer.from('8000000005', 'hex'), boots: 1 }, 0);
  const v3 = { users: [USER], engineId: '8000000005', engineBoots: 1 };
  const listener = quietListener({ v3 });
  const sender = { address: '192.0.2.1', family: 'IPv4', port: 1, size: 0 } as const;
  let [open_per_s, listener_per_s] = [0, 0];
  for (let round = 0; round < ROUNDS_V3; round++) {
    const messages = scoped.map((one) => writer.message(one));
    const opened = cpuSeconds();
    for (const bytes of messages) usm.open(bytes, '192.0.2.1', 0);
    open_per_s = Math.max(open_per_s, Math.round(INTERFACES / (cpuSeconds() - opened)));
    const taken = cpuSeconds();
    for (const bytes of messages) listener.take(bytes, sender);
    listener_per_s = Math.max(listener_per_s, Math.round(INTERFACES / (cpuSeconds() - taken)));
  }
  listener.hear({ is: 'stop' });
  const what = 'authPriv, SHA-256 and AES-128: opened; opened, remembered and batched';
  say({ bench: 'traps.v3', what, open_per_s, listener_per_s, ...machine });
}

/** A listener whose batches are answered at once. */
function quietListener(more: Partial<ListenerSettings>): Listener {
  const listener: Listener = new Listener({
    settings: { ...SETTINGS, rules: '', ...more },
    socket: { send() {}, close: () => undefined } as never,
    post: (message) => {
      if (message.is !== 'batch') return;
      const { number } = message;
      queueMicrotask(() => listener.hear({ is: 'answer', number, ok: true, retryAfterMs: 0 }));
    },
    kernelDrops: () => 0,
    now: () => performance.now(),
  });
  return listener;
}

function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

/** Calls per second of this thread's time: what else the machine does hardly matters. */
function rate(inputs: readonly Buffer[], work: (bytes: Buffer) => unknown): number {
  const length = values.short ? 0.3 : 1.5;
  let best = 0;
  for (let round = 0; round < 2; round++) {
    const start = cpuSeconds();
    let count = 0;
    let spent = 0;
    for (; spent < length; spent = cpuSeconds() - start) {
      for (const bytes of inputs) work(bytes);
      count += inputs.length;
    }
    best = Math.max(best, Math.round(count / spent));
  }
  return best;
}

interface Sent {
  readonly sent: number;
  readonly perSecond: number;
}

/** Runs the load in a process of its own, so that it does not take turns with the listener. */
async function send(to: string, perSecond: number, isV3: boolean): Promise<Sent> {
  const program = fileURLToPath(new URL('./traps.sender.ts', import.meta.url));
  const options = { to, rate: perSecond, seconds, interfaces: INTERFACES };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (isV3) args.push('--v3');
  const sender = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 2] });
  let said = '';
  for await (const chunk of sender.stdout ?? []) said += chunk;
  return JSON.parse(said) as Sent;
}

/** The listener's thread with a desk that stores nothing: what the thread alone can take. */
async function listenerAlone(bench: string, perSecond: number): Promise<void> {
  const isV3 = bench.includes('v3');
  const counts = { events: 0, batches: 0, entries: 0, refused: 0, kernel: 0, queue: 0 };
  const context: SourceContext<Settings> = {
    name: 'snmp',
    settings: { ...SETTINGS, port: 0, users: isV3 ? [USER] : [] },
    clock: systemClock(),
    log: silentLog,
    receive: async () => ({ ok: true, position: 0 }),
    receiveText: async (text) => {
      counts.batches++;
      for (const { count = 1 } of JSON.parse(text) as { count?: number }[]) {
        counts.entries++;
        counts.events += count;
      }
      await new Promise((resolve) => setTimeout(resolve, DESK_MS));
      return { ok: true, position: counts.batches };
    },
    refused: () => counts.refused++,
    dropped: (where, count) => {
      if (where === 'kernel') counts.kernel += count;
      else counts.queue += count;
    },
    counted: () => {},
    keep: { read: () => undefined, write: () => {} },
    rulesText: '',
    onRules: () => {},
    seen: () => {},
    unread: async () => ({ ok: true, position: 0 }),
  };
  const running = await snmp.run?.(context);
  const to = running?.listening[0]?.slice('udp '.length) ?? '';
  const [all, mine] = [process.cpuUsage(), process.threadCpuUsage()];
  const sent = await send(to, perSecond, isV3);
  const [allUsed, mineUsed] = [process.cpuUsage(all), process.threadCpuUsage(mine)];
  const threads = allUsed.user + allUsed.system - mineUsed.user - mineUsed.system;
  await running?.stop();
  const accounted = counts.events + counts.refused + counts.kernel + counts.queue;
  say({
    bench,
    what: `10 % new, 60 % repeats, 30 % clears over ${INTERFACES} interfaces; nothing stored`,
    ...sent,
    ...counts,
    unaccounted: sent.sent - accounted,
    // The rest of the process: the listener's thread, and V8's own.
    listener_us_per_trap: Number((threads / (counts.events + counts.refused)).toFixed(2)),
    rss_mb: Math.round(process.memoryUsage.rss() / 1e6),
    ...machine,
  });
}

/** The sum of one metric of our source; several lines differ in `where`. */
function metric(page: string, name: string): number {
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`));
  const mine = lines.filter((line) => line.includes(`source="${values.source}"`));
  return mine.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Sent must be committed plus counted: asked until it is, for at most 30 s. */
async function againstDesk(to: string, url: string): Promise<void> {
  const headers = values.token === undefined ? {} : { authorization: `Bearer ${values.token}` };
  const read = async () => {
    const page = await (await fetch(url, { headers })).text();
    return {
      events: metric(page, 'tocsin_source_events_total'),
      dropped: metric(page, 'tocsin_source_dropped_total'),
      refused: metric(page, 'tocsin_source_refused_total'),
    };
  };
  const before = await read();
  const sent = await send(to, Number(values.rate), values.v3);
  const until = performance.now() + 30_000;
  let after = await read();
  const accounted = (): number =>
    after.events + after.dropped + after.refused - before.events - before.dropped - before.refused;
  while (accounted() < sent.sent && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    after = await read();
  }
  const dropped = after.dropped - before.dropped;
  const unaccounted = sent.sent - accounted();
  say({ bench: 'traps.desk', ...sent, dropped, unaccounted, ...machine });
  if (unaccounted !== 0) process.exitCode = 1;
}
