import { posix } from 'node:path';
import type { Files } from './files.ts';

/** One use of another module. Types count: a cycle of types is a cycle in the reader's head. */
export interface Import {
  readonly from: string;
  /** A path from the top of the repository, or a package's name as it is written. */
  readonly to: string;
  readonly outside: boolean;
  /** `new URL('./x.ts', import.meta.url)`: how a worker's entry file is named. */
  readonly worker: boolean;
  readonly reexport: boolean;
}

/** Biome keeps static imports at the first column, so text inside a function is not one. */
const STATIC = /^(import|export)\b([^;'"]*?\bfrom\s*)?\s*(['"])([^'"\n]+)\3/gm;
const DYNAMIC = /\bimport\(\s*(['"])([^'"\n]+)\1\s*,?\s*\)/g;
const WORKER = /\bnew URL\(\s*(['"])(\.[^'"\n]+\.ts)\1\s*,\s*import\.meta\.url\s*,?\s*\)/g;
const COMMENT_LINE = /^\s*(\/\/|\/?\*).*$/gm;

/** Every import of every TypeScript file, in the order of the files. */
export function importsOf(files: Files): Import[] {
  return [...files].flatMap(([from, text]) => (from.endsWith('.ts') ? importsIn(from, text) : []));
}

export function importsIn(from: string, text: string): Import[] {
  const code = text.replace(COMMENT_LINE, '');
  const found: Import[] = [];
  const add = (name: string, how: { worker?: boolean; reexport?: boolean } = {}) => {
    const outside = !name.startsWith('.');
    const to = outside ? name : posix.join(posix.dirname(from), name);
    found.push({ from, to, outside, worker: false, reexport: false, ...how });
  };
  for (const [, word, clause, , name] of code.matchAll(STATIC)) {
    if (word === 'export' && clause === undefined) continue; // `export 'x'` is nothing
    if (name) add(name, { reexport: word === 'export' });
  }
  for (const [, , name] of code.matchAll(DYNAMIC)) if (name) add(name);
  for (const [, , name] of code.matchAll(WORKER)) if (name) add(name, { worker: true });
  return found;
}
