import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { DeskError } from '../base/errors.ts';
import type { Block, Journal, Position } from '../ports/journal.ts';
import {
  type BlockRow,
  fileBytes,
  type JournalFile,
  listFiles,
  mismatch,
  openFile,
  removeFile,
  syncPath,
} from './files.ts';

/** What one page of a replay holds at most; a single larger block is a page of its own. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;
/** All pages in one step: between two steps a write would make the copy begin again. */
const BACKUP_PAGES_PER_STEP = 2_147_483_647;

export interface ReadCall {
  readonly from: Position;
  /** Nothing beyond it is given out: it is not, or not yet, answered as committed. */
  readonly to: Position;
  /** False for the first page, whose first block may begin before `from`. */
  readonly exact: boolean;
}
export type RetainCall = Parameters<Journal['retain']>[0] & { readonly nowMs: number };

/**
 * The one that reads, copies, checkpoints and unlinks, in a thread of its own, so that none of it
 * makes a commit wait. It looks into the folder each time and so knows only what is on the disk.
 */
export class Keeper {
  readonly #folder: string;
  #kept: { readonly path: string; readonly db: DatabaseSync } | undefined;
  #copying = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The next blocks from one file; the caller goes on behind the last of them.
   * @throws DeskError DATA_MISMATCH when positions are missing or a block is damaged.
   */
  read({ from, to, exact }: ReadCall): Block[] {
    const files = listFiles(this.#folder);
    const at = Math.max(
      0,
      files.findLastIndex((f) => f.first <= from),
    );
    for (const file of files.slice(at, at + 2)) {
      const blocks = this.#page(file, from, to);
      const [first] = blocks;
      if (!first) continue; // `from` lies behind the last block of this file
      if (exact && first.first !== from)
        throw mismatch(this.#folder, file.path, `lacks the entries from position ${from}`);
      return blocks;
    }
    throw mismatch(this.#folder, this.#folder, `lacks the entries from position ${from}`);
  }

  /** Moves committed blocks from the -wal into the database while commits go on. */
  checkpoint(): { readonly walBytes: number } {
    const file = listFiles(this.#folder).at(-1);
    if (!file) return { walBytes: 0 };
    const db = this.#use(file);
    const { log } = db.prepare('pragma wal_checkpoint(passive)').get() ?? {};
    const { page_size: size } = db.prepare('pragma page_size').get() ?? {};
    return { walBytes: Number(log) * Number(size) };
  }

  /** Moves all of a file's -wal into it: nobody writes to it any more. */
  seal(path: string): void {
    this.#close();
    const db = openFile(path);
    try {
      db.prepare('pragma wal_checkpoint(truncate)').get();
    } finally {
      db.close();
    }
  }

  /** Unlinks from the oldest file on, never the newest; a stop in between leaves no gap. */
  retain({ keepMs, bytesMax, oldestNeeded, nowMs }: RetainCall) {
    const files = listFiles(this.#folder);
    let bytes = files.reduce((sum, { path }) => sum + fileBytes(path), 0);
    let removedFiles = 0;
    for (const [i, file] of files.entries()) {
      const next = files[i + 1];
      if (this.#copying || !next || next.first > oldestNeeded) break;
      if (bytes <= bytesMax && this.#newestMs(file) >= nowMs - keepMs) break;
      bytes -= fileBytes(file.path);
      this.#close();
      removeFile(file.path);
      removedFiles++;
    }
    return { removedFiles, tail: files[removedFiles]?.first ?? 1 };
  }

  /** @throws DeskError DATA_MISMATCH when the folder already holds a journal. */
  async copyTo(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).some((name) => name.startsWith('journal-')))
      throw new DeskError('DATA_MISMATCH', { folder, why: 'it already holds a journal' });
    this.#copying = true;
    try {
      for (const { path } of listFiles(this.#folder)) await copyFile(path, folder);
      syncPath(folder);
    } finally {
      this.#copying = false;
    }
  }

  close(): void {
    this.#close();
  }

  #page(file: JournalFile, from: Position, to: Position): Block[] {
    const blocks: Block[] = [];
    let bytes = 0;
    const rows = this.#use(file)
      .prepare(`
        select first, count, crc, text
          from block
         where first >= coalesce((select max(first) from block where first <= ?1), 0)
           and first + count > ?1 and first <= ?2
         order by first`)
      .iterate(from, to);
    for (const row of rows) {
      const { first, count, crc, text } = row as unknown as BlockRow;
      const before = blocks.at(-1);
      if (crc32(text) !== crc || (before && before.first + before.count !== first))
        throw mismatch(this.#folder, file.path, `is damaged at position ${first}`);
      blocks.push({ first, count, text: textOf(text) });
      bytes += text.length;
      if (bytes >= PAGE_BYTES_MAX) break;
    }
    return blocks;
  }

  #newestMs(file: JournalFile): number {
    const row = this.#use(file).prepare('select at_ms from block order by first desc').get();
    return Number(row?.at_ms ?? 0);
  }

  #use(file: JournalFile): DatabaseSync {
    if (this.#kept?.path === file.path) return this.#kept.db;
    this.#close();
    const db = openFile(file.path);
    this.#kept = { path: file.path, db };
    return db;
  }

  #close(): void {
    const kept = this.#kept;
    this.#kept = undefined;
    kept?.db.close();
  }
}

const textOf = (utf8: Uint8Array): string =>
  Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength).toString();

async function copyFile(path: string, folder: string): Promise<void> {
  const target = join(folder, basename(path));
  const draft = `${target}.new`;
  const db = openFile(path);
  try {
    await backup(db, draft, { rate: BACKUP_PAGES_PER_STEP });
  } finally {
    db.close();
  }
  syncPath(draft);
  renameSync(draft, target);
}
