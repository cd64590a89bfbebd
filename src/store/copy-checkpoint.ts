import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CHECKPOINT_SQL, type FoldRow, type LiveRow } from './checkpoint.ts';
import { inTransaction, openForReading, readMeta, SCHEMA_VERSION } from './schema.ts';

/**
 * A checkpoint by itself: what a start reads of a store, under the same names. It is written once
 * and only read afterwards, so it needs no log and no index.
 */
const CHECKPOINT_SCHEMA = `
  create table meta (
    one integer primary key check (one = 1),
    journal_id text,
    position integer not null,
    desk_ms integer not null
  ) strict;
  create table alarms (
    n integer primary key,
    live integer not null,
    state text not null
  ) strict;
  create table rows (
    tbl text not null,
    id text not null,
    json text not null,
    primary key (tbl, id)
  ) strict, without rowid;
  pragma user_version = ${SCHEMA_VERSION};
`;

const INSERT_META = 'insert into meta (one, journal_id, position, desk_ms) values (1, ?, ?, ?)';
const INSERT_ALARM = 'insert into alarms (n, live, state) values (?, 1, ?)';
const INSERT_ROW = 'insert into rows (tbl, id, json) values (?, ?, ?)';

/**
 * Copies the checkpoint in the store `from` to the file `to`, all of one moment, and calls back
 * with the position it holds. One page of rows a turn of the loop, some 10 ms, so that the thread
 * goes on answering. `to` is there whole or not at all, also after a power cut.
 */
export function copyCheckpoint(
  from: string,
  to: string,
  done: (position: number) => void,
  failed: (error: unknown) => void,
): void {
  const part = `${to}.part`;
  let source: DatabaseSync | undefined;
  let copy: DatabaseSync | undefined;
  const close = (): void => {
    if (copy?.isOpen) copy.close();
    if (source?.isOpen) source.close();
  };
  const step = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      close();
      rmSync(part, { force: true });
      failed(error);
    }
  };
  step(() => {
    rmSync(part, { force: true });
    source = openForReading(from);
    source.exec('begin');
    copy = new DatabaseSync(part);
    // Nothing but the sync at the end makes it durable.
    copy.exec('pragma journal_mode = off; pragma synchronous = off');
    copy.exec(CHECKPOINT_SCHEMA);
    const { journalId, position, deskTime } = readMeta(source);
    copy.prepare(INSERT_META).run(journalId ?? null, position, deskTime);
    const pages = copying(source, copy);
    const turn = (): void =>
      step(() => {
        if (!pages.next().done) return void setImmediate(turn);
        close();
        synced(part);
        renameSync(part, to);
        synced(dirname(to));
        done(position);
      });
    turn();
  });
}

/** Yields after each page. */
function* copying(source: DatabaseSync, copy: DatabaseSync): Generator<void> {
  const alarms = source.prepare(CHECKPOINT_SQL.alarms);
  const addAlarm = copy.prepare(INSERT_ALARM);
  for (let n = 0; ; yield) {
    const page = alarms.all(n) as unknown as LiveRow[];
    const last = page.at(-1);
    if (!last) break;
    n = last.n;
    inTransaction(copy, () => {
      for (const row of page) addAlarm.run(row.n, row.state);
    });
  }
  const rows = source.prepare(CHECKPOINT_SQL.rows);
  const addRow = copy.prepare(INSERT_ROW);
  for (let last = { table: '', id: '' }; ; yield) {
    const page = rows.all(last.table, last.id) as unknown as FoldRow[];
    const end = page.at(-1);
    if (!end) return;
    last = end;
    inTransaction(copy, () => {
      for (const row of page) addRow.run(row.table, row.id, row.json);
    });
  }
}

/** Sees to it that a file's bytes, or a folder's names, are on the disk. */
export function synced(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
