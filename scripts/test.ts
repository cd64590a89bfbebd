import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { ROOT } from './files.ts';

/**
 * `npm test`: every test file but those of test/interop and test/browser; with words behind it
 * (`npm test -- test/http rota`), those whose path has one of them. Most of what a test file costs
 * is loading the program it tests, so that several files share a process: see together.ts.
 */

/** Files of one process. More load less, and the last process ends later. */
const TOGETHER_FILES_MAX = 16;

/** Those of the folders of `src/` load little each. */
const TOGETHER_SRC_FILES_MAX = 48;

const PROCESSES_MAX = 2;

/** What a process may take, and one file of it or one test. */
const [PROCESS_MS_MAX, FILE_MS_MAX] = [1_200_000, 600_000];

/** The groups, the longest first: what lies in test/ loads the whole program. */
function groups(words: readonly string[]): string[][] {
  const asked = (path: string) => words.length === 0 || words.some((word) => path.includes(word));
  const left = (path: string) => !/^test\/(interop|browser)\//.test(path) && asked(path);
  const found = globSync('{src,test}/**/*.test.ts', { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .filter(left)
    .sort();
  const groups: string[][] = [];
  for (const [top, max] of [
    ['test/', TOGETHER_FILES_MAX],
    ['src/', TOGETHER_SRC_FILES_MAX],
  ] as const) {
    const files = found.filter((path) => path.startsWith(top));
    const some = Array.from({ length: Math.ceil(files.length / max) }, (): string[] => []);
    // Dealt out like cards: the slow files of one folder are not all in the last process.
    for (const [i, file] of files.entries()) some[i % some.length]?.push(file);
    groups.push(...some);
  }
  return groups;
}

/** A file for each group, which node's test runner can run in a process of its own. */
function entries(folder: string, groups: readonly (readonly string[])[]): string[] {
  const together = JSON.stringify(new URL('together.ts', import.meta.url).href);
  return groups.map((files, i) => {
    const [first = ''] = files;
    const path = join(folder, `${i + 1}-${first.replaceAll(/\/|\.test\.ts$/g, '-')}.test.mjs`);
    const call = `await together(${JSON.stringify(files, undefined, 2)});\n`;
    writeFileSync(path, `import { together } from ${together};\n${call}`);
    return path;
  });
}

const words = process.argv.slice(2);
const chosen = groups(words);
if (chosen.length === 0) throw new Error(`no test file has ${words.join(' or ')}`);
const folder = mkdtempSync(join(tmpdir(), 'tocsin-tests-'));
const untold = new Set(chosen.flat());
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
  if (untold.size === 0) return;
  process.exitCode = 1;
  console.error(`Not run to their end:\n  ${[...untold].join('\n  ')}`);
});
process.chdir(ROOT);
// What many processes load is compiled once, and not again tomorrow.
process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules/.cache/compiled');
const files = entries(folder, chosen);
// Who is stopped still says what passed until then.
const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
run({
  files,
  cwd: ROOT,
  concurrency: PROCESSES_MAX,
  timeout: PROCESS_MS_MAX,
  execArgv: [`--test-timeout=${FILE_MS_MAX}`],
  signal: stopped.signal,
})
  .on('test:pass', ({ name }) => untold.delete(name))
  .on('test:fail', ({ name }) => {
    untold.delete(name);
    process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
