import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from '../../base/fingerprint.ts';

/** What a folder of modules may hold; what goes beyond is left out and told. */
export const FOLDER_LIMITS = {
  files_max: 65_536,
  file_bytes_max: 33_554_432,
  all_bytes_max: 2_147_483_648,
  folders_deep_max: 16,
} as const;

export interface MibFile {
  /** Below the folder. */
  readonly path: string;
  readonly bytes: number;
}

export interface MibFolder {
  /** By path. */
  readonly files: readonly MibFile[];
  /** What is not read, and why. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  /** Changes when a file comes, goes, or is written. */
  readonly fingerprint: string;
}

/** Hidden files and what editors leave behind are no modules. */
const PASSED_OVER = /^\.|~$|\.(?:bak|orig|swp)$/i;

/** Throws what the file system throws when the folder itself cannot be read. */
export function readFolder(folder: string): MibFolder {
  const files: MibFile[] = [];
  const leftOut: { path: string; why: string }[] = [];
  const signs: string[] = [];
  let all = 0;
  const walk = (below: string, depth: number): void => {
    const entries = readdirSync(join(folder, below), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (PASSED_OVER.test(entry.name)) continue;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const found = statOf(join(folder, path));
      if (found === undefined) leftOut.push({ path, why: 'it cannot be read' });
      else if (found.isDirectory()) {
        // A link to a folder above would go round for ever.
        if (depth < FOLDER_LIMITS.folders_deep_max && !entry.isSymbolicLink())
          walk(path, depth + 1);
        else leftOut.push({ path, why: 'a link, or too deep a folder' });
      } else if (found.isFile()) {
        const why = tooMuch(files.length, found.size, all);
        if (why !== '') leftOut.push({ path, why });
        else {
          files.push({ path, bytes: found.size });
          signs.push(`${path} ${found.size} ${found.mtimeMs}`);
          all += found.size;
        }
      }
    }
  };
  walk('', 1);
  return { files, leftOut, fingerprint: fingerprint(signs) };
}

function tooMuch(files: number, bytes: number, all: number): string {
  const { files_max, file_bytes_max, all_bytes_max } = FOLDER_LIMITS;
  if (files >= files_max) return `at most ${files_max} files expected`;
  if (bytes > file_bytes_max) return `at most ${file_bytes_max} bytes expected`;
  return all + bytes > all_bytes_max ? `at most ${all_bytes_max} bytes in all expected` : '';
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined; // a link to nowhere, or no right to look
  }
}

/**
 * One byte, one character, so that offsets are quick; undefined when it cannot be read or holds no
 * module. UTF-16 is read as what it is: some editors write it.
 */
export function moduleText(path: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (wide) return bytes.toString('utf16le');
  return bytes.includes('DEFINITIONS') ? bytes.toString('latin1') : undefined;
}
