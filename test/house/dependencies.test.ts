import assert from 'node:assert/strict';
import { test } from 'node:test';
import { only, repository } from '../../scripts/files.ts';
import { importsOf } from '../../scripts/imports.ts';

const files = repository();
const text = (path: string): string => files.get(path) ?? '';

type Versions = Readonly<Record<string, string>>;
const { dependencies, devDependencies, optionalDependencies }: Record<string, Versions> =
  JSON.parse(text('package.json'));

/** `node:fs` is Node's; of `typebox/compile` and `@scope/name/x` the package counts. */
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

test('every run-time dependency has its line in a decision, and an exact version', () => {
  const decisions = [...only(files, /^docs\/decisions\/.*\.md$/).values()].join('\n');
  for (const [name, version] of Object.entries({ ...dependencies })) {
    assert.ok(decisions.includes(`| \`${name}\` |`), `${name} has no line in docs/decisions/`);
    assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is not at an exact version`);
  }
});

test('src/ imports only what is installed to run it, and Node itself with node:', () => {
  const code = only(files, /^src\/(?!.*\.test\.ts$).*\.ts$/);
  const foreign = importsOf(code)
    .filter(({ to, outside }) => outside && !to.startsWith('node:'))
    .filter(({ to }) => dependencies?.[packageOf(to)] === undefined)
    .map(({ from, to }) => `${from} -> ${to}`);
  assert.deepEqual(foreign, []);
});

test('Node is the same version everywhere it is named', () => {
  const wanted = new Set([
    ...Object.values({ ...optionalDependencies }),
    text('.node-version').trim(),
  ]);
  assert.equal(wanted.size, 1, [...wanted].join(', '));
  assert.ok(devDependencies);
});
