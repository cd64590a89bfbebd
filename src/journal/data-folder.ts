import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import { openEmbeddedJournal } from './embedded.ts';
import { holdFolder } from './lock.ts';

/** Where the journal lies inside a data folder. */
export const JOURNAL_FOLDER = 'journal';

/** What belongs to one process and one run, and is not part of a copy. */
const NOT_COPIED = /(^|\/)(lock\.db.*|admin\.token|.*-shm|.*\.reserve)$/;

/** What was copied, and how far the copied journal reaches. */
export interface Copied {
  readonly files: number;
  readonly bytes: number;
  readonly position: number;
}

/**
 * Makes the folder, its owner's alone: a copy holds names and password hashes. Throws
 * ACTION_REFUSED unless it is empty or not there: a copy never mixes with data.
 */
export async function makeEmptyFolder(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new DeskError('ACTION_REFUSED', { why: `${folder}: ${error.message}` });
  });
  if (there.length > 0) {
    const why = `${folder} is not empty. Name a folder that is not there yet.`;
    throw new DeskError('ACTION_REFUSED', { why });
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/**
 * Copies a data folder that no desk is using, and reads the copy's journal to prove it whole.
 * Throws DATA_IN_USE while a desk runs on it, ACTION_REFUSED when `to` is not empty,
 * DATA_MISMATCH when what was copied does not fit together.
 */
export async function copyStopped(
  from: string,
  to: string,
  progress: (done: number) => void,
  clock: Clock,
): Promise<Copied> {
  if (!existsSync(from)) throw new DeskError('NOT_FOUND', { what: `folder ${from}` });
  const hold = holdFolder(from, process.pid);
  try {
    return await copyFolder(from, to, progress, clock);
  } finally {
    hold.release();
  }
}

/** Copies a data folder nobody writes to: a backup that becomes data again. Throws as above. */
export async function copyFolder(
  from: string,
  to: string,
  progress: (done: number) => void,
  clock: Clock,
): Promise<Copied> {
  const files = (await filesIn(from)).filter((file) => !NOT_COPIED.test(file));
  if (!files.some((file) => file.startsWith(`${JOURNAL_FOLDER}/`))) {
    throw new DeskError('NOT_FOUND', { what: `journal in ${from}` });
  }
  await makeEmptyFolder(to);
  let done = 0;
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file), { preserveTimestamps: true });
    progress(++done / files.length);
  }
  return measure(to, clock);
}

/** Opens the copied journal, which proves its files whole, and says how far it reaches. */
export async function measure(folder: string, clock: Clock): Promise<Copied> {
  const journal = await openEmbeddedJournal({
    folder: join(folder, JOURNAL_FOLDER),
    clock,
    reserveBytes: 0,
  });
  const position = journal.head;
  await journal.close();
  const files = await filesIn(folder);
  let bytes = 0;
  for (const file of files) bytes += (await stat(join(folder, file))).size;
  return { files: files.length, bytes, position };
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
