import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { days, type Instant, instantText, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { type FoldDesk, foldDesk, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';
import { plain, postForm, visit } from './visit.ts';

let desk: FoldDesk;
let served: Served;

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
  for (const instance of ['core-1', 'core-2', 'edge-1']) {
    desk.tell(says(instance, 'Down', { labels: { alertname: 'Down', role: 'core' } }));
  }
});
after(() => served.close());

const whole = async (path: string, login = 'tom') => {
  const { status, text: markup } = await visit(served, login, path);
  return { status, markup };
};
const get = async (path: string, login?: string) => plain((await whole(path, login)).markup);

async function post(path: string, from: string, fields: Record<string, string>, login = 'tom') {
  const said = await postForm(served, login, { path, from, fields });
  return { ...said, text: plain(said.text) };
}

const idOf = (resource: string): string =>
  [...desk.memory.all('alarms')].find((a) => a.resource === resource)?.id ?? '';
const day = (n: number): string =>
  instantText((desk.clock.now() + days(n)) as Instant).slice(0, 10);

test('an alarm nobody has seen before says so, and leads to the form that is filled in', async () => {
  const id = idOf('core-1');
  assert.match(await get(`/alarms/${id}`), /Not seen before\s*\. Nothing was decided/);
  const { markup } = await whole(`/alarms/${id}/decide`);
  assert.match(markup, /name="situation"[^>]*>Down on core-1</);
  assert.match(markup, new RegExp(`name="reviewOn" type="date" required\\s+value="${day(30)}"`));
  assert.equal((await whole(`/alarms/${id}/decide`, 'vera')).status, 403);
});

test('what was decided is on the page of the alarm unasked, with what came of it', async () => {
  const id = idOf('core-1');
  const at = `/alarms/${id}/decide`;
  const given = {
    kind: 'restart',
    what: 'line <card> 0',
    reason: 'it helped last year',
    situation: 'no light',
    options: 'wait\n\nreroute',
    reviewOn: day(30),
    followUp: 'Replace the optics',
    followUpOn: day(7),
  };
  const none = await post(at, at, { ...given, kind: '', reason: ' ' });
  assert.equal(none.status, 422);
  assert.match(none.text, /Error: Decide · Tocsin/);
  assert.match(none.text, /There is a problem Say what is done\. Say why: it is what counts/);
  assert.match(none.text, /no light/, 'what was typed is kept');
  const long = await post(at, at, { ...given, reason: 'x'.repeat(5_000) });
  assert.match(long.text, /There is a problem 1 to \d+ characters expected/);
  const done = await post(at, at, given);
  assert.equal(done.location, `/alarms/${id}#recall`);
  const page = await get(`/alarms/${id}`);
  assert.match(page, /restart: line &lt;card&gt; 0 : it helped last year Tom/);
  assert.match(page, /Not chosen: wait; reroute/);
  assert.match(page, /To do planned Replace the optics Tom; open for/);
  assert.match(await get(`/alarms/${idOf('core-2')}`), /same class \(role=core\): core-1/);
  desk.tell(says('core-1', 'Down', { kind: 'clear' }));
  desk.clock.pass(minutes(90));
  desk.tell(says('core-1', 'Down', { labels: { alertname: 'Down', role: 'core' } }));
  const again = await get(`/alarms/${id}`);
  assert.match(again, /Seen 2 times/);
  assert.match(again, /It came back after 1 h 30; raised 1 time since/);
  assert.match(again, /To do soon Replace the optics/, 'it rose');
});

test('of many decisions the nearest stand in the open, the others one step away', async () => {
  const at = `/alarms/${idOf('edge-1')}/decide`;
  for (let n = 1; n <= 5; n++) {
    await post(at, at, { kind: 'change', what: `try ${n}`, reason: 'x', reviewOn: day(5) });
  }
  const page = await get(`/alarms/${idOf('edge-1')}`);
  assert.match(page, /change: try 2 .* 2 more decisions .*change: try 1 .*restart: line/);
});

test('the form for a decision begins with what people said, and does it at once', async () => {
  const id = idOf('edge-1');
  const at = `/alarms/${id}/decide`;
  const { markup: before } = await whole(at);
  assert.match(before, /Filled in from what was decided last/);
  desk.tell(says('edge-2', 'Down'));
  const other = idOf('edge-2');
  assert.match((await whole(`/alarms/${other}/decide`)).markup, /name="kind" required autofocus/);
  await desk.act('tom' as UserId, {
    verb: 'comment',
    on: [{ id: other as never }],
    note: 'Rolled back',
  });
  const { markup } = await whole(`/alarms/${other}/decide`);
  assert.match(markup, /<option selected>roll back<\/option>/);
  assert.match(markup, /name="reason"[^>]*>Rolled back</);
  assert.match(markup, /<button class="main" autofocus>/, 'd, Enter, and it is written down');
  const given = { kind: 'suppress until', reason: 'works', reviewOn: day(3), does: 'yes' };
  await post(`/alarms/${other}/decide`, `/alarms/${other}/decide`, given);
  const [silence] = desk.memory.all('silences');
  assert.equal(silence?.comment, 'works');
  assert.match(await get(`/alarms/${other}`), /It is silenced until .* the silence/);
});

test('an incident is closed in one step with what was decided, filled in from its notes', async () => {
  for (const instance of ['hub-1', 'hub-2']) desk.tell(says(instance, 'Down'));
  const on = [idOf('hub-1'), idOf('hub-2')];
  const opened = await post('/incidents', '/incidents/new', { alarm: on[0] ?? '', title: 'Cut' });
  await post('/incidents/join', '/incidents/new', {
    alarm: on[1] ?? '',
    into: opened.location.slice(11),
  });
  const at = opened.location;
  assert.match((await whole(at)).markup, new RegExp(`id="decide" href="${at}/close"`));
  await post(at, at, { does: 'note', note: 'The carrier spliced it, their ticket 4711' });
  const { markup } = await whole(`${at}/close`);
  assert.match(markup, /name="note"[^>]*>The carrier spliced it, their ticket 4711</);
  assert.match(markup, /<option selected>call vendor<\/option>/);
  assert.match(markup, /<button class="main" autofocus>/);
  const note = 'The carrier spliced it';
  const given = {
    kind: 'call vendor',
    note,
    on: 'each',
    reviewOn: day(9),
    followUp: 'A second path',
  };
  const wrong = await post(`${at}/close`, `${at}/close`, { ...given, on: 'nothing' });
  assert.equal(wrong.status, 422);
  assert.equal((await post(`${at}/close`, `${at}/close`, given)).location, at);
  const page = await get(at);
  assert.match(page, /Closed by Tom: The carrier spliced it/);
  assert.equal(page.match(/call vendor : The carrier spliced it/g)?.length, 2, 'on each alarm');
  assert.match(page, /A second path/);
  const late = await whole(`${at}/close`);
  assert.equal(late.status, 200);
  assert.equal((await post(`${at}/close`, `${at}/close`, given)).status, 422);
});

test('a caution is put up by matchers in braces, and what cannot be read is told', async () => {
  const given = { text: 'Not on a Friday', reason: 'x', owner: 'net', reviewOn: day(9) };
  const wrong = await post('/cautions', '/cautions', { ...given, resource: '{instance}' });
  assert.equal(wrong.status, 422);
  const { location } = await post('/cautions', '/cautions', {
    ...given,
    resource: '{ instance =~ "core-.*" }',
  });
  assert.match(await get('/cautions'), /\{instance=~"core-\.\*"\} Not on a Friday/);
  assert.match(await get(`/alarms/${idOf('core-2')}`), /Caution: Not on a Friday/);
  assert.doesNotMatch(await get(`/alarms/${idOf('edge-1')}`), /Caution: Not on a Friday/);
  await post(`/cautions/${location.split('#')[1]}/end`, '/cautions', { reason: 'over' });
});

test('a caution stands above what can be done to the alarm, and marks its row', async () => {
  const given = { resource: 'core-2', text: 'Call the bank', reason: 'their line', owner: 'net' };
  const wrong = await post('/cautions', '/cautions', { ...given, reviewOn: '' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /Look at it again on: a day expected\./);
  const { location } = await post('/cautions', '/cautions', { ...given, reviewOn: day(9) });
  const { markup } = await whole(`/alarms/${idOf('core-2')}`);
  assert.ok(markup.indexOf('Call the bank') < markup.indexOf('id="acts"'), 'before the buttons');
  const row = /<tr id="a-[^>]*data-caution="Call the bank"/;
  assert.match((await whole('/')).markup, row);
  const end = `/cautions/${location.split('#')[1]}/end`;
  await post(end, '/cautions', { reason: 'a second line is there' });
  assert.match(await get('/cautions'), /There is nothing to beware of\./);
  assert.doesNotMatch((await whole('/')).markup, row);
});

test('an incident is opened from chosen alarms, noted, and closed with a summary', async () => {
  assert.match(await get('/incidents'), /No incident is open\./);
  const on = `${idOf('core-1')}.1`;
  const from = await post('/incidents/from', '/', { on });
  assert.equal(from.location, `/incidents/new?alarm=${idOf('core-1')}`);
  const alarm = idOf('core-1');
  const refused = await post('/incidents', from.location, { alarm, title: ' ' });
  assert.match(refused.text, /Title: 1 to/);
  const opened = await post('/incidents', from.location, { alarm, title: 'No light' });
  assert.match(opened.location, /^\/incidents\/i\d+$/);
  const at = opened.location;
  assert.match(await get(at), /Its one alarm is raised; open since/);
  await post('/incidents/join', '/incidents/new', { alarm: idOf('edge-1'), into: at.slice(11) });
  await post(at, at, { does: 'note', note: 'the vendor was called' });
  assert.match((await post(at, at, { does: 'close', note: '' })).text, /Note: some words/);
  await post(at, at, { does: 'close', note: 'optics replaced' });
  const page = await get(at);
  assert.match(page, /Closed by Tom: optics replaced/);
  assert.match(page, /note by Tom the vendor was called/);
  assert.match(page, /raised, critical Down on core-1/);
  assert.match(page, /restart: line/, 'what was decided on its alarms');
  assert.match(await get('/incidents?show=closed'), /No light/);
  assert.match(await get(`/alarms/${alarm}`), /Part of i\d+ No light , closed/);
  assert.doesNotMatch((await whole(at, 'vera')).markup, /name="does"/);
});

test('an action is added on an alarm and ended with a reason', async () => {
  const from = `/actions?alarm=${idOf('edge-1')}`;
  const alarm = idOf('edge-1');
  const added = await post('/actions', from, { alarm, title: 'Label the ports', step: 'someday' });
  assert.match(added.location, /^\/actions#a\d+$/);
  assert.match(await get('/actions'), /someday Label the ports .* nobody has it; open for/);
  const id = added.location.split('#')[1];
  assert.match((await post(`/actions/${id}/end`, '/actions', { reason: '' })).text, /Reason: 1 to/);
  await post(`/actions/${id}/end`, '/actions', { how: 'dropped', reason: 'no ports left' });
  assert.match(await get('/actions?show=dropped'), /dropped by Tom .*: no ports left/);
});

test('each return of its alarm takes an action up, and the page says for how long it is open', async () => {
  desk.tell(says('spine-1', 'Down'));
  const alarm = idOf('spine-1');
  const given = { title: 'Find the bug', owner: '', step: 'planned', dueOn: day(9), alarm };
  const { location } = await post('/actions', `/actions?alarm=${alarm}`, given);
  const id = location.split('#')[1] ?? '';
  desk.tell(says('spine-1', 'Down', { kind: 'clear' }));
  desk.tell(says('spine-1', 'Down'));
  const page = await get('/actions');
  assert.match(
    page,
    /soon Find the bug a\d+: nobody has it; open for .*came back 1 time meanwhile/,
  );
  const teams = [{ name: 'noc', members: [] }];
  const duty = { teams, schedules: [], policies: [] };
  const said = { text: '', from: 'a.yml', unused: [], why: '' };
  await desk.act('tom' as UserId, { verb: 'revision.apply', ...said, duty });
  const wrong = { owner: 'team:none', dueOn: day(3), step: 'urgent' };
  assert.equal((await post(`/actions/${id}`, '/actions', wrong)).status, 422);
  await post(`/actions/${id}`, '/actions', { owner: 'team:noc', dueOn: day(3), step: 'urgent' });
  assert.match(await get('/actions'), /urgent Find the bug a\d+: team noc; open for/);
  const csv = await whole('/actions.csv?show=open', 'vera');
  assert.match(csv.markup, new RegExp(`${id},urgent,Find the bug,,team noc,${day(3)}T`));
});
