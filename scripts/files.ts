import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Paths from the top of the repository, with `/`, and the text of each: empty where it is none. */
export type Files = ReadonlyMap<string, string>;

/** The top of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The first bytes decide, as git does: text has no zero byte. */
const SNIFF_BYTES = 8000;

/** Where git is missing (a tarball) these are not ours, whatever is in them. */
const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'data']);

/** Every file that git knows or would add, and that is there; of a picture only its path. */
export function repository(): Files {
  const found = new Map<string, string>();
  for (const path of listed().sort()) {
    const full = join(ROOT, path);
    if (!statSync(full, { throwIfNoEntry: false })?.isFile()) continue;
    const bytes = readFileSync(full);
    const isText = !bytes.subarray(0, SNIFF_BYTES).includes(0);
    found.set(path, isText ? bytes.toString('utf8') : '');
  }
  return found;
}

/** Those of `files` whose path fits. */
export function only(files: Files, fits: RegExp): Files {
  return new Map([...files].filter(([path]) => fits.test(path)));
}

function listed(): string[] {
  const ask = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    const quiet = { cwd: ROOT, maxBuffer: 64 * 2 ** 20, stdio: 'pipe' } as const;
    return execFileSync('git', ask, quiet).toString().split('\0').filter(Boolean);
  } catch {
    return walk('');
  }
}

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : walk(`${path}/`);
    return entry.isFile() ? [path] : [];
  });
}
