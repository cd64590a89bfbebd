import { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../base/errors.ts';

/** How long a connection waits for another one's lock before it says so. */
const BUSY_MS_MAX = 2_000;

/** Page cache of one connection, in KiB: the writer's must hold the upper part of every index. */
const CACHE_KIB = { writer: 16_384, reader: 8_192 } as const;

/** Pages of the write-ahead log that start a checkpoint, 64 MiB: a fifth cheaper than 16 MiB. */
const WAL_PAGES_MAX = 16_000;

/** The log file is cut back to this after a checkpoint that a long reader had made it outgrow. */
const WAL_BYTES_KEPT_MAX = 134_217_728;

/**
 * Every version of the schema, oldest first: `MIGRATIONS[n]` turns version n into n + 1. A text
 * that was released is never edited; a change is one more text at the end.
 *
 * What the columns mean:
 * meta      one row: how far the store is, and whose journal it follows; how many documents
 *           compaction has deleted from `words` since that was last merged.
 * alarms    `n` is our short key for an alarm. `place` is the order in which the desk learned of
 *           the current episode: lists are newest first by it, and it is the row of `words`.
 *           `placed_ms` is the desk time of that, so it grows with `place`. `born_ms` is the
 *           alarm's createdAt of this stay in memory, `created_ms` the first ever. `doc` is a
 *           fingerprint of the words the index holds; `said` is what people said and what earlier
 *           texts were. `state` is the whole alarm as JSON and comes last: it is long.
 * changes   the timeline. `seq` grows with time, so that forgetting is a cut at one end.
 * words     one document per alarm, contentless: 4 us to write (bench/store.bench.ts). Deleted
 *           documents are merged away by compaction in steps: SQLite's own way (deletemerge) does
 *           it in one go, which held the writer for 7 s at 400,000 alarms.
 * rows      the fold's other tables.
 * decisions, attempts   why something was sent or was not, and each try. `seq` as for changes.
 * decided   which alarms a decision names; written for every alarm of every notification, so it
 *           is two numbers and no more.
 * kpi_*     what the key figures count (domain/kpi/tally.ts), by minute, hour and day since 1970;
 *           `severity` is its rank. Only raises after an alarm's first one stand in kpi_again: a
 *           flood of new alarms costs a row a minute.
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table meta (
    one integer primary key check (one = 1),
    journal_id text,
    position integer not null,
    desk_ms integer not null,
    words_dead integer not null
  ) strict;
  insert into meta values (1, null, 0, 0, 0);

  create table alarms (
    n integer primary key,
    id text not null unique,
    live integer not null,
    raised integer not null,
    place integer not null,
    placed_ms integer not null,
    changed_ms integer not null,
    created_ms integer not null,
    born_ms integer not null,
    episode integer not null,
    episodes integer not null,
    episodes_before integer not null,
    doc text not null,
    said text not null,
    state text not null
  ) strict;
  create unique index alarms_by_place on alarms (place);
  create index alarms_raised on alarms (place) where raised = 1;
  create index alarms_live on alarms (n) where live = 1;

  create table changes (
    seq integer primary key,
    alarm integer not null,
    position integer not null,
    idx integer not null,
    received_ms integer not null,
    change text not null
  ) strict;
  create unique index changes_by_alarm on changes (alarm, position, idx);

  create table evidence (
    alarm integer primary key,
    at_ms integer not null,
    raw text not null
  ) strict;
  create index evidence_by_age on evidence (at_ms);

  create table audit (
    seq integer primary key,
    line text not null
  ) strict;

  create table rows (
    tbl text not null,
    id text not null,
    json text not null,
    primary key (tbl, id)
  ) strict, without rowid;

  create virtual table words using fts5 (
    doc, content = '', contentless_delete = 1, tokenize = 'unicode61'
  );
  insert into words (words, rank) values ('hashsize', 8388608);
  insert into words (words, rank) values ('deletemerge', 0);
  `,
  `
  create table decisions (
    seq integer primary key,
    position integer not null,
    idx integer not null,
    at_ms integer not null,
    grp text not null,
    way text not null,
    delivery text,
    decision text not null
  ) strict;
  create index decisions_by_age on decisions (at_ms);
  create index decisions_by_group on decisions (grp);
  create index decisions_by_way on decisions (way);
  create index decisions_by_delivery on decisions (delivery) where delivery is not null;

  create table decided (
    alarm integer not null,
    decision integer not null,
    primary key (alarm, decision)
  ) strict, without rowid;

  create table attempts (
    seq integer primary key,
    position integer not null,
    at_ms integer not null,
    grp text not null,
    way text not null,
    delivery text not null,
    attempt text not null
  ) strict;
  create index attempts_by_age on attempts (at_ms);
  create index attempts_by_group on attempts (grp);
  create index attempts_by_way on attempts (way);
  create index attempts_by_delivery on attempts (delivery);
  `,
  `
  create table kpi_minutes (
    minute integer not null,
    team text not null,
    severity integer not null,
    raised integer not null,
    hidden integer not null,
    cleared integer not null,
    fleeting integer not null,
    alone integer not null,
    primary key (minute, team, severity)
  ) strict, without rowid;

  create table kpi_acks (
    hour integer not null,
    team text not null,
    severity integer not null,
    bound integer not null,
    count integer not null,
    primary key (hour, team, severity, bound)
  ) strict, without rowid;

  create table kpi_again (
    day integer not null,
    alarm integer not null,
    raised integer not null,
    chattered integer not null,
    primary key (day, alarm)
  ) strict, without rowid;
  `,
];

/** What this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

export interface Meta {
  readonly journalId: string | undefined;
  readonly position: number;
  readonly deskTime: number;
}

interface MetaRow {
  journal_id: string | null;
  position: number;
  desk_ms: number;
}

/** By the primary key, one row. */
export const META = 'select journal_id, position, desk_ms from meta where one = 1';

export function readMeta(db: DatabaseSync): Meta {
  const row = db.prepare(META).get() as unknown as MetaRow;
  return {
    journalId: row.journal_id ?? undefined,
    position: row.position,
    deskTime: row.desk_ms,
  };
}

/**
 * Opens the file for reading and writing and brings its schema up to ours.
 * Throws DATA_MISMATCH for a schema newer than ours and for a file that is no store.
 */
export function openForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS_MAX });
  try {
    db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma cache_size = -${CACHE_KIB.writer};
      pragma wal_autocheckpoint = ${WAL_PAGES_MAX};
      pragma journal_size_limit = ${WAL_BYTES_KEPT_MAX};
    `);
    migrate(db, file);
    return db;
  } catch (error) {
    db.close();
    throw foreign(error, file);
  }
}

export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS_MAX });
  db.exec(`pragma cache_size = -${CACHE_KIB.reader}`);
  return db;
}

export const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare('pragma user_version').get()?.user_version);

/** All that `work` writes, or none of it. Throws what `work` or the commit throws. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate');
  try {
    const result = work();
    db.exec('commit');
    return result;
  } catch (error) {
    // A failed commit may have ended the transaction already.
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

/** Each step is a transaction with its version: a crash in between leaves a whole older schema. */
export function migrate(db: DatabaseSync, file: string, to: number = SCHEMA_VERSION): void {
  const found = versionOf(db);
  if (found > SCHEMA_VERSION) {
    throw new DeskError('DATA_MISMATCH', {
      folder: file,
      why:
        `it was written by a newer program (schema ${found}; this one reads up to ` +
        `${SCHEMA_VERSION}). Start that program, or restore a backup made before it`,
    });
  }
  for (let version = found; version < to; version++) {
    inTransaction(db, () => {
      db.exec(MIGRATIONS[version] ?? '');
      db.exec(`pragma user_version = ${version + 1}`);
    });
  }
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** SQLite's "file is not a database" in words that say what to do. */
function foreign(error: unknown, file: string): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) return error;
  const why = 'it is damaged or no store of ours. Move it away and restore a backup';
  return new DeskError('DATA_MISMATCH', { folder: file, why }, error);
}
