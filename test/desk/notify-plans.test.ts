import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { wayText } from '../../src/domain/routing/notice.ts';
import type { RoutingPlan } from '../../src/domain/routing/plan.ts';
import { act, clear, planOfWays, raise, SOON, shelve } from '../support/happenings.ts';
import { type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

const FIRST = 'ops first: web-1 firing';
const OVER = 'ops all resolved: web-1 resolved';
const WAY = { kind: 'webhook', index: 0, sendResolved: true };

const receivers = (...names: readonly string[]) => names.map((name) => ({ name, ways: [WAY] }));

const child = (matcher: string, receiver: string, more: object = {}) =>
  planRoute({
    ...SOON,
    id: `{}/{${matcher}}`,
    key: `{}/{${matcher}}`,
    matchers: terms(matcher),
    receiver,
    ...more,
  });

/** Everything that was told, with the way it was told on. */
const byWay = (d: NotifiedDesk): readonly string[] =>
  d.notices.map(({ to, reason }) => `${wayText(to)} ${reason}`);

test('a renamed receiver is a new one to the log: what fires is told to it once more', async () => {
  const plan = (name: string) =>
    planWith({ ...SOON, receiver: name }, { receivers: receivers(name) });
  const d = await openNotified(plan('ops'));
  await raise(d, 'web-1');
  await d.apply(plan('desk'));
  await d.pass(minutes(5));
  assert.deepEqual(byWay(d), ['ops/webhook[0] first', 'desk/webhook[0] first']);
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  assert.deepEqual(byWay(d).slice(2), ['desk/webhook[0] all resolved']);
});

test("group_by ['...'] makes a group of every alarm", async () => {
  const d = await openNotified(planWith({ ...SOON, groupBy: [], groupByAll: true }));
  await raise(d, 'web-1');
  await raise(d, 'web-2');
  assert.deepEqual(d.said(), [FIRST, 'ops first: web-2 firing']);
  assert.deepEqual(d.notices[0]?.groupLabels, { alertname: 'Down', instance: 'web-1' });
});

test('continue tells two receivers, each with a group and a log of its own', async () => {
  const routes = [
    child('alertname="Down"', 'chat', { continue: true }),
    child('instance=~".+"', 'pager', { groupInterval: minutes(1) }),
  ];
  const more = { receivers: receivers('ops', 'chat', 'pager') };
  const d = await openNotified(planWith({ ...SOON, routes }, more));
  await raise(d, 'web-1');
  assert.deepEqual([...byWay(d)].sort(), ['chat/webhook[0] first', 'pager/webhook[0] first']);
  await clear(d, 'web-1');
  await d.pass(minutes(1));
  assert.equal(byWay(d)[2], 'pager/webhook[0] all resolved');
  await d.pass(minutes(4));
  assert.equal(byWay(d)[3], 'chat/webhook[0] all resolved');
});

test('two ways: one that fails neither delays the other nor has it told twice', async () => {
  const d = await openNotified(
    planOfWays([
      ['webhook', 0],
      ['slack', 0],
    ]),
  );
  let down = true;
  d.far.answer = ({ to }) =>
    to.kind === 'slack' && down
      ? { result: 'later', detail: 'refused' }
      : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  assert.deepEqual(byWay(d), ['ops/webhook[0] first']);
  await d.pass(minutes(4));
  down = false;
  await d.pass(minutes(5));
  assert.deepEqual(byWay(d), ['ops/webhook[0] first', 'ops/slack[0] first']);
});

test('two ways: an end is told on the good one once, and on the other when it is up', async () => {
  const d = await openNotified(
    planOfWays([
      ['webhook', 0],
      ['slack', 0],
    ]),
  );
  let down = false;
  d.far.answer = ({ to }) =>
    to.kind === 'slack' && down
      ? { result: 'later', detail: 'refused' }
      : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  down = true;
  await clear(d, 'web-1');
  await d.pass(minutes(16));
  assert.deepEqual(byWay(d).slice(2), ['ops/webhook[0] all resolved']);
  down = false;
  await d.pass(minutes(6));
  assert.deepEqual(byWay(d).slice(3), ['ops/slack[0] all resolved']);
  assert.equal(d.desk.memory.count('groups') + d.desk.memory.count('resolving'), 0);
});

test('two ways: one that refuses for good is tried anew with the next look, the other is not', async () => {
  const d = await openNotified(
    planOfWays([
      ['webhook', 0],
      ['slack', 0],
    ]),
  );
  let bad = true;
  d.far.answer = ({ to }) =>
    to.kind === 'slack' && bad
      ? { result: 'never', detail: '400' }
      : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  await d.pass(minutes(4));
  bad = false;
  await d.pass(minutes(1));
  assert.deepEqual(byWay(d), ['ops/webhook[0] first', 'ops/slack[0] first']);
});

test('a receiver that a new plan takes away: what was open for it is withdrawn', async () => {
  const route = (receiver: string) =>
    planWith({ ...SOON, receiver }, { receivers: receivers('old', 'new') });
  const d = await openNotified(route('old'));
  d.far.answer = ({ to }) =>
    to.receiver === 'old'
      ? { result: 'later', detail: 'refused' }
      : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  await d.apply(planWith({ ...SOON, receiver: 'new' }, { receivers: receivers('new') }));
  await d.pass(minutes(9));
  assert.deepEqual(byWay(d), ['new/webhook[0] first']);
  assert.equal(d.desk.memory.count('deliveries'), 0);
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('a delivery that a new plan finds open is made anew by it, and told once', async () => {
  const plan = (repeat: number): RoutingPlan =>
    planWith({ ...SOON, repeatInterval: minutes(repeat) });
  const d = await openNotified(plan(60));
  let down = true;
  d.far.answer = () =>
    down ? { result: 'later', detail: 'refused' } : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  await d.apply(plan(120));
  await clear(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(3_000);
  down = false;
  await d.pass(minutes(30));
  assert.deepEqual(d.said(), ['ops first: web-1 resolved, web-2 firing']);
});

test('a plan that comes while a group waits: its wait begins anew, what is old is told at once', async () => {
  const plan = (seconds: number) => planWith({ groupWait: (seconds * 1_000) as never });
  const d = await openNotified(plan(30));
  await raise(d, 'web-1');
  await d.pass(20_000);
  await d.apply(plan(40));
  await d.pass(39_000);
  assert.deepEqual(d.said(), []);
  await d.pass(1_000);
  assert.deepEqual(d.said(), [FIRST]);

  const e = await openNotified(plan(30));
  await raise(e, 'web-1');
  await e.pass(20_000);
  await e.apply(plan(10));
  await e.pass(1_000);
  assert.deepEqual(e.said(), [FIRST]);
});

test('an end that waits for its look is told after a new plan, once', async () => {
  const d = await openNotified(planWith(SOON));
  await raise(d, 'web-1');
  await clear(d, 'web-1');
  await d.apply(planWith({ ...SOON, repeatInterval: minutes(60) }));
  await d.pass(minutes(10));
  assert.deepEqual(d.said(), [FIRST, OVER]);
  assert.equal(d.desk.memory.count('groups') + d.desk.memory.count('resolving'), 0);
});

test('a plan that moves an alarm to another route tells the new receiver, and the end there', async () => {
  const more = { receivers: receivers('ops', 'net') };
  const d = await openNotified(planWith(SOON, more));
  await raise(d, 'web-1');
  const routes = [child('alertname="Down"', 'net')];
  await d.apply(planWith({ ...SOON, routes }, more));
  await d.pass(minutes(6));
  await clear(d, 'web-1');
  await d.pass(minutes(6));
  assert.deepEqual(byWay(d), [
    'ops/webhook[0] first',
    'net/webhook[0] first',
    'net/webhook[0] all resolved',
  ]);
});

test('a plan without routes for a while forgets nothing', async () => {
  const d = await openNotified(planWith({ ...SOON, repeatInterval: minutes(240) }));
  await raise(d, 'web-1');
  await d.apply(planWith(SOON, { receivers: [{ name: 'ops', ways: [] }] }));
  await d.pass(minutes(20));
  assert.equal(d.desk.memory.count('groups'), 0);
  await d.apply(planWith({ ...SOON, repeatInterval: minutes(240) }));
  await d.pass(minutes(6));
  assert.deepEqual(d.said(), [FIRST]);
});

const ID = identify('port-1', 'link.down', '');

/** As a trap: who it is does not hang on its labels. */
const trap = (labels: AlarmEvent['labels'], more: Partial<AlarmEvent> = {}): AlarmEvent => ({
  kind: 'raise',
  id: ID,
  resource: 'port-1',
  type: 'link.down',
  qualifier: '',
  severity: 'major',
  text: 'port-1 is down',
  labels,
  ...more,
});

const TEAMS = planWith({ ...SOON, groupBy: ['team'] });

async function hears(d: NotifiedDesk, event: AlarmEvent): Promise<void> {
  await d.desk.receive('snmp', [event]);
  await d.pump();
}

const told = (d: NotifiedDesk): readonly string[] =>
  d.notices.map(({ groupLabels, reason }) => `${groupLabels['team']} ${reason}`);

test('labels that change take an alarm to another group: it ends where it was', async () => {
  const d = await openNotified(TEAMS);
  await hears(d, trap({ team: 'a' }));
  await hears(d, trap({ team: 'b' }, { kind: 'change' }));
  assert.deepEqual(told(d), ['a first', 'b first']);
  await d.pass(minutes(5));
  assert.deepEqual(told(d), ['a first', 'b first', 'a all resolved']);
  await hears(d, trap({ team: 'b' }, { kind: 'clear' }));
  await d.pass(minutes(5));
  assert.deepEqual(told(d).slice(3), ['b all resolved']);
  assert.equal(d.desk.memory.count('groups') + d.desk.memory.count('resolving'), 0);
});

test('back in its old group before the next look, it never left', async () => {
  const d = await openNotified(TEAMS);
  await hears(d, trap({ team: 'a' }));
  await hears(d, trap({ team: 'b' }, { kind: 'change' }));
  await hears(d, trap({ team: 'a' }, { kind: 'change' }));
  await d.pass(minutes(6));
  assert.deepEqual(told(d), ['a first', 'b first', 'b all resolved']);
});

test('moved before its group was looked at, it is told where it went and nowhere else', async () => {
  const d = await openNotified(planWith({ groupBy: ['team'] }));
  await hears(d, trap({ team: 'a' }));
  await hears(d, trap({ team: 'b' }, { kind: 'change' }));
  await d.pass(minutes(1));
  assert.deepEqual(told(d), ['b first']);
  await d.pass(minutes(6));
  assert.equal(d.desk.memory.count('groups'), 1);
});

test('a severity that takes it to another route: there it is news, here it is over', async () => {
  const routes = [child('@severity="critical"', 'pager')];
  const d = await openNotified(
    planWith({ ...SOON, routes }, { receivers: receivers('ops', 'pager') }),
  );
  await hears(d, trap({ team: 'a' }));
  await hears(d, trap({ team: 'a' }, { kind: 'change', severity: 'critical' }));
  await d.pass(minutes(6));
  assert.deepEqual(byWay(d), [
    'ops/webhook[0] first',
    'pager/webhook[0] first',
    'ops/webhook[0] all resolved',
  ]);
});

/** What the next life tells, after a power cut of two seconds at that point. */
async function afterCut(d: NotifiedDesk, ms = minutes(6)): Promise<readonly string[]> {
  const next = await openNotified(undefined, d.crash(2_000));
  await next.pass(ms);
  return next.said();
}

test('power cut before the first try: it is tried', async () => {
  const d = await openNotified(planWith(SOON));
  d.far.answer = () => undefined;
  await raise(d, 'web-1');
  assert.deepEqual(await afterCut(d), [FIRST]);
});

test('power cut after the far side took it, before the desk knew: again, with the same id', async () => {
  const d = await openNotified(planWith(SOON));
  d.far.answer = () => undefined;
  await raise(d, 'web-1');
  const [open] = d.desk.memory.all('deliveries');
  const next = await openNotified(undefined, d.crash(2_000));
  await next.pass(1_000);
  assert.deepEqual(next.notices[0], open?.notice);
});

test('power cut between two tries: the pause goes on where it was', async () => {
  const d = await openNotified(planWith(SOON));
  d.far.answer = () => ({ result: 'later', detail: '503', retryAfter: minutes(2) });
  await raise(d, 'web-1');
  const next = await openNotified(undefined, d.crash(60_000));
  await next.pass(59_000);
  assert.deepEqual(next.said(), []);
  await next.pass(2_000);
  assert.deepEqual(next.said(), [FIRST]);
  assert.equal(next.desk.memory.count('deliveries'), 0);
});

test('power cut after it was told: not again, and its end once', async () => {
  const d = await openNotified(planWith(SOON));
  await raise(d, 'web-1');
  assert.deepEqual(await afterCut(d, minutes(4)), []);
  const next = await openNotified(undefined, d.crash(2_000));
  await clear(next, 'web-1');
  await next.pass(minutes(6));
  assert.deepEqual(next.said(), [OVER]);
});

test('power cut while a stale delivery is open: told once, as things are then', async () => {
  const d = await openNotified(planWith(SOON));
  d.far.answer = () => ({ result: 'later', detail: '503', retryAfter: minutes(7) });
  await raise(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(minutes(5));
  const next = await openNotified(undefined, d.crash(2_000));
  next.far.answer = ({ alerts }) =>
    alerts.length < 2 ? { result: 'later', detail: '503' } : { result: 'sent', detail: '200' };
  await next.pass(minutes(5));
  assert.deepEqual(next.said(), ['ops first: web-1 firing, web-2 firing']);
});

test('power cuts keep what people did: acknowledged, closed and shelved stay quiet', async () => {
  const d = await openNotified(planWith({ ...SOON, groupBy: ['instance'] }));
  await act(d, 'acknowledge', await raise(d, 'web-1'));
  await act(d, 'close', await raise(d, 'web-2'));
  await shelve(d, await raise(d, 'web-3'), 30);
  assert.deepEqual(await afterCut(d, minutes(20)), []);
});

test('a desk that slept over many looks tells once what holds when it wakes', async () => {
  const d = await openNotified(planWith(SOON));
  await raise(d, 'web-1');
  const next = await openNotified(undefined, d.crash(minutes(60)));
  await next.pass(1_000);
  assert.deepEqual(next.said(), ['ops repeat: web-1 firing']);
  await next.pass(minutes(4));
  assert.equal(next.notices.length, 1);
});
