import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, millis, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { PlanInhibition, PlanInterval, PlanRoute } from '../../src/domain/routing/plan.ts';
import type { Silence, SilenceId } from '../../src/domain/routing/silence.ts';
import { alertmanagerRoutes } from '../../src/http/alertmanager.ts';
import { FILTERS_MAX } from '../../src/http/alertmanager-query.ts';
import type { Answer, Asked } from '../../src/http/route.ts';
import { translateBody } from '../../src/sources/alertmanager/alertmanager.ts';
import { type AlertmanagerSettings, settings } from '../../src/sources/alertmanager/settings.ts';
import { defaultsOf } from '../sources/fixtures.ts';
import { seeded } from '../sources/mutate.ts';
import { alertDesk } from '../support/alert-desk.ts';

const AT = Date.UTC(2026, 0, 1) as Instant;
const defaults = defaultsOf(settings) as AlertmanagerSettings;

interface Alert {
  readonly labels: Record<string, string>;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: string;
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
  };
}

interface Group {
  readonly labels: Record<string, string>;
  readonly receiver: { readonly name: string };
  readonly routeLabels: Record<string, string>;
  readonly alerts: readonly Alert[];
}

const route = (id: string, receiver: string, more: Partial<PlanRoute> = {}): PlanRoute => ({
  id,
  key: id,
  receiver,
  matchers: [],
  continue: false,
  groupBy: ['alertname'],
  groupByAll: false,
  groupWait: millis(0),
  groupInterval: minutes(5),
  repeatInterval: minutes(240),
  muteIntervals: [],
  activeIntervals: [],
  onAcknowledge: 'stop-repeats',
  labels: {},
  routes: [],
  ...more,
});

const WEB = route('{}/{team="web"}', 'web', {
  matchers: [{ name: 'team', op: '=', value: 'web' }],
  groupBy: ['site'],
  continue: true,
  labels: { tier: 'one' },
});
const AUDIT = route('{}/{}', 'audit', { matchers: [], groupBy: ['team'] });
const ROOT = route('{}', 'ops', { routes: [WEB, AUDIT] });

const ALWAYS: PlanInterval = {
  name: 'always',
  spans: [{ times: [], weekdays: [], daysOfMonth: [], months: [], years: [], zone: 'UTC' }],
};

function open(root: PlanRoute = ROOT, inhibitions: readonly PlanInhibition[] = []) {
  const fake = alertDesk(AT);
  const names = ['ops', 'web', 'audit'];
  fake.follows({
    root,
    receivers: names.map((name) => ({ name, ways: [] })),
    inhibitions,
    intervals: [ALWAYS],
  });
  const status = { version: '', revision: '', buildDate: '', startedAt: AT, peer: undefined };
  const routes = alertmanagerRoutes({
    desk: fake.desk,
    status: { ...status, config: () => '', receivers: () => names },
  });
  const answer = async (path: string): Promise<Answer> => {
    const url = new URL(path, 'http://desk/api/v2/');
    const found = routes.find((r) => r.path === url.pathname);
    assert.ok(found, path);
    return found.handle({ query: url.searchParams } as Asked);
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
    list: async (query = ''): Promise<Alert[]> => JSON.parse(await text(`alerts${query}`)),
    groups: async (query = ''): Promise<Group[]> => JSON.parse(await text(`alerts/groups${query}`)),
    posts(...labels: Record<string, string>[]): void {
      const body = Buffer.from(JSON.stringify(labels.map((l) => ({ labels: l }))));
      for (const event of translateBody(body, fake.clock.now(), defaults).events) fake.hears(event);
    },
  };
}

const silence = (id: string, from: number, to: number, value = 'nbg'): Silence => ({
  id: id as SilenceId,
  matchers: [{ name: 'site', op: '=', value }],
  startsAt: after(AT, millis(from)),
  endsAt: after(AT, millis(to)),
  updatedAt: AT,
  createdBy: 'nora',
  by: 'nora' as UserId,
  comment: '',
  annotations: {},
});

const said = (groups: readonly Group[]) =>
  groups.map(({ labels, receiver, alerts }) => [
    Object.entries(labels).join(' '),
    receiver.name,
    alerts.map((a) => a.labels.instance).join(' '),
  ]);

test('groups are sorted by labels, then receiver; their alerts by instance; both say who is told', async () => {
  const desk = open();
  desk.posts(
    { alertname: 'B', instance: 'i2', team: 'web', site: 'nbg' },
    { alertname: 'A', instance: 'i1', team: 'web', site: 'nbg' },
    { alertname: 'A', instance: 'i3', team: 'db' },
  );
  const groups = await desk.groups();
  assert.deepEqual(said(groups), [
    ['team,db', 'audit', 'i3'],
    ['team,web', 'audit', 'i1 i2'],
    ['site,nbg', 'web', 'i1 i2'],
  ]);
  assert.deepEqual(
    groups.map(({ routeLabels }) => routeLabels),
    [{}, {}, { tier: 'one' }],
  );
  for (const group of groups) {
    for (const { labels, receivers } of group.alerts) {
      const want = labels.team === 'web' ? ['audit', 'web'] : ['audit'];
      assert.deepEqual(
        receivers.map(({ name }) => name),
        want,
      );
    }
  }
  const inRouteOrder = (await desk.list()).map((a) => a.receivers.map(({ name }) => name).join());
  assert.deepEqual(inRouteOrder.sort(), ['audit', 'web,audit', 'web,audit']);
  assert.ok((await desk.text('alerts/groups')).startsWith('[{"alerts":[{"annotations":'));
});

test('receiver and receiver_matchers choose groups, and alerts by whom they reach', async () => {
  const desk = open();
  desk.posts({ alertname: 'A', team: 'web', site: 'nbg' }, { alertname: 'B', team: 'db' });
  const matcher = encodeURIComponent('name="web"');
  for (const query of ['?receiver=w.b', `?receiver_matchers=${matcher}`]) {
    const groups = await desk.groups(query);
    assert.deepEqual(
      groups.map(({ receiver }) => receiver.name),
      ['web'],
    );
    assert.deepEqual(groups[0]?.alerts[0]?.receivers, [{ name: 'web' }]);
    assert.deepEqual(
      (await desk.list(query)).map((a) => a.labels.alertname),
      ['A'],
    );
  }
  assert.deepEqual(await desk.groups('?receiver=ops'), []);
  const bad = await desk.answer('alerts/groups?receiver_matchers=x');
  assert.match(String(bad.body), /^"failed to parse receiver_matchers param: /);
  const receivers = JSON.parse(await desk.text(`receivers?receiver_matchers=${matcher}`));
  assert.deepEqual(receivers, [{ name: 'web', labels: { name: 'web' } }]);
});

test('a silence that begins, ends or is set shows at once, also where pages were kept', async () => {
  const desk = open();
  desk.posts({ alertname: 'A', site: 'nbg' }, { alertname: 'B', site: 'fra' });
  const states = async () => [
    ...(await desk.list()).map((a) => `${a.labels.alertname} ${a.status.silencedBy.join()}`).sort(),
    ...(await desk.groups())
      .flatMap(({ alerts }) => alerts)
      .map((a) => `${a.labels.alertname} ${a.status.state}`)
      .sort(),
  ];
  const calm = ['A ', 'B ', 'A active', 'B active'];
  assert.deepEqual(await states(), calm);
  desk.silences(silence('s1', 1_000, 2_000));
  assert.deepEqual(await states(), calm);
  desk.clock.pass(1_000);
  assert.deepEqual(await states(), ['A s1', 'B ', 'A suppressed', 'B active']);
  assert.deepEqual((await desk.list('?silenced=false')).length, 1);
  assert.deepEqual(said(await desk.groups('?silenced=false')).length, 1);
  assert.deepEqual((await desk.list('?active=false'))[0]?.labels.alertname, 'A');
  desk.silences(silence('s2', 0, 9_000, 'fra'));
  assert.deepEqual(await states(), ['A s1', 'B s2', 'A suppressed', 'B suppressed']);
  desk.clock.pass(1_000);
  assert.deepEqual(await states(), ['A ', 'B s2', 'A active', 'B suppressed']);
});

test('an inhibiting alarm that comes or goes shows at once on those it inhibits', async () => {
  const desk = open(ROOT, [
    {
      name: 'site down',
      source: [{ name: 'alertname', op: '=', value: 'SiteDown' }],
      target: [{ name: 'alertname', op: '!=', value: 'SiteDown' }],
      equal: ['site'],
    },
  ]);
  desk.posts({ alertname: 'A', site: 'nbg' }, { alertname: 'B', site: 'fra' });
  const inhibited = async (): Promise<string[]> =>
    (await desk.list())
      .filter((a) => a.status.inhibitedBy.length > 0)
      .map((a) => a.labels.alertname ?? '');
  assert.deepEqual(await inhibited(), []);
  desk.posts({ alertname: 'SiteDown', site: 'nbg' });
  assert.deepEqual(await inhibited(), ['A']);
  const [source] = (await desk.list('?filter=alertname%3DSiteDown')) as unknown as {
    fingerprint: string;
  }[];
  const [a] = await desk.list('?filter=alertname%3DA');
  assert.deepEqual(a?.status.inhibitedBy, [source?.fingerprint]);
  assert.equal((await desk.list('?inhibited=false')).length, 2);
  desk.forgets(source?.fingerprint ?? '');
  assert.deepEqual(await inhibited(), []);
});

test('a muted route names its interval in groups and nowhere else, and can be left out', async () => {
  const desk = open(route('{}', 'ops', { routes: [{ ...AUDIT, muteIntervals: ['always'] }] }));
  desk.posts({ alertname: 'A', team: 'db' });
  const [group] = await desk.groups();
  assert.deepEqual(group?.alerts[0]?.status, {
    inhibitedBy: [],
    mutedBy: ['always'],
    silencedBy: [],
    state: 'suppressed',
  });
  assert.deepEqual((await desk.list())[0]?.status.state, 'active');
  assert.deepEqual(await desk.groups('?muted=false'), []);
});

for (const kind of ['shelf', 'maintenance', 'design', 'hold', 'parent'] as const) {
  test(`an alarm hidden by ${kind} is suppressed by it, in alerts and groups`, async () => {
    const desk = open();
    desk.posts({ alertname: 'A' });
    const [alarm] = desk.alarms.values();
    assert.ok(alarm);
    const by = 'nora' as UserId;
    const until = after(AT, minutes(5));
    const hidden = { kind, rule: '', by, since: AT, until, reason: 'x' } as const;
    desk.put({ ...alarm, suppressions: [hidden] });
    const want = { inhibitedBy: [], mutedBy: [kind], silencedBy: [], state: 'suppressed' };
    assert.deepEqual((await desk.list())[0]?.status, want);
    assert.deepEqual((await desk.groups())[0]?.alerts[0]?.status, want);
    assert.deepEqual(await desk.list('?silenced=false&inhibited=false'), [], 'as clients ask');
  });
}

test('however alarms come and go, groups are what a fresh desk would tell', async () => {
  const desk = open();
  for (let seed = 1; seed <= 20; seed++) {
    const rng = seeded(seed);
    for (let n = 0; n < 60; n++) {
      desk.clock.pass(1_000);
      const gone = rng(4) === 0;
      const ids = [...desk.alarms.keys()];
      if (gone) desk.forgets(ids[rng(ids.length)] ?? 'none');
      else
        desk.posts({
          alertname: `A${rng(9)}`,
          instance: `i${rng(200)}`,
          team: ['web', 'db'][rng(2)] ?? '',
          site: `s${rng(3)}`,
        });
    }
    const kept = await desk.groups();
    const fresh = open();
    fresh.clock.pass(desk.clock.now() - AT);
    for (const alarm of desk.alarms.values()) fresh.put(alarm);
    assert.deepEqual(kept, await fresh.groups(), `seed ${seed}`);
    const listed = kept.flatMap(({ alerts }) => alerts.map((a) => JSON.stringify(a.labels)));
    const want = [...desk.alarms.values()].map((a) => JSON.stringify(a.labels));
    assert.deepEqual([...new Set(listed)].sort(), want.sort(), `seed ${seed}`);
  }
});

test('groups that were kept are dropped after ten idle minutes, and told again when asked for', async () => {
  const desk = open();
  desk.posts({ alertname: 'A', instance: 'i1', team: 'db' });
  await desk.groups();
  desk.clock.pass(minutes(10) + 1);
  desk.posts({ alertname: 'A', instance: 'i2', team: 'db' });
  assert.deepEqual(said(await desk.groups()), [['team,db', 'audit', 'i1 i2']]);
});

test('a group of more alarms than are written at once is whole', async () => {
  const desk = open();
  for (let n = 0; n < 700; n++) {
    desk.posts({ alertname: 'A', instance: `i${String(n).padStart(3, '0')}`, team: 'db' });
  }
  for (const query of ['', '?filter=team%3Ddb', '']) {
    const [group] = await desk.groups(query);
    assert.equal(group?.alerts.length, 700);
    assert.equal(group?.alerts[699]?.labels.instance, 'i699');
  }
});

test('a request may hold as many matchers as the limit; one more is refused', async () => {
  const desk = open();
  desk.posts({ alertname: 'A' });
  const query = (count: number) => `?${Array(count).fill('filter=alertname%3DA').join('&')}`;
  for (const path of ['alerts', 'alerts/groups', 'silences']) {
    const { status } = await desk.answer(path + query(FILTERS_MAX));
    assert.equal(status, 200, path);
    const refused = await desk.answer(path + query(FILTERS_MAX + 1));
    assert.deepEqual(
      [refused.status, String(refused.body)],
      [400, '"more than 64 matchers in one request"\n'],
    );
  }
});

test('a long list of silences is whole and in order, written in pieces', async () => {
  const desk = open();
  for (let n = 0; n < 3_000; n++) desk.silences(silence(`s${n}`, 0, 1_000 + n));
  const { body } = await desk.answer('silences');
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  assert.ok(pieces.length > 2, `${pieces.length}`);
  const list = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { id: string }[];
  assert.deepEqual(
    list.map(({ id }) => id),
    Array.from({ length: 3_000 }, (_, n) => `s${n}`),
  );
});
