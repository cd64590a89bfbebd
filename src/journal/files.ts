import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { DeskError } from '../base/errors.ts';
import type { Position } from '../ports/journal.ts';
import { troubleOf } from './trouble.ts';

/** Version of the files' layout; another one is refused. */
const FORMAT = 1;
/** Of 4, 8, 16 and 64 KiB none was best for 1 KB, 70 KB and 700 KB at once. */
const PAGE_BYTES = 8192;
/** How long a connection waits for one in another thread of ours. */
const BUSY_MS_MAX = 1_000;
const NAME = /^journal-(\d{12,16})\.db$/;
/** SQLite keeps these beside a database in use. */
const COMPANIONS = ['-wal', '-shm', '-journal'] as const;

/** One file of the journal. Its name carries the position of its first entry. */
export interface JournalFile {
  readonly path: string;
  readonly first: Position;
}

/** Names what a file belongs to; its table `meta` holds one row per name. */
export interface FileMeta {
  readonly id: string;
  readonly first: Position;
  /** UTC day it was begun in, counted from 1970-01-01. */
  readonly day: number;
  /** Digest of the last block of the file before; '' in the first file ever. */
  readonly previous: string;
}

export interface BlockRow {
  readonly first: number;
  readonly count: number;
  readonly at_ms: number;
  /** CRC-32 of `text`: SQLite itself does not notice a flipped bit. */
  readonly crc: number;
  /** UTF-8. */
  readonly text: Uint8Array;
}

export const fileOf = (folder: string, first: Position): JournalFile => ({
  path: join(folder, `journal-${String(first).padStart(12, '0')}.db`),
  first,
});

/** The files of the journal, oldest first. */
export function listFiles(folder: string): JournalFile[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const [, first] = NAME.exec(name) ?? [];
      return first === undefined ? [] : [{ path: join(folder, name), first: Number(first) }];
    })
    .sort((a, b) => a.first - b.first);
}

/**
 * Opens for reading and writing; checkpoints are our own business, off the way of a commit. Never
 * makes a file: one that was unlinked a moment ago would come back empty.
 */
export function openFile(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('mode', 'rw');
  const db = new DatabaseSync(url, { timeout: BUSY_MS_MAX });
  try {
    db.exec('pragma synchronous = full; pragma wal_autocheckpoint = 0');
    db.prepare('select count(*) from meta').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Makes a file under another name and renames it when it is whole and on the disk: a file with a
 * journal's name always has its table `meta`, whatever was killed or unplugged.
 */
export function createFile(folder: string, meta: FileMeta): JournalFile {
  const file = fileOf(folder, meta.first);
  const draft = `${file.path}.new`;
  removeFile(draft);
  const db = new DatabaseSync(draft);
  try {
    db.exec(`
      pragma page_size = ${PAGE_BYTES};
      pragma journal_mode = wal;
      pragma synchronous = full;
      begin;
      create table meta (name text primary key, value any) strict;
      create table block (
        first integer primary key,
        count integer not null,
        at_ms integer not null,
        crc integer not null,
        text blob not null
      ) strict;`);
    const put = db.prepare('insert into meta values (?, ?)');
    for (const [name, value] of Object.entries({ format: FORMAT, ...meta })) put.run(name, value);
    db.exec('commit');
  } finally {
    db.close(); // the last to close: what is in the -wal file moves into the database, synced
  }
  renameSync(draft, file.path);
  syncPath(folder);
  return file;
}

export function readMeta(db: DatabaseSync): FileMeta {
  const rows = db.prepare('select name, value from meta').all();
  const meta = new Map(rows.map(({ name, value }) => [name, value]));
  if (meta.get('format') !== FORMAT) throw new Error(`its format is ${meta.get('format')}`);
  return {
    id: String(meta.get('id')),
    first: Number(meta.get('first')),
    day: Number(meta.get('day')),
    previous: String(meta.get('previous')),
  };
}

/** Where the last block of a file ends and what it digests to; undefined in an empty file. */
export function lastBlock(db: DatabaseSync): { last: Position; digest: string } | undefined {
  const row = db.prepare('select * from block order by first desc limit 1').get();
  if (!row) return undefined;
  const { first, count, text } = row as unknown as BlockRow;
  const digest = createHash('sha256').update(`${first} ${count}\n`).update(text).digest('hex');
  return { last: first + count - 1, digest };
}

/** What all files together say. */
export interface Inspected {
  readonly id: string;
  readonly head: Position;
  readonly tail: Position;
  readonly current: JournalFile;
}

/**
 * Reads the ends of every file: same journal, no file missing in between, each following the one
 * before by position and by the digest of its last block. Undefined when there is no journal yet.
 * @throws DeskError DATA_MISMATCH naming the file.
 */
export function inspect(folder: string): Inspected | undefined {
  const files = listFiles(folder);
  let before: { id: string; next: Position; digest: string | undefined } | undefined;
  for (const [i, file] of files.entries()) {
    const { meta, end } = endsOf(folder, file);
    const odd = oddity(file, meta, before) ?? (end || i === files.length - 1 ? '' : 'is empty');
    if (odd) throw mismatch(folder, file.path, odd);
    before = { id: meta.id, next: (end?.last ?? meta.first - 1) + 1, digest: end?.digest };
  }
  const [oldest, current] = [files[0], files.at(-1)];
  if (!before || !oldest || !current) return undefined;
  return { id: before.id, head: before.next - 1, tail: oldest.first, current };
}

function oddity(
  file: JournalFile,
  meta: FileMeta,
  before: { id: string; next: Position; digest: string | undefined } | undefined,
): string | undefined {
  if (meta.first !== file.first) return `begins at position ${meta.first}: was it renamed?`;
  if (!before) return undefined;
  if (meta.id !== before.id) return 'belongs to another journal';
  if (meta.first !== before.next)
    return `begins at position ${meta.first}, but the file before it ends at ${before.next - 1}`;
  if (meta.previous !== before.digest) return 'does not follow the file before it';
  return undefined;
}

/** What a kill left in a -wal is folded in here: closing the last connection does so. */
function endsOf(folder: string, file: JournalFile) {
  try {
    const db = openFile(file.path);
    try {
      return { meta: readMeta(db), end: lastBlock(db) };
    } finally {
      db.close();
    }
  } catch (error) {
    const { kind, why } = troubleOf(error, folder);
    if (kind === 'not-a-database' || kind === 'other') throw mismatch(folder, file.path, why);
    throw error;
  }
}

export const mismatch = (folder: string, path: string, why: string): DeskError =>
  new DeskError('DATA_MISMATCH', { folder, why: `${basename(path)} ${why}` });

/** Removes drafts and companions whose database is gone: a kill in the middle left them. */
export function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('journal')) continue;
    const draft = /\.new(-wal|-shm|-journal)?$/.test(name);
    const owner = /^(.*\.db)-(wal|shm|journal)$/.exec(name)?.[1];
    if (draft || (owner && !existsSync(join(folder, owner)))) rmSync(join(folder, name));
  }
}

/** Unlinks a database and then its companions; what a kill leaves of them, `sweep` finds. */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
  for (const end of COMPANIONS) rmSync(path + end, { force: true });
}

/** Bytes of a file and its -wal on the disk. */
export function fileBytes(path: string): number {
  const of = (p: string): number => statSync(p, { throwIfNoEntry: false })?.size ?? 0;
  return of(path) + of(`${path}-wal`);
}

/** fsync of a folder, or of a file that no connection of this process has open. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
