import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { freeBytes } from './trouble.ts';

/** `none`: the setting is 0. `released`: given up because the disk is full, not yet made again. */
export type ReserveState = 'held' | 'released' | 'none';

const CHUNK_BYTES = 1024 * 1024;
/** Made again only when this many times its size is free, so that it does not come and go. */
const ROOM_FACTOR = 2;

/**
 * Space set aside beside the journal. Released when the disk fills, so that what the desk must
 * still write (that it is ill, that a page was answered) finds room.
 */
export class Reserve {
  readonly #folder: string;
  readonly #path: string;
  readonly #bytes: number;
  #held: boolean;

  constructor(folder: string, bytes: number) {
    this.#folder = folder;
    this.#path = join(folder, 'journal.reserve');
    this.#bytes = bytes;
    this.#held = statSync(this.#path, { throwIfNoEntry: false })?.size === bytes;
  }

  get state(): ReserveState {
    if (this.#bytes === 0) return 'none';
    return this.#held ? 'held' : 'released';
  }

  /** False when there was nothing to release. */
  release(): boolean {
    if (this.state !== 'held') return false;
    rmSync(this.#path, { force: true });
    this.#held = false;
    return true;
  }

  /** Makes it if it is missing and there is room. True when it was made now. */
  make(): boolean {
    if (this.state !== 'released') return false;
    if (freeBytes(this.#folder) < this.#bytes * ROOM_FACTOR) return false;
    const draft = `${this.#path}.new`;
    try {
      writeOut(draft, this.#bytes);
      renameSync(draft, this.#path);
      this.#held = true;
    } catch {
      rmSync(draft, { force: true }); // the weather changed meanwhile; the next try will tell
    }
    return this.#held;
  }
}

/** Random bytes: a file system that compresses or skips zeros would set nothing aside. */
function writeOut(path: string, bytes: number): void {
  const chunk = randomFillSync(new Uint8Array(CHUNK_BYTES));
  const handle = openSync(path, 'w');
  try {
    for (let done = 0; done < bytes; )
      done += writeSync(handle, chunk, 0, Math.min(CHUNK_BYTES, bytes - done));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
