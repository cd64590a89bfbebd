import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { KINDS } from '../../test/support/kinds.ts';
import { type Config, type ConfigOptions, loadConfig, readConfig } from './read.ts';
import { refsIn } from './secret.ts';

const END = '\nreceivers: [{name: a}, {name: net}]\n';
const faults = (text: string, options: ConfigOptions = {}): string[] => {
  const read = readConfig(text, 'am.yml', KINDS, options);
  return 'faults' in read ? read.faults.map((f) => `${f.line}:${f.column} ${f.why}`) : [];
};
const config = (text: string, options: ConfigOptions = {}): Config =>
  loadConfig(text, 'am.yml', KINDS, options);
const way = (fields: string, before = ''): string =>
  `${before}route: {receiver: a}\nreceivers: [{name: a, ${fields}}]\n`;
const settings = (read: Config, index = 0) => read.document.receivers[0]?.ways[index]?.settings;

test('routes inherit what Alertmanager lets them inherit, and nothing else', () => {
  const { root } = config(`
route:
  receiver: a
  group_by: [x, b]
  group_wait: 0s
  labels: {one: 1, two: 2}
  on_acknowledge: stop_all
  routes:
    - matchers: [t=u]
      continue: true
      mute_time_intervals: [n]
      labels: {two: zwei}
      routes: [{group_by: ['...'], routes: [{group_by: [c]}, {group_by: []}]}]
time_intervals: [{name: n}]
${END}`).plan;
  const [child] = root.routes;
  const [grand] = child?.routes ?? [];
  assert.deepEqual(root.groupBy, ['b', 'x']);
  assert.equal(root.groupInterval, 300_000);
  assert.equal(root.repeatInterval, 14_400_000);
  assert.deepEqual([child?.receiver, child?.groupWait, child?.onAcknowledge], ['a', 0, 'stop-all']);
  assert.deepEqual(child?.labels, { one: '1', two: 'zwei' });
  assert.deepEqual([grand?.continue, grand?.muteIntervals, grand?.matchers], [false, [], []]);
  assert.deepEqual([grand?.groupByAll, grand?.groupBy], [true, []]);
  assert.deepEqual(
    grand?.routes.map(({ groupByAll, groupBy }) => [groupByAll, groupBy]),
    [
      [false, ['c']],
      [false, []],
    ],
  );
});

test('a route is named by its matchers however they are written; equal ones are numbered', () => {
  const { root } = config(`route: {receiver: a, routes: [
    {matchers: [b=c, 'a=~"x|y"']}, {match: {b: c}, match_re: {a: x|y}}, {matchers: ['{a=~"x|y",b="c"}']}]}${END}`).plan;
  const key = '{}/{a=~"x|y",b="c"}';
  assert.deepEqual(
    root.routes.map((route) => [route.id, route.key]),
    [
      [key, key],
      [`${key}#2`, key],
      [`${key}#3`, key],
    ],
  );
});

test('intervals become numbers; what can never hold is left out, an empty rule too', () => {
  const { plan, zones } = config(`
time_intervals:
  - name: t
    time_intervals:
      - times: [{start_time: 09:00, end_time: '24:00'}]
        weekdays: ['Monday:friday', sunday]
        days_of_month: [1, '-3:-1']
        months: [january:march, 12]
        years: ['2026:2027']
        location: Europe/Vienna
      - {}
      - {times: []}
mute_time_intervals: [{name: old}]
inhibit_rules: [null, {name: r, source_matchers: [b=c], target_match: {d: e}, equal: [f]}]
route: {receiver: a}${END}`);
  const always = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], zone: 'UTC' };
  assert.deepEqual(plan.intervals, [
    { name: 'old', spans: [] },
    {
      name: 't',
      spans: [
        {
          times: [[540, 1440]],
          weekdays: [
            [1, 5],
            [0, 0],
          ],
          daysOfMonth: [
            [1, 1],
            [-3, -1],
          ],
          months: [
            [1, 3],
            [12, 12],
          ],
          years: [[2026, 2027]],
          zone: 'Europe/Vienna',
        },
        always,
      ],
    },
  ]);
  assert.deepEqual(zones, ['Europe/Vienna']);
  assert.deepEqual(plan.inhibitions, [
    {
      name: 'r',
      source: [{ name: 'b', op: '=', value: 'c' }],
      target: [{ name: 'd', op: '=', value: 'e' }],
      equal: ['f'],
    },
  ]);
});

test('ways stand in Alertmanager’s order whatever the file’s, ours last; defaults are filled in', () => {
  const read = config(
    way(
      'trap_configs: [{host: h}], slack_configs: [{api_url_file: f}], webhook_configs: [{url: "http://a"}]',
    ),
  );
  assert.deepEqual(read.plan.receivers[0]?.ways, [
    { kind: 'webhook', index: 0, sendResolved: true },
    { kind: 'slack', index: 0, sendResolved: false },
    { kind: 'trap', index: 0, sendResolved: true },
  ]);
  assert.deepEqual(settings(read, 1), {
    api_url: '',
    api_url_file: 'f',
    app_token: '',
    title: 'a title',
    fields: [],
  });
});

test('global stands in for what a way leaves out, never beside the file of the same thing', () => {
  const global =
    'global: {slack_api_url: "http://g/", slack_app_token: tok, http_config: {no_proxy: x, proxy_url: "http://p"}}\n';
  const keep = (value: string): string => value;
  const read = (fields: string) => settings(config(way(fields, global), { keep }));
  assert.deepEqual(
    [
      read('slack_configs: [{}]')?.api_url,
      read('slack_configs: [{api_url: "http://own/"}]')?.api_url,
      read('slack_configs: [{api_url_file: f}]')?.api_url,
    ],
    [{ $secret: 'http://g/' }, { $secret: 'http://own/' }, ''],
  );
  assert.deepEqual(read('slack_configs: [{}]')?.app_token, { $secret: 'tok' });
  assert.equal(read('slack_configs: [{api_url: "http://own/"}]')?.app_token, '');
  const http = (fields: string) =>
    read(`webhook_configs: [{url: "http://a"${fields}}]`)?.http_config as Record<string, unknown>;
  assert.equal(http('').no_proxy, 'x');
  assert.equal(http(', http_config: {follow_redirects: false}').no_proxy, undefined);
  assert.equal(http(', http_config: {follow_redirects: false}').enable_http2, true);
});

test('paths in http_config and templates are told from the folder of the file', () => {
  const text = way(
    'webhook_configs: [{url: "http://a", http_config: {bearer_token_file: t, tls_config: {ca_file: /abs}}}]',
    'templates: [x/*.tmpl]\n',
  );
  const read = loadConfig(text, 'conf/am.yml', KINDS);
  const http = settings(read)?.http_config as { bearer_token_file: string; tls_config: object };
  assert.equal(http.bearer_token_file, resolve('conf/t'));
  assert.deepEqual(http.tls_config, { ca_file: '/abs', insecure_skip_verify: false });
  assert.deepEqual(read.templates, [resolve('conf/x/*.tmpl')]);
});

const SECRETS = `# a comment stays
global: {slack_api_url: 'http://g/hunter1'}
route: {receiver: a}
tracing: {headers: {x: hunter2}}
receivers:
  - name: a
    slack_configs: [{}, {api_url: &s "http://own/hunter3"}]
    webhook_configs:
      - url: >-
          http://folded/hunter4
        headers: {x: "hunter\\n5"}
        proxy: http://user:hunter6@proxy/
      - url: *s
`;

test('secrets leave the text, comments and order stay, and the document holds references', () => {
  let n = 0;
  const read = config(SECRETS, { keep: () => `ref${++n}` });
  assert.ok(!read.text.includes('hunter'), read.text);
  assert.ok(!read.original.includes('hunter'), read.original);
  assert.ok(!JSON.stringify(read.document).includes('hunter'));
  assert.ok(read.text.includes('# a comment stays'));
  assert.deepEqual(
    [...read.secrets.values()],
    [
      'http://g/hunter1',
      'http://folded/hunter4',
      'hunter\n5',
      'http://user:hunter6@proxy/',
      'http://own/hunter3',
      'http://own/hunter3',
    ],
  );
  assert.deepEqual([...refsIn(read.document)].sort(), [...read.secrets.keys()].sort());
  assert.deepEqual(read.unused, ['tracing']);
});

test('a text with <secret> reads back where the secret is known, and only there', () => {
  const first = config(SECRETS);
  const again = config(first.text, { known: first.document });
  assert.deepEqual(again.document, first.document);
  assert.equal(again.secrets.size, 0);
  const told = faults(first.text);
  assert.equal(told.length, 5, told.join('\n'));
  assert.match(told[0] ?? '', /^2:\d+ <secret> is what is shown for a secret/);
  const moved = first.text
    .replace('name: a\n', 'name: a2\n')
    .replace('receiver: a}', 'receiver: a2}');
  const { known } = { known: first.document };
  const renamed = config(moved, { known }).document.receivers[0]?.ways;
  assert.deepEqual(renamed, first.document.receivers[0]?.ways, 'by another name they are known');
  const among = moved.replace(/( *)- name: a2\n/, '$1- name: z\n$&');
  assert.equal(faults(among, { known }).length, 4, 'which of two it was is not guessed');
  assert.deepEqual(faults(first.text, { isShown: true }), []);
});

test('nothing is kept of a file with a fault', () => {
  const kept: string[] = [];
  const keep = (value: string): string => `${kept.push(value)}`;
  for (const text of [
    way('webhook_configs: [{url: "http://a", mode: none}]'),
    way('webhook_configs: [{url: "http://a"}, {url: <secret>}]'),
  ])
    assert.ok(faults(text, { keep }).length > 0);
  assert.deepEqual(kept, []);
});

test('the original is YAML with defaults, without what is ours, and reads as the same', () => {
  const text = way(
    'webhook_configs: [{url: "http://a/", own: x, payload: {a: [yes, 1]}}], trap_configs: [{host: h}]',
    'global: {resolve_timeout: 90s}\n',
  ).replace(
    'receiver: a}',
    'receiver: a, on_acknowledge: nothing, group_wait: 90s, routes: [{matchers: [\'a="yes"\']}]}',
  );
  const { original } = config(text);
  assert.deepEqual(parse(original, { version: '1.1' }), {
    global: {
      resolve_timeout: '1m30s',
      http_config: { follow_redirects: true, enable_http2: true },
    },
    route: {
      receiver: 'a',
      group_wait: '1m30s',
      continue: false,
      routes: [{ matchers: ['a="yes"'], continue: false }],
    },
    receivers: [
      {
        name: 'a',
        webhook_configs: [
          {
            send_resolved: true,
            http_config: { follow_redirects: true, enable_http2: true },
            url: 'http://<secret>',
            payload: { a: ['yes', 1] },
          },
        ],
      },
    ],
    templates: [],
  });
});

test('matchers are read as the feature flags say', () => {
  const utf8 = `route: {receiver: a, routes: [{matchers: ['"ü"=b']}]}${END}`;
  const classic = `route: {receiver: a, routes: [{matchers: ['a=']}]}${END}`;
  const groups = `route: {receiver: a, group_by: [ü]}${END}`;
  const good = (text: string) =>
    (['both', 'classic', 'utf8'] as const).filter(
      (matchers) => faults(text, { matchers }).length === 0,
    );
  assert.deepEqual(good(utf8), ['both', 'utf8']);
  assert.deepEqual(good(classic), ['both', 'classic']);
  assert.deepEqual(good(groups), ['both', 'utf8']);
});

test('resolve_timeout is told when it is written', () => {
  assert.equal(config(way('trap_configs: []')).resolveTimeout, undefined);
  const at = (text: string) =>
    config(way('trap_configs: []', `global: {resolve_timeout: ${text}}\n`));
  assert.equal(at('1d12h').resolveTimeout, 129_600_000);
  assert.equal(at('0').resolveTimeout, 0);
});
