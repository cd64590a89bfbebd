import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Instant } from '../../src/base/time.ts';
import { CHANNELS } from '../../src/channels/index.ts';
import type { Notice } from '../../src/domain/routing/notice.ts';
import { REPLY_BYTES_MAX } from '../../src/net/http-request.ts';
import type { Channel, SendResult } from '../../src/ports/channel.ts';
import { TemplateError } from '../../src/template/fault.ts';
import { rendering } from '../../src/template/rendering.ts';
import { parseTemplates } from '../../src/template/set.ts';
import { type Answer, answers, type FarSide, farSide } from './far-side.ts';
import { NOTICES } from './notices.ts';
import { HTTP_SECRETS, MARKED_PAIR, MARKER, SAMPLES, type Sample } from './samples.ts';
import { type TestWorld, testWorld } from './world.ts';

/** These do not speak HTTP; their own tests drive a counterpart. */
const OTHERWISE = new Set(['email', 'snmptrap', 'syslog']);

const templates = parseTemplates([]);
assert.ok('inline' in templates);

/** Our own templates, as a desk without template files renders. */
const realRendering = (notice: Notice) => {
  const options = { now: 1_767_225_630_000 as Instant, externalUrl: 'http://desk.example.org' };
  return rendering(templates, notice, options);
};

interface Field {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly secret?: boolean;
  readonly global?: string;
  readonly globalUnless?: readonly string[];
  readonly properties?: Readonly<Record<string, Field>>;
  readonly patternProperties?: Readonly<Record<string, Field>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly items?: Field;
}

const defaultsIn = (schema: TObject, given: object): unknown =>
  Value.Default(schema, structuredClone(given));

test('every clause of the specification has a test whose title names it', () => {
  const folder = import.meta.dirname;
  const spec = readFileSync(join(folder, '../../docs/spec/channel.md'), 'utf8');
  const tests = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const titled = new Set(
    [...tests.matchAll(/test\([`'"]((?:\d\.\d+(?: and )?)+)/g)].flatMap(([, numbers = '']) =>
      numbers.split(' and '),
    ),
  );
  const clauses = [...spec.matchAll(/^- \*\*(\d\.\d+)\*\*/gm)].map(([, number = '']) => number);
  assert.ok(clauses.length > 20);
  assert.deepEqual(
    clauses.filter((number) => !titled.has(number)),
    [],
  );
});

test('1.1 every channel has a name of its own', () => {
  const names = CHANNELS.map(({ name }) => name);
  assert.deepEqual([...new Set(names)], names);
  for (const name of names) assert.match(name, /^[a-z][a-z0-9]*$/);
});

test('1.1 every channel over HTTP is driven by this harness', () => {
  const missing = CHANNELS.filter(({ name }) => !SAMPLES[name] && !OTHERWISE.has(name));
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
  );
});

for (const channel of CHANNELS) {
  describe(channel.name, () => {
    settingsClauses(channel);
    const sample = SAMPLES[channel.name];
    if (!sample) return;
    secretClauses(channel, sample);
    renderClauses(channel, sample);
    sendClauses(channel, sample);
  });
}

function settingsClauses({ name, summary, tried, settings, globals, faults }: Channel): void {
  test('1.2 the summary is one sentence, and it says how it was tried', () => {
    assert.match(summary, /^\S.*[^.]\.$/);
    assert.ok(['real counterpart', 'recorded bodies', 'published format'].includes(tried));
  });

  test('1.3 every setting, however deep, has a description; a default, or is required or optional', () => {
    assert.deepEqual(faultsOf(settings as Field, name), []);
    if (globals) assert.deepEqual(faultsOf(globals as Field, 'global'), []);
    assert.equal('send_resolved' in settings.properties, false);
  });

  test('1.4 a setting that is not known is an error', () => {
    assert.deepEqual(laxIn(settings as Field, name), []);
  });

  test('1.6 what comes from global is declared there, and what keeps it away is a setting here', () => {
    for (const [key, field] of Object.entries(settings.properties as Record<string, Field>)) {
      if (field.global === undefined) continue;
      assert.ok(field.global === 'http_config' || field.global in (globals?.properties ?? {}), key);
      for (const other of field.globalUnless ?? [])
        assert.ok((other.split('.')[0] ?? '') in settings.properties, other);
    }
  });

  test('1.7 the defaults are valid, and faults does not throw for them', () => {
    const required = (settings as Field).required ?? [];
    const set = defaultsIn(settings, {}) as Record<string, unknown>;
    for (const key of Object.keys(set)) {
      const field = settings.properties[key];
      const { format: _ours, ...plain } = field as TSchema & { format?: string };
      assert.ok(field && Value.Check(plain, set[key]), key);
    }
    if (Object.keys(set).length >= required.length) faults?.(set);
    if (globals) assert.ok(Value.Check(globals, defaultsIn(globals, {})));
  });
}

/** Fields without a description, and top-level ones without a default that nothing excuses. */
function faultsOf(schema: Field, at: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const path = `${at}.${key}`;
    const optional = !schema.required?.includes(key);
    const known = 'default' in field || schema.required?.includes(key) || optional;
    return [
      ...(field.description ? [] : [`${path} has no description`]),
      ...(known ? [] : [`${path} has no default`]),
      ...faultsOf(field, path),
      ...(field.items ? faultsOf(field.items, `${path}[]`) : []),
    ];
  });
}

function laxIn(schema: Field, at: string): string[] {
  const own = schema.properties && schema.additionalProperties !== false ? [at] : [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
    laxIn(field, `${at}.${key}`),
  );
  return [...own, ...below, ...(schema.items ? laxIn(schema.items, `${at}[]`) : [])];
}

function secretClauses({ settings }: Channel, sample: Sample): void {
  test('1.5 the samples give a value to every secret, so that 4.1 looks for each', () => {
    const given = new Set(sample.settings('http://x').flatMap((one) => Object.keys(one)));
    const secrets = Object.entries(settings.properties as Record<string, Field>)
      .filter(([, field]) => field.secret)
      .map(([key]) => key);
    assert.ok(hasSecret(settings as Field), 'a channel without secrets is a channel for anybody');
    assert.deepEqual(
      secrets.filter((key) => !given.has(key)),
      [],
    );
  });

  test('1.5 every field whose name says token, key, password or secret is marked', () => {
    const open = openSecrets(settings as Field, '');
    assert.deepEqual(open, []);
  });
}

const hasSecret = ({ secret = false, properties = {} }: Field): boolean =>
  secret || Object.values(properties).some(hasSecret);

function openSecrets(schema: Field, at: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const suspect =
      /(token|_key|password|secret|^credentials)$/.test(key) && field.type === 'string';
    const own = suspect && !field.secret ? [`${at}${key}`] : [];
    return [...own, ...openSecrets(field, `${at}${key}.`)];
  });
}

function renderClauses(channel: Channel, sample: Sample): void {
  const all = sample.settings('http://127.0.0.1:1').map((s) => defaultsIn(channel.settings, s));
  for (const [what, notice] of Object.entries(NOTICES)) {
    test(`2.1 and 2.2 the message for ${what} is the same each time, and plain JSON`, () => {
      for (const set of all) {
        const first = channel.render(notice, set, realRendering(notice));
        assert.deepEqual(
          channel.render(notice, structuredClone(set), realRendering(notice)),
          first,
        );
        assert.deepEqual(JSON.parse(JSON.stringify(first)), first);
      }
    });
  }

  const hasTemplates = JSON.stringify(channel.settings).includes('"template"');
  test('2.3 a fault of a template is all that render throws', () => {
    if (!hasTemplates) return;
    const notice = NOTICES['one firing'];
    assert.ok(notice);
    const broken = new TemplateError(
      { template: 'x', file: '', line: 1, column: 2 },
      'no such field',
    );
    const fail = () => {
      throw broken;
    };
    const { data } = realRendering(notice);
    for (const set of all)
      assert.throws(
        () => channel.render(notice, set, { data, text: fail, html: fail }),
        (error) => error === broken,
      );
  });
}

function sendClauses(channel: Channel, sample: Sample): void {
  let [far, answer]: [FarSide | undefined, Answer] = [undefined, sample.ok];
  before(async () => {
    far = await farSide((...all) => answer(...all));
  });
  after(() => far?.close());

  const sent = async (
    how: Answer,
    more: object = {},
    world: TestWorld = testWorld(),
  ): Promise<readonly SendResult[]> => {
    answer = how;
    const notice = NOTICES['one firing'];
    assert.ok(notice && far);
    const results: SendResult[] = [];
    for (const given of sample.settings(far.url)) {
      const set = defaultsIn(channel.settings, { ...given, ...more });
      const message = channel.render(notice, set, realRendering(notice));
      results.push(await channel.send(message, set, world));
    }
    assert.deepEqual(
      world.logged.filter((line) => line.includes(MARKER)),
      [],
    );
    for (const result of results)
      for (const word of [MARKER, MARKED_PAIR])
        assert.equal(JSON.stringify(result).includes(word), false, JSON.stringify(result));
    return results;
  };
  const kinds = (results: readonly SendResult[], is: SendResult['is']) => {
    for (const result of results) assert.equal(result.is, is, JSON.stringify(result));
  };

  test('3.1 what the far side took is sent', async () => kinds(await sent(sample.ok), 'sent'));

  test('3.1 an answer nobody documented is not taken for a yes, where the body says yes', async () => {
    const results = await sent(
      answers(200, '<html>}{ \u0000 welcome', { 'Content-Type': 'text/html' }),
    );
    for (const result of results) assert.equal(result.is === 'sent', !sample.readsBody);
  });

  test('3.2 a refusal is never, in the far side’s own words', async () => {
    const results = await sent(answers(400, 'no such place'));
    kinds(results, 'never');
    for (const one of results)
      assert.match(one.is === 'never' ? one.why : '', /400.*no such place/);
  });

  test('3.2 and 3.3 too many requests is later, after the time it asked for', async () => {
    const asked = answers(429, 'slow down', { 'Retry-After': '7' });
    for (const one of await sent(asked)) {
      assert.equal(one.is, 'later');
      assert.equal(one.is === 'later' && one.retryAfter, 7_000);
    }
  });

  test('3.2 a far side in trouble is later', async () => kinds(await sent(answers(503)), 'later'));

  test('3.2 a connection that is broken off is later', async () =>
    kinds(await sent((_arrived, response) => response.destroy()), 'later'));

  test('3.4 an answer that never comes ends with the signal', async () => {
    const world = testWorld();
    kinds(await sent(() => world.abort(), {}, world), 'later');
  });

  test('3.4 an answer that begins and never ends ends with the signal', async () => {
    const world = testWorld();
    const half: Answer = (_arrived, response) => {
      response.writeHead(200);
      response.write('half of it', () => world.abort());
    };
    kinds(await sent(half, {}, world), 'later');
  });

  test('3.5 a retry says the same', async () => {
    const before = far?.arrived.length ?? 0;
    await sent(sample.ok);
    const half = far?.arrived.length ?? 0;
    await sent(sample.ok);
    const bodies = (far?.arrived ?? []).map(
      ({ method, path, body }) => `${method} ${path} ${body}`,
    );
    assert.deepEqual(bodies.slice(half), bodies.slice(before, half));
  });

  test('3.6 the delivery’s id goes along', async () => {
    await sent(sample.ok);
    assert.equal(far?.arrived.at(-1)?.headers['idempotency-key'], 'd17.0');
  });

  test('3.7 a redirect that keeps the method is followed with the same body, or refused', async () => {
    const moved: Answer = (arrived, response, nth) =>
      arrived.path === '/elsewhere'
        ? sample.ok(arrived, response, nth)
        : answers(307, '', { Location: '/elsewhere' })(arrived, response, nth);
    kinds(await sent(moved), 'sent');
    const [asked, followed] = (far?.arrived ?? []).slice(-2);
    assert.deepEqual([followed?.method, followed?.body], [asked?.method, asked?.body]);
    kinds(await sent(moved, { http_config: { follow_redirects: false } }), 'never');
  });

  test('3.8 of an answer without an end no more than the maximum is read', async () => {
    const flood: Answer = (_arrived, response) => {
      response.writeHead(400);
      const pour = (): void => {
        if (!response.destroyed) response.write('x'.repeat(REPLY_BYTES_MAX), pour);
      };
      pour();
    };
    kinds(await sent(flood), 'never');
  });

  test('4.1 a far side that sends our own request back learns us no secret', async () => {
    for (const status of [200, 400, 500])
      for (const http_config of [{}, ...HTTP_SECRETS])
        await sent(
          ({ path, headers, body }, response) => {
            response.writeHead(status, { 'Content-Type': 'application/json' });
            response.end(
              JSON.stringify({
                ok: false,
                error: [path, headers, body].join(),
                message: `${path} ${JSON.stringify(headers)} ${body}`,
              }),
            );
          },
          channel.name === 'slack' && 'authorization' in http_config ? {} : { http_config },
        );
  });
}
