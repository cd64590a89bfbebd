import { setPriority } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { BugError } from '../base/errors.ts';
import { type BatchHead, batchOf } from './batches.ts';
import { compaction } from './compact.ts';
import type { Packed } from './packing.ts';
import { openForWriting, readMeta } from './schema.ts';
import { type Answer, type Ask, sentError } from './thread.ts';
import { BatchWriter } from './write-batch.ts';

/** What the writer is asked. `part` wants no answer; `write` says how many parts came before it. */
export type WriterAsk =
  | { readonly do: 'open' }
  | { readonly do: 'bind'; readonly journalId: string }
  | { readonly do: 'part'; readonly batch: number; readonly part: Packed }
  | { readonly do: 'write'; readonly batch: number; readonly parts: number; head: BatchHead }
  | { readonly do: 'compact'; readonly before: number }
  | { readonly do: 'close' };

const BIND = 'update meta set journal_id = ? where one = 1';

/** Optimizes the planner's figures; cheap, and what SQLite advises before a connection closes. */
const CLOSE = 'pragma optimize; pragma wal_checkpoint(truncate)';

/** Moves the log into the file and syncs both, as far as readers let it. */
const CHECKPOINT = 'pragma wal_checkpoint(passive)';

/**
 * Commits are not synced one by one: the journal is the truth. A power cut takes the store back
 * by no more than about this, and the journal replays it.
 */
const UNSYNCED_MS_MAX = 60_000;

/** Of this thread alone (Linux): in a flood, writing history gives way to taking events in. */
const NICENESS = 5;

if (process.platform === 'linux') setPriority(NICENESS);

const file = (workerData as { file: string }).file;
let open: { readonly db: DatabaseSync; readonly writer: BatchWriter } | undefined;
let syncing: NodeJS.Timeout | undefined;
let parts: { readonly batch: number; readonly list: Packed[] } = { batch: 0, list: [] };

function connection() {
  if (!open) {
    const db = openForWriting(file);
    open = { db, writer: new BatchWriter(db) };
  }
  return open;
}

/** After an error of the disk the connection is opened anew: its idea of the file may be wrong. */
function drop(): void {
  try {
    open?.db.close();
  } catch {
    // It is given up either way; the error that led here is the one that is told.
  }
  open = undefined;
}

function write(batch: number, count: number, head: BatchHead): { readonly orphans: number } {
  const list = parts.batch === batch ? parts.list : [];
  parts = { batch: 0, list: [] };
  if (list.length !== count) throw new Error('the writer was started again; write this once more');
  const { db, writer } = connection();
  const { position } = readMeta(db);
  // The answer to the first try was lost with a thread that ended after its commit.
  if (position === head.position) return { orphans: 0 };
  if (position > head.position) {
    throw new BugError(`the store is at ${position}; a batch at ${head.position} comes too late`);
  }
  try {
    const written = writer.write(batchOf(head, list));
    syncing ??= setTimeout(sync, UNSYNCED_MS_MAX);
    return written;
  } catch (error) {
    drop();
    throw error;
  }
}

/** A disk that refuses now refuses the next write as well: that one says so. */
function sync(): void {
  clearTimeout(syncing);
  syncing = undefined;
  try {
    open?.db.exec(CHECKPOINT);
  } catch {
    drop();
  }
}

/** One slice each turn of the loop: a write that came meanwhile goes first. */
function compact(before: number, done: (removed: number) => void, failed: (e: unknown) => void) {
  const { db } = connection();
  const slice = compaction(db, before);
  let total = 0;
  const turn = (): void => {
    try {
      if (open?.db !== db) throw new Error('a write failed meanwhile; compact again later');
      const { removed, isDone } = slice();
      total += removed;
      if (!isDone) return void setImmediate(turn);
      sync();
      done(total);
    } catch (error) {
      failed(error);
    }
  };
  turn();
}

function close(): void {
  clearTimeout(syncing);
  if (!open) return;
  try {
    open.db.exec(CLOSE);
  } finally {
    drop();
  }
}

/** The value of the answer; `undefined` for `compact`, which answers by itself. */
function work(ask: Exclude<WriterAsk, { do: 'compact' }>): unknown {
  switch (ask.do) {
    case 'open':
      return readMeta(connection().db);
    case 'bind':
      return void connection().db.prepare(BIND).run(ask.journalId);
    case 'part':
      if (parts.batch !== ask.batch) parts = { batch: ask.batch, list: [] };
      return void parts.list.push(ask.part);
    case 'write':
      return write(ask.batch, ask.parts, ask.head);
    case 'close':
      return close();
  }
}

const answer = (a: Answer): void => parentPort?.postMessage(a);

parentPort?.on('message', ({ id, ask }: Ask & { ask: WriterAsk }) => {
  const done = (value: unknown): void => {
    if (id !== undefined) answer({ id, ok: true, value });
  };
  const failed = (error: unknown): void => {
    if (id !== undefined) answer({ id, ok: false, error: sentError(error) });
  };
  try {
    if (ask.do === 'compact') compact(ask.before, done, failed);
    else done(work(ask));
  } catch (error) {
    failed(error);
  }
});
