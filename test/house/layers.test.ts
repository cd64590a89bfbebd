import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { only, ROOT, repository } from '../../scripts/files.ts';
import { importsIn } from '../../scripts/imports.ts';
import { layerFaults } from '../../scripts/layers.ts';

const source = only(repository(), /^src\//);

test('nobody imports what it may not see', () => {
  assert.deepEqual(layerFaults(source), []);
});

test('the rules see every TypeScript file that is on the disk', () => {
  const there = globSync('src/**/*.ts', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  assert.ok(there.length > 0);
  assert.deepEqual([...source.keys()].filter((path) => path.endsWith('.ts')).sort(), there.sort());
});

test('the scanner sees static, type, side-effect, dynamic, re-exporting and worker imports', () => {
  const text = `
import { a } from './a.ts';
import type { B } from "../b/b.ts";
import {
  c,
  type D,
} from './c.ts';
import './effect.ts';
import * as all from 'node:fs';
export { e } from './e.ts';
export type * from './f.ts';
export const g = 'not an import';
// import { h } from './comment.ts';
/** import('./comment.ts') */
const lazy = () => import('./lazy.ts');
type T = import('./type.ts').T;
const w = new Worker(new URL('./writer.ts', import.meta.url));
const css = new URL('./page.css', import.meta.url);
`;
  assert.deepEqual(
    importsIn('src/x/y.ts', text).map((i) => i.to),
    [
      ...['src/x/a.ts', 'src/b/b.ts', 'src/x/c.ts', 'src/x/effect.ts', 'node:fs'],
      ...['src/x/e.ts', 'src/x/f.ts', 'src/x/lazy.ts', 'src/x/type.ts', 'src/x/writer.ts'],
    ],
  );
});

/** A small tree without a fault; each case below plants one. */
const SOUND = {
  'src/main.ts': `
import './sources/index.ts';
import './desk/desk.ts';
import { parse } from 'yaml';
const w = new URL('./journal/writer.ts', import.meta.url);`,
  'src/base/time.ts': '',
  'src/domain/alarm/alarm.ts': `import type { Instant } from '../../base/time.ts';`,
  'src/domain/alarm/pattern.ts': `import { RE2JS } from 're2js';`,
  'src/desk/desk.ts': `
import '../domain/alarm/alarm.ts';
import '../domain/alarm/pattern.ts';`,
  'src/desk/desk.test.ts': `import assert from 'node:assert/strict';\nimport './desk.ts';`,
  'src/sources/index.ts': `import './webhook.ts';\nimport './snmp/snmp.ts';`,
  'src/sources/webhook.ts': '',
  'src/sources/snmp/snmp.ts': `import './ber.ts';`,
  'src/sources/snmp/ber.ts': '',
  'src/journal/writer.ts': `import { DatabaseSync } from 'node:sqlite';`,
  'src/store/reader.worker.ts': '',
  'src/console/static/live.ts': '',
};

const faultsWith = (planted: Record<string, string>): string[] =>
  layerFaults(new Map(Object.entries({ ...SOUND, ...planted })));

test('a tree without a fault has none', () => {
  assert.deepEqual(faultsWith({}), []);
});

/** What is wrong, the file that makes it so, its text, and what the rule must say. */
const PLANTED: readonly (readonly [string, string, string, RegExp])[] = [
  ['base sees domain', 'src/base/time.ts', `import '../domain/alarm/alarm.ts';`, /may see only/],
  ['a type counts', 'src/desk/desk.ts', `import type { X } from '../main.ts';`, /may see only/],
  [
    'a source sees the desk',
    'src/sources/webhook.ts',
    `import '../desk/desk.ts';`,
    /sources may see only base, domain, ports/,
  ],
  [
    'a worker is an import',
    'src/desk/desk.ts',
    `const w = new URL('../journal/writer.ts', import.meta.url);`,
    /desk may see only/,
  ],
  ['a folder nobody planned', 'src/bus/bus.ts', '', /src\/bus\/bus\.ts: this folder is not in/],
  ['a second main', 'src/settings.ts', '', /src\/settings\.ts: this folder is not in/],
  [
    'alarm sees rota',
    'src/domain/alarm/alarm.ts',
    `import '../rota/rota.ts';`,
    /alarm may see only nothing/,
  ],
  ['a subject nobody planned', 'src/domain/misc/x.ts', '', /put it in a subject/],
  ['a rule without a subject', 'src/domain/x.ts', '', /put it in a subject/],
  ['base sees Node', 'src/base/time.ts', `import 'node:fs';`, /imports nothing from outside/],
  ['desk sees a package', 'src/desk/desk.ts', `import 'yaml';`, /imports nothing from outside/],
  ['re2js elsewhere', 'src/domain/alarm/alarm.ts', `import 're2js';`, /imports nothing from outs/],
  [
    'another package in its place',
    'src/domain/alarm/pattern.ts',
    `import 'yaml';`,
    /nothing from outside/,
  ],
  ['a file that is not there', 'src/desk/desk.ts', `import './gone.ts';`, /no such file/],
  ['a way out of src', 'src/main.ts', `import '../test/support/desk.ts';`, /no such file/],
  ['code that uses a test', 'src/main.ts', `import './desk/desk.test.ts';`, /or a test/],
  [
    'adapters that meet',
    'src/sources/webhook.ts',
    `import './snmp/ber.ts';`,
    /adapters do not know each other/,
  ],
  [
    'somebody else wires',
    'src/sources/snmp/ber.ts',
    `import '../index.ts';`,
    /only src\/main\.ts wires/,
  ],
  ['a barrel', 'src/desk/index.ts', '', /no barrels/],
  ['a re-export', 'src/desk/desk.ts', `export * from '../base/time.ts';`, /no re-exports/],
  ['a folder too deep', 'src/sources/snmp/data/mib.ts', '', /at most 3 folders deep/],
  ['a folder that says nothing', 'src/store/utils/x.ts', '', /named utils says nothing/],
  ['a cycle', 'src/sources/snmp/ber.ts', `import type { S } from './snmp.ts';`, /: a cycle/],
  ['a file that sees itself', 'src/base/time.ts', `import './time.ts';`, /: a cycle/],
  ['a file without a user', 'src/base/lonely.ts', '', /lonely\.ts: nothing .* uses it/],
  [
    'a chain without a user',
    'src/sources/index.ts',
    `import './webhook.ts';`,
    /snmp\/ber\.ts: nothing .* uses it/,
  ],
];

for (const [title, path, text, want] of PLANTED) {
  test(`caught: ${title}`, () => {
    const found = faultsWith({ [path]: text });
    assert.ok(
      found.some((fault) => want.test(fault)),
      `wanted ${want}, found: ${found.join('; ') || 'nothing'}`,
    );
  });
}

test('a test may see what the file beside it may not', () => {
  const text = `import { openDesk } from '../../test/support/desk.ts';\nimport 'node:test';`;
  assert.deepEqual(faultsWith({ 'src/base/time.test.ts': text }), []);
});
