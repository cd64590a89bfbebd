import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { STREAM_LIMITS, writeTo } from './live-stream.ts';

/** Somebody at the far end of a stream of events. */
export interface Reader {
  readonly outlet: Outlet;
  /** False when the reader is gone. One that is too slow is cut off, and comes again. */
  write(bytes: Buffer): boolean;
  /** Calls `listener` once; soon, when the reader is gone already. */
  onClose(listener: () => void): void;
  end(): void;
}

/** A process that holds readers: the desk's own, or one beside it. */
export interface Outlet {
  room(): Room;
}

/** The readers of one outlet who are told the same. */
export interface Room {
  readonly size: number;
  add(reader: Reader): void;
  delete(reader: Reader): void;
  /** The same bytes to everybody who is in it now; `done` is called when all were written to. */
  tell(bytes: Buffer, done: () => void): void;
}

/** A reader whose connection this process holds. */
export class HereReader implements Reader {
  readonly outlet: Outlet = HERE;
  readonly #out: ServerResponse | Socket;

  constructor(out: ServerResponse | Socket) {
    this.#out = out;
  }

  write(bytes: Buffer): boolean {
    return writeTo(this.#out, bytes);
  }

  onClose(listener: () => void): void {
    if (this.#out.closed) process.nextTick(listener);
    else this.#out.once('close', listener);
  }

  end(): void {
    this.#out.end();
  }
}

interface Round {
  readonly bytes: Buffer;
  readonly readers: readonly Reader[];
  readonly done: () => void;
}

/** Tells round after round, each in slices, so that 10,000 readers do not stop the process. */
export class HereRoom implements Room {
  readonly #readers = new Set<Reader>();
  readonly #rounds: Round[] = [];
  #at = 0;

  get size(): number {
    return this.#readers.size;
  }

  add(reader: Reader): void {
    this.#readers.add(reader);
  }

  delete(reader: Reader): void {
    this.#readers.delete(reader);
  }

  tell(bytes: Buffer, done: () => void): void {
    this.#rounds.push({ bytes, readers: [...this.#readers], done });
    if (this.#rounds.length === 1) this.#slice();
  }

  readonly #slice = (): void => {
    const [round] = this.#rounds;
    if (!round) return;
    const { bytes, readers, done } = round;
    const end = Math.min(readers.length, this.#at + STREAM_LIMITS.slice_readers_max);
    while (this.#at < end) readers[this.#at++]?.write(bytes);
    if (this.#at === readers.length) {
      this.#rounds.shift();
      this.#at = 0;
      done();
    }
    if (this.#rounds.length > 0) setImmediate(this.#slice);
  };
}

export const HERE: Outlet = { room: () => new HereRoom() };
