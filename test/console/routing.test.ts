import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { minutes, seconds } from '../../src/base/time.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';
import { type FoldDesk, foldDesk, inMinutes, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';
import { plain, postForm, visit } from './visit.ts';

const HOSTILE = `"><script>alert(1)</script>'`;

let desk: FoldDesk;
let served: Served;

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
});
after(() => served.close());

const get = (path: string, login = 'nora') => visit(served, login, path);
const post = (path: string, from: string, fields: Record<string, string>, login = 'nora') =>
  postForm(served, login, { path, from, fields });

const idOf = (resource: string): string =>
  [...desk.memory.all('alarms')].find((a) => a.resource === resource)?.id ?? '';

const field = planRoute({
  id: '{}/{site="nbg"}',
  key: '{}/{site="nbg"}',
  receiver: 'field',
  matchers: terms('site="nbg"'),
  groupWait: seconds(0),
  onAcknowledge: 'stop-all',
});
const last = planRoute({ id: 'l', key: 'l', receiver: 'none', matchers: terms('site="osl"') });
const plan = planWith(
  { groupWait: seconds(30), routes: [field, last] },
  {
    receivers: [
      { name: 'ops', ways: [{ kind: 'webhook', index: 0, sendResolved: true }] },
      { name: 'field', ways: [{ kind: 'email', index: 0, sendResolved: true }] },
      { name: 'none', ways: [] },
    ],
  },
);

test('without a configuration each page says what is missing and what to do', async () => {
  assert.match(plain((await get('/routes')).text), /There is no routing yet/);
  assert.match(plain((await get('/silences')).text), /Nothing is silenced/);
  assert.match(plain((await get('/notifications')).text), /There is nobody to tell/);
  const revision = { text: '', from: 'a.yml', unused: [], why: '', plan } as const;
  await desk.act(NORA, { verb: 'revision.apply', ...revision });
  const labels = { alertname: 'Down', site: 'nbg' };
  const raised = { since: desk.clock.now(), labels };
  desk.tell(says('core-1', 'Down', raised), says('core-2', 'Down', raised));
});

test('the tree is drawn with receivers, timers and how much sits in each route', async () => {
  const text = plain((await get('/routes')).text);
  for (const part of [
    'everything → goes to ops',
    '{site="nbg"} → goes to field 2 raised in 1 group',
    'wait 0s · every 5m · repeat 4h · an acknowledgement stops everything but the end',
    'goes to none tells nobody',
  ]) {
    assert.ok(text.includes(part), `${part}\n${text}`);
  }
  assert.doesNotMatch(text, /takes it|passed by/);
});

test('the path of a label set is lit, with the reason at every fork', async () => {
  const lit = async (labels: string) => plain((await get(`/routes?labels=${labels}`)).text);
  const nbg = await lit(encodeURIComponent('site="nbg" alertname="X"'));
  assert.match(nbg, /It would go to field \./);
  assert.match(nbg, /field , told together with all that has \{alertname="X"\}/);
  assert.match(nbg, /Read from these labels, as of an alert: \{@type="X"\}/);
  assert.match(nbg, /✓ fits; looked further below.*✓ takes it.*– not looked at/);
  const other = await lit('site%3Dham');
  assert.match(other, /✗ passed by: site="nbg" does not fit "ham"/);
  assert.match(await lit('alertname%3DX'), /✗ passed by: site="nbg" does not fit: it has none/);
});

test('labels that cannot be read are explained, and stay in the box', async () => {
  const { status, text } = await get(`/routes?labels=${encodeURIComponent('site=~"nbg"')}`);
  assert.equal(status, 422);
  assert.match(plain(text), /cannot be read: labels are written name="value"/);
  assert.ok(text.includes('value="site=~&quot;nbg&quot;"'));
});

const wanted = { matchers: 'site="nbg"\nalertname=~"Do.*"', comment: 'works', for: '120', id: '' };

test('a preview says what a silence would keep quiet, keeps the form, and makes none', async () => {
  const { status, text } = await post('/silences', '/silences', { ...wanted, does: 'preview' });
  assert.equal(status, 200);
  assert.match(
    plain(text),
    /Nobody would be notified of 2 alarms now; they stay on the list: core-1 Down/,
  );
  assert.ok(text.includes('alertname=~&quot;Do.*&quot;</textarea>'));
  assert.equal(desk.memory.count('silences'), 0);
});

test('a silence needs a comment and matchers that can be read', async () => {
  const bare = await post('/silences', '/silences', { ...wanted, comment: ' ', does: 'save' });
  assert.equal(bare.status, 422);
  assert.match(plain(bare.text), /Why: say it, a silence has one/);
  const bad = await post('/silences', '/silences', { ...wanted, matchers: 'site', does: 'save' });
  assert.match(plain(bad.text), /This line cannot be read: site/);
  const all = { ...wanted, matchers: 'site=~".*"', does: 'save' };
  assert.match(plain((await post('/silences', '/silences', all)).text), /at least one matcher/);
  assert.equal(desk.memory.count('silences'), 0);
});

test('a silence is made, shows what it keeps quiet, is changed and ended', async () => {
  const made = await post('/silences', '/silences', { ...wanted, does: 'save' });
  assert.deepEqual([made.status, made.location], [303, '/silences?done=made']);
  const [silence] = desk.memory.all('silences');
  assert.ok(silence);
  assert.equal(silence.createdBy, 'Nora');
  const list = plain((await get('/silences?done=made')).text);
  assert.match(list, /The silence is made/);
  assert.match(list, /active site="nbg" alertname=~"Do\.\*" works Nora .* 2 alarms Edit/);
  const edit = `/silences?edit=${silence.id}`;
  assert.match(plain((await get(edit)).text), /Change this silence .* until 20.* UTC, as it is/);
  const change = { ...wanted, id: silence.id, for: '', comment: 'longer works', does: 'save' };
  assert.equal((await post('/silences', edit, change)).location, '/silences?done=changed');
  const now = desk.memory.get('silences', silence.id);
  assert.deepEqual([now?.comment, now?.endsAt], ['longer works', silence.endsAt]);
  assert.match(plain((await get(`/alarms/${idOf('core-1')}`)).text), /silenced by Nora until/);
  const end = `/silences/${silence.id}/expire`;
  assert.equal((await post(end, '/silences', {})).location, '/silences?done=ended');
  desk.clock.pass(1);
  assert.match(plain((await get('/silences?show=expired')).text), /expired site="nbg"/);
});

test('a silence that keeps nothing quiet says since when', async () => {
  desk.clock.pass(minutes(5));
  const newId = '00000001-1111-4111-8111-111111111111' as SilenceId;
  const times = { startsAt: desk.clock.now(), endsAt: inMinutes(desk, 600) };
  const said = { createdBy: HOSTILE, comment: HOSTILE, annotations: {} };
  const matchers = terms('site="ham"');
  await desk.act(NORA, { verb: 'silence.set', newId, matchers, ...times, ...said });
  desk.clock.pass(minutes(90));
  const { text } = await get('/silences');
  assert.match(plain(text), /nothing since it began, 1 h 30 ago/);
  assert.doesNotMatch(text, /<script>alert/);
});

test('a silence begins with what the chosen alarms have in common', async () => {
  const on = `${idOf('core-1')}.1`;
  const from = await post('/silences/from', '/?show=all', { on });
  assert.equal(from.location, `/silences?alarm=${idOf('core-1')}#silence`);
  const one = (await get(`/silences?alarm=${idOf('core-1')}`)).text;
  assert.match(one, /instance=&quot;core-1&quot;/);
  const two = (await get(`/silences?alarm=${idOf('core-1')}&alarm=${idOf('core-2')}`)).text;
  assert.match(two, /alertname=&quot;Down&quot;\nsite=&quot;nbg&quot;<\/textarea>/);
  assert.match(plain((await get('/silences?alarm=gone')).text), /left the desk’s memory/);
});

test('ways out say in words how they do, and a test is followed to its end', async () => {
  const sent = await post('/notifications/test', '/notifications', { receiver: 'ops' });
  assert.match(sent.location, /^\/notifications\?test=d\d+\.0$/);
  const id = decodeURIComponent(sent.location.split('=')[1] ?? '') as never;
  assert.match(plain((await get(sent.location)).text), /Test sent\. Reload to see how it went/);
  const at = desk.clock.now();
  const report = { kind: 'delivered', at, delivery: id, tookMs: 1 } as const;
  await desk.report({ ...report, attempt: 1, result: 'later', detail: `502 ${HOSTILE}` });
  const failing = await get('/notifications');
  assert.match(plain(failing.text), /1 way out does not deliver: ops\/webhook\[0\]/);
  assert.match(
    plain(failing.text),
    /webhook\[0\] ▲ failing since .*, 1 try in a row 502 .* 0 1 1 Send/,
  );
  assert.doesNotMatch(failing.text, /<script>alert/);
  await desk.report({ ...report, attempt: 2, result: 'sent', detail: '200' });
  assert.match(plain((await get(sent.location)).text), /ops\/webhook\[0\] arrived: 200/);
  const healthy = plain((await get('/notifications')).text);
  assert.match(healthy, /● delivering, last 0 s ago/);
  assert.match(healthy, /none named by 1 route It has no way out: it tells nobody/);
  const none = await post('/notifications/test', '/notifications', { receiver: 'none' });
  assert.equal(none.status, 409);
  assert.match(plain(none.text), /"none" has no way out/);
});

test('the page of an alarm says who was told, now and then', async () => {
  const path = `/alarms/${idOf('core-1')}`;
  const [open] = [...desk.memory.all('deliveries')];
  assert.ok(open);
  const at = desk.clock.now();
  const report = { kind: 'delivered', at, delivery: open.id, attempt: 1 } as const;
  await desk.report({ ...report, result: 'sent', detail: '250 queued', tookMs: 1 });
  const now = plain((await get(path)).text);
  assert.match(
    now,
    /Who was told as of .* · Reload Silence field\/email\[0\] was told that it is raised at/,
  );
  assert.match(now, /try 1 arrived: 250 queued/);
  assert.match(now, /✓ \{site="nbg"\} : takes it for field/);
  const then = plain((await get(`${path}?at=2025-12-31T00%3A00`)).text);
  assert.match(then, /Who was told at .* · Now .*Nobody was told by then/);
});

test('a viewer reads all of it and has nothing to act with', async () => {
  for (const path of ['/silences', '/routes', '/notifications', `/alarms/${idOf('core-1')}`]) {
    const { status, text } = await get(path, 'vera');
    assert.equal(status, 200, path);
    const forms = [...text.matchAll(/<form method="post" action="([^"]*)"/g)].map(([, to]) => to);
    assert.deepEqual(
      forms.filter((to) => to !== '/theme' && to !== '/sign-out'),
      [],
      path,
    );
  }
  const { status } = await post('/silences', '/silences', { ...wanted, does: 'save' }, 'vera');
  assert.equal(status, 403);
});
