import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { days, type Instant, instantText, minutes } from '../../src/base/time.ts';
import { NOTICE } from '../rules/calendars.ts';
import { type FoldDesk, foldDesk, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';
import { plain, postForm, visit } from './visit.ts';

let desk: FoldDesk;
let served: Served;

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
  const labels = { alertname: 'Down', site: 'nbg' };
  desk.tell(says('core-1', 'Down', { labels }), says('core-2', 'Down', { labels }));
});
after(() => served.close());

const get = async (path: string, login = 'tom') => plain((await visit(served, login, path)).text);

async function post(path: string, from: string, fields: Record<string, string>, login = 'tom') {
  const said = await postForm(served, login, { path, from, fields });
  return { ...said, text: plain(said.text) };
}

/** The desk looks at its alarms again, as its timer would have it. */
function refreshed(): void {
  const timer = desk.memory.get('timers', 'refresh');
  assert.ok(timer, 'the alarms are to be looked at again');
  const { id, generation } = timer;
  void desk.report({ kind: 'timer', at: desk.clock.now(), timer: id, generation } as never);
}

const idOf = (resource: string): string =>
  [...desk.memory.all('alarms')].find((a) => a.resource === resource)?.id ?? '';
const at = (ms: number): string => instantText((desk.clock.now() + ms) as Instant).slice(0, 16);

const rule = () => ({
  matchers: 'site="nbg"',
  name: 'Nuremberg <b>',
  severity: 'minor',
  priority: '2',
  text: 'NBG: {text}',
  hold: '',
  order: '10',
  reason: 'rebuilt',
  owner: 'network',
  review: at(days(30)).slice(0, 10),
  enabled: 'on',
});

test('a rule is tried: the page names what it would touch and what that would become', async () => {
  assert.match(await get('/rules'), /There are no rules\./);
  const { status, text } = await post('/rules', '/rules', { ...rule(), does: 'try' });
  assert.equal(status, 200);
  assert.match(text, /It would touch 2 open alarms/);
  assert.match(
    text,
    /critical → minor , priority 2 : Down on core-1 → NBG: Down on core-1|→ minor/,
  );
  assert.equal(desk.memory.count('rules'), 0);
});

test('a rule without a reason, or that nobody can read, is refused and stays in the form', async () => {
  const bare = await post('/rules', '/rules', { ...rule(), reason: '', does: 'save' });
  assert.equal(bare.status, 422);
  assert.match(bare.text, /Why: 1 to 4096 characters expected\./);
  const bad = await post('/rules', '/rules', { ...rule(), matchers: 'site', does: 'save' });
  assert.match(bad.text, /This line cannot be read: site/);
  const viewer = await post('/rules', '/rules', { ...rule(), does: 'save' }, 'vera');
  assert.equal(viewer.status, 403);
  assert.doesNotMatch(await get('/rules', 'vera'), /New rule/);
  assert.equal(desk.memory.count('rules'), 0);
});

test('a rule is made, shows what it touches; the alarm tells what its source had said', async () => {
  const made = await post('/rules', '/rules', { ...rule(), does: 'save' });
  assert.deepEqual([made.status, made.location], [303, '/rules?done=made'], made.text);
  refreshed();
  assert.match(await get('/rules'), /on Nuremberg &lt;b&gt; order 10 site="nbg" severity minor/);
  assert.match(await get('/rules'), /2 alarms Edit/);
  const alarm = await get(`/alarms/${idOf('core-1')}`);
  assert.match(alarm, /Priority 2 of 5, given by a rule/);
  assert.match(alarm, /Rule Nuremberg &lt;b&gt; Severity at the source critical/);
  assert.match(alarm, /Text at the source Down on core-1/);
  assert.match(await get('/'), /minor P2/);
});

test('a rule is changed and removed', async () => {
  const [{ id = '' } = {}] = desk.memory.all('rules');
  assert.match(await get(`/rules?edit=${id}`), /Change this rule/);
  const change = { ...rule(), id, priority: '1', does: 'save' };
  assert.equal((await post('/rules', '/rules', change)).location, '/rules?done=changed');
  assert.equal(desk.memory.get('rules', id)?.does.priority, 1);
  assert.equal((await post(`/rules/${id}/remove`, '/rules', { reason: ' ' })).status, 422);
  const gone = await post(`/rules/${id}/remove`, '/rules', { reason: 'done' });
  assert.equal(gone.location, '/rules?done=removed');
  assert.equal(desk.memory.count('rules'), 0);
  refreshed();
});

const work = (from: number, to: number) => ({
  matchers: 'site="nbg"',
  things: '',
  name: 'CHG 4711',
  from: at(from),
  to: at(to),
  reason: 'new line card',
  owner: 'network',
});

test('chosen alarms lead to a plan for what they have in common', async () => {
  desk.clock.pass(minutes(5));
  const on = `${idOf('core-1')}.1`;
  const led = await post('/maintenance/from', '/', { on });
  assert.equal(led.location, `/maintenance?alarm=${idOf('core-1')}#work`);
  assert.match(
    await get(led.location.split('#')[0] ?? ''),
    /alertname="Down" instance="core-1" site="nbg"/,
  );
  assert.equal((await post('/rules/from', '/', { on })).status, 303);
});

test('work is previewed, planned, stands in the calendar and on the page of what it hides', async () => {
  const seen = await post('/maintenance', '/maintenance', {
    ...work(0, minutes(60)),
    does: 'preview',
  });
  assert.match(seen.text, /It fits 2 open alarms now: core-1 Down/);
  const wrong = { ...work(0, minutes(60)), things: 'device:nobody', does: 'save' };
  assert.match((await post('/maintenance', '/maintenance', wrong)).text, /knows no device:nobody/);
  const made = await post('/maintenance', '/maintenance', {
    ...work(0, minutes(60)),
    does: 'save',
  });
  assert.equal(made.location, '/maintenance?done=made', made.text);
  refreshed();
  const list = await get('/maintenance');
  assert.match(list, /running CHG 4711 site="nbg" new line card network; planned by Tom/);
  assert.match(list, /2 alarms Edit/);
  assert.match(list, /The next days .* \d{4}-\d\d-\d\d CHG 4711/);
  const alarm = await get(`/alarms/${idOf('core-1')}`);
  assert.match(alarm, /in maintenance .*by Tom until .* new line card/);
  assert.match(alarm, /Planned work that hides it "CHG 4711"/);
});

test('work that is over says what it left behind, and an early end needs a reason', async () => {
  const [{ id = '' } = {}] = desk.memory.all('maintenances');
  assert.equal((await post(`/maintenance/${id}/end`, '/maintenance', { reason: '' })).status, 422);
  const ring = { labels: { alertname: 'Down', site: 'nbg' } };
  desk.clock.pass(minutes(1));
  desk.tell(says('core-3', 'Down', ring));
  desk.clock.pass(minutes(1));
  const ended = await post(`/maintenance/${id}/end`, '/maintenance', { reason: 'done early' });
  assert.equal(ended.location, '/maintenance?done=ended');
  refreshed();
  assert.match(await get('/maintenance'), /No work is planned/);
  assert.match(
    await get('/maintenance?show=past'),
    /overran : 1 alarm still raised, such as core-3/,
  );
  await desk.act(NORA, { verb: 'comment', on: [{ id: idOf('core-3') as never }], note: 'seen' });
});

const weekly = () => ({
  ...work(0, 0),
  name: 'Backups',
  from: '2026-03-10T22:00',
  to: '2026-03-11T02:00',
  zone: 'Europe/Vienna',
  unit: 'week',
  interval: '1',
  on: 'TU',
  last: '',
  times: '',
});

test('work that comes again shows its next five times before it is saved, and keeps its clock', async () => {
  const seen = await post('/maintenance', '/maintenance', { ...weekly(), does: 'preview' });
  assert.match(seen.text, /Its next times, in UTC; it keeps the clock of Europe\/Vienna/);
  assert.equal(seen.text.match(/Its next times.*?(?=Show what)/)?.[0].match(/ to /g)?.length, 5);
  assert.equal(
    [...desk.memory.all('maintenances')].find(({ name }) => name === 'Backups'),
    undefined,
  );
  const made = await post('/maintenance', '/maintenance', { ...weekly(), does: 'save' });
  assert.equal(made.location, '/maintenance?done=made', made.text);
  refreshed();
  const id = [...desk.memory.all('maintenances')].find(({ name }) => name === 'Backups')?.id ?? '';
  assert.match(await get('/maintenance'), /every week on TU, Europe\/Vienna/);
  const form = await get(`/maintenance?edit=${id}`);
  assert.match(form, /Again and again/);
  const change = { ...weekly(), id, on: 'WE', times: '3', does: 'save' };
  const changed = await post('/maintenance', '/maintenance', change);
  assert.equal(changed.location, '/maintenance?done=changed', changed.text);
  assert.equal(desk.memory.get('maintenances', id)?.windows.length, 3);
  for (const [more, wrong] of [
    [{ zone: 'Mars' }, /By the clock of: a time zone/],
    [{ on: 'XX' }, /"XX" is no day/],
    [{ to: '2026-03-10T21:00' }, /Until: from 1 to \d+ minutes after From\./],
    [{ last: '2020-01-01' }, /no time lies ahead/],
  ] as const) {
    const refused = await post('/maintenance', '/maintenance', {
      ...weekly(),
      ...more,
      does: 'save',
    });
    assert.equal(refused.status, 422);
    assert.match(refused.text, wrong);
  }
});

test('a calendar is pasted, tried and imported without scripts', async () => {
  const page = await get('/maintenance/import');
  assert.match(page, /Import a calendar/);
  const form = { matchers: 'site="nbg"', things: '', zone: 'Europe/Vienna' };
  const at = '/maintenance/import';
  const now = new Date(desk.clock.now() + 86_400_000)
    .toISOString()
    .slice(0, 10)
    .replaceAll('-', '');
  const near = { ...form, text: NOTICE.replaceAll('20260310', now).replaceAll('20260311', now) };
  const soon = { ...near, text: near.text.replace(`${now}T040000Z`, `${now}T230000Z`) };
  assert.match(
    (await post(at, at, { ...soon, does: 'try' })).text,
    /Fibre works near Nuremberg, span 7 taken/,
  );
  const done = await post(at, at, { ...soon, does: 'import' });
  assert.match(done.text, /What came of it .* taken/);
  assert.match(await get('/maintenance'), /Fibre works near Nuremberg, span 7/);
  assert.equal((await post(at, at, { ...soon, zone: 'Mars', does: 'try' })).status, 422);
  assert.match(
    (await post(at, at, { ...soon, text: 'x', does: 'try' })).text,
    /Line 1: NAME:value expected/,
  );
});
