import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KINDS } from '../../test/support/kinds.ts';
import { PLAN_LIMITS } from '../domain/routing/plan.ts';
import { readConfig } from './read.ts';
import { READER_LIMITS } from './reader.ts';
import { CONFIG_LIMITS } from './schema.ts';
import { FAULTS_MAX, YAML_LIMITS } from './yaml-file.ts';

const read = (text: string) => readConfig(text, 'am.yml', KINDS);
const faults = (text: string): string[] => {
  const found = read(text);
  return 'faults' in found ? found.faults.map((f) => f.why) : [];
};
const END = '\nreceivers: [{name: a}]\n';
const route = (fields: string): string => `route: {receiver: a${fields}}${END}`;
const repeat = (n: number, one: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => one(i)).join(', ');

/** What is made `n` of, and what is said of one too many. */
const LIMITED: readonly (readonly [max: number, text: (n: number) => string, says: RegExp])[] = [
  [
    PLAN_LIMITS.route_depth_max,
    (n) => route(`${', routes: [{receiver: a'.repeat(n - 1)}${'}]'.repeat(n - 1)}`),
    /more than 64 deep/,
  ],
  [
    PLAN_LIMITS.receivers_max,
    (n) => `route: {receiver: r0}\nreceivers: [${repeat(n, (i) => `{name: r${i}}`)}]`,
    /more than 10000 items/,
  ],
  [
    PLAN_LIMITS.ways_per_receiver_max,
    (n) =>
      `route: {receiver: a}\nreceivers: [{name: a, trap_configs: [${repeat(n, () => '{host: h}')}]}]`,
    /more than 100 items/,
  ],
  [
    PLAN_LIMITS.inhibitions_max,
    (n) => `inhibit_rules: [${repeat(n, () => '{}')}]\n${route('')}`,
    /more than 10000 items/,
  ],
  [
    CONFIG_LIMITS.name_chars_max,
    (n) => `route: {receiver: ${'a'.repeat(n)}}\nreceivers: [{name: ${'a'.repeat(n)}}]`,
    /longer than 1024 characters/,
  ],
  [
    CONFIG_LIMITS.labels_max,
    (n) => route(`, labels: {${repeat(n, (i) => `l${i}: x`)}}`),
    /more than 64 entries/,
  ],
  [
    CONFIG_LIMITS.group_labels_max,
    (n) => route(`, group_by: [${repeat(n, (i) => `l${i}`)}]`),
    /more than 64 labels/,
  ],
  [
    CONFIG_LIMITS.interval_spans_max,
    (n) => `time_intervals: [{name: t, time_intervals: [${repeat(n, () => '{}')}]}]\n${route('')}`,
    /more than 1000 items/,
  ],
  [
    CONFIG_LIMITS.intervals_max,
    (n) => `time_intervals: [${repeat(n, (i) => `{name: t${i}}`)}]\n${route('')}`,
    /more than 10000 items/,
  ],
  [
    CONFIG_LIMITS.templates_max,
    (n) => `templates: [${repeat(n, () => 'x')}]\n${route('')}`,
    /more than 1000 items/,
  ],
];

for (const [max, text, says] of LIMITED)
  test(`up to ${max} and no more: ${says.source}`, () => {
    assert.deepEqual(faults(text(max)), []);
    const told = faults(text(max + 1));
    assert.ok(
      told.some((why) => says.test(why)),
      told.slice(0, 3).join(),
    );
  });

test('there are as many routes as the limit and no more', () => {
  const flat = (n: number): string => route(`, routes: [${repeat(n - 1, () => '{}')}]`);
  assert.deepEqual(faults(flat(PLAN_LIMITS.routes_max)), []);
  assert.deepEqual(faults(flat(PLAN_LIMITS.routes_max + 1)), ['there are more than 100000 routes']);
});

test('a file is as large as the limit and no larger', () => {
  const text = (bytes: number): string => {
    const body = route('');
    return `${body}#${'x'.repeat(bytes - body.length - 1)}`;
  };
  assert.deepEqual(faults(text(YAML_LIMITS.file_bytes_max)), []);
  assert.deepEqual(faults(text(YAML_LIMITS.file_bytes_max + 1)), ['larger than 4194304 bytes']);
});

test('no more faults are told than anybody reads', () => {
  const bad = (n: number): string => route(`, routes: [${repeat(n, () => '{x: 1}')}]`);
  assert.equal(faults(bad(FAULTS_MAX)).length, FAULTS_MAX);
  assert.equal(faults(bad(FAULTS_MAX + 1)).length, FAULTS_MAX);
});

test('aliases that stand for no end of values end all the same', () => {
  const more = (n: number): string =>
    `webhook_configs: [{url: 'http://a/', payload: [&a0 [x], ${repeat(n, (i) => `&a${i + 1} [*a${i}, *a${i}]`)}]}]`;
  const text = (n: number): string => `route: {receiver: a}\nreceivers: [{name: a, ${more(n)}}]`;
  assert.deepEqual(faults(text(10)), []);
  assert.match(faults(text(40)).join(), new RegExp(`more than ${READER_LIMITS.values_max} values`));
  for (const tail of [
    route(', routes: &r [{routes: *r}]'),
    `route: &r {receiver: a, routes: [*r, *r]}${END}`,
    `route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: 'http://a', payload: &p [*p]}]}]`,
  ])
    assert.match(faults(tail).join(), /stands inside itself|nested too deep/, tail);
  assert.deepEqual(faults(`route: &r {receiver: a, <<: *r}${END}`), []);
});

test('values nest as deep as the limit and no deeper', () => {
  const text = (n: number): string =>
    `route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: 'http://a', payload: ${'['.repeat(n)}${']'.repeat(n)}}]}]`;
  const above = 5; // top level, receivers, a receiver, webhook_configs, a way
  assert.deepEqual(faults(text(READER_LIMITS.depth_max - above)), []);
  assert.match(faults(text(READER_LIMITS.depth_max - above + 1)).join(), /nested too deep/);
  assert.match(faults('['.repeat(50_000)).join(), /nested too deep|not YAML/);
});

const FILES = ['small', 'routes', 'channels'].map((name) =>
  readFileSync(new URL(`../../fixtures/config/${name}.yml`, import.meta.url), 'utf8'),
);
const BITS = [
  '&a ',
  '*a',
  '<<: ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ':',
  '"',
  "'",
  '\n',
  '\t',
  '!!',
  '|',
  '>-',
  '0',
  'null',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  '💥',
  '...',
  '---\n',
  '<secret>',
  '(',
  '%',
  '@',
];

/** `TOCSIN_ROUNDS=20000 node --test src/config/limits.test.ts` is the long form. */
const ROUNDS = Number(process.env.TOCSIN_ROUNDS ?? 400);

test('whatever is done to a file, it is read or refused, never thrown at', () => {
  let seed = 1;
  const next = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  for (let round = 0; round < ROUNDS; round++) {
    let text = FILES[round % FILES.length] ?? '';
    for (let n = next(6); n >= 0; n--) {
      const at = next(text.length);
      const cut = next(4) === 0 ? next(200) : next(2);
      const piece =
        next(3) === 0
          ? text.slice(next(text.length)).slice(0, next(80))
          : (BITS[next(BITS.length)] ?? '');
      text = text.slice(0, at) + piece + text.slice(at + cut);
    }
    assert.doesNotThrow(() => {
      const found = read(text);
      if ('faults' in found) assert.ok(found.faults.length > 0, `no fault told: ${text}`);
    }, `round ${round}`);
  }
});
