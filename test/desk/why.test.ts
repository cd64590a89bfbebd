import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, minutes, seconds } from '../../src/base/time.ts';
import { why } from '../../src/desk/views/why.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmEvent, AlarmId } from '../../src/domain/alarm/event.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { alert } from '../support/desk.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

const raise = async (d: NotifiedDesk, instance: string, more: Partial<AlarmEvent> = {}) => {
  const event = alert(instance, { since: d.clock.now(), ...more });
  await d.desk.receive('test', [event]);
  await d.pump();
  return event.id;
};

const nameOf = (id: UserId): string => `<${id}>`;

const asked = async (d: NotifiedDesk, id: AlarmId, at?: Instant) => {
  const found = await why({ desk: d.desk, nameOf }, id, at);
  assert.ok(found, 'the desk knows it');
  return found;
};

/** The first line, with the moments as milliseconds since the desk began: `[30000]`. */
async function answer(d: NotifiedDesk, id: AlarmId, at?: Instant): Promise<string> {
  const { says } = (await asked(d, id, at)).answer;
  return says.map((part) => (typeof part === 'string' ? part : `[${part.at - d.at(0)}]`)).join('');
}

/** Lets the store catch up: history is read from there. */
const stored = (d: NotifiedDesk) => d.pass(1_000);

const silence = (d: NotifiedDesk, ms: number, comment = 'works on the ring') =>
  d.desk.act(NORA, {
    verb: 'silence.set',
    newId: '11111111-1111-4111-8111-111111111111' as SilenceId,
    matchers: terms('instance="web-1"'),
    startsAt: d.clock.now(),
    endsAt: (d.clock.now() + ms) as Instant,
    createdBy: 'nora',
    comment,
    annotations: {},
  });

test('before the first look the answer is when it comes, and why not sooner', async () => {
  const d = await openNotified(planWith());
  const id = await raise(d, 'web-1');
  assert.equal(
    await answer(d, id),
    'Nobody was told yet: a new group waits 30s for others to join it (group_wait); ' +
      'it is looked at first at [30000].',
  );
  const [group] = (await asked(d, id)).groups;
  assert.deepEqual(group?.ways[0]?.next?.tells, true);
  assert.equal(group?.ways[0]?.next?.reason, 'first');
});

test('once told, the answer is who and when, and what comes next is that nothing does', async () => {
  const d = await openNotified(planWith({ groupWait: seconds(0) }));
  const id = await raise(d, 'web-1');
  assert.equal(await answer(d, id), 'ops/webhook[0] was told that it is raised at [0].');
  const { groups, answer: told } = await asked(d, id);
  assert.equal(told.told, true);
  assert.deepEqual(groups[0]?.ways[0]?.told, { as: 'firing', at: d.at(0), shadow: false });
  assert.equal(groups[0]?.ways[0]?.next?.reason, 'repeat not due');
  await d.desk.receive('test', [alert('web-1', { kind: 'clear' })]);
  assert.equal((await asked(d, id)).groups[0]?.ways[0]?.next?.reason, 'all resolved');
  await d.pass(minutes(6));
  assert.equal(await answer(d, id), 'ops/webhook[0] was told that it is over at [300000].');
});

test('a silence is named with its author, its end and its reason', async () => {
  const d = await openNotified(planWith());
  await silence(d, minutes(60));
  const id = await raise(d, 'web-1');
  const says =
    'Nobody was told, because it is silenced by nora until [3600000]: works on the ring.';
  assert.equal(await answer(d, id), says);
  const { mutes, groups } = await asked(d, id);
  assert.deepEqual([mutes[0]?.by, mutes[0]?.until], ['silence', d.at(minutes(60))]);
  assert.equal(groups[0]?.ways[0]?.next?.reason, 'all muted');
});

test('a silence that ends before the next look does not stop it', async () => {
  const d = await openNotified(planWith());
  await silence(d, 10_000);
  const id = await raise(d, 'web-1');
  assert.equal((await asked(d, id)).groups[0]?.ways[0]?.next?.tells, true);
});

test('an inhibition is named with its rule and the alarm that does it', async () => {
  const inhibitions = [
    {
      name: 'ring',
      source: terms('instance="core"'),
      target: terms('instance="web-1"'),
      equal: [],
    },
  ];
  const d = await openNotified(planWith({}, { inhibitions }));
  const source = await raise(d, 'core');
  const id = await raise(d, 'web-1');
  const says = 'Nobody was told, because it is inhibited by Down on core (rule ring).';
  assert.equal(await answer(d, id), says);
  assert.equal((await asked(d, id)).mutes[0]?.source, source);
});

test('a shelf is named with who put it there, its end and its reason', async () => {
  const d = await openNotified(planWith());
  const id = await raise(d, 'web-1');
  const until = after(d.clock.now(), minutes(60));
  await d.desk.act(NORA, { verb: 'shelve', on: [{ id }], until, reason: 'known.' });
  const says = 'Nobody was told, because it is shelved by <nora> until [3600000]: known.';
  assert.equal(await answer(d, id), says);
});

test('while the far side does not answer, the tries, the last error and the next try are told', async () => {
  const d = await openNotified(planWith({ groupWait: seconds(0) }));
  d.far.answer = () => ({ result: 'later', detail: 'connection refused' });
  const id = await raise(d, 'web-1');
  const said = await answer(d, id);
  assert.match(
    said,
    /^Nobody was told yet: 1 try to reach ops\/webhook\[0\] failed \(connection refused\); next/,
  );
  const [way] = (await asked(d, id)).groups[0]?.ways ?? [];
  assert.equal(way?.delivery?.attempts, 1);
  assert.equal(way?.failingSince, d.at(0));
  assert.equal(way?.next?.reason, 'still delivering');
});

test('who was told goes before who could not be reached yet', async () => {
  const ways = [0, 1].map((index) => ({ kind: 'webhook', index, sendResolved: true }));
  const plan = planWith({ groupWait: seconds(0) }, { receivers: [{ name: 'ops', ways }] });
  const d = await openNotified(plan);
  d.far.answer = ({ to }) =>
    to.index === 0 ? { result: 'sent', detail: '200' } : { result: 'later', detail: '502' };
  const id = await raise(d, 'web-1');
  assert.equal(
    await answer(d, id),
    'ops/webhook[0] was told that it is raised at [0]. Not reached yet: ops/webhook[1] (502).',
  );
});

test('a receiver without a way out is the answer, and so is a desk without routing', async () => {
  const none = await openNotified(planWith({}, { receivers: [{ name: 'ops', ways: [] }] }));
  const id = await raise(none, 'web-1');
  assert.match(await answer(none, id), /its receiver "ops" has no way out/);
  const bare = await openNotified();
  assert.match(await answer(bare, await raise(bare, 'web-1')), /the desk has no routing/);
});

test('a mute interval is named with its end', async () => {
  const spans = [
    { times: [[0, 60]], weekdays: [], daysOfMonth: [], months: [], years: [], zone: 'UTC' },
  ] as const;
  const d = await openNotified(
    planWith({ muteIntervals: ['night'] }, { intervals: [{ name: 'night', spans }] }),
  );
  const midnight = Math.ceil(d.clock.now() / 86_400_000) * 86_400_000;
  d.clock.pass(midnight - d.clock.now());
  await d.pump();
  const id = await raise(d, 'web-1');
  const end = midnight + minutes(60) - d.at(0);
  assert.equal(
    await answer(d, id),
    `Nobody was told, because the route is in the mute interval "night" until [${end}].`,
  );
});

test('routes passed by say which matcher failed on which value', async () => {
  const child = (id: string, text: string, rest = {}) =>
    planRoute({ id, key: id, receiver: 'ops', matchers: terms(text), ...rest });
  const routes = [child('a', 'instance="db-1"'), child('b', 'instance=~"web-.*"')];
  const d = await openNotified(planWith({ routes }));
  const id = await raise(d, 'web-1');
  const { route } = await asked(d, id);
  assert.deepEqual(
    route?.steps.map((s) => [s.matchers, s.matched, s.took, s.failed]),
    [
      ['{}', true, false, undefined],
      ['{instance="db-1"}', false, false, { matcher: 'instance="db-1"', value: 'web-1' }],
      ['{instance=~"web-.*"}', true, true, undefined],
    ],
  );
});

test('a moment of the past is answered from what was written down by then', async () => {
  const d = await openNotified(planWith({ groupWait: seconds(0) }));
  await d.pass(1_000);
  await silence(d, minutes(7));
  const id = await raise(d, 'web-1');
  const silenced = d.clock.now();
  await d.pass(minutes(11), 10_000);
  await stored(d);
  assert.equal(
    await answer(d, id, silenced),
    `Nobody was told by then, because it was silenced by nora until [${1_000 + minutes(7)}]: ` +
      'works on the ring (ops/webhook[0], [1000]).',
  );
  const before = await answer(d, id, d.at(0));
  assert.match(before, /^Nobody was told by then: no look at a group had come/);
  const later = d.at(1_000 + minutes(10));
  assert.equal(await answer(d, id, later), `ops/webhook[0] was told at [${later - d.at(0)}].`);
  const then = await asked(d, id, silenced);
  assert.deepEqual([then.past, then.groups.length, then.route?.taken.length], [true, 0, 1]);
});

test('what is foreseen for the next look is what the next look then decides', async () => {
  const d = await openNotified(planWith({ repeatInterval: minutes(9) }));
  const first = await raise(d, 'web-1');
  const seen: string[] = [];
  const steps: (() => Promise<unknown>)[] = [
    async () => {},
    () => raise(d, 'web-2'),
    () => silence(d, minutes(600)),
    () => d.desk.act(NORA, { verb: 'acknowledge', on: [{ id: first }], note: '' }),
    () => d.desk.receive('test', [alert('web-2', { kind: 'clear' })]),
    async () => {},
  ];
  for (const step of steps) {
    await step();
    const next = (await asked(d, first)).groups[0]?.ways[0]?.next;
    const before = d.decisions.length;
    await d.pass(minutes(5), 5_000);
    const decided = d.decisions.slice(before).map((x) => x.reason);
    seen.push(next?.reason ?? 'none');
    // A decision that says the same as the last one is not written down again.
    if (decided.length > 0) assert.equal(decided[0], next?.reason);
  }
  assert.equal(new Set(seen).size > 2, true, seen.join());
});

test('nothing is known of an alarm the desk never heard of', async () => {
  const d = await openNotified(planWith());
  assert.equal(await why({ desk: d.desk, nameOf }, 'ffffffffffffffff' as AlarmId), undefined);
});
