import type { Socket } from 'node:net';
import { FRAMES, type Frame, FrameReader, frameHead } from './fan-out-frames.ts';
import { STREAM_LIMITS, writeTo } from './live-stream.ts';
import { HERE, HereRoom, type Reader } from './reader.ts';

/** Where a child says what became of its readers. */
interface Pipe {
  write(bytes: Buffer): unknown;
}

/**
 * A reader of this process. Its socket comes by another way than what is said to it, and so perhaps
 * after it. It goes only when it has had a socket, so that none is left over.
 */
class HeldReader implements Reader {
  readonly outlet = HERE;
  readonly #gone: () => void;
  readonly #listeners: (() => void)[] = [];
  #socket: Socket | undefined;
  /** What waits for the socket. */
  #early: Buffer[] = [];
  #earlyBytes = 0;
  /** Of them a whole page, which waits besides what may wait: as `writeTo` has it. */
  #earlyPage = 0;
  #isEnding = false;
  #isGone = false;

  constructor(gone: () => void) {
    this.#gone = gone;
  }

  /** Undefined: the socket did not survive being handed over. */
  attach(socket: Socket | undefined): void {
    if (!socket) return this.#close();
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#close());
    socket.resume(); // what a reader says is not read, but its end is seen
    if (this.#isBehind()) socket.destroy();
    for (const bytes of this.#early.splice(0, Infinity)) writeTo(socket, bytes);
    if (this.#isEnding) socket.end();
  }

  write(bytes: Buffer): boolean {
    if (this.#socket) return writeTo(this.#socket, bytes);
    if (this.#isGone || this.#isBehind()) return false;
    if (bytes.length > STREAM_LIMITS.waiting_bytes_max) this.#earlyPage = bytes.length;
    this.#early.push(bytes);
    this.#earlyBytes += bytes.length;
    return true;
  }

  onClose(listener: () => void): void {
    if (this.#isGone) process.nextTick(listener);
    else this.#listeners.push(listener);
  }

  end(): void {
    this.#isEnding = true;
    this.#socket?.end();
  }

  /** Its socket was lost on the way. */
  forget(): void {
    this.#early = [];
    this.#leave();
  }

  cut(): void {
    this.#socket?.destroy();
  }

  #isBehind(): boolean {
    return this.#earlyBytes > STREAM_LIMITS.waiting_bytes_max + this.#earlyPage;
  }

  #close(): void {
    this.#leave();
    this.#gone();
  }

  #leave(): void {
    this.#isGone = true;
    for (const listener of this.#listeners.splice(0, Infinity)) listener();
  }
}

/**
 * The readers of one fan-out process: it writes what the desk says, in slices, and tells the desk
 * who went and which room has been told. It decides nothing but that who is too slow is cut off.
 */
export class FanOutReaders {
  readonly #pipe: Pipe;
  readonly #frames = new FrameReader();
  readonly #readers = new Map<number, HeldReader>();
  readonly #rooms = new Map<number, HereRoom>();
  readonly #kept = new Map<number, Buffer>();

  constructor(pipe: Pipe) {
    this.#pipe = pipe;
  }

  attach(number: number, socket: Socket | undefined): void {
    const reader = this.#reader(number);
    this.#say(FRAMES.have, number);
    reader.attach(socket);
  }

  hear(chunk: Buffer): void {
    for (const frame of this.#frames.take(chunk)) this.#do(frame);
  }

  endAll(): void {
    for (const reader of this.#readers.values()) reader.end();
  }

  /** Who has not read to the end by now never will. */
  cutAll(): void {
    for (const reader of this.#readers.values()) reader.cut();
  }

  #do({ kind, number, bytes }: Frame): void {
    switch (kind) {
      case FRAMES.write:
        this.#reader(number).write(bytes);
        return;
      case FRAMES.writeKept:
        this.#reader(number).write(this.#kept.get(bytes.readUInt32LE()) ?? NOTHING);
        return;
      case FRAMES.keep:
        this.#kept.set(number, Buffer.from(bytes));
        return;
      case FRAMES.end:
        this.#reader(number).end();
        return;
      case FRAMES.forget:
        this.#readers.get(number)?.forget();
        this.#readers.delete(number);
        return;
      case FRAMES.join:
        return this.#join(number, bytes.readUInt32LE());
      case FRAMES.leave:
        this.#rooms.delete(number);
        return;
      case FRAMES.tell: {
        const told = () => this.#say(FRAMES.told, number);
        return (this.#rooms.get(number) ?? new HereRoom()).tell(bytes, told);
      }
    }
  }

  /** Known from whichever comes first, its socket or a word to it, until the desk forgets it. */
  #reader(number: number): HeldReader {
    const known = this.#readers.get(number);
    if (known) return known;
    const made = new HeldReader(() => {
      this.#say(FRAMES.gone, number);
    });
    this.#readers.set(number, made);
    return made;
  }

  #join(number: number, readerNumber: number): void {
    const reader = this.#reader(readerNumber);
    const room = this.#rooms.get(number) ?? new HereRoom();
    this.#rooms.set(number, room);
    room.add(reader);
    reader.onClose(() => room.delete(reader));
  }

  #say(kind: number, number: number): void {
    this.#pipe.write(frameHead(kind, number, 0));
  }
}

const NOTHING = Buffer.alloc(0);
