import {
  APPENDS_IN_FLIGHT_MAX,
  type Appended,
  type Block,
  type Journal,
  type Position,
} from '../../src/ports/journal.ts';

/** What survives a crash: hand it to the next `memoryJournal`. */
export interface Durable {
  readonly id: string;
  readonly files: readonly (readonly Stored[])[];
}
interface Stored extends Block {
  readonly atMs: number;
}

export interface MemoryOptions {
  /** Of an earlier life; an empty journal without it. */
  readonly durable?: Durable;
  readonly id?: string;
  /** Time of the appends, for `retain`; 0 without it. */
  readonly now?: () => number;
  /** A file is followed by a new one at this many characters. */
  readonly fileBytesMax?: number;
  /** True: an append waits for `pump()`. False: it resolves in a microtask. */
  readonly pumped?: boolean;
}

/** A journal without a disk, for the simulation: deterministic, with faults on switches. */
export interface MemoryJournal extends Journal {
  /** The next `times` appends fail and leave nothing. */
  failNext(why: string, times?: number): void;
  /** Every append fails with a full disk until told otherwise. */
  setFull(full: boolean): void;
  /** Planted fault: while on, an append is answered as committed but does not survive `crash`. */
  setLosing(losing: boolean): void;
  /** True while an append waits for `pump`. */
  readonly waiting: boolean;
  /** Ends the append that waits. False when none does. */
  pump(): boolean;
  /**
   * The power goes. What is waiting is never answered; `kept` says whether it had reached the
   * disk by then. Nothing can be appended afterwards.
   */
  crash(inFlight?: 'kept' | 'lost'): Durable;
  /** What `copyTo` wrote, by folder. */
  copy(folder: string): Durable | undefined;
}

export function memoryJournal(options: MemoryOptions = {}): MemoryJournal {
  return new Memory(options);
}

class Memory implements MemoryJournal {
  readonly id: string;
  readonly #files: Stored[][];
  readonly #now: () => number;
  readonly #fileBytesMax: number;
  readonly #pumped: boolean;
  readonly #copies = new Map<string, Durable>();
  /** Positions from here on are only in memory, because an fsync was skipped. */
  #unsynced = Number.POSITIVE_INFINITY;
  #fail = { why: '', times: 0 };
  #full = false;
  #losing = false;
  #down = '';
  readonly #waiting: { readonly block: Block; readonly done: (how: Appended) => void }[] = [];

  constructor({ durable, id, now, fileBytesMax, pumped }: MemoryOptions) {
    this.id = durable?.id ?? id ?? '00000000-0000-4000-8000-000000000001';
    this.#files = (durable?.files ?? []).map((file) => [...file]);
    if (this.#files.length === 0) this.#files.push([]);
    this.#now = now ?? (() => 0);
    this.#fileBytesMax = fileBytesMax ?? Number.POSITIVE_INFINITY;
    this.#pumped = pumped ?? false;
  }

  get head(): Position {
    const last = this.#files.at(-1)?.at(-1) ?? this.#files.at(-2)?.at(-1);
    return last ? last.first + last.count - 1 : 0;
  }

  get tail(): Position {
    return this.#files[0]?.[0]?.first ?? 1;
  }

  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  append(block: Block): Promise<Appended> {
    const wrong = this.#refusal(block);
    if (wrong) return Promise.resolve({ is: 'failed', why: wrong });
    return new Promise((done) => {
      this.#waiting.push({ block, done });
      if (!this.#pumped) queueMicrotask(() => this.pump());
    });
  }

  pump(): boolean {
    const waiting = this.#waiting.shift();
    if (!waiting) return false;
    waiting.done(this.#outcome(waiting.block));
    return true;
  }

  async *read(from: Position): AsyncIterable<Block> {
    const head = this.head;
    for (const block of this.#files.flat())
      if (block.first + block.count > from && block.first <= head)
        yield { first: block.first, count: block.count, text: block.text };
  }

  retain({ keepMs, bytesMax, oldestNeeded }: Parameters<Journal['retain']>[0]) {
    let removedFiles = 0;
    for (let next = this.#files[1]; next; next = this.#files[1]) {
      const bytes = this.#files.flat().reduce((sum, { text }) => sum + text.length, 0);
      const young = (this.#files[0]?.at(-1)?.atMs ?? 0) >= this.#now() - keepMs;
      if ((next[0]?.first ?? 0) > oldestNeeded || (young && bytes <= bytesMax)) break;
      this.#files.shift();
      removedFiles++;
    }
    return Promise.resolve({ removedFiles, tail: this.tail });
  }

  copyTo(folder: string): Promise<void> {
    this.#copies.set(folder, this.#image());
    return Promise.resolve();
  }

  copy(folder: string): Durable | undefined {
    return this.#copies.get(folder);
  }

  close(): Promise<void> {
    while (this.pump()) {}
    this.#down = 'the journal is closed';
    return Promise.resolve();
  }

  failNext(why: string, times = 1): void {
    this.#fail = { why, times };
  }

  setFull(full: boolean): void {
    this.#full = full;
  }

  setLosing(losing: boolean): void {
    this.#losing = losing;
  }

  crash(inFlight: 'kept' | 'lost' = 'lost'): Durable {
    if (inFlight === 'kept') for (const { block } of this.#waiting) this.#outcome(block);
    this.#waiting.length = 0;
    this.#down = 'the power is gone';
    return this.#image(this.#unsynced);
  }

  #refusal({ first, count }: Block): string {
    if (this.#down) return this.#down;
    if (this.#waiting.length >= APPENDS_IN_FLIGHT_MAX) return 'too many appends are in flight';
    const last = this.#waiting.at(-1)?.block;
    const end = last ? last.first + last.count - 1 : this.head;
    if (first !== end + 1) return `the block begins at ${first}, the journal ends at ${end}`;
    return Number.isSafeInteger(count) && count > 0 ? '' : `a block of ${count} entries`;
  }

  #outcome(block: Block): Appended {
    if (this.#fail.times > 0) {
      this.#fail.times--;
      return { is: 'failed', why: this.#fail.why };
    }
    if (this.#full) return { is: 'failed', why: 'the disk is full' };
    if (block.first !== this.head + 1) return { is: 'failed', why: 'the block before it failed' };
    // A later fsync of the same file brings what an earlier one skipped.
    if (!this.#losing) this.#unsynced = Number.POSITIVE_INFINITY;
    else this.#unsynced = Math.min(this.#unsynced, block.first);
    const file = this.#files.at(-1) ?? [];
    const bytes = file.reduce((sum, { text }) => sum + text.length, block.text.length);
    const stored = { ...block, atMs: this.#now() };
    if (file.length > 0 && bytes > this.#fileBytesMax) this.#files.push([stored]);
    else file.push(stored);
    return { is: 'committed', fsyncMs: 0 };
  }

  #image(before = Number.POSITIVE_INFINITY): Durable {
    const files = this.#files.map((file) => file.filter(({ first }) => first < before));
    return { id: this.id, files: files.filter((file, i) => i === 0 || file.length > 0) };
  }
}
