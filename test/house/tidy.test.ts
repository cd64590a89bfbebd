import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repository } from '../../scripts/files.ts';
import { tidyFaults } from '../../scripts/tidy.ts';

test('the tree is tidy', () => {
  assert.deepEqual(tidyFaults(repository()), []);
});

const titleOf = (text: string): string => text.slice(0, 60).replaceAll(/\s+/g, ' ').trim();

/** Where, what is planted there, and what the rule must say. */
const PLANTED: readonly (readonly [path: string, text: string, want: RegExp])[] = [
  ['src/desk/a.ts', '//\n'.repeat(401), /401 lines/],
  ['src/desk/a.test.ts', '//\n'.repeat(401), /401 lines/],
  ['src/desk/a.ts', `// ${'x'.repeat(98)}\n`, /a\.ts:1: 101 columns/],
  ['src/http/a.ts', 'const now = Date.now();', /take a Clock/],
  ['src/http/a.ts', 'const now = new Date();', /take a Clock/],
  ['src/http/a.ts', 'const now = 1; const x = process.env.HOME;', /into settings/],
  ['src/http/a.ts', 'process.exit(1);', /let the caller end/],
  ['src/http/a.ts', "console.log('x');", /log an event/],
  ['src/http/a.ts', 'const x = y as any;', /narrow with a parser/],
  ['src/http/a.ts', 'x(); // @ts-ignore', /narrow with a parser/],
  ['src/http/a.ts', 'const p = new RegExp(asked);', /pattern\.ts/],
  ['src/domain/alarm/a.ts', 'const p = RegExp(asked);', /pattern\.ts/],
  ['src/domain/alarm/a.ts', 'new Intl.DateTimeFormat();', /offset tables/],
  ['src/desk/a.ts', 'names.sort((a, b) => a.localeCompare(b));', /by code unit/],
  ['src/desk/a.ts', 'name.toLocaleLowerCase();', /by code unit/],
  ['src/desk/a.ts', 'when.getHours();', /getUTC/],
  ['src/desk/a.ts', 'when.setDate(1);', /getUTC/],
  ['src/desk/a.ts', 'when.getTimezoneOffset();', /use UTC/],
  ['src/desk/a.ts', 'Date.parse(text);', /parseInstant/],
  ['src/desk/a.ts', 'new Date(2026, 1);', /parseInstant/],
  ['src/desk/a.ts', 'const score = Math.exp(-age);', /fixed point/],
  ['src/desk/a.ts', 'const score = Math.log2(age);', /fixed point/],
  ['src/desk/a.ts', 'const id = Math.random();', /fixed point/],
  ['src/desk/a.ts', 'const id = crypto.randomUUID();', /derive from keys/],
  ['src/desk/a.ts', 'const t = performance.now();', /take a Clock/],
  ['src/desk/a.ts', 'await fetch(url);', /outbox/],
  ['src/desk/a.ts', 'setTimeout(again, 5);', /timer is state/],
  ['src/domain/alarm/a.ts', "import { readFileSync } from 'node:fs';", /through a port/],
  ['test/stories/a.test.ts', 'await new Promise((r) => setTimeout(r, 50));', /on a condition/],
  ['src/desk/a.test.ts', "import { setTimeout } from 'node:timers/promises';", /on a condition/],
  ['test/stories/a.test.ts', "mock.module('x');", /fakes are servers/],
  ['test/stories/a.test.ts', "test.skip('x', () => {});", /the reason/],
  ['test/stories/a.test.ts', "test.only('x', () => {});", /the reason/],
  ['test/stories/a.test.ts', "test('x', { skip: true }, () => {});", /the reason/],
  ['docs/guide/a.md', `See /${'work'}/main.`, /path of one machine/],
  ['deploy/a.service', `Path=/${'tmp'}/x`, /path of one machine/],
  ['docs/guide/a.md', `from https://registry.${'npmjs'}.org`, /package registry/],
  ['.ci/run', `deb http://deb.${'debian'}.org/debian`, /a registry/],
  ['src/http/a.ts', `// see .${'library'}/x`, /path of one machine/],
  ['changes/0001-a.fixed.md', `Closes ${'issue'} #12.`, /not its number/],
  ['README.md', `Made with ${'Cla'}${'ude'}.`, /not of the product/],
  ['src/http/a.ts', `// ${'TO'}${'DO'} later`, /finish it/],
  ['package-lock.json', '{ "resolved": "https://somewhere" }', /download addresses/],
];

for (const [path, text, want] of PLANTED) {
  test(`caught: ${path} with ${titleOf(text)}`, () => {
    const found = tidyFaults(new Map([[path, text]]));
    assert.equal(found.length, 1, found.join('; ') || 'nothing was found');
    assert.match(found[0] ?? '', want);
  });
}

/** The limit itself, and what only looks like a fault. */
const ALLOWED: readonly (readonly [path: string, text: string])[] = [
  ['src/desk/a.ts', '//\n'.repeat(400)],
  ['src/desk/a.ts', `// ${'x'.repeat(97)}\n`],
  ['src/domain/alarm/a.test.ts', `  '${'wide table '.repeat(20)}',\n`],
  ['src/base/clock.ts', 'const now = Date.now();'],
  ['src/main.ts', 'process.env.TOCSIN_DATA; process.exit(1);'],
  ['src/cli/show.ts', "console.log('x');"],
  ['src/desk/a.ts', 'const text = new Date(at).toISOString();'],
  ['src/desk/a.ts', 'const h = new Date(at).getUTCHours();'],
  ['src/desk/a.ts', '// Math.random would break the replay'],
  ['src/desk/a.ts', 'const found = pattern.exec(text); port.fetch(x); Math.floor(x);'],
  ['src/channels/mail.ts', 'setTimeout(again, 5 * Math.random()); await fetch(url);'],
  ['test/support/until.ts', 'await new Promise((r) => setTimeout(r, 5));'],
  ['test/interop/a.test.ts', "test('x', { skip: 'snmptrap is not installed' }, () => {});"],
  ['docs/guide/a.md', 'a work/life balance, its library/x and an issue of 12 pages'],
];

for (const [path, text] of ALLOWED) {
  test(`allowed: ${path} with ${titleOf(text)}`, () => {
    assert.deepEqual(tidyFaults(new Map([[path, text]])), []);
  });
}
