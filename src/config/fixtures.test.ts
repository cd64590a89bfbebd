import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { CHANNELS } from '../channels/index.ts';
import { loadConfig } from './read.ts';
import { INTEGRATIONS } from './receivers.ts';
import { type ChannelKind, configSchema, DEFS } from './schema.ts';
import type { Shape } from './shape.ts';

const FIXTURES = new URL('../../fixtures/config/', import.meta.url);
const fixtures = readdirSync(FIXTURES).map((name) => ({
  name,
  text: readFileSync(new URL(name, FIXTURES), 'utf8'),
}));
const KINDS: readonly ChannelKind[] = CHANNELS;

test('every fixture reads, its secrets are gone, and what remains reads as the same', () => {
  for (const { name, text } of fixtures) {
    const read = loadConfig(text, name, KINDS);
    const written = new Set(text.match(/fixture-[\w-]+/g));
    for (const shown of [read.text, read.original, JSON.stringify(read.document)])
      for (const secret of written) assert.ok(!shown.includes(secret), `${name}: ${secret}`);
    const again = loadConfig(read.text, name, KINDS, { known: read.document });
    assert.deepEqual(again.document, read.document, name);
    assert.deepEqual(again.plan, read.plan, name);
  }
});

/** `http_config` is the same wherever it stands, and so is a route. */
const below = (path: string, key: string): string =>
  key === 'http_config' || key === 'routes'
    ? key === 'routes'
      ? path
      : '.http'
    : `${path}.${key}`;

/** Keys of the file itself, by the path of their mappings. */
function keysOf(shape: Shape, path: string): string[] {
  const real = shape.$ref === 'route' ? (DEFS.route as unknown as Shape) : shape;
  return Object.entries(real.properties ?? {}).flatMap(([key, field]) => [
    `${path}.${key}`,
    ...(key === 'routes' ? [] : keysOf(field.items ?? field, below(path, key))),
  ]);
}

function writtenIn(tree: unknown, path: string, found: Set<string>): void {
  if (Array.isArray(tree)) for (const item of tree) writtenIn(item, path, found);
  else if (typeof tree === 'object' && tree !== null)
    for (const [key, value] of Object.entries(tree)) {
      found.add(`${path}.${key}`);
      writtenIn(value, below(path, key), found);
    }
}

test('the fixtures use every key of the file that is no channel’s', () => {
  const found = new Set<string>();
  for (const { text } of fixtures) writtenIn(parse(text, { merge: true }), '', found);
  const schema = configSchema([]) as unknown as Shape;
  assert.deepEqual(
    keysOf(schema, '').filter((key) => !found.has(key)),
    [],
  );
});

test('the fixtures use every integration of Alertmanager, and there is a channel for each', () => {
  const used = new Set(
    fixtures.flatMap(({ name, text }) =>
      loadConfig(text, name, KINDS).plan.receivers.flatMap((r) => r.ways.map((way) => way.kind)),
    ),
  );
  assert.equal(INTEGRATIONS.length, 18);
  assert.deepEqual(
    INTEGRATIONS.filter((name) => !used.has(name)),
    [],
  );
});
