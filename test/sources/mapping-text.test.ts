import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EXAMPLE } from '../../src/sources/webhook/example.ts';
import { MAPPING_LIMITS } from '../../src/sources/webhook/mapping-text.ts';
import { SELECTOR_LIMITS } from '../../src/sources/webhook/selector.ts';
import type { WebhookSettings } from '../../src/sources/webhook/settings.ts';
import { VALUE_LIMITS } from '../../src/sources/webhook/value.ts';
import { webhook } from '../../src/sources/webhook/webhook.ts';
import { defaultsOf, fixtureNames, readInput } from './fixtures.ts';
import { faultsOf } from './limits.ts';
import { mutated, seeded } from './mutate.ts';

const settings = defaultsOf(webhook.settings) as WebhookSettings;
const { rules } = webhook;
assert.ok(rules);

const BASE = '- resource: =shop\n  type: =till\n';

test('faults have their place and the nearest name', () => {
  for (const [text, line, column, why] of [
    ['resource: x', 1, 1, /expected a list of mappings/],
    ['- a\n', 1, 3, /a mapping: expected names with values/],
    ['- resorce: x\n  type: y\n', 1, 3, /no field "resorce"; did you mean resource\?/],
    ['- resource: x\n', 1, 3, /lacks type/],
    [`${BASE}  match: 'a="'\n`, 3, 10, /./],
    [`${BASE}  match: 'a[="b"'\n`, 3, 10, /cannot stand there/],
    [`${BASE}  text: 'a {b'\n`, 3, 9, /a single \{/],
    [`${BASE}  text: [ok, 'a..b']\n`, 3, 14, /is no path/],
    [`${BASE}  text: '@dor'\n`, 3, 9, /there is no @dor/],
    [`${BASE}  severity: {from: x, words: {p1: crtical}}\n`, 3, 35, /did you mean critical\?/],
    [`${BASE}  severity: {form: x}\n`, 3, 14, /did you mean from\?/],
    [`${BASE}  state: {raise: 'a=~"("'}\n`, 3, 18, /state\.raise: /],
    [`${BASE}  lease: soon\n`, 3, 10, /expected a length such as 10m/],
    [`${BASE}  lease: 31d\n`, 3, 10, /at most 30d/],
    [`${BASE}  ignore: maybe\n`, 3, 11, /expected true or false/],
    [`${BASE}  type: again\n`, 3, 3, /for the second time/],
    [`${BASE}  labels: &a {x: y}\n- *a\n`, 4, 3, /an alias/],
    [`${BASE}  labels: {x: {y: z}}\n`, 3, 15, /expected a text, a mapping stands here/],
    ['- [', 1, 4, /this is not YAML/],
  ] as const) {
    const [fault] = rules.check(text);
    assert.deepEqual([fault?.line, fault?.column], [line, column], `${text}: ${fault?.why}`);
    assert.match(fault?.why ?? '', why, text);
  }
});

test('a text that is nothing but brackets is no YAML, and costs little', () => {
  const began = performance.now();
  for (const text of ['[', '{a: ', '- ', '"x\n']) {
    const faults = rules.check(text.repeat(MAPPING_LIMITS.text_chars_max / text.length));
    assert.match(faults[0]?.why ?? '', /nested too deep|not YAML/, text);
  }
  assert.ok(performance.now() - began < 10_000);
});

test('every maximum of a text is kept at its place', () => {
  const ok = (text: string) => rules.check(text).length === 0;
  const list = (n: number) => BASE.repeat(n);
  assert.ok(ok(list(MAPPING_LIMITS.mappings_max)) && !ok(list(MAPPING_LIMITS.mappings_max + 1)));
  const long = (n: number) => `${BASE}# ${'x'.repeat(n - BASE.length - 2)}`;
  assert.ok(ok(long(MAPPING_LIMITS.text_chars_max)));
  assert.ok(!ok(long(MAPPING_LIMITS.text_chars_max + 1)));
  const steps = (n: number) => `${BASE}  text: ${Array(n).fill('a').join('.')}\n`;
  assert.ok(ok(steps(SELECTOR_LIMITS.steps_max)) && !ok(steps(SELECTOR_LIMITS.steps_max + 1)));
  const path = (n: number) => `${BASE}  text: ${'a'.repeat(n)}\n`;
  assert.ok(ok(path(SELECTOR_LIMITS.chars_max)) && !ok(path(SELECTOR_LIMITS.chars_max + 1)));
  const text = (n: number) => `${BASE}  text: =${'a'.repeat(n - 1)}\n`;
  assert.ok(ok(text(VALUE_LIMITS.chars_max)) && !ok(text(VALUE_LIMITS.chars_max + 1)));
  const tries = (n: number) => `${BASE}  text: [${Array(n).fill('a').join(', ')}]\n`;
  assert.ok(ok(tries(VALUE_LIMITS.tries_max)) && !ok(tries(VALUE_LIMITS.tries_max + 1)));
  const parts = (n: number) => `${BASE}  text: '${'{a}'.repeat(n)}'\n`;
  assert.ok(ok(parts(VALUE_LIMITS.parts_max)) && !ok(parts(VALUE_LIMITS.parts_max + 1)));
  const labels = (n: number) =>
    `${BASE}  labels: {${Array.from({ length: n }, (_, i) => `l${i}: x`).join(', ')}}\n`;
  assert.ok(ok(labels(MAPPING_LIMITS.entries_max)) && !ok(labels(MAPPING_LIMITS.entries_max + 1)));
  const faulty = `- {${Array.from({ length: 128 }, (_, i) => `x${i}: 1`).join(', ')}}\n`.repeat(3);
  assert.equal(rules.check(faulty).length, MAPPING_LIMITS.faults_max);
});

test('2.2 whatever a text of mappings is, it is read or has faults, and never throws', () => {
  const ready = readFileSync(new URL('../../src/sources/webhook/ready.yml', import.meta.url));
  const inputs = fixtureNames('webhook').map((name) => readInput('webhook', name));
  let good = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const rng = seeded(seed);
    const text = Buffer.from(mutated(seed % 2 ? Buffer.from(EXAMPLE) : ready, rng)).toString();
    const faults = rules.check(text);
    if (faults.length > 0) continue;
    good++;
    const input = inputs[rng(inputs.length)];
    assert.ok(input);
    assert.deepEqual(faultsOf(rules.translate(input, settings, text)), [], `seed ${seed}`);
  }
  assert.ok(good > 20, `${good} texts were usable`);
});
