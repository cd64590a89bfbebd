import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { Received, Translated } from '../../src/ports/source.ts';
import { FORM_LIMITS, ITEMS_MAX } from '../../src/sources/webhook/documents.ts';
import { EXAMPLE } from '../../src/sources/webhook/example.ts';
import { readMappings } from '../../src/sources/webhook/mapping.ts';
import { SELECTOR_LIMITS } from '../../src/sources/webhook/selector.ts';
import type { WebhookSettings } from '../../src/sources/webhook/settings.ts';
import { webhook } from '../../src/sources/webhook/webhook.ts';
import { defaultsOf, FIXTURE_AT } from './fixtures.ts';

const settings = defaultsOf(webhook.settings) as WebhookSettings;
const { rules } = webhook;
assert.ok(rules);

interface Sent {
  readonly door?: string;
  readonly type?: string;
}

const received = (body: unknown, { door = 'shop', type = 'application/json' }: Sent = {}) =>
  ({
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    at: FIXTURE_AT,
    from: '192.0.2.7',
    contentType: type,
    params: { name: door },
  }) satisfies Received;

const read = (text: string, body: unknown, sent?: Sent): Translated => {
  assert.deepEqual(rules.check(text), [], text);
  return rules.translate(received(body, sent), settings, text);
};

function only(translated: Translated): AlarmEvent {
  assert.deepEqual(translated.refused, []);
  const [event] = translated.events;
  assert.ok(event && translated.events.length === 1);
  return event;
}

const BASE = '- resource: =shop\n  type: =till\n';

test('a value is a path, a text with paths, a fixed text, or several tried in turn', () => {
  const body = {
    dev: { name: ' r1 ', 'if.name': 'xe-0', 'a"b': 'q' },
    list: ['zero', 'one', { deep: 2 }],
    ids: [{ id: 'a' }, { id: 'b' }, {}],
    n: 0,
    no: null,
  };
  for (const [value, want] of [
    ['dev.name', 'r1'],
    ['list[1]', 'one'],
    ['list.1', 'one'],
    ['list[2].deep', '2'],
    ['dev."if.name"', 'xe-0'],
    [`'"dev"."a\\"b"'`, 'q'],
    ['ids[].id', 'a, b'],
    ['n', '0'],
    ['$.dev.name', 'r1'],
    ['\'{dev.name}/{dev."if.name"}\'', 'r1/xe-0'],
    ["'{{{n}}}'", '{0}'],
    ['=fixed {text}', 'fixed {text}'],
    ['[nothing, no, dev, "{n}{nothing}", n]', '0'],
    ["'{@door} {@from} {@type}'", 'shop 192.0.2.7 application/json'],
    ['[constructor, __proto__, dev.length, =own]', 'own'],
  ] as const) {
    const text = `- resource: ${value}\n  type: =t\n`;
    assert.equal(only(read(text, body)).resource, want, value);
  }
});

test('the first mapping that fits is taken, and a door or a field may decide', () => {
  const text = `
- {door: [till, gate], resource: =by-door, type: =t}
- {match: '{kind=~"a|b", deep.x!="", list="[]", obj="{}"}', resource: =by-field, type: =t}
- {match: 'kind="c"', ignore: true}
- {resource: =rest, type: =t}
`;
  const of = (body: unknown, door?: string) => {
    const { events } = read(text, body, door === undefined ? {} : { door });
    return events[0]?.resource;
  };
  const full = { kind: 'a', deep: { x: 1 }, list: [], obj: {} };
  assert.deepEqual(
    [of({}, 'gate'), of(full), of({ ...full, kind: 'z' }), of({ ...full, list: 1 })],
    ['by-door', 'by-field', 'rest', 'rest'],
  );
  assert.deepEqual(read(text, { kind: 'c' }), { events: [], refused: [] });
});

test('each of the items becomes an event, and $. leads back to the body', () => {
  const text = `
- items: groups[].alerts[]
  resource: '{$.site}/{host}'
  type: $.groups[0].name
`;
  const body = {
    site: 'nbg',
    groups: [
      { name: 'g', alerts: [{ host: 'a' }, { host: 'b' }] },
      { name: 'h', alerts: [{ host: 'c' }] },
    ],
  };
  const { events } = read(text, body);
  assert.deepEqual(
    events.map((e) => [e.resource, e.type]),
    [
      ['nbg/a', 'g'],
      ['nbg/b', 'g'],
      ['nbg/c', 'g'],
    ],
  );
  assert.deepEqual(read('- {items: "a[]", resource: x, type: y}', { a: [] }).refused, []);
  assert.match(
    read('- {items: "a[]", resource: x, type: y}', { b: [] }).unread?.why ?? '',
    /^the mapping at line 1: items: nothing at a\[\]$/,
  );
});

test('state: ignore, then clear, then raise; what fits none is not understood', () => {
  const text = `${BASE}  state: {raise: 's=~"down|slow"', clear: 's="up"', ignore: 's="test"'}\n`;
  const kind = (s: string) => {
    const { events, unread } = read(text, { s });
    return events[0]?.kind ?? (unread ? 'unread' : 'nothing');
  };
  assert.deepEqual(['down', 'up', 'test', 'odd'].map(kind), [
    'raise',
    'clear',
    'nothing',
    'unread',
  ]);
  assert.equal(only(read(BASE, {})).kind, 'occurrence', 'what nothing clears');
  assert.equal(only(read(`${BASE}  lease: 10m\n`, {})).kind, 'raise');
  assert.equal(only(read(`${BASE}  lease: 10m\n`, {})).lease, 600_000);
  const until = only(read(`${BASE}  until: end\n`, { end: '2026-01-01T01:00:00Z' }));
  assert.equal(until.until, FIXTURE_AT + 3_600_000);
});

test('severity: the words of the mapping, then the usual ones, then otherwise', () => {
  const text = `${BASE}  severity: {from: p, words: {P1: critical, 2: minor}, otherwise: major}\n`;
  const of = (p: unknown) => only(read(text, { p })).severity;
  assert.deepEqual(['p1', 2, 'warn', 'odd', null].map(of), [
    ...['critical', 'minor', 'warning', 'major', 'major'],
  ]);
  assert.equal(only(read(BASE, {})).severity, 'warning');
  assert.equal(only(read(`${BASE}  severity: =critical\n`, {})).severity, 'critical');
});

test('labels come by name, from objects, and from lists of pairs; secrets never', () => {
  const text = `${BASE}  labels: {shop: id}\n  labels_from: [a, b, c, d]\n  annotations_from: e\n`;
  const body = {
    id: 7,
    a: { site: 'nbg', Token: 'x', deep: {} },
    b: [
      { name: 'rack', value: 3 },
      { key: 'shop', value: 'no' },
      { name: 'password', value: 'x' },
    ],
    c: [['row', 'r'], ['odd']],
    d: ['unit=4', 'none'],
    e: { runbook: 'https://wiki.example.org' },
  };
  const event = only(read(text, body));
  assert.equal(
    JSON.stringify(event.labels),
    '{"rack":"3","row":"r","shop":"7","site":"nbg","unit":"4"}',
  );
  assert.deepEqual(event.annotations, { runbook: 'https://wiki.example.org' });
});

test('times are read as senders write them, and one that cannot be read is told', () => {
  const of = (at: unknown) => only(read(`${BASE}  at: t\n`, { t: at })).at;
  assert.equal(of('2026-01-01T01:00:00+0100'), FIXTURE_AT);
  assert.equal(of(1_767_225_600), FIXTURE_AT);
  assert.equal(of('1767225600000'), FIXTURE_AT);
  assert.equal(of('0001-01-01T00:00:00Z'), undefined, 'Go never set it');
  assert.match(read(`${BASE}  at: t\n`, { t: 'noon' }).refused[0]?.why ?? '', /not "noon"$/);
});

test('a text that is JSON is read in place', () => {
  const text = `- {json: [m, l.x], match: 'm!=""', resource: m.host, type: l.x.t, labels_from: m}\n`;
  const body = { m: '{"host":"r1","n":1}', l: { x: '{"t":"down"}' } };
  const event = only(read(text, body));
  assert.deepEqual([event.resource, event.type, event.labels.n], ['r1', 'down', '1']);
  assert.match(read(text, { m: 'no JSON', l: {} }).unread?.why ?? '', /nothing at m\.host/);
});

test('forms, multipart forms, JSON lines and lists are read alike', () => {
  const text = '- {resource: host, type: check}\n';
  const form = 'application/x-www-form-urlencoded';
  const hosts = (body: unknown, type: string) =>
    read(text, body, { type }).events.map(({ resource }) => resource);
  assert.deepEqual(hosts('host=a+1&check=x', form), ['a 1']);
  assert.deepEqual(hosts('{"host":"a","check":"x"}', form), ['a'], 'as curl -d says it');
  assert.deepEqual(hosts('{"host":"a","check":1}\n{"host":"b","check":1}\n', ''), ['a', 'b']);
  assert.deepEqual(
    hosts(
      [
        { host: 'a', check: 1 },
        { host: 'b', check: 1 },
      ],
      '',
    ),
    ['a', 'b'],
  );
  const part = (name: string, value: string, more = '') =>
    `--sep\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const multi = `${part('host', 'a')}${part('check', 'x')}${part('f', '…', '; filename="x"')}--sep--\r\n`;
  assert.deepEqual(hosts(multi, 'multipart/form-data'), ['a']);
  const plain = read(
    '- {match: \'@body=~".*full"\', resource: =disk, type: "@body"}',
    'disk full',
    {
      type: 'text/plain',
    },
  );
  assert.equal(only(plain).type, 'disk full');
});

test('a body that no mapping understands is kept whole, one understood in part keeps the rest', () => {
  const text = "- {match: 'a!=\"\"', items: 'a[]', resource: r, type: =t}\n";
  assert.deepEqual(read(text, { b: 1 }), {
    events: [],
    refused: [{ field: '', why: 'no mapping understands it' }],
    unread: { why: 'no mapping understands it' },
  });
  const body = [
    { a: [{ r: 'x' }, { q: 1 }, { r: 'y' }], note: 'n' },
    { b: 1 },
    { a: [{ r: 'z' }] },
  ];
  const { events, unread } = read(text, body);
  assert.deepEqual(
    events.map(({ resource }) => resource),
    ['x', 'y', 'z'],
  );
  assert.deepEqual(JSON.parse(unread?.body ?? ''), [{ a: [{ q: 1 }], note: 'n' }, { b: 1 }]);
  const again = read(text, unread?.body);
  assert.deepEqual([again.events, again.unread?.body], [[], undefined], 'nothing is done twice');
});

test('more than a body may hold is refused, and not kept', () => {
  const form = (n: number) => Array.from({ length: n }, (_, i) => `f${i}=1`).join('&');
  const sent = { type: 'application/x-www-form-urlencoded' };
  assert.equal(read(BASE, form(FORM_LIMITS.fields_max), sent).events.length, 1);
  const many = read(BASE, form(FORM_LIMITS.fields_max + 1), sent);
  assert.deepEqual([many.events.length, many.unread], [0, undefined]);
  const lines = (n: number) => '{"a":1}\n'.repeat(n);
  assert.equal(read(BASE, lines(ITEMS_MAX)).events.length, ITEMS_MAX);
  assert.match(read(BASE, lines(ITEMS_MAX + 1)).refused[0]?.why ?? '', /more than 10000 items/);
  const items = { a: Array.from({ length: ITEMS_MAX + 1 }, () => 1) };
  const text = "- {items: 'a[]', resource: =r, type: =t}\n";
  assert.equal(read(text, items).events.length, SELECTOR_LIMITS.values_max);
});

test('secrets are taken out of what is kept, in texts that are JSON too', () => {
  const clean = (body: unknown, sent?: Sent) => {
    const input = rules.redact?.(received(body, sent), settings);
    return Buffer.from(input?.body ?? '').toString();
  };
  const body = { a: { Password: 'p1' }, m: '{"token":"p2","x":1}', t: 'token p3' };
  assert.equal(
    clean(body),
    '{"a":{"Password":"(redacted)"},"m":"{\\"token\\":\\"(redacted)\\",\\"x\\":1}","t":"token p3"}',
  );
  assert.equal(clean('{ "a" : 1 }'), '{ "a" : 1 }', 'without one it stays to the byte');
  const form = clean('user=a&passwd=b', { type: 'application/x-www-form-urlencoded' });
  assert.equal(form, '{"user":"a","passwd":"(redacted)"}');
});

test('the fields of an input are told by the paths that find them', () => {
  const body = { a: { 'b.c': [1, { d: 'x' }] }, '@e': true, f: null };
  const fields = rules.fields?.(received(body)) ?? [];
  assert.deepEqual(
    fields.map(({ selector, value }) => [selector, value]),
    [
      ['a."b.c"[0]', '1'],
      ['a."b.c"[1].d', 'x'],
      ['"@e"', 'true'],
    ],
  );
  for (const { selector, value } of fields) {
    const text = `- {resource: ${JSON.stringify(selector)}, type: =t}\n`;
    assert.equal(only(read(text, body)).resource, value, selector);
  }
});

test('the example and the ready mappings have no fault, and the example does what it says', () => {
  assert.deepEqual(rules.check(EXAMPLE), []);
  const ready = new URL('../../src/sources/webhook/ready.yml', import.meta.url);
  const { all, faults } = readMappings(readFileSync(ready, 'utf8'));
  assert.deepEqual(faults, []);
  assert.ok(all.every(({ name }) => name !== ''));
  const body = {
    kind: 'till',
    shop: { id: 7, name: 'Osl-3' },
    events: [{ till: 't4', status: 'down', prio: 1, message: 'no answer', tags: { row: 2 } }],
  };
  const event = only(read(EXAMPLE, body));
  assert.deepEqual(
    [event.kind, event.severity, event.resource, event.text, event.labels],
    ['raise', 'critical', 'Osl-3/t4', 't4: no answer', { row: '2', shop: '7' }],
  );
});

test('who forgets the sign of a fixed text, or quotes around paths, is told so', () => {
  const plain = read('- {resource: host, type: pump.alarm}', { host: 'a' });
  assert.match(
    plain.unread?.why ?? '',
    /nothing at pump\.alarm; for a fixed text write =pump\.alarm/,
  );
  assert.doesNotMatch(read('- {resource: host, type: x}', {}).unread?.why ?? '', /fixed/);
  const [fault] = readMappings('- name: a\n  resource: {site}/{host}\n  type: =x\n').faults;
  assert.match(fault?.why ?? '', /needs quotes around it: '\{site\}\/\{host\}'/);
  const [other] = readMappings('- name: a\n  resource: [x\n  type: =x\n').faults;
  assert.doesNotMatch(other?.why ?? '', /quotes/);
});

test('a body that calls its text `msg` is not taken for a test notice of Uptime Kuma', () => {
  const door = { door: 'any' };
  const down = { device: 'till-4', state: 'down', msg: 'no answer' };
  assert.ok(webhook.translate(received(down, door), settings).unread);
  const kuma = (msg: string) => ({ heartbeat: null, monitor: null, msg });
  const certificate = '[web][https://www.example.org/] server certificate CN will expire in 7 days';
  for (const msg of ['My notification Testing', certificate]) {
    const { events } = webhook.translate(received(kuma(msg), door), settings);
    assert.equal(events[0]?.type, 'monitor.message', msg);
  }
});

const DATA = process.env.TOCSIN_DATA;
const PAYLOADS = `${DATA}/payloads/alerta-webhook-payloads.json`;

test('bodies of eleven products: those that are ready raise and clear, the rest is kept', {
  skip: DATA && existsSync(PAYLOADS) ? false : 'TOCSIN_DATA names no folder with payloads',
}, () => {
  const bodies = JSON.parse(readFileSync(PAYLOADS, 'utf8')) as Record<string, unknown>;
  const told = Object.entries(bodies).map(([name, body]) => {
    const { events, unread } = webhook.translate(received(body, { door: 'any' }), settings);
    const [event] = events;
    return `${name} ${event ? `${event.kind} ${event.severity ?? ''}`.trim() : unread ? '?' : '-'}`;
  });
  assert.deepEqual(told, [
    'cloudwatch_subscription_confirmation ?',
    'cloudwatch_notification raise major',
    'cloudwatch_insufficient_data -',
    'grafana_alert_alerting raise warning',
    'grafana_alert_ok clear',
    'grafana_example raise warning',
    'grafana_6 raise warning',
    'graylog_notification ?',
    'new_relic_notification raise indeterminate',
    'pagerduty_alert ?',
    'pingdom_down raise critical',
    'pingdom_up clear',
    'prometheus_v3_alert raise critical',
    'prometheus_v4_alert raise critical',
    'riemann_alert clear',
    'stackdriver_open raise major',
    'stackdriver_closed clear',
    'telegram_ack ?',
    'telegram_close ?',
    'vmware_vrealize ?',
  ]);
});
