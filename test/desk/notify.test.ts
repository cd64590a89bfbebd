import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { SelfWatch } from '../../src/desk/self-watch.ts';
import { isRaised } from '../../src/domain/alarm/alarm.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { alert } from '../support/desk.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { saidOf } from '../support/refusals.ts';

const raise = async (d: NotifiedDesk, instance: string, more: Partial<AlarmEvent> = {}) => {
  await d.desk.receive('test', [alert(instance, { since: d.clock.now(), ...more })]);
  await d.pump();
  return alert(instance).id;
};

const clear = async (d: NotifiedDesk, instance: string) => {
  await d.desk.receive('test', [alert(instance, { kind: 'clear' })]);
  await d.pump();
};

const MINUTE = minutes(1);

test('a group waits for group_wait, then tells all that is in it at once', async () => {
  const d = await openNotified(planWith());
  await raise(d, 'web-1');
  await d.pass(10_000);
  await raise(d, 'web-2');
  assert.deepEqual(d.said(), []);
  await d.pass(20_000);
  assert.deepEqual(d.said(), ['ops first: web-1 firing, web-2 firing']);
});

test('with group_wait 0 the notice is born with the alarm itself', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  await raise(d, 'web-1');
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
  assert.equal(d.notices[0]?.groupKey, '{}:{alertname="Down"}');
});

test('an alarm older than group_wait is told at once', async () => {
  const d = await openNotified(planWith());
  await raise(d, 'web-1', { since: d.at(-60_000) });
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
});

test('what is new is told a group_interval later, what is not waits for repeat_interval', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0), repeatInterval: minutes(12) }));
  await raise(d, 'web-1');
  await d.pass(MINUTE);
  await raise(d, 'web-2');
  await d.pass(minutes(4));
  assert.deepEqual(d.said().slice(1), ['ops new alarms: web-1 firing, web-2 firing']);
  await d.pass(minutes(12));
  assert.equal(d.notices.length, 2);
  await d.pass(minutes(5));
  assert.equal(d.said()[2], 'ops repeat: web-1 firing, web-2 firing');
});

test('what is over is told with the next look, and the group ends', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  await raise(d, 'web-1');
  await clear(d, 'web-1');
  assert.equal(d.notices.length, 1);
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops all resolved: web-1 resolved');
  assert.equal(d.desk.memory.count('groups'), 0);
  assert.equal(d.desk.memory.count('resolving'), 0);
});

test('an alarm that fires and is over before the first look is told to nobody', async () => {
  const d = await openNotified(planWith());
  await raise(d, 'web-1');
  await d.pass(5_000);
  await clear(d, 'web-1');
  await d.pass(minutes(10));
  assert.deepEqual(d.said(), []);
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('without send_resolved nobody hears of the end, and the next raise is news', async () => {
  const ways = [{ kind: 'webhook', index: 0, sendResolved: false }];
  const receivers = [{ name: 'ops', ways }];
  const d = await openNotified(planWith({ groupWait: minutes(0) }, { receivers }));
  await raise(d, 'web-1');
  await clear(d, 'web-1');
  await d.pass(minutes(6));
  assert.equal(d.notices.length, 1);
  await raise(d, 'web-1');
  assert.equal(d.said()[1], 'ops first: web-1 firing');
});

test('a restart tells nothing twice and loses no end', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  await raise(d, 'web-1');
  await clear(d, 'web-1');
  const next = await openNotified(undefined, d.crash(2_000));
  await next.pass(minutes(5));
  assert.deepEqual(next.said(), ['ops all resolved: web-1 resolved']);
});

test('a group that waits goes on waiting over a restart, not from its beginning', async () => {
  const d = await openNotified(planWith());
  await raise(d, 'web-1');
  await d.pass(20_000);
  const next = await openNotified(undefined, d.crash(1_000));
  await next.pass(8_000);
  assert.deepEqual(next.said(), []);
  await next.pass(2_000);
  assert.deepEqual(next.said(), ['ops first: web-1 firing']);
});

test('a delivery that fails is tried again with the same id until it is taken', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  const tries: string[] = [];
  d.far.answer = (notice) => {
    tries.push(notice.id);
    return tries.length < 3
      ? { result: 'later', detail: '503' }
      : { result: 'sent', detail: '200' };
  };
  await raise(d, 'web-1');
  await d.pass(20_000);
  assert.equal(tries.length, 3);
  assert.equal(new Set(tries).size, 1);
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
  const health = d.desk.memory.get('ways', 'ops/webhook[0]');
  assert.deepEqual([health?.sent, health?.failed, health?.failingSince], [1, 2, undefined]);
});

test('a delivery that fails over a look is made anew from what holds then', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0), groupInterval: minutes(1) }));
  let down = true;
  d.far.answer = () =>
    down ? { result: 'later', detail: 'refused' } : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(minutes(7));
  down = false;
  await d.pass(minutes(6));
  assert.deepEqual(d.said(), ['ops first: web-1 firing, web-2 firing']);
});

test('what is over before a failing receiver ever heard of it is not told at all', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0), groupInterval: minutes(1) }));
  let down = true;
  d.far.answer = () =>
    down ? { result: 'later', detail: 'refused' } : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  await d.pass(minutes(1));
  await clear(d, 'web-1');
  await d.pass(minutes(10));
  down = false;
  await d.pass(minutes(10));
  assert.deepEqual(d.said(), []);
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('a refused delivery is given up until the next look', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  let bad = true;
  d.far.answer = () =>
    bad ? { result: 'never', detail: '400' } : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  await d.pass(minutes(4));
  bad = false;
  assert.equal(d.desk.memory.count('deliveries'), 0);
  await d.pass(minutes(1));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
});

const act = (d: NotifiedDesk, verb: 'acknowledge' | 'close' | 'reopen', id: string) =>
  d.desk.act(NORA, { verb, on: [{ id: id as never }], note: 'mine' });

test('an acknowledgement stops the repeats, never the end', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0), repeatInterval: minutes(5) }));
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await d.pass(minutes(30));
  assert.equal(d.notices.length, 1);
  assert.equal(d.decisions.at(-1)?.reason, 'acknowledged');
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops all resolved: web-1 resolved');
});

test('a new alarm in a group that was acknowledged still notifies', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0), repeatInterval: minutes(5) }));
  const id = await raise(d, 'web-1');
  await act(d, 'acknowledge', id);
  await d.pass(MINUTE);
  await raise(d, 'web-2');
  await d.pass(minutes(4));
  assert.equal(d.said()[1], 'ops new alarms: web-1 firing, web-2 firing');
});

test('a rise in severity notifies although somebody has it', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  const id = await raise(d, 'web-1', { severity: 'minor' });
  await act(d, 'acknowledge', id);
  await raise(d, 'web-1', { severity: 'critical', kind: 'change' });
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops severity rose: web-1 firing');
});

test('closing sends nothing, and a raise after it notifies as new', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0), repeatInterval: minutes(5) }));
  const id = await raise(d, 'web-1');
  await act(d, 'close', id);
  await d.pass(minutes(11));
  assert.equal(d.notices.length, 1);
  await raise(d, 'web-1', { at: d.clock.now() });
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops new alarms: web-1 firing');
});

test('a closed alarm whose source clears it is told as over to those who heard of it', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  const id = await raise(d, 'web-1');
  await act(d, 'close', id);
  await d.pass(minutes(6));
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops all resolved: web-1 resolved');
});

test('a shelf mutes with its own reason, and its end is news', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0), repeatInterval: minutes(5) }));
  const id = await raise(d, 'web-1');
  const until = d.at(minutes(12));
  await d.desk.act(NORA, { verb: 'shelve', on: [{ id }], until, reason: 'works' });
  await d.pass(minutes(11));
  assert.equal(d.notices.length, 1);
  assert.deepEqual(d.decisions.at(-1)?.muted, [{ alarm: id, mute: { by: 'shelf', rule: id } }]);
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops shelf ended: web-1 firing');
});

test('a silence hides before dedup: no end is told under it, and after it all is as before', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0), repeatInterval: minutes(240) }));
  const newId = '6f2c1d3e-0000-4000-8000-000000000001' as SilenceId;
  const said = { createdBy: 'nora', comment: 'works', annotations: {} };
  const outcome = await d.desk.act(NORA, {
    verb: 'silence.set',
    newId,
    matchers: [{ name: 'instance', op: '=', value: 'web-1' }],
    startsAt: d.clock.now(),
    endsAt: d.at(minutes(7)),
    ...said,
  });
  assert.equal(outcome.made, newId);
  await raise(d, 'web-1');
  await d.pass(minutes(6));
  assert.deepEqual(d.said(), []);
  assert.equal(d.decisions.at(-1)?.reason, 'all muted');
  await d.pass(minutes(5));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
});

test('an inhibited alarm is told when what inhibits it is over', async () => {
  const inhibitions = [
    {
      name: 'router',
      source: [{ name: 'instance', op: '=' as const, value: 'router' }],
      target: [{ name: 'instance', op: '=' as const, value: 'web-1' }],
      equal: ['alertname'],
    },
  ];
  const d = await openNotified(planWith({ groupWait: minutes(0) }, { inhibitions }));
  await raise(d, 'router');
  await raise(d, 'web-1');
  await d.pass(minutes(6));
  assert.deepEqual(d.said(), ['ops first: router firing']);
  await clear(d, 'router');
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops new alarms: router resolved, web-1 firing');
});

test('a new plan keeps the log: nobody is told the same again', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  await raise(d, 'web-1');
  const night = [{ name: 'team', op: '=' as const, value: 'night' }];
  const child = planRoute({ id: '{}/{team="night"}', key: '{}/{team="night"}', matchers: night });
  await d.apply(planWith({ groupWait: minutes(0), routes: [child] }));
  await d.pass(minutes(6));
  assert.equal(d.notices.length, 1);
  await clear(d, 'web-1');
  await d.pass(minutes(5));
  assert.equal(d.said()[1], 'ops all resolved: web-1 resolved');
});

test('what cannot be delivered in time goes to the fallback receiver as well, once', async () => {
  const way = { kind: 'webhook', index: 0, sendResolved: true };
  const receivers = ['ops', 'last'].map((name) => ({ name, ways: [way] }));
  const rules = { fallback: 'last', undeliveredAfter: minutes(5) };
  const plan = planWith({ groupWait: minutes(0), groupInterval: minutes(30) }, { receivers });
  const d = await openNotified(plan, undefined, rules);
  d.far.answer = ({ to }) =>
    to.receiver === 'ops'
      ? { result: 'later', detail: 'refused' }
      : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  await d.pass(minutes(4));
  assert.deepEqual(d.said(), []);
  await d.pass(minutes(20));
  assert.deepEqual(d.said(), ['last fallback: web-1 firing']);
});

test('a test notice goes to every way of a receiver and is part of no group', async () => {
  const d = await openNotified(planWith());
  const outcome = await d.desk.act(NORA, { verb: 'notify.test', receiver: 'ops', labels: {} });
  await d.pump();
  assert.equal(outcome.made, d.notices[0]?.id);
  assert.equal(d.notices[0]?.reason, 'test');
  assert.equal(d.desk.memory.count('logs'), 0);
  const refused = await d.desk.act(NORA, { verb: 'notify.test', receiver: 'nobody', labels: {} });
  assert.match(saidOf(refused.refused), /no receiver "nobody"/);
});

test('a way on which nothing gets through is an alarm of the desk until something does', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(0) }));
  const readings = { sources: [], diskFreeBytes: undefined, driftMs: 0 };
  const watch = new SelfWatch(d.desk, d.clock, () => readings);
  const undelivered = async (): Promise<readonly string[]> => {
    await watch.look();
    return [...d.desk.memory.all('alarms')]
      .filter((a) => a.type === 'desk.undelivered' && isRaised(a))
      .map((a) => a.text);
  };
  let down = true;
  d.far.answer = () =>
    down ? { result: 'later', detail: 'refused' } : { result: 'sent', detail: '200' };
  await raise(d, 'web-1');
  await d.pass(minutes(5) - 1_000);
  assert.deepEqual(await undelivered(), []);
  await d.pass(1_000);
  assert.match((await undelivered())[0] ?? '', /ops\/webhook\[0\]: \d+ tries failed, .*refused/);
  down = false;
  await d.pass(minutes(6));
  assert.deepEqual(await undelivered(), []);
});
