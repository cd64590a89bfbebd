import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { alertFingerprint, alertLabels } from '../../src/domain/alarm/as-alert.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { alertmanagerRoutes } from '../../src/http/alertmanager.ts';
import { LISTS_AT_ONCE_MAX } from '../../src/http/alertmanager-slots.ts';
import type { Answer, Asked } from '../../src/http/route.ts';
import { translateBody } from '../../src/sources/alertmanager/alertmanager.ts';
import { type AlertmanagerSettings, settings } from '../../src/sources/alertmanager/settings.ts';
import { defaultsOf } from '../sources/fixtures.ts';
import { seeded } from '../sources/mutate.ts';
import { alertDesk } from '../support/alert-desk.ts';

const AT = Date.UTC(2026, 0, 1) as Instant;
const defaults = defaultsOf(settings) as AlertmanagerSettings;

interface Listed {
  readonly fingerprint: string;
  readonly labels: Record<string, string>;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

function open(receivers: readonly string[] = ['hook']) {
  const fake = alertDesk(AT);
  const config = () => 'route:\n  receiver: hook\nreceivers:\n- name: hook\n';
  const peer = { name: 'desk', address: '127.0.0.1:9094' };
  const status = { version: '0.1.0', revision: 'abc', buildDate: '', startedAt: AT, peer, config };
  const routes = alertmanagerRoutes({
    desk: fake.desk,
    status: { ...status, receivers: () => receivers },
  });
  const answer = async (path: string): Promise<Answer> => {
    const url = new URL(path, 'http://desk/api/v2/');
    const route = routes.find((r) => r.path === url.pathname);
    assert.ok(route, path);
    return route.handle({ query: url.searchParams } as Asked);
  };
  const text = async (path: string): Promise<string> => {
    const { body } = await answer(path);
    if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
    const pieces: Uint8Array[] = [];
    for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
    return Buffer.concat(pieces).toString('utf8');
  };
  return {
    ...fake,
    answer,
    text,
    list: async (query = ''): Promise<Listed[]> => JSON.parse(await text(`alerts${query}`)),
    posts(...alerts: unknown[]): void {
      const { events } = translateBody(
        Buffer.from(JSON.stringify(alerts)),
        fake.clock.now(),
        defaults,
      );
      for (const event of events) fake.hears(event);
    },
  };
}

const filter = (text: string): string => `?filter=${encodeURIComponent(text)}`;
const names = (list: readonly Listed[]): string[] =>
  list.map((a) => a.labels.alertname ?? '').sort();

test('an alert is told with the fields of Alertmanager, in its order', async () => {
  const desk = open();
  desk.posts({
    labels: { severity: 'critical', alertname: 'Dówn' },
    annotations: { summary: 'it "is"\ndown' },
    startsAt: '2025-12-31T23:00:00Z',
    endsAt: '2026-01-01T00:04:00.5Z',
    generatorURL: 'http://prometheus.example.net/graph',
  });
  const fingerprint = alertFingerprint([...desk.alarms.values()][0] as never);
  const want =
    `[{"annotations":{"summary":"it \\"is\\"\\ndown"},"endsAt":"2026-01-01T00:04:00.500Z",` +
    `"fingerprint":"${fingerprint}","receivers":[{"name":"hook"}],"startsAt":"2025-12-31T23:00:00.000Z",` +
    `"status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},` +
    `"updatedAt":"2026-01-01T00:00:00.000Z","generatorURL":"http://prometheus.example.net/graph",` +
    `"labels":{"alertname":"Dówn","severity":"critical"}}]\n`;
  assert.equal(await desk.text('alerts'), want);
  assert.equal(await desk.text(`alerts${filter('severity=critical')}`), want);
  assert.equal(await desk.text(`alerts${filter('severity=~"crit.*"')}`), want);
  const { headers } = await desk.answer('alerts');
  assert.deepEqual(
    [headers?.['content-type'], headers?.['cache-control']],
    ['application/json', 'no-store'],
  );
});

test('lists are sorted by fingerprint, whichever way they are found', async () => {
  const desk = open();
  for (let i = 0; i < 500; i++) desk.posts({ labels: { alertname: `A${i}`, half: String(i % 2) } });
  for (const query of ['', filter('half=1'), filter('half=~"1"')]) {
    const prints = (await desk.list(query)).map((a) => a.fingerprint);
    assert.equal(prints.length, query === '' ? 500 : 250);
    assert.deepEqual(prints, [...prints].sort());
  }
});

test('a resolved alert is never listed; raised again it is', async () => {
  const desk = open();
  desk.posts({ labels: { alertname: 'A' } }, { labels: { alertname: 'B' } });
  assert.deepEqual(names(await desk.list()), ['A', 'B']);
  desk.posts({ labels: { alertname: 'A' }, endsAt: '2026-01-01T00:00:00Z' });
  assert.deepEqual(names(await desk.list()), ['B']);
  assert.deepEqual(await desk.list(filter('alertname=A')), []);
  desk.clock.pass(60_000);
  desk.posts({ labels: { alertname: 'A' } });
  assert.deepEqual(names(await desk.list()), ['A', 'B']);
});

test('filters are matchers, all of which must hold; a bad one is 400 with its text', async () => {
  const desk = open();
  desk.posts({ labels: { alertname: 'A', site: 'x' } }, { labels: { alertname: 'B' } });
  const both = `${filter('alertname=~"A|B"')}&filter=${encodeURIComponent('site="x"')}`;
  assert.deepEqual(names(await desk.list(both)), ['A']);
  assert.deepEqual(names(await desk.list(filter('site=""'))), ['B']);
  assert.deepEqual(names(await desk.list(filter('site!=""'))), ['A']);
  assert.deepEqual(names(await desk.list(filter('@severity=warning'))), ['A', 'B']);
  const bad = await desk.answer('alerts?filter=foo');
  assert.deepEqual([bad.status, String(bad.body)], [400, '"bad matcher format: foo"\n']);
});

test('receiver is an anchored pattern of the receiver everything goes to', async () => {
  const desk = open();
  desk.posts({ labels: { alertname: 'A' } });
  assert.equal((await desk.list('?receiver=ho.*')).length, 1);
  assert.equal((await desk.list('?receiver=ho')).length, 0);
  const bad = await desk.answer('alerts?receiver=(');
  assert.equal(bad.status, 400);
  assert.match(String(bad.body), /^"failed to parse receiver param: /);
});

test('a shelved alarm is suppressed, and active and silenced choose', async () => {
  const desk = open();
  desk.posts({ labels: { alertname: 'A' } }, { labels: { alertname: 'B' } });
  const [shelved] = desk.alarms.values();
  assert.ok(shelved);
  const until = (AT + minutes(5)) as Instant;
  const shelf = {
    kind: 'shelf',
    rule: '',
    by: 'nora' as UserId,
    since: AT,
    until,
    reason: 'x',
  } as const;
  desk.put({ ...shelved, suppressions: [shelf] });
  const states = (await desk.list()).map((a) => `${a.labels.alertname} ${a.status.state}`).sort();
  assert.deepEqual(states, ['A suppressed', 'B active']);
  assert.deepEqual(names(await desk.list('?silenced=false')), ['B']);
  assert.deepEqual(names(await desk.list('?active=false')), ['A']);
  assert.deepEqual(names(await desk.list('?active=maybe')), ['A']);
  assert.deepEqual(names(await desk.list('?active=&inhibited=false&unprocessed=false')), [
    'A',
    'B',
  ]);
});

test('alarms of other sources are alerts too, with the two labels clients look for', async () => {
  const desk = open();
  const event: AlarmEvent = {
    kind: 'raise',
    id: identify('core-1/xe-0', 'link.down', ''),
    resource: 'core-1/xe-0',
    type: 'link.down',
    qualifier: '',
    severity: 'major',
    text: 'down',
    labels: { zone: 'a', empty: '' },
  };
  const alarm = desk.hears(event, 'snmp');
  const labels = { alertname: 'link.down', instance: 'core-1/xe-0', zone: 'a' };
  assert.equal(JSON.stringify(alertLabels(alarm)), JSON.stringify(labels));
  const [listed] = await desk.list(filter('instance="core-1/xe-0"'));
  assert.deepEqual([listed?.labels, listed?.fingerprint], [labels, alertFingerprint(alarm)]);
  assert.equal(listed?.endsAt, '2026-01-01T00:05:00.000Z', 'without a lease, an end is made up');
  desk.hears({ ...event, labels: { zone: 'b' } }, 'snmp');
  assert.deepEqual(
    (await desk.list()).map((a) => a.labels.zone),
    ['b'],
    'it has one place',
  );
});

test('a renewal is seen at once, also in a list that was kept', async () => {
  const desk = open();
  desk.posts(
    { labels: { alertname: 'Ä' } },
    { labels: { alertname: 'B' } },
    { labels: { alertname: 'C' } },
  );
  await desk.list();
  for (const id of desk.alarms.keys()) desk.deadlines.set(id, (AT + minutes(7)) as Instant);
  const ends = (await desk.list()).map((a) => a.endsAt);
  assert.deepEqual(ends, Array(3).fill('2026-01-01T00:07:00.000Z'));
});

test('in whatever order alarms come, change and go, lists and indexes are what a scan would find', async () => {
  const desk = open();
  for (let seed = 1; seed <= 30; seed++) {
    const rng = seeded(seed);
    for (let n = 0; n < 40; n++) {
      desk.clock.pass(1_000);
      const labels = { alertname: `A${rng(60)}`, site: `s${rng(3)}` };
      const past = new Date(desk.clock.now()).toISOString();
      const what = rng(5);
      if (what === 0) desk.posts({ labels, endsAt: past });
      else if (what === 1) desk.forgets([...desk.alarms.keys()][rng(desk.alarms.size)] ?? 'none');
      else desk.posts({ labels, annotations: { summary: `n ${rng(3)}` } });
    }
    const raised = [...desk.alarms.values()].filter((a) => a.condition.is === 'raised');
    const want = (of: readonly { id: string }[]) => of.map((a) => a.id).sort();
    assert.deepEqual(
      (await desk.list()).map((a) => a.fingerprint),
      want(raised),
      `seed ${seed}`,
    );
    const there = raised.filter((a) => a.labels.site === 's1');
    for (const text of ['site=s1', 'site=~s1']) {
      assert.deepEqual(
        (await desk.list(filter(text))).map((a) => a.fingerprint),
        want(there),
        `seed ${seed}`,
      );
    }
  }
});

test('after ten idle minutes order and index are dropped, and built again when asked for', async () => {
  const desk = open();
  desk.posts({ labels: { alertname: 'A', site: 'x' } });
  await desk.list();
  await desk.list(filter('site=x'));
  desk.clock.pass(minutes(10) + 1);
  desk.posts({ labels: { alertname: 'B', site: 'x' } });
  assert.deepEqual(names(await desk.list()), ['A', 'B']);
  assert.deepEqual(names(await desk.list(filter('site=x'))), ['A', 'B']);
});

test('status lists the desk as its own peer; receivers and silences have their shapes', async () => {
  const desk = open(['hook', 'mail']);
  const status = JSON.parse(await desk.text('status'));
  assert.deepEqual(status.cluster, {
    name: 'desk',
    peers: [{ name: 'desk', address: '127.0.0.1:9094' }],
    status: 'ready',
  });
  assert.match(status.config.original, /^route:/);
  assert.equal(status.uptime, '2026-01-01T00:00:00.000Z');
  assert.deepEqual(JSON.parse(await desk.text('receivers')), [
    { name: 'hook', labels: { name: 'hook' } },
    { name: 'mail', labels: { name: 'mail' } },
  ]);
  assert.deepEqual(JSON.parse(await desk.text('silences')), []);
});

test('as many lists as the limit are written at once; one more is told to come again', async () => {
  const desk = open();
  desk.posts({ labels: { alertname: 'A' } });
  const begun: AsyncIterator<unknown>[] = [];
  for (let n = 0; n < LISTS_AT_ONCE_MAX; n++) {
    const { body } = await desk.answer('alerts');
    const pieces = (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await pieces.next();
    begun.push(pieces);
  }
  const refused = await desk.answer('alerts');
  assert.deepEqual([refused.status, refused.headers?.['retry-after']], [503, '1']);
  assert.equal(
    (await desk.list(filter('alertname=A'))).length,
    1,
    'what an index finds costs nothing',
  );
  await begun[0]?.return?.();
  assert.equal((await desk.list()).length, 1);
});

test('a list of large pages is whole, before and after a renewal of some of its alarms', async () => {
  const desk = open();
  const summary = 'é'.repeat(8_000); // 16 kB: two in a bucket make a large page
  for (let i = 0; i < 400; i++)
    desk.posts({ labels: { alertname: `A${i}` }, annotations: { summary } });
  const ids = [...desk.alarms.keys()].sort();
  assert.deepEqual(
    (await desk.list()).map((a) => a.fingerprint),
    ids,
  );
  const renewed = new Set(ids.filter((_, i) => i % 3 === 0));
  for (const id of renewed) desk.deadlines.set(id, (AT + minutes(9)) as Instant);
  for (const { fingerprint, endsAt } of await desk.list()) {
    const minute = renewed.has(fingerprint) ? '09' : '05';
    assert.equal(endsAt, `2026-01-01T00:${minute}:00.000Z`);
  }
});
