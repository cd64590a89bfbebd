import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, millis } from '../../src/base/time.ts';
import { durationOf } from '../../src/net/duration.ts';
import { cutPoints } from '../../src/net/json.ts';
import { judge, RETRY_AFTER_MINUTES_MAX, retryAfter } from '../../src/net/judge.ts';
import { filled, YAML_CHARS_MAX } from '../../src/net/payload.ts';
import { redacted, secretsIn, variants } from '../../src/net/secret.ts';
import { httpConfigField } from '../../src/net/settings.ts';
import { talk } from '../../src/net/talk.ts';
import { answers, farSide } from './far-side.ts';
import { testWorld } from './world.ts';

const NOW = 1_767_225_600_000 as Instant; // 2026-01-01T00:00:00Z

test('3.2 what a status means', () => {
  const is = (status: number) => judge({ status, headers: {}, body: '' }, NOW).is;
  for (const status of [200, 202, 204, 299]) assert.equal(is(status), 'sent');
  for (const status of [429, 500, 502, 503, 504, 599]) assert.equal(is(status), 'later');
  for (const status of [300, 302, 304, 400, 401, 403, 404, 408, 413, 422, 430])
    assert.equal(is(status), 'never');
});

test('3.3 Retry-After is seconds or a date, and never more than an hour', () => {
  const most = RETRY_AFTER_MINUTES_MAX * 60;
  assert.equal(retryAfter('7', NOW), 7_000);
  assert.equal(retryAfter(String(most), NOW), most * 1000);
  assert.equal(retryAfter(String(most + 1), NOW), most * 1000);
  assert.equal(retryAfter('Thu, 01 Jan 2026 00:00:30 GMT', NOW), 30_000);
  for (const nothing of ['0', '-1', 'soon', '', 'Wed, 31 Dec 2025 23:59:59 GMT', undefined])
    assert.equal(retryAfter(nothing, NOW), undefined);
});

test('4.1 a secret is taken out as it is, encoded, and as a part of an address', () => {
  const secrets = secretsIn(httpConfigField, {
    proxy_url: 'http://user:s3cr3tpw@proxy.example.org/',
    authorization: { credentials: 'tok/en+1' },
    oauth2: { endpoint_params: { key: 'deep-one' } },
    http_headers: { 'X-A': { secrets: ['listed-one'], values: ['open-one'] } },
  });
  const text = 's3cr3tpw tok/en+1 tok%2Fen%2B1 deep-one listed-one open-one';
  assert.equal(redacted(text, secrets), '<secret> <secret> <secret> <secret> <secret> open-one');
});

test('4.1 a secret that stands where an answer is cut leaves no half of itself', async () => {
  const url = 'https://hooks.example.org/services/T0/abcdefghijklmnop';
  for (let before = 470; before < 520; before++) {
    const far = await farSide(answers(400, `${'x'.repeat(before)} abcdefghijklmnop`));
    try {
      const result = await talk(httpConfigField, {}, testWorld(), millis(0), async (line) => {
        line.hide(url);
        const request = { method: 'POST', url: far.url, headers: {}, body: '' } as const;
        return judge(await line.tell(request), NOW);
      });
      assert.doesNotMatch(JSON.stringify(result), /abcd/);
    } finally {
      await far.close();
    }
  }
});

test('4.1 a secret is taken out of JSON; a short word of an address stays a word', () => {
  const secrets = ['pass"w\\rd', ...variants('https://x/alerts/abcdefghij?sig=klmnopqrst')];
  assert.equal(
    redacted('{"p":"pass\\"w\\\\rd"} alerts abcdefghij klmnopqrst', secrets),
    '{"p":"<secret>"} alerts <secret> <secret>',
  );
});

test('a duration is read as Go and Prometheus write it', () => {
  const table = {
    '': 0,
    '0': 0,
    '0s': 0,
    '10s': 10_000,
    '1m30s': 90_000,
    '1.5h': 5_400_000,
    '250ms': 250,
    '1us': 1,
  };
  for (const [text, ms] of Object.entries(table)) assert.equal(durationOf(text), ms, text);
  for (const bad of ['10', 's', '10 s', '-1s', '1x', 'soon'])
    assert.equal(durationOf(bad), undefined);
});

test('text is cut by characters as people count them, never through one', () => {
  assert.equal(cutPoints('🔥🔥🔥', 3), '🔥🔥🔥');
  assert.equal(cutPoints('🔥🔥🔥🔥', 3), '🔥🔥…');
  assert.equal(cutPoints('abcd', 3), 'ab…');
});

test('a filled text that reads as another kind of YAML becomes that, and is not filled again', () => {
  const text = (template: string) =>
    template.replace('{{x}}', '[{{y}}, 2]').replace('{{z}}', '{"a":"{{x}}"}');
  assert.deepEqual(filled('{{z}}', text), { a: '{{x}}' });
  assert.deepEqual(filled(['1', 'true', 'no way', 'a: b', '"q"', 'null', 7], text), [
    1,
    true,
    'no way',
    { a: 'b' },
    '"q"',
    null,
    7,
  ]);
  const bomb = `a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]`;
  assert.equal(
    filled(bomb, (t) => t),
    bomb,
  );
  const deep = '['.repeat(YAML_CHARS_MAX);
  assert.equal(
    filled(deep, (t) => t),
    deep,
  );
  const most = `a: ${'x'.repeat(YAML_CHARS_MAX - 3)}`;
  assert.deepEqual(
    filled(most, (t) => t),
    { a: most.slice(3) },
  );
  assert.equal(
    filled(`${most}x`, (t) => t),
    `${most}x`,
  );
});
