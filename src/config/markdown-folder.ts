import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface FileFaults {
  readonly file: string;
  readonly faults: readonly { readonly line: number; readonly why: string }[];
}

/** How a folder of Markdown files is read. */
export interface FolderReading<T> {
  /** What one file is: `runbook`. */
  readonly what: string;
  readonly files_max: number;
  readonly chars_max: number;
  /** Total: faults come back as such. */
  readonly read: (text: string, file: string) => T;
  /** The name by which it is used; undefined for one that cannot be. */
  readonly nameOf: (one: T) => string | undefined;
}

/**
 * Every `.md` file of a folder, by name; hidden ones are left out. Whatever is wrong with one, or
 * with the folder, stands in the list: nothing is thrown. Of two of one name the first holds.
 */
export async function readMarkdownFolder<T>(
  folder: string | undefined,
  reading: FolderReading<T>,
): Promise<readonly (T | FileFaults)[]> {
  if (folder === undefined) return [];
  const { what, files_max, nameOf } = reading;
  const all = await readdir(folder).catch((error: Error) => error);
  if (all instanceof Error) return [faulty(folder, all.message)];
  const names = all.filter((name) => name.endsWith('.md') && !name.startsWith('.')).sort();
  const files: (T | FileFaults)[] = [];
  const seen = new Set<string>();
  for (const file of names.slice(0, files_max)) {
    const one = await readOne(join(folder, file), file, reading);
    const name = 'why' in one ? undefined : nameOf(one.read);
    const isTwin = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    if ('why' in one) files.push(faulty(file, one.why));
    else files.push(isTwin ? faulty(file, `another file has a ${what} of this name`) : one.read);
  }
  if (names.length > files_max) files.push(faulty(folder, `more than ${files_max} ${what}s`));
  return files;
}

const faulty = (file: string, why: string): FileFaults => ({ file, faults: [{ line: 1, why }] });

async function readOne<T>(
  path: string,
  file: string,
  { what, chars_max, read }: FolderReading<T>,
): Promise<{ readonly read: T } | { readonly why: string }> {
  try {
    const { size } = await stat(path);
    // A character has at most four bytes.
    if (size > chars_max * 4) return { why: `it is too large for a ${what}` };
    return { read: read(await readFile(path, 'utf8'), file) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : '' };
  }
}
