import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { days, type Instant, instantText, minutes } from '../../src/base/time.ts';
import { openApiServer } from '../support/api.ts';
import { clear, raise } from '../support/http.ts';

const s = await openApiServer();
after(() => s.close());

const lab = { labels: { site: 'lab' }, severity: 'major' } as const;

before(async () => {
  await s.desk.receive('test', [
    raise('core-1'),
    raise('core-2'),
    raise('lab-1', lab),
    raise('lab-2', lab),
  ]);
  await s.desk.receive('test', [clear('lab-2')]);
  await s.stored();
});

const at = (ms: number): string => instantText((s.clock.now() + ms) as Instant);

/** Timers of the desk that are due at once have fired. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    s.clock.pass(1);
    await new Promise(setImmediate);
  }
}

const labRule = () => ({
  name: 'lab is quiet',
  matchers: ['site="lab"'],
  does: { severity: 'warning', text: 'Lab: {text}', priority: 4 },
  reason: 'nobody works there at night',
  owner: 'network',
  reviewAt: at(days(30)),
});

interface Rule {
  readonly id: string;
  readonly state: string;
  readonly touches: number;
  readonly order: number;
  readonly does: { readonly hide: boolean; readonly holdSeconds: number | null };
  readonly by: { readonly id: string };
}

interface Seen {
  readonly severity: string;
  readonly text: string;
  readonly priority: number | null;
  readonly hidden: boolean;
}

interface Fitting {
  readonly count: number;
  readonly whole: boolean;
  readonly examples: readonly {
    readonly resource: string;
    readonly raised: boolean;
    readonly now: Seen;
    readonly would: Seen;
  }[];
}

interface Alarm {
  readonly resource: string;
  readonly severity: string;
  readonly priority: number | null;
  readonly context: object;
  readonly ruled: { rules: { id: string; name: string }[]; severity: string; text: string } | null;
  readonly suppressions: readonly { readonly kind: string; readonly rule: string }[];
}

const rules = async (query = '') =>
  ((await s.viewer.get(`/rules${query}`)).body as { items: Rule[] }).items;
const alarms = async (query = '') =>
  ((await s.viewer.get(`/alarms${query}`)).body as { items: Alarm[] }).items;

test('a rule is tried on what is open and on history before it is made, and makes nothing', async () => {
  const { matchers, does } = labRule();
  const { status, body } = await s.operator.post('/rules/try', {
    matchers,
    does: { ...does, hide: true },
  });
  assert.equal(status, 200);
  const { open, past } = body as { open: Fitting; past: Fitting };
  assert.deepEqual([open.count, past.count, past.whole], [1, 2, true]);
  const [lab1] = open.examples;
  assert.deepEqual(lab1?.now, {
    severity: 'major',
    text: 'lab-1 is down',
    priority: null,
    hidden: false,
  });
  assert.deepEqual(lab1?.would, {
    severity: 'warning',
    text: 'Lab: lab-1 is down',
    priority: 4,
    hidden: true,
  });
  assert.deepEqual(past.examples.map((e) => e.raised).sort(), [false, true]);
  const bare = (await s.operator.post('/rules/try', { matchers, days: 0 })).body as {
    past: Fitting;
  };
  assert.equal(bare.past.count, 0);
  assert.deepEqual(await rules(), []);
});

test('history that began before the days asked for is not counted', async () => {
  s.clock.pass(days(2));
  const { matchers } = labRule();
  const tried = async (back: number) =>
    ((await s.operator.post('/rules/try', { matchers, days: back })).body as { past: Fitting }).past
      .count;
  assert.deepEqual([await tried(1), await tried(3)], [0, 2]);
});

test('a rule is made once under a key, touches alarms, and the alarm tells what its source said', async () => {
  const once = { 'idempotency-key': 'r1' };
  const first = (await s.operator.post('/rules', labRule(), once)).body as { id: string };
  const again = await s.operator.post('/rules', labRule(), once);
  assert.deepEqual(again.body, { ...first, repeated: true });
  await settled();
  const [rule, ...more] = await rules();
  assert.deepEqual([rule?.id, rule?.state, rule?.touches, rule?.order], [first.id, 'on', 1, 100]);
  assert.deepEqual([rule?.by.id, more.length], [s.operator.by, 0]);
  const [alarm] = await alarms('?filter=%40priority%3D"4"');
  assert.deepEqual([alarm?.resource, alarm?.severity, alarm?.priority], ['lab-1', 'warning', 4]);
  assert.deepEqual(alarm?.ruled, {
    rules: [{ id: first.id, name: 'lab is quiet' }],
    severity: 'major',
    text: 'lab-1 is down',
  });
});

test('the list is sorted by priority, page by page; what has none comes last', async () => {
  const seen: (number | null)[] = [];
  let cursor = '';
  do {
    const next = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = (await s.viewer.get(`/alarms?sort=priority&limit=1${next}`)).body;
    const { items, next: more } = page as { items: Alarm[]; next: string | null };
    seen.push(...items.map(({ priority }) => priority));
    cursor = more ?? '';
  } while (cursor !== '');
  assert.deepEqual(seen, [4, null, null]);
});

test('a rule is changed, switched off and taken away with a reason', async () => {
  const id = (await rules())[0]?.id ?? '';
  const off = {
    ...labRule(),
    id,
    enabled: false,
    does: { hide: true, holdSeconds: 60 },
    order: -5,
  };
  assert.equal((await s.operator.post('/rules', off)).status, 200);
  await settled();
  const one = (await s.viewer.get(`/rules/${id}`)).body as Rule;
  assert.deepEqual([one.state, one.touches, one.order], ['off', 0, -5]);
  assert.deepEqual([one.does.hide, one.does.holdSeconds], [true, 60]);
  assert.deepEqual(await rules('?state=on'), []);
  assert.equal((await s.operator.post(`/rules/${id}/remove`, { reason: ' ' })).status, 422);
  assert.equal((await s.operator.post(`/rules/${id}/remove`, { reason: 'in use' })).status, 200);
  assert.equal((await s.operator.post(`/rules/${id}/remove`, { reason: 'in use' })).status, 404);
  assert.equal((await s.viewer.get(`/rules/${id}`)).status, 404);
  await settled();
  assert.equal((await alarms('?filter=site%3D"lab"'))[0]?.ruled, null);
});

test('what the fold refuses names its field, and a viewer may look only', async () => {
  const refused = async (more: object) => {
    const { status, body } = await s.operator.post('/rules', { ...labRule(), ...more });
    return [status, (body as { errors?: { field: string }[] }).errors?.[0]?.field];
  };
  assert.deepEqual(await refused({ owner: ' ' }), [422, 'owner']);
  assert.deepEqual(await refused({ does: {} }), [422, 'does']);
  assert.deepEqual(await refused({ matchers: ['site=~".*"'] }), [422, 'matchers']);
  assert.deepEqual(await refused({ matchers: ['site'] }), [422, 'matchers[0]']);
  assert.deepEqual(await refused({ reviewAt: at(days(401)) }), [422, 'reviewAt']);
  assert.deepEqual(await refused({ does: { holdSeconds: 3_601 } }), [422, 'does.holdSeconds']);
  assert.equal((await s.operator.post('/rules', { ...labRule(), id: 'u0' })).status, 404);
  assert.equal((await s.viewer.post('/rules', labRule())).status, 403);
  assert.equal((await s.viewer.get('/rules?cursor=x')).status, 422);
  assert.deepEqual(await rules(), []);
});

const work = (from: number, to: number) => ({
  name: 'CHG 4711',
  matchers: ['site="nbg"'],
  windows: [{ from: at(from), to: at(to) }],
  reason: 'new line card',
  owner: 'network',
});

interface Work {
  readonly id: string;
  readonly state: string;
  readonly hides: number;
  readonly windowsLeft: number;
  readonly overran: { readonly since: string; readonly alarms: number } | null;
}

const works = async (query = '') =>
  ((await s.viewer.get(`/maintenances${query}`)).body as { items: Work[] }).items;

test('planned work is tried, planned, runs and names what it hides', async () => {
  const { body } = await s.operator.post('/maintenances/try', { matchers: ['site="nbg"'] });
  assert.deepEqual((body as { hides: number }).hides, 2);
  const made = await s.operator.post('/maintenances', work(minutes(10), minutes(60)));
  const { id } = made.body as { id: string };
  assert.deepEqual((await works())[0]?.state, 'planned');
  s.clock.pass(minutes(10));
  await settled();
  const [one] = await works();
  assert.deepEqual([one?.id, one?.state, one?.hides, one?.windowsLeft], [id, 'running', 2, 1]);
  const under = (await s.viewer.get(`/maintenances/${id}/alarms`)).body as { hidden: Alarm[] };
  assert.deepEqual(under.hidden.map((a) => a.resource).sort(), ['core-1', 'core-2']);
  assert.equal(under.hidden[0]?.suppressions[0]?.rule, id);
  const whole = (await s.viewer.get(`/maintenances/${id}`)).body as { windows: object[] };
  assert.equal(whole.windows.length, 1);
});

test('work that is over names what began in it and is still raised', async () => {
  const [{ id = '' } = {}] = await works();
  await s.desk.receive('test', [raise('core-3')]);
  s.clock.pass(minutes(60));
  await settled();
  assert.deepEqual(await works(), []);
  const [past] = await works('?state=past');
  assert.deepEqual([past?.id, past?.state, past?.hides, past?.overran?.alarms], [id, 'past', 0, 1]);
  const left = (await s.viewer.get(`/maintenances/${id}/alarms`)).body as { overran: Alarm[] };
  assert.deepEqual(
    left.overran.map((a) => a.resource),
    ['core-3'],
  );
  await s.desk.receive('test', [clear('core-3')]);
  assert.equal((await works('?state=past'))[0]?.overran, null);
});

test('work is ended early with a reason, once', async () => {
  const { id } = (await s.operator.post('/maintenances', work(0, minutes(60)))).body as {
    id: string;
  };
  await settled();
  assert.equal((await works())[0]?.hides, 2);
  assert.equal((await s.operator.post(`/maintenances/${id}/end`, { reason: '' })).status, 422);
  assert.equal((await s.operator.post(`/maintenances/${id}/end`, { reason: 'done' })).status, 200);
  assert.equal((await s.operator.post(`/maintenances/${id}/end`, { reason: 'done' })).status, 409);
  await settled();
  assert.deepEqual(await works(), []);
  assert.equal((await s.operator.post('/maintenances/m0/end', { reason: 'x' })).status, 404);
});

test('a plan without windows ahead, with things nobody knows, or by a viewer is refused', async () => {
  const refused = async (more: object) => {
    const given = { ...work(0, minutes(60)), ...more };
    const { status, body } = await s.operator.post('/maintenances', given);
    return [status, (body as { errors?: { field: string }[] }).errors?.[0]?.field];
  };
  assert.deepEqual(await refused({ windows: [] }), [422, 'windows']);
  assert.deepEqual(await refused({ windows: work(-2_000, -1_000).windows }), [422, 'windows']);
  assert.deepEqual(await refused({ matchers: [] }), [422, 'matchers']);
  assert.deepEqual(await refused({ things: ['nbg'] }), [422, 'things[0]']);
  assert.deepEqual(await refused({ reason: '' }), [422, 'reason']);
  assert.equal((await s.viewer.post('/maintenances', work(0, 1_000))).status, 403);
});

test('work on a thing of the inventory hides whatever is part of it, the far end of a link too', async () => {
  const things = `
devices:
  - {id: rt1, site: osl}
  - {id: rt2, site: bgo}
links:
  - {id: osl-bgo, ends: [rt1, rt2]}
`;
  const headers = { authorization: s.admin.authorization, 'content-type': 'text/plain' };
  const at = `${s.url}/api/v1/inventory/feeds/net/import?format=yaml&why=first`;
  const imported = await fetch(at, { method: 'POST', headers, body: things });
  assert.equal(imported.status, 200, await imported.text());
  const link = raise('osl-bgo', { labels: {} });
  await s.desk.receive('test', [raise('rt1', { labels: {} }), raise('rt2', { labels: {} }), link]);
  const { matchers: _, ...plan } = work(0, minutes(60));
  const made = await s.operator.post('/maintenances', { ...plan, things: ['site:osl'] });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  await settled();
  const { id } = made.body as { id: string };
  const under = (await s.viewer.get(`/maintenances/${id}/alarms`)).body as { hidden: Alarm[] };
  assert.deepEqual(under.hidden.map((a) => a.resource).sort(), ['osl-bgo', 'rt1']);
});
