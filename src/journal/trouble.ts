import { accessSync, constants, statfsSync } from 'node:fs';

/** What the disk or SQLite said, sorted by what we do about it. */
export type TroubleKind = 'full' | 'read-only' | 'disk' | 'not-a-database' | 'other';

export interface Trouble {
  readonly kind: TroubleKind;
  /** For people: what is wrong, without a full stop. */
  readonly why: string;
}

/** Primary result codes of SQLite (sqlite3.h); the low byte of what node:sqlite calls errcode. */
const BY_SQLITE: Readonly<Record<number, TroubleKind>> = {
  8: 'read-only',
  10: 'disk',
  11: 'not-a-database',
  13: 'full',
  14: 'disk',
  26: 'not-a-database',
};
const BY_SYSTEM: Readonly<Record<string, TroubleKind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EIO: 'disk',
};
const SAY: Readonly<Record<TroubleKind, string>> = {
  full: 'the disk is full',
  'read-only': 'the file system is read-only',
  disk: 'the disk reported an error',
  'not-a-database': 'the file is damaged or not a database',
  other: 'the journal could not write',
};

/** Below this much free space an error of any kind is taken for a full disk. */
const FREE_BYTES_MIN = 256 * 1024;

/**
 * Sorts an error of node:sqlite or node:fs. A full or read-only disk hides behind other codes (the
 * shared memory file cannot grow: IOERR; a file cannot be made: CANTOPEN), so the folder is asked.
 */
export function troubleOf(error: unknown, folder: string): Trouble {
  const facts = error as { errcode?: unknown; code?: unknown; message?: unknown };
  const said = typeof facts?.message === 'string' ? facts.message : String(error);
  const named =
    (typeof facts?.errcode === 'number' ? BY_SQLITE[facts.errcode & 0xff] : undefined) ??
    (typeof facts?.code === 'string' ? BY_SYSTEM[facts.code] : undefined) ??
    'other';
  const kind = named === 'disk' ? disguised(folder) : named;
  return { kind, why: `${SAY[kind]} (${said})` };
}

function disguised(folder: string): TroubleKind {
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    return BY_SYSTEM[(error as { code?: string }).code ?? ''] ?? 'disk';
  }
  return freeBytes(folder) < FREE_BYTES_MIN ? 'full' : 'disk';
}

/** Free bytes for us on the file system of `folder`; infinite when it cannot be asked. */
export function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
