import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { type Log, silentLog } from '../../src/base/log.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { Delivered, RunningSource } from '../../src/ports/source.ts';
import type { Settings } from '../../src/sources/syslog/settings.ts';
import { syslog } from '../../src/sources/syslog/syslog.ts';
import { settingsWith } from './lines.ts';

/** A batch as a desk got it, and the way to answer it. */
export interface Handed {
  readonly events: readonly AlarmEvent[];
  answer(delivered: Delivered): void;
}

const PATIENCE_MS = 120_000;

export const DONE: Delivered = { ok: true, position: 1 };
export const LATER: Delivered = { ok: false, why: 'the disk is full', retryAfterSeconds: 0.05 };

const pem = (name: string): string =>
  fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
/** Settings for TLS with the certificate of the tests. */
export const TLS = { tls_certificate_file: pem('cert.pem'), tls_key_file: pem('key.pem') };
export const CLIENT_CA = { tls_client_ca_file: pem('cert.pem') };

/** A desk that does what the test says, with the real source running on ports of its own. */
export class FakeDesk {
  readonly handed: Handed[] = [];
  readonly refusals: { why: string; sample: Uint8Array; count: number }[] = [];
  readonly drops: Record<string, number> = {};
  readonly logged: string[] = [];
  /** What is answered at once; undefined leaves it to the test. */
  atOnce: Delivered | undefined = DONE;
  #running: RunningSource | undefined;
  #woken: (() => void)[] = [];

  static async open(given: Partial<Settings> = {}): Promise<FakeDesk> {
    const desk = new FakeDesk();
    const ports = { udp_port: 0, tcp_port: 0, fold_seconds: 0 };
    const note = (event: string): unknown => desk.logged.push(event);
    const log: Log = { ...silentLog, info: note, warn: note, error: note };
    desk.#running = await syslog.run?.({
      name: 'syslog',
      settings: settingsWith({ ...ports, ...given }),
      clock: systemClock(),
      log,
      receive: () => Promise.reject(new Error('the listener hands over text')),
      receiveText: (text) => desk.#take(text),
      refused: (why, sample, count = 1) =>
        desk.#note(() => desk.refusals.push({ why, sample, count })),
      dropped: (where, count) =>
        desk.#note(() => {
          desk.drops[where] = (desk.drops[where] ?? 0) + count;
        }),
      counted: () => {},
      rulesText: '',
      onRules: () => {},
      seen: () => {},
      unread: () => Promise.resolve(DONE),
      keep: { read: () => undefined, write: () => {} },
    });
    return desk;
  }

  get listening(): readonly string[] {
    return this.#running?.listening ?? [];
  }

  port(name: 'udp' | 'tcp' | 'tls'): number {
    const where = this.listening.find((one) => one.startsWith(`${name} `)) ?? '';
    return Number(where.slice(where.lastIndexOf(':') + 1));
  }

  get events(): readonly AlarmEvent[] {
    return this.handed.flatMap((handed) => handed.events);
  }

  /** Lines the events stand for. */
  get lines(): number {
    return this.events.reduce((sum, { count = 1 }) => sum + count, 0);
  }

  wasRefused(why: RegExp): boolean {
    return this.refusals.some((refusal) => why.test(refusal.why));
  }

  #take(text: string): Promise<Delivered> {
    return new Promise((answer) => {
      const events = JSON.parse(text) as AlarmEvent[];
      this.#note(() => this.handed.push({ events, answer }));
      if (this.atOnce !== undefined) answer(this.atOnce);
    });
  }

  #note(change: () => void): void {
    change();
    for (const wake of this.#woken.splice(0)) wake();
  }

  /** Resolves when something that was handed over makes it true; fails when that never happens. */
  async until(isTrue: () => boolean): Promise<void> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    while (!isTrue()) {
      await new Promise<void>((resolve, reject) => {
        this.#woken.push(resolve);
        patience.onabort = () => reject(new Error(`waited in vain: ${isTrue.toString()}`));
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const handed of this.handed) handed.answer(DONE);
    this.atOnce = DONE;
    await this.#running?.stop();
  }
}

export async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume(); // else the far side's end is never seen
  await once(socket, 'connect');
  return socket;
}

/** However it ends: in good order, cut off or refused. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });

/** A port that is free for UDP and TCP alike, as far as anybody can know. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
