import { closeSync, mkdirSync, openSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../base/errors.ts';
import { mismatch } from './files.ts';
import { troubleOf } from './trouble.ts';

/** Where SQLite's file header keeps `user_version`, big-endian (fileformat2.html §1.3). */
const USER_VERSION_AT = 60;
const SQLITE_BUSY = 5;

/**
 * Folders this process holds. Asked first: opening and closing lock.db a second time in one
 * process would drop the lock of the first (POSIX locks belong to the process). It also keeps the
 * connection: one that nobody refers to is collected, and closed, and the lock with it.
 */
const held = new Map<string, { readonly pid: number; readonly db: DatabaseSync }>();

export interface Hold {
  release(): void;
}

/**
 * Holds a data folder for the life of the process: `lock.db` stays locked exclusively. The
 * system frees it when the process dies, however it dies. `pid` is kept in the file for whoever
 * is refused.
 * @throws DeskError SETTINGS_INVALID when it cannot be made; DATA_IN_USE with pid and folder;
 * DATA_MISMATCH when lock.db is damaged.
 */
export function holdFolder(folder: string, pid: number): Hold {
  makeOwn(folder);
  const real = realpathSync(folder);
  const holder = held.get(real);
  if (holder !== undefined) throw new DeskError('DATA_IN_USE', { pid: holder.pid, folder });
  const mine = { pid, db: lock(folder, join(real, 'lock.db'), pid) };
  held.set(real, mine);
  return {
    release() {
      if (held.get(real) !== mine) return;
      held.delete(real);
      mine.db.close();
    },
  };
}

/** Names and password hashes lie here: a new folder is its owner's alone. */
function makeOwn(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = `this cannot be the folder of the data: ${(error as Error).message}`;
    throw new DeskError('SETTINGS_INVALID', { file: folder, why }, error);
  }
}

function lock(folder: string, path: string, pid: number): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    // The page is written in place, without a journal beside it, so that a full disk is no bar;
    // in exclusive mode the lock outlives the commit.
    db.exec('pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive');
    db.exec(`pragma user_version = ${pid}; commit`);
    return db;
  } catch (error) {
    db.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY)
      throw new DeskError('DATA_IN_USE', { pid: pidIn(path), folder }, error);
    const { kind, why } = troubleOf(error, folder);
    if (kind !== 'not-a-database') throw new DeskError('JOURNAL_DOWN', { why }, error);
    throw mismatch(folder, path, `is damaged; remove it when no desk uses the folder`);
  }
}

/** The holder's pid; `unknown` in the moment before it is written. */
function pidIn(path: string): number | string {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(4);
    readSync(handle, bytes, 0, 4, USER_VERSION_AT);
    return bytes.readInt32BE() || 'unknown';
  } finally {
    closeSync(handle);
  }
}
