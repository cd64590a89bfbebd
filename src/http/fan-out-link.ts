import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { setPriority } from 'node:os';
import type { Clock } from '../base/clock.ts';
import { after, type Instant, millis } from '../base/time.ts';
import { FRAMES, type Frame, FrameReader, frameHead, numberBytes } from './fan-out-frames.ts';
import type { Outlet, Reader, Room } from './reader.ts';

export const LINK_LIMITS = {
  /** Streams of one process; 20,000 descriptors are a common limit. */
  readers_max: 18_000,
  /** Bytes waiting for one process; one that does not take them is ended, and replaced. */
  waiting_bytes_max: 67_108_864,
  /** What many are told one by one goes over the pipe once: from this size, so many at a time. */
  kept_bytes_min: 4_096,
  kept_max: 8,
  /** A socket that has not arrived by then is lost. */
  arriving_ms_max: 10_000,
} as const;

/** Below the desk: what comes in goes before consoles are told. At 2 it kept less of its rate. */
const NICE = 5;

const PROGRAM = new URL('./fan-out.worker.ts', import.meta.url);
const PIPE = 3;

/** A reader whose connection a fan-out process holds. */
class FarReader implements Reader {
  readonly outlet: FanOutLink;
  readonly number: number;
  /** Undefined once it is gone. */
  #listeners: (() => void)[] | undefined = [];
  #isEnded = false;

  constructor(outlet: FanOutLink, number: number) {
    this.outlet = outlet;
    this.number = number;
  }

  write(bytes: Buffer): boolean {
    if (!this.#listeners || this.#isEnded) return false;
    this.outlet.write(this.number, bytes);
    return true;
  }

  onClose(listener: () => void): void {
    if (this.#listeners) this.#listeners.push(listener);
    else process.nextTick(listener);
  }

  end(): void {
    if (!this.#listeners || this.#isEnded) return;
    this.#isEnded = true;
    this.outlet.say(FRAMES.end, this.number);
  }

  gone(): void {
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }
}

/** The readers of one fan-out process who are told the same. Who goes leaves it over there, too. */
class FarRoom implements Room {
  readonly #link: FanOutLink;
  readonly #number: number;
  size = 0;

  constructor(link: FanOutLink, number: number) {
    this.#link = link;
    this.#number = number;
  }

  add(reader: Reader): void {
    if (!(reader instanceof FarReader)) return;
    this.size++;
    this.#link.say(FRAMES.join, this.#number, numberBytes(reader.number));
  }

  delete(): void {
    if (--this.size === 0) this.#link.say(FRAMES.leave, this.#number);
  }

  tell(bytes: Buffer, done: () => void): void {
    this.#link.tell(this.#number, bytes, done);
  }
}

interface Arriving {
  readonly socket: Socket;
  readonly handle: Handle | undefined;
  readonly until: Instant;
}

interface Handle {
  close(): void;
}

const handleOf = (socket: Socket): Handle | undefined =>
  (socket as unknown as { readonly _handle?: Handle })._handle;

/** One fan-out process, as the desk sees it. */
export class FanOutLink implements Outlet {
  readonly #child: ChildProcess;
  readonly #pipe: Socket;
  readonly #frames = new FrameReader();
  readonly #readers = new Map<number, FarReader>();
  /** Sockets on their way, and until when they are waited for. */
  readonly #arriving = new Map<number, Arriving>();
  readonly #told = new Map<number, (() => void)[]>();
  readonly #kept: (Buffer | undefined)[] = [];
  readonly #clock: Clock;
  readonly #ended: (how: string) => void;
  #nextKept = 0;
  #nextNumber = 1;
  #isCorked = false;
  #isEnding = false;
  #isUp = true;

  constructor(clock: Clock, ended: (how: string) => void) {
    this.#clock = clock;
    this.#ended = ended;
    this.#child = fork(PROGRAM, [], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'ipc'],
      env: {},
      execArgv: [],
    });
    this.#pipe = this.#child.stdio[PIPE] as Socket;
    this.#pipe.on('data', (chunk) => this.#hear(chunk));
    this.#pipe.on('error', () => this.#child.kill('SIGKILL'));
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('exit', (code, signal) => this.#end(signal ?? `code ${code}`));
    const { pid } = this.#child;
    if (pid !== undefined) below(pid);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get size(): number {
    return this.#readers.size;
  }

  /** False once it has ended, or is ending. */
  get isUp(): boolean {
    return this.#isUp && !this.#isEnding;
  }

  room(): Room {
    return new FarRoom(this, this.#nextNumber++);
  }

  /** Hands the connection over, with nothing of its answer written but `head`. */
  take(socket: Socket, head: string): Reader {
    const number = this.#nextNumber++;
    const reader = new FarReader(this, number);
    this.#readers.set(number, reader);
    const until = after(this.#clock.now(), millis(LINK_LIMITS.arriving_ms_max));
    this.#arriving.set(number, { socket, handle: handleOf(socket), until });
    this.say(FRAMES.write, number, Buffer.from(head, 'latin1'));
    // Node would ask the child for each socket before it lets the server close.
    (socket as { server?: unknown }).server = null;
    this.#child.send(number, socket, (error) => {
      socket.destroy(); // the connection goes on over there; here nothing is left of it
      if (error) this.#forget(number);
    });
    return reader;
  }

  /** Gives up sockets that have not arrived: a process without free descriptors loses them. */
  sweep(): void {
    const now = this.#clock.now();
    for (const [number, { until }] of this.#arriving) {
      if (until > now) return;
      this.#forget(number);
    }
  }

  say(kind: number, number: number, bytes: Buffer = NOTHING): void {
    if (!this.#isUp) return;
    if (this.#pipe.writableLength > LINK_LIMITS.waiting_bytes_max) {
      this.#child.kill('SIGKILL');
      return;
    }
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#pipe.cork();
      process.nextTick(this.#uncork);
    }
    this.#pipe.write(frameHead(kind, number, bytes.length));
    if (bytes.length > 0) this.#pipe.write(bytes);
  }

  write(number: number, bytes: Buffer): void {
    if (bytes.length < LINK_LIMITS.kept_bytes_min) return this.say(FRAMES.write, number, bytes);
    let slot = this.#kept.indexOf(bytes);
    if (slot < 0) {
      slot = this.#nextKept++ % LINK_LIMITS.kept_max;
      this.#kept[slot] = bytes;
      this.say(FRAMES.keep, slot, bytes);
    }
    this.say(FRAMES.writeKept, number, numberBytes(slot));
  }

  tell(room: number, bytes: Buffer, done: () => void): void {
    if (!this.#isUp) return done();
    const waiting = this.#told.get(room) ?? [];
    this.#told.set(room, waiting);
    waiting.push(done);
    this.say(FRAMES.tell, room, bytes);
  }

  /** Ends all streams; resolves when the process has ended. */
  async close(): Promise<void> {
    this.#isEnding = true;
    if (!this.#isUp) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#pipe.end();
    await exited;
  }

  /** For a process that does not end by itself. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  readonly #uncork = (): void => {
    this.#isCorked = false;
    this.#pipe.uncork();
  };

  #hear(chunk: Buffer): void {
    for (const frame of this.#frames.take(chunk)) this.#do(frame);
  }

  #do({ kind, number }: Frame): void {
    if (kind === FRAMES.have) {
      this.#arriving.delete(number);
      if (!this.#readers.has(number)) this.say(FRAMES.end, number); // given up: too late
    } else if (kind === FRAMES.gone) this.#forget(number);
    else if (kind === FRAMES.told) {
      const waiting = this.#told.get(number);
      const done = waiting?.shift();
      if (waiting?.length === 0) this.#told.delete(number);
      done?.();
    }
  }

  #forget(number: number): void {
    this.#giveUp(number);
    this.say(FRAMES.forget, number);
    const reader = this.#readers.get(number);
    this.#readers.delete(number);
    reader?.gone();
  }

  /** Node keeps the handle of a socket that was sent until the other side has it: it may never. */
  #giveUp(number: number): void {
    const { socket, handle } = this.#arriving.get(number) ?? {};
    this.#arriving.delete(number);
    socket?.destroy();
    handle?.close();
  }

  #end(how: string): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#pipe.destroy();
    for (const number of [...this.#arriving.keys()]) this.#giveUp(number);
    const readers = [...this.#readers.values()];
    this.#readers.clear();
    for (const reader of readers) reader.gone();
    for (const waiting of [...this.#told.values()]) for (const done of waiting) done();
    this.#told.clear();
    this.#ended(how);
  }
}

const NOTHING = Buffer.alloc(0);

function below(pid: number): void {
  try {
    setPriority(pid, NICE);
  } catch {
    // It has ended already, or the system has no such thing.
  }
}
