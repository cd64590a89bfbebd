import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Value } from 'typebox/value';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { Source } from '../../src/ports/source.ts';
import { SOURCES } from '../../src/sources/index.ts';
import {
  defaultsOf,
  FIXTURE_AT,
  FIXTURE_FROM,
  fixtureNames,
  folderOf,
  readInput,
} from './fixtures.ts';
import { faultsOf } from './limits.ts';
import { mutated, seeded } from './mutate.ts';

const MUTATIONS = 3_000;

test('1.1 every source has a name of its own', () => {
  const names = SOURCES.map((source) => source.name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z][a-z0-9-]*$/);
});

for (const source of SOURCES) {
  describe(source.name, () => {
    settingsClauses(source);
    fixtureClauses(source);
    seededClauses(source);
  });
}

function settingsClauses({ settings, summary, http }: Source): void {
  test('1.2 the summary is one sentence', () => assert.match(summary, /^[A-Z].*\.$/));

  test('1.3 every setting has a default and a description, and the defaults are valid', () => {
    for (const [name, schema] of Object.entries(settings.properties)) {
      assert.ok('default' in schema, `${name} has no default`);
      assert.ok('description' in schema, `${name} has no description`);
    }
    assert.ok(Value.Check(settings, defaultsOf(settings)));
  });

  test('1.4 a setting that is not known is an error', () => {
    const misspelt = { ...(defaultsOf(settings) as object), misspelt: 1 };
    assert.ok(!Value.Check(settings, misspelt));
  });

  test('4.5 an HTTP body has a maximum', () => {
    if (http) assert.ok(http.bodyBytesMax > 0 && http.bodyBytesMax <= 64 * 1024 * 1024);
  });
}

const idsOf = (events: readonly AlarmEvent[]): string[] => events.map((event) => event.id).sort();

function fixtureClauses(source: Source): void {
  const settings = defaultsOf(source.settings);
  const names = fixtureNames(source.name);
  const outcome = (name: string) => source.translate(readInput(source.name, name), settings);

  test('5.1 has fixtures that raise, are refused, and clear if it can clear', () => {
    const all = names.map(outcome);
    const kinds = new Set(all.flatMap((o) => o.events.map((e) => e.kind)));
    assert.ok(kinds.has('raise') || kinds.has('occurrence'), 'none raises');
    assert.ok(
      all.some((o) => o.refused.length > 0 && o.events.length === 0),
      'none is refused',
    );
    assert.ok(kinds.has('clear') || !kinds.has('raise'), 'none clears');
  });

  for (const name of names) {
    test(`5.2 reads ${name}.in as ${name}.json says`, () => {
      const file = `${folderOf(source.name)}${name}.json`;
      assert.ok(existsSync(file), `write ${file}: node test/sources/write.ts`);
      const want: unknown = JSON.parse(readFileSync(file, 'utf8'));
      assert.deepEqual(JSON.parse(JSON.stringify(outcome(name))), want);
    });
    test(`2.3 keeps the limits with ${name}.in`, () =>
      assert.deepEqual(faultsOf(outcome(name)), []));
  }

  test('2.1 translate is pure: twice the same, and the input is left alone', () => {
    for (const name of names) {
      const input = readInput(source.name, name);
      const before = Buffer.from(input.body);
      assert.deepEqual(source.translate(input, settings), source.translate(input, settings), name);
      assert.deepEqual(Buffer.from(input.body), before, name);
    }
  });

  test('3.2 5.3 what raises and what clears has the same id', () => {
    const pairs = names.filter((name) => name.endsWith('-raise'));
    assert.ok(pairs.length > 0, 'there is no pair X-raise.in, X-clear.in');
    for (const raise of pairs) {
      const clear = raise.replace(/-raise$/, '-clear');
      assert.deepEqual(idsOf(outcome(raise).events), idsOf(outcome(clear).events), raise);
      assert.ok(
        outcome(raise).events.every((e) => e.kind !== 'clear'),
        raise,
      );
      assert.ok(
        outcome(clear).events.every((e) => e.kind === 'clear'),
        clear,
      );
    }
  });
}

function seededClauses(source: Source): void {
  const settings = defaultsOf(source.settings);

  test('2.2 2.3 2.7 whatever the bytes are, translate returns and keeps the limits', () => {
    const inputs = fixtureNames(source.name).map((name) => readInput(source.name, name));
    for (let seed = 1; seed <= MUTATIONS; seed++) {
      const rng = seeded(seed);
      const input = inputs[rng(inputs.length)];
      assert.ok(input);
      const body = mutated(input.body, rng);
      const translated = source.translate({ ...input, body }, settings);
      assert.deepEqual(
        faultsOf(translated),
        [],
        `seed ${seed}: ${Buffer.from(body).toString('hex')}`,
      );
    }
  });

  test('2.2 2.8 nothing, noise and deep nesting are read or refused, and quickly', () => {
    const bodies = [
      '',
      ' ',
      '\u0000'.repeat(4_096),
      '['.repeat(1_000_000),
      '{"a":'.repeat(200_000),
      '"\\ud8',
    ];
    const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const began = performance.now();
    for (const text of [
      ...bodies,
      nested,
      `{"labels":{"a":"\\ud800"},"x":${nested}}`,
      `[{"labels":${nested}}]`,
    ]) {
      for (const contentType of ['', 'application/json', 'text/plain']) {
        const input = { body: Buffer.from(text), at: FIXTURE_AT, from: FIXTURE_FROM, contentType };
        assert.deepEqual(faultsOf(source.translate(input, settings)), []);
      }
    }
    assert.ok(performance.now() - began < 10_000);
  });

  test('2.6 a flood of bad items does not make a flood of refusals', () => {
    const body = Buffer.from(`[${'1,'.repeat(9_999)}1]`);
    const input = { body, at: FIXTURE_AT, from: FIXTURE_FROM, contentType: 'application/json' };
    assert.ok(source.translate(input, settings).refused.length <= 1_000);
  });
}
