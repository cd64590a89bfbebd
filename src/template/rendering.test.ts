import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTIONS, rendered, setOf } from '../../test/support/templates.ts';
import type { Instant } from '../base/time.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { DeliveryId, GroupId, Notice, NotifiedAlert } from '../domain/routing/notice.ts';
import { dataFromJson } from './from-json.ts';
import { plainRendering, rendering } from './rendering.ts';
import { parseTemplates } from './set.ts';

const at = Date.UTC(2026, 2, 1, 2, 3, 4, 500) as Instant;

const alert = (instance: string, more: Partial<NotifiedAlert> = {}): NotifiedAlert => ({
  alarm: `a-${instance}` as AlarmId,
  fingerprint: '0123456789abcdef',
  status: 'firing',
  labels: { alertname: 'Down', instance, site: 'north' },
  annotations: { summary: `${instance} is down` },
  severity: 'critical',
  text: 'down',
  startsAt: at,
  link: '',
  ...more,
});

const notice = (more: Partial<Notice> = {}): Notice => ({
  id: 'd1.0' as DeliveryId,
  to: { receiver: 'ops.night', kind: 'webhook', index: 0 },
  reason: 'new alarms',
  at,
  group: '0000000000000000' as GroupId,
  groupKey: '{}:{}',
  groupLabels: { alertname: 'Down' },
  routeLabels: {},
  alerts: [alert('r1'), alert('r2', { status: 'resolved', endsAt: (at + 500) as Instant })],
  ...more,
});

test('a notice becomes the data that Alertmanager gives to templates', () => {
  const { data } = rendering(setOf(), notice(), OPTIONS);
  assert.deepEqual(
    { ...data, Alerts: data.Alerts.map(({ StartsAt, EndsAt }) => [StartsAt, EndsAt]) },
    {
      Receiver: 'ops\\.night',
      Status: 'firing',
      NotificationReason: 'new alerts added',
      Alerts: [
        ['2026-03-01T02:03:04.5Z', '0001-01-01T00:00:00Z'],
        ['2026-03-01T02:03:04.5Z', '2026-03-01T02:03:05Z'],
      ],
      GroupLabels: { alertname: 'Down' },
      CommonLabels: { alertname: 'Down', site: 'north' },
      CommonAnnotations: {},
      RouteLabels: {},
      ExternalURL: 'https://desk.example',
    },
  );
});

test('a notice whose alarms have all ended is resolved', () => {
  const ended = alert('r1', { status: 'resolved', endsAt: at });
  assert.equal(rendering(setOf(), notice({ alerts: [ended] }), OPTIONS).data.Status, 'resolved');
});

test('labels of a route are filled in, may ask for one another, and never stop a page', () => {
  const routeLabels = {
    team: 'core',
    channel: '#{{ routeLabels "team" }}-{{ .CommonLabels.site }}',
    circle: '{{ routeLabels "other" }}',
    other: '{{ routeLabels "circle" }}',
    broken: '{{ .Nope }}',
  };
  const { data, text } = rendering(setOf(), notice({ routeLabels }), OPTIONS);
  assert.equal(data.RouteLabels.channel, '#core-north');
  assert.equal(data.RouteLabels.circle, routeLabels.circle);
  assert.equal(data.RouteLabels.broken, routeLabels.broken);
  assert.equal(text('{{ routeLabels "channel" }}'), '#core-north');
  assert.throws(() => text('{{ routeLabels "circle" }}'), /circle → other → circle/);
});

test('what a label holds is never run as a template', () => {
  const labels = { alertname: '{{ .Status }}', instance: 'r1' };
  const { text, html } = rendering(setOf(), notice({ alerts: [alert('r1', { labels })] }), OPTIONS);
  assert.equal(text('{{ .CommonLabels.alertname }}'), '{{ .Status }}');
  assert.match(html('{{ template "email.default.html" . }}'), /\{\{ \.Status \}\}/);
});

test('a later file wins over an earlier one and over our own; an empty definition does not', () => {
  const set = setOf(
    { name: 'one.tmpl', text: '{{ define "__subject" }}one{{ end }}{{ define "x" }}x{{ end }}' },
    { name: 'two.tmpl', text: '{{ define "__subject" }}two{{ end }}{{ define "x" }} {{ end }}' },
  );
  const { text } = rendering(set, notice(), OPTIONS);
  assert.equal(text('{{ template "slack.default.title" . }}{{ template "x" }}'), 'twox');
});

test('every faulty file is told, with its name, line and column', () => {
  const set = parseTemplates([
    { name: 'a.tmpl', text: 'ok\n  {{ nope }}' },
    { name: 'b.tmpl', text: '{{ define "b" }}{{ if .Status }}' },
    { name: 'c.tmpl', text: 'fine' },
  ]);
  assert.deepEqual('faults' in set && set.faults.map(({ message }) => message), [
    'a.tmpl:2:6: there is no function "nope"',
    'b.tmpl:1:20: in "b": this {{if}} has no {{end}}',
  ]);
});

test('every default template renders, for firing and for resolved alarms, as text and as HTML', () => {
  const set = setOf();
  const ended = alert('r1', { status: 'resolved', endsAt: at });
  for (const alerts of [[alert('r1')], [ended], [alert('r1'), ended]]) {
    const { text, html } = rendering(set, notice({ alerts }), OPTIONS);
    for (const name of set.names.filter((name) => name.includes('.default.'))) {
      const list = name === 'pagerduty.default.instances' ? '.Alerts.Firing' : '.';
      const template = `{{ template "${name}" ${list} }}`;
      for (const said of [text(template), html(template)]) {
        assert.ok(!said.includes('<no value>'), name);
      }
    }
  }
});

test('the default words say what is wrong, where, how badly, since when, and where to go', () => {
  const mine = alert('r1', {
    labels: { alertname: 'LinkDown', instance: 'r1', severity: 'critical', interface: 'xe-0/0/3' },
    annotations: { summary: 'Link to r2 down', runbook_url: 'https://wiki/link' },
  });
  const { text } = rendering(setOf(), notice({ alerts: [mine] }), OPTIONS);
  assert.equal(
    text('{{ template "telegram.default.message" . }}'),
    '[FIRING:1] LinkDown on r1 (critical): Link to r2 down\n\n' +
      'CRITICAL LinkDown on r1 xe-0/0/3: Link to r2 down\n' +
      '(since 1 Mar 02:03 UTC, for 56m 55s)\n\nhttps://desk.example',
  );
});

test('a document with a wrong shape is told by the path of what is wrong', () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ['[]', /the document must be an object/],
    ['{"alerts":{}}', /alerts must be a list/],
    ['{"alerts":[{"labels":{"a":1}}]}', /alerts\[0\]\.labels\.a must be a text/],
    ['{"alerts":[{"startsAt":"now"}]}', /alerts\[0\]\.startsAt must be a time/],
    ['{', /JSON/],
  ];
  for (const [text, says] of faults) {
    const read = dataFromJson(text);
    assert.match('error' in read ? read.error : '', says);
  }
});

test('a document as webhooks get it is read, names in any case', () => {
  const read = dataFromJson('{"Status":"firing","commonLabels":{"a":"x","A":"y"}}');
  if ('error' in read) assert.fail(read.error);
  assert.equal(rendered('{{ .Status }} {{ .CommonLabels }}', read), 'firing A=y, a=x');
});

test('where a template fails a plain line says what is wrong, escaped for html', () => {
  const faults: string[] = [];
  const hostile = notice({ alerts: [alert('<r1>')] });
  const plain = plainRendering(rendering(setOf(), hostile, OPTIONS), (why) => faults.push(why));
  const line = '[FIRING:1] Down <r1>: <r1> is down';
  assert.equal(plain.text('{{ template "nobody.wrote.this" . }}'), line);
  assert.equal(
    plain.html('{{ template "nobody.wrote.this" . }}'),
    line.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  );
  assert.match(faults[0] ?? '', /nobody\.wrote\.this/);
  assert.equal(plain.text('{{ .Status }}'), 'firing', 'what works is rendered as ever');
});

test('a plain line names ten alarms and counts the rest', () => {
  const many = notice({ alerts: Array.from({ length: 11 }, (_, i) => alert(`r${i}`)) });
  const plain = plainRendering(rendering(setOf(), many, OPTIONS), () => {});
  const line = plain.text('{{ template "x" . }}');
  assert.match(line, /^\[FIRING:11\] Down r0: .*Down r9: r9 is down; and 1 more$/);
});
