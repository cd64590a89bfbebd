import { test } from 'node:test';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { named, ONLY_WAY, Timeline, webhookConfig } from '../support/timeline.ts';

/*
 * What Alertmanager's own acceptance tests assert, on a manual clock and to the millisecond: the
 * same configurations, the same alerts at the same seconds, the same notifications and no others.
 */

/** Each story is lived through once as it is, and once with the power gone at each of these. */
const CRASHES: readonly (readonly number[])[] = [[], [1.05], [1.85], [2.35], [3.15], [4.65, 5.1]];

function story(title: string, tell: (crashes: readonly number[]) => Timeline): void {
  test(title, async () => {
    for (const crashes of CRASHES) await tell(crashes).run();
  });
}

const EVERY_SECOND = `
  group_by: []
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1s`;

const DOWN_INHIBITS = `
inhibit_rules:
- source_match: { alertname: JobDown }
  target_match: { alertname: InstanceDown }
  equal: [job, zone]`;

const inZone = (alertname: string, zone: string) => ({ alertname, job: 'testjob', zone });

story('TestInhibiting: inhibited while the source fires, told again when it is over', (crashes) => {
  const t = new Timeline(webhookConfig(EVERY_SECOND, DOWN_INHIBITS), crashes);
  const other = named(inZone('test1', 'aa'));
  const [here, there] = [named(inZone('InstanceDown', 'aa')), named(inZone('InstanceDown', 'ab'))];
  const down = named(inZone('JobDown', 'aa'));
  t.push(1, other).push(1, here).push(1, there);
  t.push(2.2, down);
  t.push(3.6, { ...down, from: 2.2, to: 3.6 });
  const [o, h, e] = [other, here, there].map((alert) => ({ ...alert, from: 1 }));
  if (!o || !h || !e) throw new Error('three alerts');
  t.want(2, 2.5, [o, h, e]);
  t.want(3, 3.5, [o, e, { ...down, from: 2.2 }]);
  t.want(4, 4.5, [o, h, e, { ...down, from: 2.2, to: 3.6 }]);
  return t;
});

story('TestAlwaysInhibiting: over at the same time, both ends are told', (crashes) => {
  const t = new Timeline(webhookConfig(EVERY_SECOND, DOWN_INHIBITS), crashes);
  const [here, down] = [named(inZone('InstanceDown', 'aa')), named(inZone('JobDown', 'aa'))];
  t.push(1, here).push(1, down);
  t.push(2.6, { ...down, from: 1, to: 2.6 }).push(2.6, { ...here, from: 1, to: 2.6 });
  t.want(2, 2.5, [{ ...down, from: 1 }]);
  t.want(3, 3.5, [
    { ...here, from: 1, to: 2.6 },
    { ...down, from: 1, to: 2.6 },
  ]);
  return t;
});

story('TestEmptyInhibitionRule: a rule that says nothing inhibits nothing', (crashes) => {
  const t = new Timeline(webhookConfig(EVERY_SECOND, 'inhibit_rules:\n-'), crashes);
  t.push(1, named('test1'), named('test2'));
  t.want(2, 2.5, [named('test1', { from: 1 }), named('test2', { from: 1 })]);
  return t;
});

const REPEATING = `
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1ms`;

for (const endsAt of [false, true]) {
  const title = endsAt ? 'TestMergeAlertsWithEndsAt' : 'TestMergeAlerts';
  story(`${title}: earliest start, newest annotations, latest end`, (crashes) => {
    const t = new Timeline(webhookConfig(REPEATING), crashes);
    const firing = (from: number) => (endsAt ? { from, to: from + 3 } : { from });
    const test1 = (ann: string, times: object) =>
      named('test', { ...(ann === '' ? {} : { annotations: { ann } }), ...times });
    t.push(1, test1('', firing(1.1)));
    t.push(1.2, test1('', { from: 1 }));
    t.want(2, 2.5, [test1('', { from: 1 })]);
    t.push(2.1, test1('v1', firing(2)));
    t.want(3, 3.5, [test1('v1', { from: 1 })]);
    t.push(3.6, test1('v2', firing(1.5)));
    t.want(4, 4.5, [test1('v2', { from: 1 })]);
    t.push(4.6, test1('v2', { from: 3, to: 4.5 }));
    t.push(4.8, test1('v3', { from: 2.9, to: 4.8 }));
    t.push(4.8, test1('v3', { from: 2.9, to: 4.1 }));
    t.want(5, 5.5, [test1('v3', { from: 1, to: 4.8 })]);
    t.push(5.3, test1('', firing(5)));
    t.want(6, 6.5, [test1('', { from: 5 })]);
    return t;
  });
}

story('TestRepeat: the same again after repeat_interval, and its end', (crashes) => {
  const t = new Timeline(webhookConfig(REPEATING), crashes);
  t.push(1, named('test', { from: 1 }));
  t.push(3.5, named('test', { from: 1, to: 3 }));
  t.want(2, 2.5, [named('test', { from: 1 })]);
  t.want(3, 3.5, [named('test', { from: 1 })]);
  t.want(4, 4.5, [named('test', { from: 1, to: 3 })]);
  return t;
});

story('TestRetry: an empty 200 is a success, and one way does not hold up the other', (crashes) => {
  const route = `
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 3s`;
  const t = new Timeline(webhookConfig(route, '', ['a', 'b']), crashes);
  const second = 'default/webhook[1]';
  t.far(second, (at) => (at < 4.5 ? 'swallows' : 'takes'));
  t.push(1, named('test1'));
  t.want(2, 2.5, [named('test1', { from: 1 })]);
  t.want(6, 6.5, [named('test1', { from: 1 })]);
  t.want(6, 6.5, [named('test1', { from: 1 })], second);
  return t;
});

story('TestBatching: what came meanwhile is told together, then nothing until repeated', (c) => {
  const route = `
  group_by: []
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 4900ms`;
  const t = new Timeline(webhookConfig(route), c);
  const [one, five] = [named('test1', { from: 1 }), named('test5', { from: 1 })];
  const more = [['test2', 1.5] as const, ['test3', 1.5] as const, ['test4', 1.6] as const];
  const late = more.map(([name, from]) => named(name, { from }));
  t.push(1.1, one).push(1.7, five);
  t.want(2, 2.5, [one, five]);
  t.push(3.3, ...late);
  t.want(4.1, 4.5, [one, five, ...late]);
  t.want(9.1, 9.5, [one, five, ...late]);
  return t;
});

const FIVE_SECONDS = `
  group_by: [alertname]
  group_wait: 1s
  group_interval: 5s`;

const TIMEOUT = 'global: { resolve_timeout: 10s }';

const labelled = (lbl: string, more: object = {}) => named({ alertname: 'test', lbl }, more);

story('TestResolved: what is not sent again ends after resolve_timeout', (crashes) => {
  const t = new Timeline(webhookConfig(FIVE_SECONDS, TIMEOUT), crashes);
  const three = (more: object) => ['v1', 'v2', 'v3'].map((lbl) => labelled(lbl, more));
  t.push(1, ...three({}));
  t.want(2, 2.5, three({ from: 1 }));
  t.want(12, 13, three({ from: 1, to: 11 }));
  return t;
});

story('TestResolvedFilter: an end that is not sent is still known to have been', (crashes) => {
  const ways = ['a\n    send_resolved: true', 'b\n    send_resolved: false'];
  const t = new Timeline(webhookConfig(FIVE_SECONDS, TIMEOUT, ways), crashes);
  const second = 'default/webhook[1]';
  t.push(1, labelled('v1'), labelled('v2'));
  t.push(3, labelled('v1', { from: 1, to: 4 }), labelled('v3'));
  t.push(8, labelled('v3', { from: 3 }));
  const both = [labelled('v1', { from: 1 }), labelled('v2', { from: 1 })];
  const later = [labelled('v2', { from: 1 }), labelled('v3', { from: 3 })];
  t.want(2, 2.5, both).want(2, 2.5, both, second);
  t.want(7, 7.5, [labelled('v1', { from: 1, to: 4 }), ...later]).want(7, 7.5, later, second);
  t.want(12, 12.5, [labelled('v2', { from: 1, to: 11 }), labelled('v3', { from: 3 })]);
  t.want(12, 12.5, [], second);
  return t;
});

const SIX_SECONDS = `
  group_by: []
  group_wait: 1s
  group_interval: 6s
  repeat_interval: 10m`;

test('TestColdStart: with a start delay nothing is told before it, and a reload begins anew', () => {
  const t = new Timeline(webhookConfig(SIX_SECONDS), [], { startDelay: 5_000 as never });
  t.push(1, named('test1'));
  t.push(2, named('test2'));
  const first = [named('test1', { from: 1 }), named('test2', { from: 2 })];
  t.want(4, 5, first);
  t.reload(5);
  t.push(6, named('test3'));
  t.push(7, named('test4'));
  t.want(11, 11.5, [...first, named('test3', { from: 6 }), named('test4', { from: 7 })]);
  return t.run();
});

story('TestReload: the log is kept, and the groups begin anew', (crashes) => {
  const t = new Timeline(webhookConfig(SIX_SECONDS), crashes);
  t.push(1, named('test1'));
  t.reload(3);
  t.push(4, named('test2'));
  t.want(2, 2.5, [named('test1', { from: 1 })]);
  t.want(9, 9.5, [named('test1', { from: 1 }), named('test2', { from: 4 })]);
  return t;
});

const EVERY_LOOK = `
  group_by: []
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1ms`;

const ID = '6f2c1d3e-0000-4000-8000-000000000001' as SilenceId;

story('TestSilencing: hidden from its start to its end, and told again after it', (crashes) => {
  const t = new Timeline(webhookConfig(EVERY_LOOK), crashes);
  const [one, two] = [named('test1', { from: 1 }), named('test2', { from: 1 })];
  t.push(1, one).push(1, two);
  t.want(2, 2.5, [one, two]);
  t.silence(2.3, ID, 2.5, 4.5, [{ name: 'alertname', value: 'test1', isRegex: true }]);
  t.want(3, 3.5, [two]).want(4, 4.5, [two]);
  t.want(5, 5.5, [one, two]);
  return t;
});

story('TestSilenceDelete: a silence that is expired hides no more', (crashes) => {
  const t = new Timeline(webhookConfig(EVERY_LOOK), crashes);
  const both = [named('test1', { from: 1 }), named('test2', { from: 1 })];
  t.push(1, ...both);
  t.silence(1.3, ID, 1.5, 100, [{ name: 'alertname', value: '.+', isRegex: true }]);
  t.expire(3.5, ID);
  t.want(3.5, 4.5, both);
  return t;
});

story('TestSendAlertsToUTF8Route: names of any script route and group', (crashes) => {
  const text = `
route:
  receiver: default
  routes:
  - receiver: webhook
    matchers: ["foo🙂=bar"]
    group_by: ["foo🙂"]
    group_wait: 1s
receivers:
- name: default
- name: webhook
  webhook_configs: [{ url: "http://127.0.0.1:9/" }]
`;
  const t = new Timeline(text, crashes);
  t.push(1, named({ 'foo🙂': 'bar' }, { from: 1 }));
  t.want(2, 2.5, [named({ 'foo🙂': 'bar' }, { from: 1 })], 'webhook/webhook[0]');
  t.want(2, 2.5, [], ONLY_WAY);
  return t;
});

test('TestWebhookTimeout: a far side that hangs is tried again', () => {
  const route = `
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1m
  repeat_interval: 1m`;
  const t = new Timeline(webhookConfig(route, '', ['a\n    timeout: 500ms']));
  t.far(ONLY_WAY, (at) => (at < 3 ? 'hangs' : 'takes'));
  t.push(1, named('test1'));
  t.want(3, 4, [named('test1', { from: 1 })]);
  return t.run();
});

story(
  'TestClusterVSInstance, as far as one process goes: each alert once, within its time',
  (c) => {
    const route = `
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h`;
    const t = new Timeline(webhookConfig(route), c);
    for (const second of [0, 2, 4, 6, 8]) {
      const alert = named(`test1-${second}`);
      t.push(second, alert);
      t.want(second, second + 5, [{ ...alert, from: second }]);
    }
    return t;
  },
);
