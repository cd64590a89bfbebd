import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { type FoldDesk, foldDesk, inMinutes, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

let desk: FoldDesk;
let served: Served;
let cookie = '';
let csrf = '';

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
  cookie = served.session('tom');
});
after(() => served.close());
beforeEach(async () => {
  for (const r of ['a-1', 'a-2', 'a-3']) {
    desk.tell(says(r, 'down', { kind: 'clear' }));
    desk.tell(says(r, 'down'));
  }
  const page = await (await fetch(`${served.url}/`, { headers: { cookie } })).text();
  csrf = /name="csrf"\s+value="([^"]+)"/.exec(page)?.[1] ?? '';
});

const alarm = (resource: string) => {
  const found = [...desk.memory.all('alarms')].find((a) => a.resource === resource);
  assert.ok(found, resource);
  return found;
};
const on = (...all: readonly string[]): [string, string][] =>
  all.map((r) => ['on', `${alarm(r).id}.${alarm(r).episode}`]);
const TOM = () => [...desk.memory.all('users')].find(({ role }) => role === 'operator')?.id ?? '';

async function act(fields: readonly [string, string][], ok = 200): Promise<string> {
  const response = await fetch(`${served.url}/act`, {
    method: 'POST',
    body: new URLSearchParams(
      fields.some(([n]) => n === 'csrf') ? fields : [['csrf', csrf], ...fields],
    ),
    headers: { cookie, 'x-part': 'answer' },
  });
  assert.equal(response.status, ok);
  return response.text();
}

/** The fields of the undo in an answer; undefined where none is offered. */
function undoIn(answer: string): [string, string][] | undefined {
  const form = /<form[^>]*data-undo>([\s\S]*?)<\/form>/.exec(answer)?.[1];
  return form === undefined
    ? undefined
    : [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, n = '', v = '']) => [n, v]);
}

const handling = (...all: readonly string[]) => all.map((r) => alarm(r).handling.is).join();

test('what was acknowledged for all is taken back for all, and the undo has no undo', async () => {
  const answer = await act([['verb', 'acknowledge'], ...on('a-1', 'a-2', 'a-3')]);
  assert.equal(handling('a-1', 'a-2', 'a-3'), 'acknowledged,acknowledged,acknowledged');
  const undo = undoIn(answer);
  assert.ok(undo);
  const undone = await act(undo);
  assert.match(undone, /Undone: 3 alarms no longer acknowledged\./);
  assert.equal(undoIn(undone), undefined);
  assert.equal(handling('a-1', 'a-2', 'a-3'), 'none,none,none');
});

test('only what it was done to is undone: what was acknowledged before stays so', async () => {
  await desk.act(NORA, { verb: 'acknowledge', on: [{ id: alarm('a-1').id }], note: 'mine' });
  const answer = await act([['verb', 'acknowledge'], ...on('a-1', 'a-2')]);
  assert.match(answer, /Take back acknowledgement: 1 alarm; 1 had been so or otherwise before/);
  await act(undoIn(answer) ?? []);
  assert.equal(handling('a-1', 'a-2'), 'acknowledged,none');
});

test('what somebody changed meanwhile is left as it is, and said', async () => {
  const answer = await act([['verb', 'acknowledge'], ...on('a-1', 'a-2')]);
  await desk.act(NORA, { verb: 'acknowledge', on: [{ id: alarm('a-2').id }], note: 'I have it' });
  const undone = await act(undoIn(answer) ?? []);
  assert.match(undone, /Undone: 1 alarm no longer acknowledged, 1 not:/);
  assert.match(undone, /down on a-2<\/a>: somebody changed it since/);
  assert.equal(handling('a-1', 'a-2'), 'none,acknowledged');
});

test('an alarm that was raised again since is not touched by the undo', async () => {
  const answer = await act([['verb', 'close'], ...on('a-1')]);
  desk.tell(says('a-1', 'down', { kind: 'clear' }));
  desk.tell(says('a-1', 'down'));
  const undone = await act(undoIn(answer) ?? []);
  assert.doesNotMatch(undone, /Undone/);
});

for (const [verb, more, held, back] of [
  ['close', [], (r: string) => alarm(r).handling.is === 'closed', 'reopened'],
  [
    'shelve',
    [
      ['note', 'works'],
      ['for', '60'],
    ],
    (r: string) => alarm(r).suppressions.some(({ kind }) => kind === 'shelf'),
    'unshelved',
  ],
  ['ticket', [['ticket', 'https://t.example/1']], (r: string) => alarm(r).ticket !== '', 'ticket'],
] as const) {
  test(`${verb} is undone`, async () => {
    const fields = more.map(([n, v]): [string, string] => [n, v]);
    const answer = await act([['verb', verb], ...fields, ...on('a-1', 'a-2')]);
    assert.ok(held('a-1') && held('a-2'));
    assert.match(await act(undoIn(answer) ?? []), new RegExp(`Undone: 2 alarms .*${back}`));
    assert.ok(!held('a-1') && !held('a-2'));
  });
}

test('who had it before an assignment has it again', async () => {
  await act([['verb', 'assign'], ['assignee', TOM()], ...on('a-1')]);
  const answer = await act([['verb', 'assign'], ['assignee', ''], ...on('a-1')]);
  assert.equal(alarm('a-1').assignee, undefined);
  await act(undoIn(answer) ?? []);
  assert.equal(alarm('a-1').assignee, TOM());
});

const shelf = (resource: string) =>
  alarm(resource).suppressions.find(({ kind }) => kind === 'shelf');

test('what was unshelved by mistake is shelved again: same reason, same end', async () => {
  const until = inMinutes(desk, 240);
  for (const r of ['a-1', 'a-2']) {
    await desk.act(NORA, { verb: 'shelve', on: [{ id: alarm(r).id }], until, reason: 'works' });
  }
  const answer = await act([['verb', 'unshelve'], ...on('a-1', 'a-2')]);
  assert.equal(shelf('a-1'), undefined);
  assert.match(await act(undoIn(answer) ?? []), /Undone: 2 alarms shelved\./);
  for (const r of ['a-1', 'a-2']) {
    assert.deepEqual([shelf(r)?.until, shelf(r)?.reason], [until, 'works']);
    assert.equal(shelf(r)?.by, TOM(), 'whoever undoes stands for it');
  }
});

test('a shelf whose end passed meanwhile does not come back', async () => {
  const until = inMinutes(desk, 1);
  await desk.act(NORA, { verb: 'shelve', on: [{ id: alarm('a-1').id }], until, reason: 'works' });
  const answer = await act([['verb', 'unshelve'], ...on('a-1')]);
  desk.clock.pass(minutes(2));
  assert.match(await act(undoIn(answer) ?? [], 422), /Nothing was done/);
  assert.equal(shelf('a-1'), undefined);
});

test('an end that was moved is moved back, and left when somebody moved it again', async () => {
  const short: [string, string][] = [
    ['note', 'works'],
    ['for', '60'],
  ];
  const long: [string, string][] = [
    ['note', 'more works'],
    ['for', '240'],
  ];
  await act([['verb', 'shelve'], ...short, ...on('a-1')]);
  const until = shelf('a-1')?.until;
  const answer = await act([['verb', 'shelve'], ...long, ...on('a-1')]);
  assert.notEqual(shelf('a-1')?.until, until);
  await act(undoIn(answer) ?? []);
  assert.deepEqual([shelf('a-1')?.until, shelf('a-1')?.reason], [until, 'works']);
  const again = await act([['verb', 'shelve'], ...long, ...on('a-1')]);
  const late = inMinutes(desk, 600);
  await desk.act(NORA, { verb: 'shelve', on: [{ id: alarm('a-1').id }], until: late, reason: 'x' });
  assert.match(await act(undoIn(again) ?? []), /somebody changed it since/);
  assert.equal(shelf('a-1')?.until, late);
});

test('an acknowledgement for a time comes back with its end, its line and its note', async () => {
  const timed: [string, string][] = [
    ['note', 'on my way'],
    ['for', '60'],
    ['line', '2'],
  ];
  await act([['verb', 'acknowledge'], ...timed, ...on('a-1')]);
  const had = alarm('a-1').handling;
  assert.ok(had.is === 'acknowledged' && had.until !== undefined && had.line === 2);
  const answer = await act([['verb', 'unacknowledge'], ...on('a-1')]);
  assert.equal(handling('a-1'), 'none');
  assert.match(await act(undoIn(answer) ?? []), /Undone: 1 alarm acknowledged\./);
  assert.deepEqual(alarm('a-1').handling, had);
});

test('of an acknowledgement that took the place of my own the undo gives back the first', async () => {
  await act([['verb', 'acknowledge'], ['note', 'on my way'], ['for', '60'], ...on('a-1')]);
  const had = alarm('a-1').handling;
  const answer = await act([['verb', 'acknowledge'], ['note', 'for good'], ...on('a-1')]);
  assert.notDeepEqual(alarm('a-1').handling, had);
  await act(undoIn(answer) ?? []);
  assert.deepEqual(alarm('a-1').handling, had);
});

test('only an undo brings an end of its own: a form that acts says how long', async () => {
  await act([['verb', 'acknowledge'], ['until', String(inMinutes(desk, 9))], ...on('a-1')]);
  const { handling: has } = alarm('a-1');
  assert.equal(has.is === 'acknowledged' && has.until, undefined);
});

test('a comment has no undo: what was said is said', async () => {
  const answer = await act([['verb', 'comment'], ['note', 'seen'], ...on('a-1')]);
  assert.equal(undoIn(answer), undefined);
});

test('an undo without the token of the session is refused', async () => {
  const answer = await act([['verb', 'acknowledge'], ...on('a-1')]);
  const undo = (undoIn(answer) ?? []).filter(([name]) => name !== 'csrf');
  const response = await fetch(`${served.url}/act`, {
    method: 'POST',
    body: new URLSearchParams(undo),
    headers: { cookie, 'x-part': 'answer' },
  });
  assert.equal(response.status, 403);
});
