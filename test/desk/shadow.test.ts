import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes, seconds } from '../../src/base/time.ts';
import type { NotifyRules } from '../../src/desk/entry.ts';
import { RULES_DEFAULT } from '../../src/desk/open.ts';
import { receiverRows, shadowBanner } from '../../src/desk/views/receivers.ts';
import { why } from '../../src/desk/views/why.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { RoutingPlan } from '../../src/domain/routing/plan.ts';
import { alert, type Remains } from '../support/desk.ts';
import { type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

type Shadow = NonNullable<NotifyRules['shadow']>;

const ALONE = planWith({ groupWait: seconds(0), groupInterval: minutes(1) });

/** A desk whose far side hears nothing of what is in shadow mode, as the outbox sees to it. */
async function open(shadow: Shadow | undefined, plan?: RoutingPlan, remains?: Remains) {
  const rules = shadow === undefined ? {} : { shadow };
  const d = await openNotified(plan, remains, { ...RULES_DEFAULT.notify, ...rules });
  const isShadowed = (name: string) => shadow === true || (shadow ?? []).includes(name);
  d.far.answer = ({ to }) =>
    isShadowed(to.receiver)
      ? { result: 'shadow', detail: 'not sent: shadow mode' }
      : { result: 'sent', detail: '200' };
  return d;
}

const raise = async (d: NotifiedDesk, instance: string, more: Partial<AlarmEvent> = {}) => {
  const event = alert(instance, { since: d.clock.now(), ...more });
  await d.desk.receive('test', [event]);
  await d.pump();
  return event.id;
};

const text = async (d: NotifiedDesk, id: Awaited<ReturnType<typeof raise>>) => {
  const found = await why({ desk: d.desk, nameOf: String }, id);
  assert.ok(found);
  const says = found.answer.says.map((p) => (typeof p === 'string' ? p : `[${p.at - d.at(0)}]`));
  return { told: found.answer.told, says: says.join(''), groups: found.groups };
};

const decided = (d: NotifiedDesk) =>
  d.decisions.filter(({ verdict }) => verdict === 'notify').map(({ reason }) => reason);

test('in shadow mode everything is decided as without it, and nothing is sent', async () => {
  const story = async (d: NotifiedDesk) => {
    await raise(d, 'web-1');
    await raise(d, 'web-2');
    await d.pass(minutes(2));
    await raise(d, 'web-1', { kind: 'clear' });
    await d.pass(minutes(2));
    return d.decisions.map(({ verdict, reason, firing }) => `${verdict} ${reason} ${firing}`);
  };
  const real = await open(undefined, ALONE);
  const shadow = await open(true, ALONE);
  assert.deepEqual(await story(shadow), await story(real));
  assert.ok(real.notices.length > 1);
  assert.deepEqual(shadow.notices, []);
  assert.equal(shadow.desk.memory.count('deliveries'), 0);
});

test('why says that nobody was told, who would have been, and each try that was none', async () => {
  const d = await open(true, ALONE);
  const id = await raise(d, 'web-1');
  await d.pass(seconds(1));
  const { told, says, groups } = await text(d, id);
  assert.equal(told, false);
  assert.equal(
    says,
    'Nobody was told, because of shadow mode: ops/webhook[0] would have been told ' +
      'that it is raised at [0].',
  );
  assert.deepEqual(groups[0]?.ways[0]?.told, { as: 'firing', at: d.at(0), shadow: true });
  const [way] = receiverRows(d.desk.memory, undefined)[0]?.ways ?? [];
  assert.deepEqual([way?.state, way?.shadowed, way?.sent, way?.failed], ['shadow', 1, 0, 0]);
  assert.match(shadowBanner(d.desk.memory), /nothing is sent to anybody, but tests/);
  assert.equal(shadowBanner((await open(undefined)).desk.memory), '');
});

test('left, what fires then is told once as new, and what ended in it is told to nobody', async () => {
  const d = await open(true, ALONE);
  const stays = await raise(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(minutes(2));
  await raise(d, 'web-2', { kind: 'clear' });
  await d.pass(minutes(2));

  const next = await open(undefined, undefined, d.crash(1_000));
  assert.deepEqual([...next.desk.memory.all('logs')], []);
  await next.pass(minutes(5));
  assert.deepEqual(next.said(), ['ops first: web-1 firing']);
  const { told, says } = await text(next, stays);
  assert.equal(told, true);
  assert.match(says, /^ops\/webhook\[0\] was told that it is raised/);
  await raise(next, 'web-1', { kind: 'clear' });
  await next.pass(minutes(2));
  assert.deepEqual(next.said().slice(1), ['ops all resolved: web-1 resolved']);
});

test('a restart within shadow mode changes nothing: no way is told anew', async () => {
  const d = await open(true, ALONE);
  await raise(d, 'web-1');
  await d.pass(minutes(2));
  const next = await open(true, undefined, d.crash(1_000));
  await next.pass(minutes(5));
  assert.deepEqual(decided(next), []);
});

test('what really was told before shadow mode is not told again after it', async () => {
  const d = await open(undefined, ALONE);
  await raise(d, 'web-1');
  await d.pass(minutes(1));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
  const shadow = await open(true, undefined, d.crash(1_000));
  await raise(shadow, 'web-2');
  await shadow.pass(minutes(2));
  assert.deepEqual([decided(shadow), shadow.said()], [['new alarms'], []]);
  await raise(shadow, 'web-3');
  await shadow.pass(minutes(2));

  const next = await open(undefined, undefined, shadow.crash(1_000));
  const [row] = [...next.desk.memory.all('logs')];
  assert.deepEqual([row?.firing.length, row?.shadow], [1, undefined]);
  await next.pass(minutes(2));
  assert.deepEqual(next.said(), ['ops new alarms: web-1 firing, web-2 firing, web-3 firing']);
});

test('what is open when shadow mode is left is withdrawn: it would come late', async () => {
  const d = await open(true, ALONE);
  d.far.answer = () => undefined;
  const id = await raise(d, 'web-1');
  assert.equal(d.desk.memory.count('deliveries'), 1);
  const next = await open(undefined, undefined, d.crash(minutes(10)));
  await next.pass(seconds(1));
  const found = await why({ desk: next.desk, nameOf: String }, id);
  assert.deepEqual(found?.attempts.map(({ result, detail }) => `${result}: ${detail}`).slice(-1), [
    'withdrawn: decided in shadow mode',
  ]);
  await next.pass(minutes(2));
  assert.deepEqual(next.said(), ['ops first: web-1 firing']);
  assert.equal([...next.desk.memory.all('groups')][0]?.open, 0);
});

test('receivers in shadow mode hear nothing while the others are told', async () => {
  const field = planRoute({
    ...{ id: 'f', key: 'f', receiver: 'field', continue: true, groupWait: seconds(0) },
    matchers: terms('alertname="Down"'),
  });
  const all = planRoute({
    id: 'o',
    key: 'o',
    receiver: 'ops',
    groupWait: seconds(0),
    matchers: [],
  });
  const ways = [{ kind: 'webhook', index: 0, sendResolved: true }];
  const receivers = ['ops', 'field'].map((name) => ({ name, ways }));
  const plan = planWith({ groupWait: seconds(0), routes: [field, all] }, { receivers });
  const d = await open(['field'], plan);
  const id = await raise(d, 'web-1');
  await d.pass(seconds(1));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
  const { told, says } = await text(d, id);
  assert.equal(told, true);
  assert.match(says, /^ops\/webhook\[0\] was told .* In shadow mode: field\/webhook\[0\] would/);
  assert.match(shadowBanner(d.desk.memory), /nothing is sent to field, but tests/);

  const next = await open(['ops'], undefined, d.crash(1_000));
  await next.pass(minutes(10));
  assert.deepEqual(next.said(), ['field first: web-1 firing'], 'field left it, ops entered it');
});
