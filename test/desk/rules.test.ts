import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant, minutes, seconds } from '../../src/base/time.ts';
import type { RuleAct } from '../../src/desk/standing-acts.ts';
import { identify } from '../../src/domain/alarm/event.ts';
import { HOLD_MAX, type RuleDoes, type RuleId } from '../../src/domain/rules/rule.ts';
import { clear, raise, SOON } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { saidOf } from '../support/refusals.ts';
import { terms } from '../support/routing.ts';

const soon = (): Promise<NotifiedDesk> =>
  openNotified(planWith({ ...SOON, repeatInterval: minutes(240) }, {}));

type Wanted = Extract<RuleAct, { verb: 'rule.set' }>;

const rule = (d: NotifiedDesk, does: RuleDoes, more: Partial<Wanted> = {}) =>
  d.desk.act(NORA, {
    verb: 'rule.set',
    name: 'test line',
    matchers: terms('instance="web-1"'),
    order: 0,
    does,
    reason: 'not in service yet',
    owner: 'network',
    reviewAt: d.at(days(30)),
    enabled: true,
    ...more,
  });

const web1 = (d: NotifiedDesk) =>
  [...d.desk.memory.all('alarms')].find(({ labels }) => labels.instance === 'web-1');

test('a rule gives another severity and text; what the source said is kept beside', async () => {
  const d = await soon();
  await rule(d, { severity: 'warning', text: 'Lab: {text} on {instance}' });
  await raise(d, 'web-1');
  const alarm = web1(d);
  assert.equal(alarm?.severity, 'warning');
  assert.match(alarm?.text ?? '', /^Lab: .* on web-1$/);
  assert.notEqual(alarm?.ruled?.severity, undefined);
  assert.notEqual(alarm?.ruled?.severity, 'warning');
});

test('a rule that is taken away leaves the alarm as its source has it', async () => {
  const d = await soon();
  await raise(d, 'web-1');
  const before = web1(d);
  const { made } = await rule(d, { severity: 'warning', text: 'x', priority: 4 });
  await d.pass(1);
  assert.deepEqual(
    [web1(d)?.severity, web1(d)?.text, web1(d)?.ruled?.priority],
    ['warning', 'x', 4],
  );
  await d.desk.act(NORA, { verb: 'rule.remove', rule: made as RuleId, reason: 'in service' });
  await d.pass(1);
  assert.equal(web1(d)?.severity, before?.severity);
  assert.equal(web1(d)?.text, before?.text);
  assert.equal(web1(d)?.ruled, undefined);
});

test('of two rules the one with the lower order says each thing first', async () => {
  const d = await soon();
  await rule(d, { severity: 'minor', priority: 3 }, { order: 5 });
  await rule(d, { severity: 'warning' }, { order: 1 });
  await raise(d, 'web-1');
  assert.deepEqual([web1(d)?.severity, web1(d)?.ruled?.priority], ['warning', 3]);
});

test('a rule that hides keeps quiet until its review, and what still stands is told then', async () => {
  const d = await soon();
  await rule(d, { hide: true }, { reviewAt: d.at(days(8)) });
  await raise(d, 'web-1');
  await d.pass(minutes(30), minutes(1));
  assert.deepEqual(d.said(), []);
  assert.equal(web1(d)?.suppressions[0]?.kind, 'design');
  await d.pass(days(8), minutes(30));
  await d.pass(minutes(10), minutes(1));
  assert.ok(d.said().includes('ops first: web-1 firing'), d.said().join('; '));
  assert.deepEqual(web1(d)?.suppressions, []);
});

test('an alarm that does not stay is told to nobody; one that stays is told at once then', async () => {
  const d = await soon();
  await rule(d, { hold: seconds(90) });
  await raise(d, 'web-1');
  await d.pass(seconds(60));
  await clear(d, 'web-1');
  await d.pass(minutes(20), seconds(10));
  assert.deepEqual(d.said(), []);
  await raise(d, 'web-1');
  await d.pass(seconds(89));
  assert.deepEqual(d.said(), []);
  await d.pass(seconds(1));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
});

test('a raise during the hold of the episode before waits its own time', async () => {
  const d = await soon();
  await rule(d, { hold: seconds(60) });
  await raise(d, 'web-1');
  await d.pass(seconds(30));
  await clear(d, 'web-1');
  await d.pass(seconds(20));
  await raise(d, 'web-1');
  await d.pass(seconds(59));
  assert.deepEqual(d.said(), []);
  await d.pass(seconds(1));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
});

test('its owner is told a week before the review, and louder at it, until it is looked at', async () => {
  const d = await soon();
  const { made } = await rule(d, { severity: 'minor' }, { reviewAt: d.at(days(8)) });
  const about = identify(`rule/${made}`, 'rule.review', '');
  await d.pass(days(1) - 1_000, minutes(60));
  assert.equal(d.desk.memory.get('alarms', about), undefined);
  await d.pass(minutes(1));
  assert.equal(d.desk.memory.get('alarms', about)?.severity, 'warning');
  await d.pass(days(7), minutes(60));
  assert.equal(d.desk.memory.get('alarms', about)?.severity, 'major');
  const reviewAt = d.at(days(60));
  await rule(d, { severity: 'minor' }, { rule: made as RuleId, reviewAt });
  assert.equal(d.desk.memory.get('alarms', about)?.condition.is, 'cleared');
});

test('a rule without reason, owner or review, or for everything, is refused', async () => {
  const d = await soon();
  const refused = async (more: Partial<Wanted>, does: RuleDoes = { hide: true }) =>
    saidOf((await rule(d, does, more)).refused);
  assert.match(await refused({ reason: ' ' }), /^reason: /);
  assert.match(await refused({ owner: '' }), /^owner: /);
  assert.match(await refused({ reviewAt: d.at(0) }), /^reviewAt: /);
  assert.match(await refused({ reviewAt: d.at(days(400) + 1) }), /^reviewAt: /);
  assert.match(await refused({ matchers: [] }), /^matchers: /);
  assert.match(await refused({ matchers: terms('a=~".*"') }), /^matchers: /);
  assert.match(await refused({}, {}), /^does: /);
  assert.match(await refused({}, { hold: (HOLD_MAX + 1) as typeof HOLD_MAX }), /^does\.hold: /);
  assert.equal(await refused({ reviewAt: d.at(days(400)) }, { hold: HOLD_MAX }), '');
});

const work = (d: NotifiedDesk, from: number, to: number, more: object = {}) =>
  d.desk.act(NORA, {
    verb: 'maintenance.set',
    name: 'change 4711',
    matchers: terms('alertname="Down"'),
    things: [],
    windows: [{ from: d.at(from), to: d.at(to) }],
    recurs: '',
    reason: 'new line card',
    owner: 'network',
    ...more,
  });

test('planned work is quiet, and at its end what is still raised is told as new', async () => {
  const d = await soon();
  await work(d, minutes(5), minutes(30));
  await d.pass(minutes(10), seconds(30));
  await raise(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(minutes(10), seconds(30));
  await clear(d, 'web-2');
  assert.deepEqual(d.said(), []);
  assert.equal(web1(d)?.suppressions[0]?.kind, 'maintenance');
  await d.pass(minutes(20), seconds(30));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
});

test('what was told before the work is told again after it, and its end in the work is not lost', async () => {
  const d = await soon();
  await raise(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(minutes(6), seconds(30));
  const told = d.said().length;
  await work(d, minutes(7), minutes(30));
  await d.pass(minutes(10), seconds(30));
  await clear(d, 'web-2');
  await d.pass(minutes(40), seconds(30));
  const after = d.said().slice(told).join('; ');
  assert.match(after, /shown again: .*web-1 firing/);
  assert.match(after, /web-2 resolved/);
});

test('what people did under planned work stays done', async () => {
  const d = await soon();
  const id = await raise(d, 'web-1');
  await work(d, minutes(1), minutes(30));
  await d.pass(minutes(5), seconds(30));
  await d.desk.act(NORA, { verb: 'acknowledge', on: [{ id }], note: 'mine' });
  await d.pass(minutes(40), seconds(30));
  assert.equal(web1(d)?.handling.is, 'acknowledged');
  assert.deepEqual(
    d.said().filter((s) => s.includes('shown again')),
    [],
  );
});

test('work that is ended early is over for its alarms at once', async () => {
  const d = await soon();
  const { made } = await work(d, 0, minutes(600));
  await raise(d, 'web-1');
  await d.pass(minutes(10), seconds(30));
  assert.deepEqual(d.said(), []);
  await d.desk.act(NORA, { verb: 'maintenance.end', maintenance: made as never, reason: 'done' });
  await d.pass(minutes(10), seconds(30));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
});

test('windows out of order, all past, or without end are refused', async () => {
  const d = await soon();
  await d.pass(minutes(10), minutes(1));
  const refused = async (...windows: readonly (readonly [number, number])[]) => {
    const given = windows.map(([from, to]) => ({ from: d.at(from), to: d.at(to) as Instant }));
    return saidOf((await work(d, 0, 0, { windows: given })).refused);
  };
  assert.match(await refused([5, 5]), /an end after its beginning/);
  assert.match(
    await refused([minutes(20), minutes(30)], [minutes(29), minutes(40)]),
    /windows\[1\]/,
  );
  assert.match(await refused([0, minutes(10)]), /all past/);
  assert.match(await refused([0, days(90) + 1]), /at most 90 days/);
  assert.equal(await refused([0, days(90)]), '');
});
