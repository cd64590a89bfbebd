import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { Delivered, RunningSource, SourceContext } from '../../src/ports/source.ts';
import type { Settings } from '../../src/sources/snmp/settings.ts';
import { snmp } from '../../src/sources/snmp/snmp.ts';
import { SETTINGS } from './settings.ts';

/** A batch as a desk got it, and the way to answer it. */
export interface Handed {
  readonly events: readonly AlarmEvent[];
  readonly once: string | undefined;
  answer(delivered: Delivered): void;
}

const PATIENCE_MS = 120_000;

export const DONE: Delivered = { ok: true, position: 1 };
export const LATER: Delivered = { ok: false, why: 'the disk is full', retryAfterSeconds: 0.05 };

/** A desk that does what the test says, with the real source running on a port of its own. */
export class FakeDesk {
  readonly handed: Handed[] = [];
  readonly refusals: { why: string; sample: Uint8Array }[] = [];
  readonly drops: Record<string, number> = {};
  readonly counts: Record<string, number> = {};
  readonly port: number;
  /** What is answered at once; undefined leaves it to the test. */
  atOnce: Delivered | undefined = DONE;
  #running: RunningSource | undefined;
  #woken: (() => void)[] = [];

  private constructor(port: number) {
    this.port = port;
  }

  /** `kept` is what outlives a desk: hand it to the next one. */
  static async open(
    settings: Partial<Settings> = {},
    kept: Map<string, string> = new Map(),
    more: Partial<SourceContext<Settings>> = {},
  ): Promise<FakeDesk> {
    const port = await freePort();
    const desk = new FakeDesk(port);
    desk.#running = await snmp.run?.({
      name: 'snmp',
      settings: { ...SETTINGS, port, ...settings },
      clock: systemClock(),
      log: silentLog,
      receive: () => Promise.reject(new Error('the listener hands over text')),
      receiveText: (text, name) => desk.#take(text, name),
      refused: (why, sample, count = 1) =>
        desk.#note(() => {
          for (let i = 0; i < count; i++) desk.refusals.push({ why, sample });
        }),
      dropped: (where, count) =>
        desk.#note(() => {
          desk.drops[where] = (desk.drops[where] ?? 0) + count;
        }),
      counted: (what, count) =>
        desk.#note(() => {
          desk.counts[what] = (desk.counts[what] ?? 0) + count;
        }),
      rulesText: '',
      onRules: () => {},
      seen: () => {},
      unread: () => Promise.reject(new Error('the listener keeps nothing')),
      keep: {
        read: (key) => kept.get(key),
        write: (key, value) => {
          kept.set(key, value);
        },
      },
      ...more,
    });
    return desk;
  }

  get listening(): readonly string[] {
    return this.#running?.listening ?? [];
  }

  get events(): readonly AlarmEvent[] {
    return this.handed.flatMap((handed) => handed.events);
  }

  #take(text: string, name: string | undefined): Promise<Delivered> {
    return new Promise((answer) => {
      const events = JSON.parse(text) as AlarmEvent[];
      this.#note(() => this.handed.push({ events, once: name, answer }));
      if (this.atOnce !== undefined) answer(this.atOnce);
    });
  }

  #note(change: () => void): void {
    change();
    for (const wake of this.#woken.splice(0)) wake();
  }

  /** Resolves when something that was handed over makes it true. */
  /** Fails after a while, so that a test that waits in vain says where. */
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

/** A sender with a port of its own; hears what is answered. */
export class Sender {
  readonly answers: Buffer[] = [];
  #socket: Socket = createSocket('udp4');
  #port: number;

  constructor(port: number) {
    this.#port = port;
    this.#socket.on('message', (message) => this.answers.push(message));
  }

  send(...datagrams: readonly Uint8Array[]): Promise<void> {
    const sends = datagrams.map(
      (datagram) =>
        new Promise<void>((resolve, reject) => {
          this.#socket.send(datagram, this.#port, '127.0.0.1', (fault) =>
            fault ? reject(fault) : resolve(),
          );
        }),
    );
    return Promise.all(sends).then(() => undefined);
  }

  async untilAnswers(count: number): Promise<void> {
    while (this.answers.length < count) await once(this.#socket, 'message');
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
