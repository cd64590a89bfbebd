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
  readonly done: () => void;
}

/**
 * Tells round after round, in slices, so that 10,000 readers do not stop the process. Who waits
 * longest comes first, and gets all rounds that are on their way in one write: what is told while a
 * round goes on reaches everybody after one walk through the room, not after two.
 */
export class HereRoom implements Room {
  /** Everybody, and the number of the last round they were told: by rising number. */
  readonly #told = new Map<Reader, number>();
  /** Those that have not reached everybody yet. */
  readonly #rounds: Round[] = [];
  /** Number of the newest round. */
  #newest = 0;
  #isWalking = false;
  /** What all who were last told round `told` are missing. */
  #missing: { readonly told: number; readonly newest: number; readonly bytes: Buffer } | undefined;

  get size(): number {
    return this.#told.size;
  }

  add(reader: Reader): void {
    if (!this.#told.has(reader)) this.#told.set(reader, this.#newest);
  }

  delete(reader: Reader): void {
    this.#told.delete(reader);
  }

  tell(bytes: Buffer, done: () => void): void {
    this.#rounds.push({ bytes, done });
    this.#newest++;
    if (this.#isWalking) return;
    this.#isWalking = true;
    this.#slice();
  }

  readonly #slice = (): void => {
    let left = STREAM_LIMITS.slice_readers_max;
    for (const [reader, told] of this.#told) {
      if (told === this.#newest || left-- === 0) break;
      this.#told.delete(reader);
      this.#told.set(reader, this.#newest);
      reader.write(this.#since(told));
    }
    const [slowest = this.#newest] = this.#told.values();
    const reached = this.#rounds.splice(0, this.#rounds.length - (this.#newest - slowest));
    this.#isWalking = this.#rounds.length > 0;
    if (this.#isWalking) setImmediate(this.#slice);
    else this.#missing = undefined;
    for (const { done } of reached) done();
  };

  #since(told: number): Buffer {
    const newest = this.#newest;
    if (this.#missing?.told === told && this.#missing.newest === newest) return this.#missing.bytes;
    const rounds = this.#rounds.slice(this.#rounds.length - (newest - told));
    const [only] = rounds;
    const bytes =
      only && rounds.length === 1 ? only.bytes : Buffer.concat(rounds.map((one) => one.bytes));
    this.#missing = { told, newest, bytes };
    return bytes;
  }
}

export const HERE: Outlet = { room: () => new HereRoom() };
