import type { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../base/errors.ts';
import type { Instant } from '../base/time.ts';
import { type Alarm, NO_LABELS } from '../domain/alarm/alarm.ts';
import type { KeptCheckpoint, StoreCheckpoint } from '../ports/store.ts';
import { openForReading, readMeta, SCHEMA_VERSION, versionOf } from './schema.ts';

/** Rows of one page: a few megabytes at a time, whatever the size of the store. */
const PAGE_ROWS_MAX = 2_000;

export const CHECKPOINT_SQL = {
  /** By the partial index alarms_live. */
  alarms: `
    select n, state from alarms where live = 1 and n > ? order by n limit ${PAGE_ROWS_MAX}`,
  /** By the primary key. */
  rows: `
    select tbl as "table", id, json from rows where (tbl, id) > (?, ?)
     order by tbl, id limit ${PAGE_ROWS_MAX}`,
} as const;

export interface LiveRow {
  n: number;
  state: string;
}

export interface FoldRow {
  table: string;
  id: string;
  json: string;
}

/** JSON leaves out what is undefined; the fold's own alarms have these two fields always. */
export const wholeAlarm = (stored: Alarm): Alarm => ({
  ...stored,
  // Rows of older programs have neither context nor reports without words.
  context: (stored as { readonly context?: Alarm['context'] }).context ?? NO_LABELS,
  unkept: (stored as { readonly unkept?: number }).unkept ?? 0,
  ruled: stored.ruled,
  assignee: stored.assignee,
  lease: stored.lease,
  flap: stored.flap,
});

/**
 * A checkpoint in a file of its own, which `copyCheckpoint` made. Throws DATA_MISMATCH when it is
 * none, or of another program version. Let go when both lists were read to their end.
 */
export function openCheckpoint(file: string): StoreCheckpoint {
  keptIn(file);
  return readCheckpoint(file).checkpoint;
}

/** What a checkpoint's file says of itself. Throws DATA_MISMATCH as above. */
export function keptIn(file: string): KeptCheckpoint {
  try {
    const db = openForReading(file);
    try {
      const version = versionOf(db);
      if (version !== SCHEMA_VERSION) throw new Error(`its schema is ${version}`);
      const { position, deskTime } = readMeta(db);
      return { position, deskTime: deskTime as Instant };
    } finally {
      db.close();
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const why = `it is no checkpoint of this program: ${said}`;
    throw new DeskError('DATA_MISMATCH', { folder: file, why }, error);
  }
}

/**
 * The fold's state, all of one moment: one read transaction is held until both lists were read to
 * their end, or `close`. Runs on the calling thread: a start has nothing else to do, and to parse
 * is most of the work (5 us of 1 KB an alarm).
 */
export function readCheckpoint(file: string): {
  readonly checkpoint: StoreCheckpoint;
  readonly close: () => void;
} {
  const db = openForReading(file);
  db.exec('begin');
  const meta = readMeta(db);
  let open = 2;
  const close = (): void => {
    if (db.isOpen) db.close();
  };
  const ended = (): void => {
    if (--open === 0) close();
  };
  const checkpoint: StoreCheckpoint = {
    journalId: meta.journalId,
    position: meta.position,
    deskTime: meta.deskTime as Instant,
    alarms: liveAlarms(db, ended),
    rows: foldRows(db, ended),
  };
  return { checkpoint, close };
}

async function* liveAlarms(db: DatabaseSync, ended: () => void): AsyncGenerator<readonly Alarm[]> {
  const page = db.prepare(CHECKPOINT_SQL.alarms);
  try {
    for (let n = 0; ; ) {
      const rows = page.all(n) as unknown as LiveRow[];
      const last = rows.at(-1);
      if (!last) return;
      n = last.n;
      yield rows.map((row) => wholeAlarm(JSON.parse(row.state) as Alarm));
    }
  } finally {
    ended();
  }
}

async function* foldRows(db: DatabaseSync, ended: () => void): AsyncGenerator<readonly FoldRow[]> {
  const page = db.prepare(CHECKPOINT_SQL.rows);
  try {
    for (let last = { table: '', id: '' }; ; ) {
      const rows = page.all(last.table, last.id) as unknown as FoldRow[];
      const end = rows.at(-1);
      if (!end) return;
      last = end;
      yield rows.map(({ table, id, json }) => ({ table, id, json }));
    }
  } finally {
    ended();
  }
}
