import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { DeskError } from '../base/errors.ts';
import type { Appended, Position } from '../ports/journal.ts';
import {
  type BlockRow,
  createFile,
  fileBytes,
  inspect,
  type JournalFile,
  lastBlock,
  openFile,
  readMeta,
  sweep,
} from './files.ts';
import { Reserve, type ReserveState } from './reserve.ts';
import { type Trouble, troubleOf } from './trouble.ts';

export interface WriterData {
  readonly folder: string;
  readonly fileBytesMax: number;
  readonly reserveBytes: number;
  readonly reserveRetryMs: number;
  /** Tests only: a module whose `commit` (see Commit) stands around every commit. */
  readonly commitModule: string | undefined;
}

export interface Opened {
  readonly id: string;
  readonly head: Position;
  readonly tail: Position;
  readonly reserve: ReserveState;
}

export interface AppendCall {
  /** Last position the other side knows as committed. */
  readonly head: Position;
  readonly first: Position;
  readonly count: number;
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

export interface AppendAnswer {
  readonly appended: Appended;
  /** The file that a new one followed: to be checkpointed elsewhere, then handed to `letGo`. */
  readonly sealed: string | undefined;
}

interface Open {
  readonly file: JournalFile;
  readonly db: DatabaseSync;
  readonly id: string;
  readonly day: number;
  readonly begin: StatementSync;
  readonly insert: StatementSync;
  readonly commit: StatementSync;
  bytes: number;
  empty: boolean;
}

/** Runs a commit. A test's own does, before or after, what a disk may do. */
export type Commit = (run: () => void, text: Uint8Array) => void;

const DAY_MS = 86_400_000;
/** Around a block: its row, the page it does not fill, the frames of the pages above it. */
const ROW_BYTES_EXTRA = 8192;
const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

/**
 * The one that writes. Either a file is open and the next block goes in, or the last attempt went
 * wrong and the next one opens the file again first.
 *
 * After any error the file is closed, opened and read back. Is the block there, its bytes equal
 * and, after a disk error, moved into the database under a new fsync (what the cache shows after
 * a failed fsync need not be on the disk), then it is committed. Else it failed, and a rest of it
 * is removed in the transaction of the next block, so that its positions are free again.
 */
export class Writer {
  readonly #data: WriterData;
  readonly #commit: Commit;
  readonly #reserve: Reserve;
  readonly #onReserve: (state: ReserveState) => void;
  readonly #sealed = new Map<string, DatabaseSync>();
  #open: Open | undefined;
  #head: Position | undefined;
  /** Something beyond `#head` may be in the file: an answer said that it failed. */
  #dirty = true;
  /** The disk reported an error: nothing counts before a checkpoint has been synced. */
  #suspect = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(
    data: WriterData,
    onReserve: (state: ReserveState) => void,
    commit: Commit = (run) => run(),
  ) {
    this.#data = data;
    this.#onReserve = onReserve;
    this.#commit = commit;
    this.#reserve = new Reserve(data.folder, data.reserveBytes);
  }

  /** First call of a process: checks all files, makes the first one, takes what they say. */
  start(atMs: number): Opened {
    try {
      return this.#start(atMs);
    } catch (error) {
      if (error instanceof DeskError) throw error;
      const trouble = troubleOf(error, this.#data.folder);
      if (trouble.kind === 'full' && this.#release()) return this.start(atMs);
      throw new DeskError('JOURNAL_DOWN', { why: trouble.why }, error);
    }
  }

  #start(atMs: number): Opened {
    const { folder } = this.#data;
    sweep(folder);
    let found = inspect(folder);
    if (!found) {
      const meta = { id: randomUUID(), first: 1, day: dayOf(atMs), previous: '' };
      found = { id: meta.id, head: 0, tail: 1, current: createFile(folder, meta) };
    }
    this.#head = found.head;
    this.#dirty = false;
    this.#open = this.#use(found.current);
    if (!this.#reserve.make() && this.#reserve.state === 'released') this.#retryReserve();
    return { id: found.id, head: found.head, tail: found.tail, reserve: this.#reserve.state };
  }

  append(call: AppendCall): AppendAnswer {
    let sealed: string | undefined;
    if (!this.#follows(call)) return orphaned();
    try {
      const open = this.#opened(call.head);
      sealed = this.#rotate(open, call);
      return { appended: this.#write(this.#open ?? open, call), sealed };
    } catch (error) {
      return { appended: this.#readBack(call, troubleOf(error, this.#data.folder)), sealed };
    }
  }

  /** After the death of a thread that may or may not have written the block. */
  settle(call: AppendCall): AppendAnswer {
    if (!this.#follows(call)) return orphaned();
    const trouble = { kind: 'disk', why: "the journal's thread died" } as const;
    return { appended: this.#readBack(call, trouble), sealed: undefined };
  }

  /** False for a block that was sent behind one that then failed: it must not leave a gap. */
  #follows({ head }: AppendCall): boolean {
    this.#head ??= head; // a new thread after the death of one: the caller knows where it was
    return head === this.#head;
  }

  /** A sealed file has been checkpointed by another connection: closing it costs nothing now. */
  letGo(path: string): void {
    quietly(() => this.#sealed.get(path)?.close());
    this.#sealed.delete(path);
  }

  /** Copies what is left of the -wal between two commits, so that the file starts again. */
  finishCheckpoint(): void {
    quietly(() => this.#open?.db.prepare('pragma wal_checkpoint(passive)').get());
  }

  close(): void {
    clearInterval(this.#retry);
    for (const path of [...this.#sealed.keys()]) this.letGo(path);
    this.#shut();
  }

  #opened(head: Position): Open {
    if (this.#open) return this.#open;
    const found = inspect(this.#data.folder);
    if (!found || found.head < head)
      throw new Error(`the files end at ${found?.head ?? 0}, the journal at ${head}`);
    const open = this.#use(found.current);
    this.#open = open;
    if (this.#suspect) prove(open.db);
    this.#suspect = false;
    return open;
  }

  #use(file: JournalFile): Open {
    const db = openFile(file.path);
    const { id, day } = readMeta(db);
    return {
      file,
      db,
      id,
      day,
      begin: db.prepare('begin immediate'),
      insert: db.prepare(
        'insert into block (first, count, at_ms, crc, text) values (?, ?, ?, ?, ?)',
      ),
      commit: db.prepare('commit'),
      bytes: fileBytes(file.path),
      empty: db.prepare('select 1 from block limit 1').get() === undefined,
    };
  }

  /** A new file for a new UTC day, or when this one is as large as it may be. */
  #rotate(open: Open, call: AppendCall): string | undefined {
    const day = dayOf(call.atMs);
    const fits = open.bytes + call.bytes.length <= this.#data.fileBytesMax;
    if (open.empty || this.#dirty || (day <= open.day && fits)) return undefined;
    const previous = lastBlock(open.db)?.digest ?? '';
    const meta = { id: open.id, first: call.first, day, previous };
    this.#open = this.#use(createFile(this.#data.folder, meta));
    this.#sealed.set(open.file.path, open.db);
    return open.file.path;
  }

  #write(open: Open, { first, count, atMs, bytes }: AppendCall): Appended {
    open.begin.run();
    if (this.#dirty) open.db.prepare('delete from block where first > ?').run(this.#head ?? 0);
    open.insert.run(first, count, atMs, crc32(bytes), bytes);
    const from = performance.now();
    this.#commit(() => open.commit.run(), bytes);
    const fsyncMs = performance.now() - from;
    this.#dirty = false;
    this.#head = first + count - 1;
    open.bytes += bytes.length + ROW_BYTES_EXTRA;
    open.empty = false;
    return { is: 'committed', fsyncMs };
  }

  #readBack(call: AppendCall, trouble: Trouble): Appended {
    const from = performance.now();
    this.#shut();
    this.#dirty = true;
    // On a full disk SQLite is told before it claims anything: nothing is half written.
    this.#suspect ||= trouble.kind !== 'full';
    try {
      const open = this.#opened(call.head);
      if (holds(open.db, call)) {
        prove(open.db);
        this.#head = call.first + call.count - 1;
        open.empty = false;
        this.#dirty = false;
        return { is: 'committed', fsyncMs: performance.now() - from };
      }
    } catch {
      this.#shut(); // the next append opens it again, and says what is wrong then
    }
    if (trouble.kind === 'full') this.#release();
    return { is: 'failed', why: trouble.why };
  }

  #shut(): void {
    quietly(() => this.#open?.db.close());
    this.#open = undefined;
  }

  #release(): boolean {
    if (!this.#reserve.release()) return false;
    this.#onReserve('released');
    this.#retryReserve();
    return true;
  }

  /** By a timer of its own: a desk that refuses its senders meanwhile appends nothing. */
  #retryReserve(): void {
    if (this.#retry) return;
    this.#retry = setInterval(() => {
      if (!this.#reserve.make()) return;
      clearInterval(this.#retry);
      this.#retry = undefined;
      this.#onReserve('held');
    }, this.#data.reserveRetryMs);
  }
}

const orphaned = (): AppendAnswer => ({
  appended: { is: 'failed', why: 'the block before it failed' },
  sealed: undefined,
});

/** True when exactly this block is in the file: an earlier one that failed has other bytes. */
function holds(db: DatabaseSync, { first, count, bytes }: AppendCall): boolean {
  const row = db.prepare('select * from block where first = ?').get(first);
  if (!row) return false;
  const found = row as unknown as BlockRow;
  return found.count === count && Buffer.compare(found.text, bytes) === 0;
}

/** Moves all of the -wal into the database and syncs it, or throws. */
function prove(db: DatabaseSync): void {
  const row = db.prepare('pragma wal_checkpoint(truncate)').get();
  if (row?.busy !== 0 && row?.log !== row?.checkpointed)
    throw new Error('the journal could not be brought to the disk');
}

/** What goes wrong while closing or copying ahead is met, and answered, by the next append. */
function quietly(task: () => void): void {
  try {
    task();
  } catch {}
}
