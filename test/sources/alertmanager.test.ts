import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantText, minutes, seconds } from '../../src/base/time.ts';
import { EVENT_LIMITS } from '../../src/domain/alarm/event.ts';
import type { HttpAnswer, Received, Translated } from '../../src/ports/source.ts';
import {
  ALERTS_PER_REQUEST_MAX,
  alertmanager,
} from '../../src/sources/alertmanager/alertmanager.ts';
import type { AlertmanagerSettings } from '../../src/sources/alertmanager/settings.ts';
import { defaultsOf, FIXTURE_AT } from './fixtures.ts';

const settings = defaultsOf(alertmanager.settings) as AlertmanagerSettings;
const DONE = { ok: true, position: 1 } as const;

function post(
  body: unknown,
  more: Partial<Received> & Partial<AlertmanagerSettings> = {},
): Translated {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const input = {
    body: Buffer.from(text),
    at: FIXTURE_AT,
    from: '',
    contentType: 'application/json',
    ...more,
  };
  return alertmanager.translate(input, { ...settings, ...more });
}

function answerTo(body: unknown, more: Partial<Received> = {}): HttpAnswer {
  const translated = post(body, more);
  const answer = alertmanager.http?.answer(translated, DONE);
  assert.ok(answer);
  return answer;
}

const only = (translated: Translated) => {
  assert.deepEqual(translated.refused, []);
  const [event] = translated.events;
  assert.ok(event && translated.events.length === 1);
  return event;
};

test('4.3 answers have the status and body that Alertmanager 0.25 gave for the same requests', () => {
  const table: readonly (readonly [body: string, status: number, want: string | RegExp])[] = [
    ['[]', 200, ''],
    ['null', 200, ''],
    ['[{"labels":{"a":"q"},"annotations":null,"startsAt":null,"foo":1}]', 200, ''],
    ['[{"labels":{"a":"b"},"startsAt":""}]', 200, ''],
    ['', 422, '{"code":602,"message":"alerts in body is required"}'],
    ['[{}]', 422, '{"code":602,"message":"0.labels in body is required"}'],
    ['[{"labels":null}]', 422, '{"code":602,"message":"0.labels in body is required"}'],
    ['[{"labels":{}}]', 400, '"at least one label pair required"'],
    ['[{"labels":{"a":""}}]', 400, '"at least one label pair required"'],
    ['[{"labels":{"a":null}}]', 400, '"at least one label pair required"'],
    ['[{"labels":{"":"z"}}]', 400, String.raw`"invalid label set: invalid name \"\""`],
    [
      '[{"labels":{"a":"b"},"startsAt":"2020-01-01T00:00:00Z","endsAt":"2019-01-01T00:00:00Z"}]',
      400,
      '"start time must be before end time"',
    ],
    [
      '[{"labels":{"a":""}},{"labels":{"c":"ok"}},{"labels":{"":"z"}}]',
      400,
      String.raw`"at least one label pair required; invalid label set: invalid name \"\""`,
    ],
    ['{}', 400, /^\{"code":400,"message":"parsing alerts body from \\"\\" failed, because /],
    ['[3]', 400, /^\{"code":400,"message":"parsing alerts body from /],
    ['[null]', 400, /^\{"code":400,/],
    ['[{"labels":', 400, /^\{"code":400,"message":"parsing alerts body from /],
    ['[{"labels":"x"}]', 400, /^\{"code":400,/],
    ['[{"labels":{"a":1}}]', 400, /^\{"code":400,/],
    ['[{"labels":{"a":"b"},"generatorURL":5}]', 400, /^\{"code":400,/],
    ['[{"labels":{"a":"b"},"startsAt":"x"}]', 400, /^\{"code":400,/],
    ['[{"labels":{"a":"b"},"startsAt":5}]', 400, /^\{"code":400,/],
  ];
  for (const [body, status, want] of table) {
    const told = answerTo(body);
    assert.equal(told.status, status, `${body}: ${told.body}`);
    if (typeof want === 'string') assert.equal(told.body.trimEnd(), want, body);
    else assert.match(told.body, want, body);
    assert.equal(told.headers?.['cache-control'], 'no-store');
  }
});

test('4.3 what does not call itself JSON is refused with 415', () => {
  const told = answerTo('[]', { contentType: 'text/plain' });
  assert.equal(told.status, 415);
  const message = 'unsupported media type "text/plain", only [application/json] are allowed';
  assert.deepEqual(JSON.parse(told.body), { code: 415, message });
  assert.match(answerTo('[]', { contentType: '' }).body, /"application\/octet-stream\\"/);
});

test('4.2 when the desk could not store it, the sender is asked to come again', () => {
  const no = { ok: false, why: 'disk full', retryAfterSeconds: 5 } as const;
  const told = alertmanager.http?.answer(post('[{"labels":{"a":"b"}}]'), no);
  assert.equal(told?.status, 503);
  assert.equal(told?.headers?.['retry-after'], '5');
  const flood = alertmanager.http?.answer({ events: [], refused: [] }, { ...no, overBudget: true });
  assert.deepEqual([flood?.status, flood?.headers?.['retry-after']], [429, '5']);
});

test('an end in the past clears at that end; an end at this very moment has come', () => {
  const at = (endsAt: string) => only(post([{ labels: { a: 'b' }, endsAt }]));
  const past = at('2025-12-31T23:59:59.999Z');
  assert.deepEqual([past.kind, past.at], ['clear', FIXTURE_AT - 1]);
  assert.equal(at(instantText(FIXTURE_AT)).kind, 'clear');
  const ahead = at('2026-01-01T00:00:00.001Z');
  assert.deepEqual([ahead.kind, ahead.until, ahead.lease], ['raise', FIXTURE_AT + 1, undefined]);
});

test('without an end a raise holds for the resolve timeout', () => {
  const event = only(post([{ labels: { a: 'b' } }], { resolve_timeout_seconds: 10 }));
  assert.deepEqual([event.kind, event.lease, event.until], ['raise', seconds(10), undefined]);
  assert.equal(event.at, undefined);
});

test('a start beyond the resolve timeout is refused, one at it is not', () => {
  const from = (ms: number) =>
    post([{ labels: { a: 'b' }, startsAt: instantText((FIXTURE_AT + ms) as never) }]);
  assert.equal(from(minutes(5)).refused.length, 0);
  assert.equal(from(minutes(5) + 1).refused[0]?.why, 'start time must be before end time');
});

test('a repetition differs only in its end, so that it is a renewal', () => {
  const alert = { labels: { alertname: 'Down', instance: 'a' }, startsAt: '2025-12-31T23:00:00Z' };
  const first = only(post([{ ...alert, endsAt: '2026-01-01T00:04:00Z' }]));
  const { until: _, ...again } = only(post([{ ...alert, endsAt: '2026-01-01T00:05:00Z' }]));
  const { until: __, ...before } = first;
  assert.deepEqual(again, before);
});

test('dropped labels are no part of the identity: a pair of Prometheus makes one alarm', () => {
  const of = (replica: string) =>
    only(post([{ labels: { alertname: 'Down', replica } }], { drop_labels: ['replica'] }));
  assert.deepEqual(of('a'), of('b'));
  assert.deepEqual(of('a').labels, { alertname: 'Down' });
});

test('classic names, when set, refuse what goes beyond them', () => {
  const why = (name: string) =>
    post([{ labels: { [name]: 'x' } }], { classic_names: true }).refused[0]?.why ?? '';
  for (const name of ['a', '_', 'A1_b']) assert.equal(why(name), '', name);
  for (const name of ['1a', 'a-b', 'a b', 'é', 'a:b']) {
    assert.equal(why(name), `invalid label set: invalid name ${JSON.stringify(name)}`);
  }
});

test('severity comes from the label, a word nobody knows is the set one, the label stays', () => {
  const of = (labels: Record<string, string>) => only(post([{ labels }])).severity;
  assert.equal(of({ severity: 'Critical' }), 'critical');
  assert.equal(of({ severity: 'page' }), 'critical');
  assert.equal(of({ priority: 'high' }), 'major');
  assert.equal(of({ severity: 'info' }), 'indeterminate');
  assert.equal(of({ severity: 'P1' }), 'warning');
  assert.equal(of({ a: 'b' }), 'warning');
  assert.equal(only(post([{ labels: { severity: 'P1' } }])).labels.severity, 'P1');
});

test('2.3 labels at a limit are taken, beyond it the alert is refused and the others are not', () => {
  const limits = EVENT_LIMITS;
  const many = (n: number) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`l${i}`, 'x']));
  const wide = (n: number) =>
    Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`l${i}`, 'é'.repeat(n)]));
  const table: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
    [many(limits.labels_max), many(limits.labels_max + 1)],
    [
      { ['n'.repeat(limits.label_name_chars_max)]: 'x' },
      { ['n'.repeat(limits.label_name_chars_max + 1)]: 'x' },
    ],
    [
      { a: 'v'.repeat(limits.label_value_chars_max) },
      { a: 'v'.repeat(limits.label_value_chars_max + 1) },
    ],
    [wide(4_095), wide(4_096)],
  ];
  for (const [fits, beyond] of table) {
    const { events, refused } = post([{ labels: fits }, { labels: beyond }]);
    assert.deepEqual([events.length, refused.length], [1, 1]);
    assert.match(refused[0]?.why ?? '', /^invalid label set: /);
  }
});

test('2.3 annotations, texts and links beyond a limit are cut: the alert is what matters', () => {
  const long = 'x'.repeat(20_000);
  const annotations = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, long]));
  const labels = { alertname: 'n'.repeat(300), instance: 'i'.repeat(600) };
  const event = only(
    post([
      { labels, annotations: { ...annotations, summary: long }, generatorURL: `http://${long}` },
    ]),
  );
  assert.equal(event.type.length, EVENT_LIMITS.type_chars_max);
  assert.equal(event.resource.length, EVENT_LIMITS.resource_chars_max);
  assert.equal(event.link, '');
  const kept = Object.values(event.annotations ?? {});
  assert.ok(kept.length > 0 && kept.every((v) => v.length === EVENT_LIMITS.label_value_chars_max));
});

test('4.5 more alerts than one request may hold are refused whole', () => {
  const body = (n: number) => `[${'{"labels":{"a":"b"}},'.repeat(n - 1)}{"labels":{"a":"b"}}]`;
  assert.equal(post(body(ALERTS_PER_REQUEST_MAX)).events.length, ALERTS_PER_REQUEST_MAX);
  const { events, refused } = post(body(ALERTS_PER_REQUEST_MAX + 1));
  assert.deepEqual([events.length, refused.length], [0, 1]);
});

test('2.6 refusals beyond a hundred are told as a number', () => {
  const { refused } = post(`[${'{},'.repeat(249)}{}]`);
  assert.equal(refused.length, 101);
  assert.equal(refused.at(-1)?.why, '150 more alerts were refused');
});

test('an annotation or a name of white space alone is no text: the next one speaks', () => {
  const blank = { labels: { alertname: 'Down' }, annotations: { summary: ' \n ' } };
  assert.equal(only(post([blank])).text, 'Down');
  assert.equal(only(post([{ labels: { alertname: '\n' } }])).text, 'alert');
});
