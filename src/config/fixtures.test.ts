import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { CHANNELS } from '../channels/index.ts';
import { loadConfig } from './read.ts';
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

/** Keys of the file itself, by the path of their mappings. */
function keysOf(shape: Shape, path: string, seen: Set<string> = new Set()): Set<string> {
  const real = shape.$ref === 'route' ? (DEFS.route as unknown as Shape) : shape;
  if (seen.has(path)) return seen;
  for (const [key, field] of Object.entries(real.properties ?? {})) {
    seen.add(`${path}.${key}`);
    if (key !== 'routes') keysOf(field.items ?? field, `${path}.${key}`, seen);
  }
  return seen;
}

function writtenIn(tree: unknown, path: string, found: Set<string>): void {
  if (Array.isArray(tree)) for (const item of tree) writtenIn(item, path, found);
  else if (typeof tree === 'object' && tree !== null)
    for (const [key, value] of Object.entries(tree)) {
      found.add(`${path}.${key}`);
      writtenIn(value, key === 'routes' ? path : `${path}.${key}`, found);
    }
}

test('the fixtures use every key of the file that is no channel’s', () => {
  const found = new Set<string>();
  for (const { text } of fixtures) writtenIn(parse(text, { merge: true }), '', found);
  const schema = configSchema([]) as unknown as Shape;
  const unused = [...keysOf(schema, '')].filter((key) => !found.has(key));
  // Later than the Alertmanager whose reader the fixtures are tried on, or ours.
  const LATER = /^\.(tracing|event_recorder|route\.(labels|on_acknowledge)|receivers\.labels)/;
  const NAMED = /^\.(inhibit_rules\.name|global\.http_config\.)/;
  assert.deepEqual(
    unused.filter((key) => !LATER.test(key) && !NAMED.test(key)),
    [],
  );
});
