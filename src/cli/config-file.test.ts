import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG_LIMITS, loadConfig, readConfig } from './config-file.ts';

const GOOD = `
global:
  resolve_timeout: 10s # shorter
  smtp_auth_password: hunter2
route:
  receiver: ops
  group_by: [alertname]
  group_wait: 0s
  routes:
    - matchers: ['team="net"']
      receiver: net
      mute_time_intervals: [night]
inhibit_rules: [null]
time_intervals:
  - name: night
receivers:
  - name: ops
    webhook_configs:
      - url: 'http://127.0.0.1:5001/'
  - name: net
    slack_configs:
      - api_url: https://hooks.example/T000/B000
        channel: '#noc'
    pagerduty_configs:
      - routing_key: >-
          abc
          def
        url: https://events.example/
`;

const faults = (text: string): string[] => {
  const read = readConfig(text, 'am.yml');
  return 'faults' in read ? read.faults.map((f) => `${f.line}:${f.column} ${f.why}`) : [];
};

test('a good file is kept, and says what of it does nothing yet', () => {
  const read = loadConfig(GOOD, 'am.yml');
  assert.deepEqual(read.receivers, ['ops', 'net']);
  assert.equal(read.resolveTimeout, 10_000);
  assert.deepEqual(read.unused, [
    'global.smtp_auth_password',
    'route',
    'inhibit_rules',
    'time_intervals',
    'receivers.ops.webhook_configs',
    'receivers.net.slack_configs',
    'receivers.net.pagerduty_configs',
  ]);
});

test('secrets are taken out, comments and order stay, and the rest reads as before', () => {
  const { text, secrets } = loadConfig(GOOD, 'am.yml');
  assert.equal(secrets, 4);
  for (const secret of ['hunter2', '127.0.0.1:5001', 'T000', 'def'])
    assert.ok(!text.includes(secret), secret);
  assert.ok(text.includes('# shorter'));
  assert.ok(text.includes('url: https://events.example/'), 'no secret in PagerDuty’s own type');
  assert.equal(loadConfig(text, 'am.yml').receivers.length, 2);
});

test('each fault has its place', () => {
  const table: readonly (readonly [string, string])[] = [
    ['', '1:1 expected a mapping with route and receivers'],
    ['a: [1', '1:6 this is not YAML'],
    ['route: {receiver: a}\nrecievers: []\nreceivers: [{name: a}]', '2:1 top level has no field'],
    ['receivers: [{name: a}]', '1:1 there is no `route`'],
    ['route: {receiver: b}\nreceivers: [{name: a}]', '1:19 there is no receiver "b"'],
    ['route: {receiver: a}\nreceivers: [{name: a}, {name: a}]', '2:24 there are two receivers'],
    ['route: {group_wait: 1s}\nreceivers: [{name: a}]', '1:8 the root route needs a `receiver`'],
    ['route: {receiver: a, matchers: []}\nreceivers: [{name: a}]', '1:22 the root route takes'],
    [
      'route: {receiver: a, group_wait: 5}\nreceivers: [{name: a}]',
      '1:34 group_wait: "5" is not a length of time',
    ],
    [
      'route: {receiver: a, group_interval: 0s}\nreceivers: [{name: a}]',
      '1:38 group_interval must be more than 0',
    ],
    [
      'route: {receiver: a, routes: [{active_time_intervals: [x]}]}\nreceivers: [{name: a}]',
      '1:56 there is no time interval "x"',
    ],
    ['route: {receiver: a}\nreceivers: [{}]', '2:13 a receiver needs a `name`'],
  ];
  for (const [text, want] of table) {
    const found = faults(text);
    assert.ok(
      found.some((fault) => fault.startsWith(want)),
      `${JSON.stringify(text)} -> ${found.join(' | ')}`,
    );
  }
});

test('the nearest name is offered', () => {
  const text = 'route: {reciever: a, receiver: a}\nreceivers: [{name: a, slak_configs: []}]';
  assert.deepEqual(faults(text), [
    '1:9 a route has no field "reciever"; did you mean receiver?',
    '2:23 a receiver has no field "slak_configs"; did you mean slack_configs?',
  ]);
});

test('a route may be as deep as the limit and no deeper, and a file that bites its tail ends', () => {
  const deep = (depth: number): string => {
    const down = ', routes: [{receiver: a'.repeat(depth);
    return `route: {receiver: a${down}${'}]'.repeat(depth)}}\nreceivers: [{name: a}]`;
  };
  assert.deepEqual(faults(deep(CONFIG_LIMITS.route_depth_max)), []);
  assert.match(faults(deep(CONFIG_LIMITS.route_depth_max + 1)).join(), /more than 64 deep/);
  const tail = 'route: &r {receiver: a, routes: [*r, *r]}\nreceivers: [{name: a}]';
  assert.match(faults(tail).join(), /deep|more than/);
  assert.equal(faults(tail).length, CONFIG_LIMITS.faults_max);
});

test('a start is refused with the place of the first fault', () => {
  assert.throws(() => loadConfig('route: 1', 'am.yml'), /^DeskError: am\.yml:1:\d+: /);
});
