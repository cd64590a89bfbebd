import { mkdirSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import {
  APPENDS_IN_FLIGHT_MAX,
  type Appended,
  type Block,
  type Journal,
  type Position,
} from '../ports/journal.ts';
import type { KeeperCalls } from './keeper.worker.ts';
import type { ReserveState } from './reserve.ts';
import { Thread, ThreadGone } from './thread.ts';
import type { AppendAnswer, AppendCall, Opened, WriterData } from './writer.ts';
import type { WriterCalls } from './writer.worker.ts';

export interface EmbeddedOptions {
  /** Made if it is missing. Hold it first (lock.ts): two writers would refuse each other late. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  /** A file is followed by a new one at this size, and at the first block of a UTC day. */
  readonly fileBytesMax?: number;
  /** What a -wal may hold under a load without a pause; by default `WAL_BYTES_MAX`. */
  readonly walBytesMax?: number;
  /** Space set aside for when the disk is full; 0 for none. */
  readonly reserveBytes?: number;
  /** How often a released reserve is tried again. */
  readonly reserveRetryMs?: number;
  /**
   * Told when the reserve is released (the disk is full: from now on write only what must be) and
   * when it is held again.
   */
  readonly onReserve?: (state: ReserveState) => void;
  /** Tests only: a module whose `commit` stands around every commit. */
  readonly commitModule?: string;
}

/** The journal on SQLite files of its own, without a server. */
export interface EmbeddedJournal extends Journal {
  /** While it is released, write only what must be: the disk is full. */
  readonly reserve: ReserveState;
}

const MIB = 1024 * 1024;
const FILE_BYTES_MAX = 1024 * MIB;
const RESERVE_BYTES = 16 * MIB;
const RESERVE_RETRY_MS = 5_000;
/** A block larger than this is refused; whoever gathers cuts long before. */
export const BLOCK_BYTES_MAX = 64 * MIB;
/**
 * Under a load without a pause the -wal would never start again and grow as large as its file. So
 * between two commits the writer copies the rest itself: above TIDY when the keeper has left
 * little (some 20 ms), above MAX whatever is left (some 100 ms, once in so many bytes).
 */
const WAL_BYTES_MAX = 256 * MIB;
/** Shares of it: 64 MiB, and 8 MiB are little. */
const TIDY = 1 / 4;
const LITTLE = 1 / 32;
/** What gathers in the -wal before the keeper's thread copies it into the database: 32 MiB. */
const CHECKPOINT = 1 / 8;

/**
 * Opens the journal in a folder, or makes it.
 * @throws DeskError DATA_MISMATCH when files are missing, damaged or of another journal;
 * JOURNAL_DOWN when the disk refuses.
 */
export async function openEmbeddedJournal(options: EmbeddedOptions): Promise<EmbeddedJournal> {
  try {
    mkdirSync(options.folder, { recursive: true });
  } catch (error) {
    throw new DeskError('JOURNAL_DOWN', { why: String((error as Error).message) }, error);
  }
  const journal = new Embedded(options);
  try {
    await journal.start();
    return journal;
  } catch (error) {
    await journal.end();
    throw error;
  }
}

/** The file beside this one: `.ts` as it is, `.js` in a published package. */
const beside = (name: string): URL =>
  new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

const failed = (why: string): Appended => ({ is: 'failed', why });

class Embedded implements EmbeddedJournal {
  id = '';
  head: Position = 0;
  tail: Position = 1;
  reserve: ReserveState = 'none';
  readonly #clock: Pick<Clock, 'now'>;
  readonly #walBytesMax: number;
  readonly #writer: Thread<WriterCalls>;
  readonly #keeper: Thread<KeeperCalls>;
  readonly #encoder = new TextEncoder();
  #appending: Promise<unknown> | undefined;
  /** Last positions of the blocks that were not answered yet, in their order. */
  readonly #inFlight: Position[] = [];
  #background: Promise<unknown> = Promise.resolve();
  #bytesSinceCheckpoint = 0;
  #checkpointing = false;
  #closed = false;

  constructor(options: EmbeddedOptions) {
    this.#clock = options.clock;
    this.#walBytesMax = options.walBytesMax ?? WAL_BYTES_MAX;
    const data: WriterData = {
      folder: options.folder,
      fileBytesMax: options.fileBytesMax ?? FILE_BYTES_MAX,
      reserveBytes: options.reserveBytes ?? RESERVE_BYTES,
      reserveRetryMs: options.reserveRetryMs ?? RESERVE_RETRY_MS,
      commitModule: options.commitModule,
    };
    this.#writer = new Thread(beside('writer.worker'), data, (news) => {
      this.reserve = (news as { reserve: ReserveState }).reserve;
      options.onReserve?.(this.reserve);
    });
    this.#keeper = new Thread(beside('keeper.worker'), { folder: options.folder });
  }

  async start(): Promise<void> {
    const opened: Opened = await this.#writer.call('start', { atMs: this.#clock.now() });
    ({ id: this.id, head: this.head, tail: this.tail, reserve: this.reserve } = opened);
  }

  async append(block: Block): Promise<Appended> {
    const wrong = this.#refusal(block);
    if (wrong) return failed(wrong);
    const bytes = this.#encoder.encode(block.text);
    if (bytes.length > BLOCK_BYTES_MAX)
      return failed(`a block has at most ${BLOCK_BYTES_MAX} bytes, this one ${bytes.length}`);
    const size = bytes.length; // 0 once the buffer has gone to the thread
    const asked = this.#ask(block, bytes);
    this.#appending = asked;
    this.#inFlight.push(block.first + block.count - 1);
    const { appended, sealed } = await asked;
    this.#inFlight.shift();
    if (appended.is === 'committed') this.head = block.first + block.count - 1;
    if (sealed) this.#later(() => this.#seal(sealed));
    this.#bytesSinceCheckpoint += size;
    const isMuch = this.#bytesSinceCheckpoint >= this.#walBytesMax * CHECKPOINT;
    if (isMuch && !this.#checkpointing) this.#later(() => this.#checkpoint());
    return appended;
  }

  async *read(from: Position): AsyncIterable<Block> {
    const to = this.head;
    const page = (next: Position, exact: boolean): Promise<Block[]> => {
      const asked = this.#keeper.call('read', { from: next, to, exact });
      asked.catch(() => {}); // asked for ahead: whoever awaits it meets the error
      return asked;
    };
    if (from > to) return;
    let coming: Promise<Block[]> | undefined = page(Math.max(from, this.tail), false);
    while (coming) {
      const blocks: Block[] = await coming;
      const last = blocks.at(-1);
      const next = last ? last.first + last.count : to + 1;
      coming = next <= to ? page(next, true) : undefined; // read while this one is used
      yield* blocks;
    }
  }

  async retain(limits: Parameters<Journal['retain']>[0]) {
    const done = await this.#keeper.call('retain', { ...limits, nowMs: this.#clock.now() });
    this.tail = done.tail;
    return done;
  }

  async copyTo(folder: string): Promise<void> {
    await this.#keeper.call('copyTo', { folder });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#appending;
    await this.#background;
    // The keeper first: the last connection to close folds the -wal in and removes it.
    await this.#keeper.call('close', {}).catch(() => {});
    await this.#writer.call('close', {}).catch(() => {});
    await this.end();
  }

  async end(): Promise<void> {
    await Promise.all([this.#keeper.end(), this.#writer.end()]);
  }

  /** Mistakes of the caller; '' when there is none. */
  #refusal({ first, count, text }: Block): string {
    if (this.#closed) return 'the journal is closed';
    if (this.#inFlight.length >= APPENDS_IN_FLIGHT_MAX) return 'too many appends are in flight';
    const end = this.#inFlight.at(-1) ?? this.head;
    if (first !== end + 1) return `the block begins at ${first}, the journal ends at ${end}`;
    if (!(Number.isSafeInteger(count) && count > 0)) return `a block of ${count} entries`;
    // It would come back from the disk as another text than the one that was applied.
    return text.isWellFormed() ? '' : 'the text is not well-formed Unicode';
  }

  async #ask(block: Block, bytes: Uint8Array<ArrayBuffer>): Promise<AppendAnswer> {
    const { first, count, text } = block;
    const call: AppendCall = { head: first - 1, first, count, atMs: this.#clock.now(), bytes };
    try {
      return await this.#writer.call('append', call, [bytes.buffer]);
    } catch (error) {
      if (!(error instanceof ThreadGone)) return unsaid(error);
    }
    try {
      return await this.#writer.call('settle', { ...call, bytes: this.#encoder.encode(text) });
    } catch (error) {
      return unsaid(error);
    }
  }

  /** One after another, beside the appends; awaited by `close`. */
  #later(task: () => Promise<void>): void {
    this.#background = this.#background.then(task).catch(() => {}); // the next round tries again
  }

  async #seal(path: string): Promise<void> {
    await this.#keeper.call('seal', { path }).catch(() => {});
    await this.#writer.call('letGo', { path });
  }

  async #checkpoint(): Promise<void> {
    this.#checkpointing = true;
    this.#bytesSinceCheckpoint = 0;
    try {
      const { walBytes } = await this.#keeper.call('checkpoint', {});
      const max = this.#walBytesMax;
      const isLittle = this.#bytesSinceCheckpoint < max * LITTLE;
      if (walBytes > max || (walBytes > max * TIDY && isLittle))
        await this.#writer.call('finishCheckpoint', {});
    } finally {
      this.#checkpointing = false;
    }
  }
}

/** The thread threw where it should have answered: the next append opens the file again. */
const unsaid = (error: unknown): AppendAnswer => ({
  appended: failed(error instanceof Error ? error.message : String(error)),
  sealed: undefined,
});
