import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { days, type Instant, instantText, minutes } from '../../src/base/time.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { aboutOf } from '../../src/domain/memory/about.ts';
import type { DecisionKind } from '../../src/domain/memory/decision.ts';
import { type FoldDesk, foldDesk, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';
import { plain, postForm, visit } from './visit.ts';

let desk: FoldDesk;
let served: Served;

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
});
after(() => served.close());

const down = (instance: string, kind: 'raise' | 'clear' = 'raise') =>
  desk.tell(says(instance, 'Down', { kind, labels: { alertname: 'Down', role: 'core' } }));

const alarmOn = (resource: string) => {
  const found = [...desk.memory.all('alarms')].find((a) => a.resource === resource);
  return found ?? assert.fail(`no alarm on ${resource}`);
};

async function decide(resource: string, kind: DecisionKind, reason: string, review = days(30)) {
  const { made } = await desk.act(NORA, {
    ...{ verb: 'decision.record', about: aboutOf(alarmOn(resource)), kind, what: '', reason },
    ...{ situation: 'no <light>', options: ['wait'] },
    reviewAt: (desk.clock.now() + review) as Instant,
  });
  return made ?? assert.fail('nothing was made');
}

/** The day of its review came. */
function review(decision: string): void {
  const timer = desk.memory.get('timers', `decision.review/${decision}`);
  assert.ok(timer && timer.at <= desk.clock.now());
  const { id, generation } = timer;
  void desk.report({ kind: 'timer', at: desk.clock.now(), timer: id, generation } as never);
}

const get = async (path: string, login = 'tom') => plain((await visit(served, login, path)).text);
const rowsOf = async (path: string) =>
  [...(await visit(served, 'tom', path)).text.matchAll(/<tr id="(d\d+)"/g)].map(([, id]) => id);

test('where nothing was decided yet, the page teaches how the first is made', async () => {
  assert.match(await get('/decisions'), /Nothing was decided yet\..* choose an alarm in the list/);
  assert.match(await get('/decisions', 'vera'), /Operators write them down/);
});

test('each decision stands where it belongs: replaced, came back, held, due', async () => {
  for (const name of ['core-1', 'core-2', 'core-3']) down(name);
  const first = await decide('core-1', 'restart', 'it hung');
  const second = await decide('core-1', 'call vendor', 'it hung again');
  const third = await decide('core-2', 'change', 'new optics');
  const fourth = await decide('core-3', 'accept', 'small & rare', days(2));
  assert.deepEqual(await rowsOf('/decisions'), [fourth, third, second], 'the newest first');
  assert.deepEqual(await rowsOf('/decisions?show=replaced'), [first]);
  assert.deepEqual(await rowsOf('/decisions?show=not+known+yet'), [fourth, third, second]);
  assert.match(await get('/decisions'), /change .*new optics .* core-2 Down, raised now .*still/);
  down('core-2', 'clear');
  down('core-3', 'clear');
  assert.match(await get('/decisions'), /accept .*small &amp; rare .*holds so far/);
  desk.clock.pass(minutes(90));
  down('core-2');
  assert.deepEqual(await rowsOf('/decisions?show=did+not+hold'), [third]);
  assert.match(
    await get('/decisions?show=did+not+hold'),
    /came back after 1 h 30 1 × last 0 s ago/,
  );
  desk.clock.pass(days(2));
  review(fourth);
  assert.deepEqual(await rowsOf('/decisions?show=held'), [fourth]);
  assert.deepEqual(await rowsOf('/decisions?show=review+due'), [fourth]);
  assert.match(await get('/decisions?show=held'), /held until its review .*due 1 h 30 ago/);
});

test('words and the kind choose among them, and what fits nothing says so', async () => {
  assert.equal((await rowsOf('/decisions?q=OPTICS')).length, 1);
  assert.equal((await rowsOf('/decisions?q=nora+core-3')).length, 1, 'who, and on what');
  assert.equal((await rowsOf('/decisions?kind=call+vendor')).length, 1);
  assert.match(await get('/decisions?q=optics&kind=accept'), /No decision in force is like that/);
  assert.match(await get('/decisions?q=optics'), /in force 1 did not hold 1 not known yet 0/);
});

test('a page holds 50, the next the others', async () => {
  for (let n = 0; n < 60; n++) {
    down(`edge-${n}`);
    await decide(`edge-${n}`, 'restart', `bulk ${n}`);
  }
  assert.equal((await rowsOf('/decisions?q=bulk')).length, 50);
  assert.equal((await rowsOf('/decisions?q=bulk&from=51')).length, 10);
  assert.match(await get('/decisions?q=bulk&from=51'), /51 to 60 of 60/);
});

test('the page of one says on what it was decided, what became of it, and where it comes up', async () => {
  const [, made = ''] =
    /\/decisions\/(d\d+)/.exec((await visit(served, 'tom', '/decisions?q=optics')).text) ?? [];
  const page = await get(`/decisions/${made}`);
  assert.match(page, /change new optics On Down on core-2 , raised/);
  assert.match(page, /It looked like no &lt;light&gt; Not chosen wait Severity then/);
  assert.match(page, /What became of it .*raised again .*decided by u_nora/);
  assert.match(page, /this very alarm .*core-2 .*same class \(role=core\) .*core-1/);
  assert.match(await get('/find?q=optics'), /"kind":"decision","text":"change: new optics"/);
  const replaced = (await rowsOf('/decisions?show=replaced'))[0] ?? '';
  assert.match(await get(`/decisions/${replaced}`), /No longer in force: d\d+ took its place/);
  assert.match(await get(`/decisions/${replaced}`), /Decided about this alarm call vendor/);
  assert.doesNotMatch(await get(`/decisions/${replaced}`), /Look at it again/);
  assert.equal((await visit(served, 'tom', '/decisions/d0')).status, 404);
});

test('who looks at it again keeps it until another day, with a reason', async () => {
  const [held = ''] = await rowsOf('/decisions?show=review+due');
  const [from, path] = [`/decisions/${held}`, `/decisions/${held}/review`];
  const reviewOn = instantText((desk.clock.now() + days(40)) as Instant).slice(0, 10);
  const review = async (fields: Record<string, string>) => {
    const said = await postForm(served, 'tom', { path, from, fields });
    return { ...said, text: plain(said.text) };
  };
  const none = await review({ reason: '', reviewOn });
  assert.equal(none.status, 422);
  assert.match(none.text, /Error: d\d+ accept .*There is a problem 1 to \d+ characters/);
  const never = await review({ reason: 'still rare', reviewOn: '' });
  assert.match(never.text, /Say on which day to look at it again/);
  const done = await review({ reason: 'still rare', reviewOn });
  assert.equal(done.location, from);
  assert.deepEqual(await rowsOf('/decisions?show=review+due'), []);
  const looked = await postForm(served, 'vera', { path, from, fields: { reason: 'x', reviewOn } });
  assert.equal(looked.status, 403);
});

test('what a decision made is shown with its end, also when its alarm is forgotten', async () => {
  const { id } = alarmOn('edge-1');
  await desk.act(NORA, { verb: 'comment', on: [{ id: id as AlarmId }], note: 'works' });
  const at = `/alarms/${id}/decide`;
  const reviewOn = instantText((desk.clock.now() + days(3)) as Instant).slice(0, 10);
  const fields = { kind: 'suppress until', reason: 'works', reviewOn, does: 'yes' };
  await postForm(served, 'tom', { path: at, from: at, fields });
  const [made = ''] = await rowsOf('/decisions?kind=suppress+until');
  assert.match(await get(`/decisions/${made}`), /It made a silence until .*instance="edge-1"/);
  assert.match(await get('/decisions?kind=suppress+until'), /silenced until/);
});
