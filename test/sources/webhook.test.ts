import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { Translated } from '../../src/ports/source.ts';
import { ITEMS_MAX } from '../../src/sources/webhook/documents.ts';
import type { Hook, WebhookSettings } from '../../src/sources/webhook/settings.ts';
import { webhook } from '../../src/sources/webhook/webhook.ts';
import { defaultsOf, FIXTURE_AT } from './fixtures.ts';

const defaults = defaultsOf(webhook.settings) as WebhookSettings;
const [generic] = defaults.hooks;
assert.ok(generic);

function post(body: unknown, hook: Partial<Hook> = {}, name?: string): Translated {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const input = { body: Buffer.from(text), at: FIXTURE_AT, from: '', contentType: '' };
  const settings = { ...defaults, hooks: [{ ...generic, ...hook } as Hook] };
  return webhook.translate(name === undefined ? input : { ...input, params: { name } }, settings);
}

function only(translated: Translated): AlarmEvent {
  assert.deepEqual(translated.refused, []);
  const [event] = translated.events;
  assert.ok(event && translated.events.length === 1);
  return event;
}

test('a field is a path, a template or a text, tried in turn', () => {
  const item = {
    dev: { name: 'r1', 'if.name': 'xe-0' },
    list: ['zero', 'one'],
    n: 7,
    ok: true,
    type: 't',
  };
  const table: readonly (readonly [string[], string])[] = [
    [['dev.name'], 'r1'],
    [['list.1'], 'one'],
    [['/dev/if.name'], 'xe-0'],
    [['nothing', 'n'], '7'],
    [['ok'], 'true'],
    [['{dev.name}/{/dev/if.name}'], 'r1/xe-0'],
    [['{dev.name}/{nothing}', 'dev.name'], 'r1'],
    [['dev', '=fixed'], 'fixed'],
    [['constructor', '__proto__', '=own'], 'own'],
  ];
  for (const [resource, want] of table) {
    assert.equal(only(post(item, { resource })).resource, want, resource.join());
  }
});

test('matchers on paths decide: clear first, then raise, else the item is refused', () => {
  const hook = { raise: '"alert.state"=~"firing|pending"', clear: 'alert.state="ok"' };
  const of = (state: string) => post({ host: 'a', check: 'b', alert: { state } }, hook);
  assert.equal(only(of('firing')).kind, 'raise');
  assert.equal(only(of('ok')).kind, 'clear');
  assert.match(of('odd').refused[0]?.why ?? '', /^neither an alarm/);
  assert.equal(of('odd').refused[0]?.field, 'status');
});

test('3.6 what nothing clears is an occurrence', () => {
  assert.equal(only(post({ host: 'a', check: 'b' }, { clear: '' })).kind, 'occurrence');
});

test('a matcher that cannot be read is told to whoever posts', () => {
  const { events, refused } = post({ host: 'a', check: 'b' }, { raise: 'x=~"("' });
  assert.equal(events.length, 0);
  assert.match(refused[0]?.why ?? '', /^the settings of hook default cannot be used: raise: /);
});

test('3.4 time is RFC 3339, seconds or milliseconds; none means receipt', () => {
  const at = (time: unknown) => only(post({ host: 'a', check: 'b', time })).at;
  assert.equal(at('2025-12-31T23:00:00+01:00'), Date.UTC(2025, 11, 31, 22));
  assert.equal(at(1_767_225_600), FIXTURE_AT);
  assert.equal(at(1_767_225_600_123), FIXTURE_AT + 123);
  assert.equal(at('1767225600.5'), FIXTURE_AT + 500);
  assert.equal(at(undefined), undefined);
  assert.equal(post({ host: 'a', check: 'b', time: '99999999999999999' }).refused.length, 1);
});

test('severity: the words of the sender first, then the usual ones, then the set one', () => {
  const of = (severity: string) => {
    const hook = { severities: { p1: 'critical', high: 'minor' } as const };
    return only(post({ host: 'a', check: 'b', severity }, hook)).severity;
  };
  assert.deepEqual(['P1', 'HIGH', 'warn', 'odd', 'constructor'].map(of), [
    'critical',
    'minor',
    'warning',
    'warning',
    'warning',
  ]);
});

test('3.9 named members are in neither labels nor evidence, however deep', () => {
  const item = {
    host: 'a',
    check: 'b',
    labels: { Token: 'x', site: 'n' },
    deep: [{ PassWord: 'x' }],
  };
  const event = only(post(item));
  assert.deepEqual(event.labels, { site: 'n' });
  assert.ok(!event.raw?.includes('"x"'));
  assert.match(event.raw ?? '', /"PassWord":"\(redacted\)"/);
});

test('3.8 labels come from objects and from named fields, sorted', () => {
  const hook = { labels: ['tags', ''], add_labels: { rack: ['loc.rack'], all: ['=yes'] } };
  const item = {
    host: 'a',
    check: 'b',
    tags: { z: 1, y: true, x: { no: 1 } },
    loc: { rack: 'r7' },
  };
  const event = only(post(item, hook));
  assert.equal(
    JSON.stringify(event.labels),
    '{"all":"yes","check":"b","host":"a","rack":"r7","y":"true","z":"1"}',
  );
});

test('3.5 a lease, when set, goes with every raise', () => {
  assert.equal(only(post({ host: 'a', check: 'b' }, { lease_seconds: 60 })).lease, 60_000);
});

test('4.5 more items than one body may hold are refused whole', () => {
  const list = (n: number) => Array.from({ length: n }, () => ({ host: 'a', check: 'b' }));
  assert.equal(post(list(ITEMS_MAX)).events.length, ITEMS_MAX);
  const more = post(list(ITEMS_MAX + 1));
  assert.deepEqual(more.events, []);
  assert.equal(more.unread, undefined, 'it would never be understood');
});

test('4.2 4.3 the answer counts what was taken and names what was not', () => {
  const answer = (t: Translated) => webhook.http?.answer(t, { ok: true, position: 1 });
  const good = answer(post({ host: 'a', check: 'b' }));
  assert.deepEqual([good?.status, good?.body], [200, '{"accepted":1}\n']);
  const mixed = answer(post([{ host: 'a', check: 'b' }, { host: 'a' }]));
  assert.equal(mixed?.status, 202);
  const told = JSON.parse(mixed?.body ?? '');
  assert.deepEqual([told.accepted, told.kept], [1, true]);
  assert.match(told.message, /^1 taken\. What was not understood is kept/);
  assert.equal(told.notUnderstood[0].field, '[1].type');
  assert.equal(answer(post({}, {}, 'nobody'))?.status, 202, 'whatever the door is called');
  const many = answer(post(Array.from({ length: ITEMS_MAX + 1 }, () => ({}))));
  assert.equal(many?.status, 422, 'no mapping could help it');
  const busy = { ok: false, why: 'behind', retryAfterSeconds: 2 } as const;
  const later = webhook.http?.answer(post({ host: 'a', check: 'b' }), busy);
  assert.deepEqual([later?.status, later?.headers?.['retry-after']], [503, '2']);
  const slower = webhook.http?.answer({ events: [], refused: [] }, { ...busy, overBudget: true });
  assert.deepEqual([slower?.status, slower?.headers?.['retry-after']], [429, '2']);
});
