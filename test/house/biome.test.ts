import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/files.ts';

const lines = (n: number): string => `export function f(): void {\n${'  f();\n'.repeat(n)}}\n`;

/** A file, its text, and the rule that must catch it; '' when none may. */
const CASES: readonly (readonly [path: string, text: string, rule: string])[] = [
  ['src/desk/long.ts', lines(61), 'noExcessiveLinesPerFunction'],
  ['src/desk/limit.ts', lines(60), ''],
  ['src/desk/long.test.ts', lines(80), ''],
  ['src/desk/default.ts', 'export default 1;\n', 'noDefaultExport'],
  ['src/desk/any.ts', 'export const x: any = 1;\n', 'noExplicitAny'],
  ['src/desk/bang.ts', 'export const f = (x?: string) => x!.length;\n', 'noNonNullAssertion'],
  ['src/desk/type.ts', "import { X } from './x.ts';\nexport type Y = X;\n", 'useImportType'],
  ['src/desk/x.ts', 'export interface X {\n  readonly a: 1;\n}\n', ''],
  [
    'src/desk/ring.ts',
    "import type { B } from './ring-b.ts';\nexport type A = B;\n",
    'noImportCycles',
  ],
  [
    'src/desk/ring-b.ts',
    "import type { A } from './ring.ts';\nexport type B = A;\n",
    'noImportCycles',
  ],
];

/** What Biome, with the settings of this repository, says about a tree of these files: by path. */
function biome(): Map<string, string[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-biome-')));
  try {
    const settings = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...settings, vcs: {} }));
    for (const [path, text] of CASES) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const run = spawnSync(join(ROOT, 'node_modules/.bin/biome'), ['lint', '--reporter=github'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const found = new Map<string, string[]>();
    const said = run.stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+)/g);
    for (const [, rule = '', full = ''] of said) {
      const path = relative(folder, full);
      found.set(path, [...(found.get(path) ?? []), rule]);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('Biome catches what we leave to it, and nothing at the limit', () => {
  const found = biome();
  for (const [path, , rule] of CASES) {
    assert.deepEqual(found.get(path) ?? [], rule ? [rule] : [], path);
  }
});
