import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant, minutes, seconds } from '../../src/base/time.ts';
import { why } from '../../src/desk/views/why.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import type { RuleDoes } from '../../src/domain/rules/rule.ts';
import { raise, SOON } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

const soon = (): Promise<NotifiedDesk> =>
  openNotified(planWith({ ...SOON, repeatInterval: minutes(240) }, {}));

const nameOf = (id: UserId): string => `<${id}>`;

/** The first line, with the moments as milliseconds since the desk began: `[30000]`. */
async function answer(d: NotifiedDesk, id: AlarmId): Promise<string> {
  const found = await why({ desk: d.desk, nameOf }, id, undefined);
  assert.ok(found);
  const { says } = found.answer;
  return says.map((part) => (typeof part === 'string' ? part : `[${part.at - d.at(0)}]`)).join('');
}

const rule = (d: NotifiedDesk, does: RuleDoes) =>
  d.desk.act(NORA, {
    verb: 'rule.set',
    name: 'lab is quiet',
    matchers: terms('instance="web-1"'),
    order: 0,
    does,
    reason: 'nobody works there.',
    owner: 'network',
    reviewAt: d.at(days(30)),
    enabled: true,
  });

const work = (d: NotifiedDesk, to: Instant, more: object = {}) =>
  d.desk.act(NORA, {
    verb: 'maintenance.set',
    name: 'CHG 4711',
    matchers: terms('instance=~"web-.*"'),
    things: [],
    windows: [{ from: d.at(0), to }],
    recurs: '',
    reason: 'new line card',
    owner: 'network',
    ...more,
  });

test('a rule that hides is named with its author, its review and its reason', async () => {
  const d = await soon();
  await rule(d, { hide: true });
  const id = await raise(d, 'web-1');
  await d.pass(seconds(30));
  assert.equal(
    await answer(d, id),
    'Nobody was told, because it is hidden by a rule "lab is quiet" by <nora> until ' +
      `[${days(30)}]: nobody works there.`,
  );
});

test('a rule that waits whether it stays is named with the end of the wait', async () => {
  const d = await soon();
  await rule(d, { hold: seconds(120) });
  const id = await raise(d, 'web-1');
  await d.pass(seconds(30));
  assert.equal(
    await answer(d, id),
    'Nobody was told, because it is waiting whether it stays "lab is quiet" by <nora> until ' +
      `[${seconds(120)}]: nobody works there.`,
  );
  await d.pass(seconds(120));
  assert.match(await answer(d, id), /^ops\/webhook\[0\] was told that it is raised/);
});

test('planned work is named with its name, its author, its end and its reason', async () => {
  const d = await soon();
  await work(d, d.at(minutes(60)));
  const id = await raise(d, 'web-1');
  await d.pass(minutes(5), seconds(30));
  assert.equal(
    await answer(d, id),
    'Nobody was told, because it is in maintenance "CHG 4711" by <nora> until ' +
      `[${minutes(60)}]: new line card.`,
  );
  await d.pass(minutes(60), seconds(30));
  assert.match(await answer(d, id), /^ops\/webhook\[0\] was told that it is raised/);
});

test('work that takes longer is extended while it runs: nobody is told at its first end', async () => {
  const d = await soon();
  const { made } = await work(d, d.at(minutes(60)));
  await raise(d, 'web-1');
  await d.pass(minutes(50), seconds(30));
  await work(d, d.at(minutes(120)), { maintenance: made });
  await d.pass(minutes(60), seconds(30));
  assert.deepEqual(d.said(), []);
  await d.pass(minutes(15), seconds(30));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
});

test('work that is over is taken up again: what it left behind is quiet once more', async () => {
  const d = await soon();
  const { made } = await work(d, d.at(minutes(60)));
  await raise(d, 'web-1');
  await d.pass(minutes(70), seconds(30));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
  await work(d, d.at(minutes(180)), { maintenance: made });
  await raise(d, 'web-2');
  await d.pass(minutes(60), seconds(30));
  assert.deepEqual(d.said(), ['ops first: web-1 firing'], 'the second alarm is quiet');
});
