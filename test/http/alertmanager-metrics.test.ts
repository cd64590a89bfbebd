import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { ALERTMANAGER_VERSION, LOOKED_AT_MAX } from '../../src/http/alertmanager-metrics.ts';
import { parseable } from '../../src/http/alertmanager-status.ts';
import { openMetrics } from '../../src/http/metrics.ts';
import { openParts, raise } from '../support/http.ts';

test('alerts, silences and the version stand under the names that dashboards and karma read', async (t) => {
  const parts = await openParts();
  t.after(() => parts.people.close());
  t.after(() => parts.desk.close());
  const metrics = openMetrics({ ...parts, version: '9.9.9' });
  t.after(() => metrics.close());
  const read = async (name: string): Promise<readonly string[]> =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith(name));
  assert.match(
    (await read('alertmanager_build_info'))[0] ?? '',
    RegExp(`version="${ALERTMANAGER_VERSION}"`),
  );
  assert.deepEqual(await read('tocsin_build_info'), ['tocsin_build_info{version="9.9.9"} 1']);
  await parts.desk.receive('test', [raise('a'), raise('b', { labels: { site: 'fra' } })]);
  const now = parts.clock.now();
  const { refused } = await parts.desk.act('nora' as UserId, {
    verb: 'silence.set',
    newId: '00000000-0000-4000-8000-000000000001' as SilenceId,
    matchers: [{ name: 'site', op: '=', value: 'fra' }],
    startsAt: now,
    endsAt: after(now, minutes(1)),
    createdBy: 'nora',
    comment: '',
    annotations: {},
  });
  assert.equal(refused, undefined);
  assert.deepEqual(await read('alertmanager_alerts{'), [
    'alertmanager_alerts{state="active"} 1',
    'alertmanager_alerts{state="suppressed"} 1',
    'alertmanager_alerts{state="unprocessed"} 0',
  ]);
  assert.deepEqual(await read('alertmanager_silences{'), [
    'alertmanager_silences{state="active"} 1',
    'alertmanager_silences{state="pending"} 0',
    'alertmanager_silences{state="expired"} 0',
  ]);
  assert.deepEqual(await read('alertmanager_config_last_reload_successful'), [
    'alertmanager_config_last_reload_successful 1',
  ]);
  parts.clock.pass(minutes(2));
  assert.ok((await read('alertmanager_alerts{')).includes('alertmanager_alerts{state="active"} 2'));
});

test('how long sends took is one histogram for each integration', async (t) => {
  const parts = await openParts();
  t.after(() => parts.people.close());
  t.after(() => parts.desk.close());
  const way = (name: string, counts: readonly number[], sumMs: number) => ({
    way: name,
    inFlight: 0,
    waiting: 0,
    failuresInRow: 0,
    breakerOpenUntil: undefined,
    lastResult: undefined,
    sent: 1,
    failed: 0,
    latency: { counts, sumMs },
  });
  const zeros = Array.from({ length: 15 }, () => 0);
  const ways = [
    way('ops/a/webhook[0]', [2, ...zeros.slice(1)], 1.5),
    way('web/webhook[12]', [...zeros.slice(1), 1], 40_000),
  ];
  const some = {
    inFlight: 0,
    waiting: 0,
    scheduled: 0,
    unrecorded: 0,
    sent: 2,
    later: 0,
    never: 0,
    shadow: 0,
  };
  const metrics = openMetrics({ ...parts, outbox: () => ({ ...some, ways }) });
  t.after(() => metrics.close());
  const text = await metrics.text();
  const name = 'alertmanager_notification_latency_seconds';
  assert.ok(text.includes(`# TYPE ${name} histogram`));
  assert.ok(text.includes(`${name}_bucket{le="0.001",integration="webhook"} 2`));
  assert.ok(text.includes(`${name}_bucket{le="30",integration="webhook"} 2`));
  assert.ok(text.includes(`${name}_bucket{le="+Inf",integration="webhook"} 3`));
  assert.ok(text.includes(`${name}_count{integration="webhook"} 3`));
  assert.ok(text.includes(`${name}_sum{integration="webhook"} 40.0015`));
});

test('a hidden webhook URL is one that older tools can parse; other secrets stay as they are', () => {
  const config = [
    '  - url: <secret>',
    '    webhook_url: <secret>',
    '    api_url: "<secret>"',
    '  webhook_configs: [{url: <secret>, max_alerts: 1}]',
    '    "url": "<secret>"',
  ].join('\n');
  assert.equal(
    parseable(config),
    [
      '  - url: http://<secret>',
      '    webhook_url: <secret>',
      '    api_url: "<secret>"',
      '  webhook_configs: [{url: http://<secret>, max_alerts: 1}]',
      '    "url": "http://<secret>"',
    ].join('\n'),
  );
});

/** The same thing, but for one of its members. */
const but = <T extends object>(it: T, name: keyof T, other: unknown): T =>
  new Proxy(it, {
    get(target, key) {
      const value: unknown = key === name ? other : Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

test('a scrape looks at alarms in turns, between which the desk goes on', async (t) => {
  const parts = await openParts();
  t.after(() => parts.people.close());
  t.after(() => parts.desk.close());
  const many = 3 * LOOKED_AT_MAX;
  await parts.desk.receive(
    'test',
    Array.from({ length: many }, (_, i) => raise(`r${i}`)),
  );
  let inTurn = 0;
  let most = 0;
  const { memory } = parts.desk;
  function* all(kind: 'alarms') {
    for (const one of memory.all(kind)) {
      most = Math.max(most, ++inTurn);
      yield one;
    }
  }
  const desk = but(parts.desk, 'memory', but(memory, 'all', all));
  const metrics = openMetrics({ ...parts, desk });
  t.after(() => metrics.close());
  let isScraped = false;
  const turn = () => {
    inTurn = 0;
    if (!isScraped) setImmediate(turn);
  };
  setImmediate(turn);
  const text = await metrics.text();
  isScraped = true;
  assert.match(text, RegExp(`tocsin_alarms\\{.*raised.*\\} ${many}\n`));
  assert.ok(most > 0 && most <= 2 * LOOKED_AT_MAX, `two gauges look, ${most} in one turn`);
});
