import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours } from '../../src/base/time.ts';
import type { DecisionAct, FollowUpAct } from '../../src/desk/memory-acts.ts';
import { recallView } from '../../src/desk/views/recall.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import {
  INCIDENT_LIMITS,
  type IncidentId,
  REOPENS_WITHIN,
} from '../../src/domain/incident/incident.ts';
import { aboutOf } from '../../src/domain/memory/about.ts';
import { RISES_APART } from '../../src/domain/memory/action.ts';
import { DECISION_LIMITS, type DecisionId } from '../../src/domain/memory/decision.ts';
import { RECALL_LIMITS, recall } from '../../src/domain/memory/recall.ts';
import { clear, raise, SOON } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { saidOf } from '../support/refusals.ts';

/** Who is told of it is of no matter to most of this. */
const open = (): Promise<NotifiedDesk> => openNotified();

type Recording = Extract<DecisionAct, { verb: 'decision.record' }>;

function aboutIn(d: NotifiedDesk, id: AlarmId) {
  const alarm = d.desk.memory.get('alarms', id);
  assert(alarm);
  return aboutOf(alarm);
}

const decide = (d: NotifiedDesk, id: AlarmId, more: Partial<Recording> = {}) =>
  d.desk.act(NORA, {
    verb: 'decision.record',
    about: aboutIn(d, id),
    situation: 'the heap is full',
    options: ['wait'],
    kind: 'restart',
    what: 'web-1',
    reason: 'it helped last year',
    reviewAt: (d.clock.now() + days(30)) as never,
    ...more,
  });

const action = (d: NotifiedDesk, more: Partial<Extract<FollowUpAct, { verb: 'action.set' }>>) =>
  d.desk.act(NORA, {
    verb: 'action.set',
    title: 'Give it more memory',
    detail: '',
    owner: NORA,
    step: 'planned',
    ...more,
  });

const decisionOf = (d: NotifiedDesk, id: string | undefined) =>
  d.desk.memory.get('decisions', id ?? '');

test('the desk itself writes down that a decision did not hold, and after how long', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  const { made } = await decide(d, id);
  await clear(d, 'web-1');
  await d.pass(days(7), days(1));
  assert.equal(d.desk.memory.get('alarms', id), undefined, 'it left memory');
  assert.equal(decisionOf(d, made)?.outcome.is, 'open');
  await raise(d, 'web-1');
  const { outcome, recurrences } = decisionOf(d, made) ?? assert.fail();
  assert(outcome.is === 'came back');
  assert.equal(outcome.after, days(7));
  assert.equal(recurrences, 1);
});

test('an alarm that stays away until the review: it held; one that never went: it stood', async () => {
  const d = await open();
  const gone = await decide(d, await raise(d, 'web-1'));
  const still = await decide(d, await raise(d, 'web-2'));
  await clear(d, 'web-1');
  await d.pass(days(30) - 1_000, days(1));
  assert.equal(decisionOf(d, gone.made)?.outcome.is, 'open');
  await d.pass(1_000);
  assert.equal(decisionOf(d, gone.made)?.outcome.is, 'held');
  assert.equal(decisionOf(d, still.made)?.outcome.is, 'stood');
  await raise(d, 'web-1');
  const { outcome, recurrences } = decisionOf(d, gone.made) ?? assert.fail();
  assert.deepEqual([outcome.is, recurrences], ['held', 1], 'what was known stays');
});

test('what was decided about this very alarm is always the first thing recalled', async () => {
  const d = await open();
  const own = await raise(d, 'web-1', { labels: { alertname: 'Down', instance: 'web-1' } });
  await decide(d, own);
  for (let n = 2; n < 40; n++) await decide(d, await raise(d, `web-${n}`));
  const answers = recall(d.desk.memory.remembered, aboutIn(d, own), d.clock.now());
  assert.equal(answers[0]?.rung, 'same alarm');
  assert.equal(answers[0]?.decision.about.alarm, own);
  const like = answers.filter(({ rung }) => rung === 'same type');
  assert.equal(like.length, RECALL_LIMITS.answers_max);
  assert.equal(like[0]?.decision.about.resource, 'web-39', 'the newest first');
});

test('an alarm never seen before finds the same type on its like, then its own resource', async () => {
  const d = await open();
  const typed = (instance: string, type: string, job: string) => {
    const labels = { alertname: type, instance, job };
    return raise(d, instance, { type, labels, id: `${instance}${type}` as AlarmId });
  };
  const like = await decide(d, await typed('web-1', 'Down', 'web'));
  await decide(d, await typed('db-1', 'Down', 'db'));
  const near = await decide(d, await typed('web-2', 'Slow', 'web'));
  const fresh = await typed('web-2', 'Down', 'web');
  const answers = recall(d.desk.memory.remembered, aboutIn(d, fresh), d.clock.now());
  assert.deepEqual(
    answers.map(({ rung, decision }) => [rung, decision.id]),
    [
      ['same type', like.made],
      ['same resource', near.made],
    ],
  );
});

test('a newer decision takes the place of the older, which is still recalled below it', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  const first = await decide(d, id);
  const second = await decide(d, id, { kind: 'change' });
  const answers = recall(d.desk.memory.remembered, aboutIn(d, id), d.clock.now());
  assert.deepEqual(
    answers.map(({ decision }) => decision.id),
    [second.made, first.made],
  );
  assert.equal(decisionOf(d, first.made)?.outcome.is, 'superseded');
  const refused = await d.desk.act(NORA, {
    verb: 'decision.review',
    decision: first.made as DecisionId,
    reason: 'still right',
    reviewAt: d.at(days(40)),
  });
  assert.match(saidOf(refused.refused), /took its place/);
});

test('past its review a decision is marked, until somebody looked at it', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  const { made } = await decide(d, id);
  await d.pass(days(30), days(1));
  const staleNow = () =>
    recall(d.desk.memory.remembered, aboutIn(d, id), d.clock.now())[0]?.stale ?? [];
  assert.deepEqual(staleNow(), ['past its review']);
  await d.desk.act(NORA, {
    verb: 'decision.review',
    decision: made as DecisionId,
    reason: 'still right',
    reviewAt: (d.clock.now() + days(1)) as never,
  });
  assert.deepEqual(staleNow(), []);
});

test('what was decided before the check was changed, or the thing replaced, says so', async () => {
  const d = await open();
  const applied = (max: number) =>
    d.desk.act(NORA, {
      verb: 'revision.apply',
      ...{ text: '', from: 'a.yml', unused: [], why: '', plan: planWith() },
      document: {
        ...{ global: {}, receivers: [], templates: [] },
        sections: { figures: { load: { raise: { above: max } }, other: {} } },
      },
    });
  const labels = { alertname: 'Down', instance: 'web-1', check: 'load', serial: 's1' };
  await applied(5);
  await d.pass(1_000);
  const id = await raise(d, 'web-1', { labels });
  await decide(d, id);
  const stale = async (): Promise<readonly string[]> => {
    const alarm = d.desk.memory.get('alarms', id) ?? assert.fail();
    return (await recallView(d.desk, alarm)).answers[0]?.stale ?? assert.fail();
  };
  assert.deepEqual(await stale(), []);
  await d.pass(1_000);
  await applied(9);
  assert.deepEqual(await stale(), ['threshold changed since']);
  await applied(5);
  assert.deepEqual(await stale(), [], 'as it was then');
  const { about } = d.desk.memory.remembered.lastOn(id) ?? assert.fail();
  assert.equal(about.object, 'serial=s1');
  const now = { ...about, object: 'serial=s2' };
  assert.deepEqual(recall(d.desk.memory.remembered, now, d.clock.now())[0]?.stale, [
    'replaced since',
  ]);
});

test('an open action rises a step with its alarm, once an hour however often it flaps', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  const { made = '' } = await action(d, { about: aboutIn(d, id), step: 'someday' });
  const is = () => d.desk.memory.get('actions', made);
  const again = async (): Promise<void> => {
    await clear(d, 'web-1');
    await raise(d, 'web-1');
  };
  await again();
  await again();
  assert.deepEqual([is()?.step, is()?.recurrences], ['planned', 2]);
  await d.pass(RISES_APART - 1);
  await again();
  assert.equal(is()?.step, 'planned');
  await d.pass(1);
  await again();
  assert.equal(is()?.step, 'soon');
  const end = (reason: string) =>
    d.desk.act(NORA, { verb: 'action.end', action: made as never, how: 'done', reason });
  assert.match(saidOf((await end(' ')).refused), /reason/);
  assert.equal((await end('twice the memory')).refused, undefined);
  await d.pass(RISES_APART);
  await again();
  assert.equal(is()?.step, 'soon', 'what is done presses nobody');
});

test('an incident is opened from alarms, is as bad as its worst, and one alarm is in one', async () => {
  const d = await open();
  const [a, b] = [await raise(d, 'web-1', { severity: 'minor' }), await raise(d, 'web-2')];
  const opening = { verb: 'incident.open' as const, title: 'Web is down', lead: NORA, note: '' };
  const { made = '' } = await d.desk.act(NORA, { ...opening, alarms: [a] });
  const is = () => d.desk.memory.get('incidents', made) ?? assert.fail();
  assert.equal(is().worst, 'minor');
  await raise(d, 'web-1', { severity: 'critical' });
  assert.equal(is().worst, 'critical');
  const other = await d.desk.act(NORA, { ...opening, alarms: [a, b] });
  const second = d.desk.memory.get('incidents', other.made ?? '');
  assert.deepEqual(
    second?.members.map(({ resource }) => resource),
    ['web-2'],
  );
  assert.match(second?.lines[0]?.text ?? '', /1 left out/);
  const none = await d.desk.act(NORA, { ...opening, alarms: [a] });
  assert.match(saidOf(none.refused), /at least one/);
  const merged = await d.desk.act(NORA, {
    verb: 'incident.merge',
    incident: made as IncidentId,
    into: other.made as IncidentId,
    note: '',
  });
  assert.equal(merged.refused, undefined);
  assert.deepEqual(is().state.is, 'merged');
  assert.equal(d.desk.memory.remembered.openIncidentOf(a), other.made);
});

test('an incident opened from a notification group has all who are in it', async () => {
  const d = await openNotified(planWith({ ...SOON, groupBy: ['alertname'] }, {}));
  const a = await raise(d, 'web-1');
  await raise(d, 'web-2');
  const [seat] = d.desk.memory.routing.seats();
  const { made } = await d.desk.act(NORA, {
    verb: 'incident.open',
    alarms: [a],
    ...(seat ? { group: seat.id } : {}),
    title: 'Web is down',
    lead: '',
    note: '',
  });
  assert.equal(d.desk.memory.get('incidents', made ?? '')?.members.length, 2);
});

test('a closed incident is opened again by its alarm, within a day and not later', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  const { made = '' } = await d.desk.act(NORA, {
    verb: 'incident.open',
    alarms: [id],
    title: 'Web is down',
    lead: '',
    note: '',
  });
  const incident = made as IncidentId;
  const is = () => d.desk.memory.get('incidents', incident)?.state.is;
  const close = () => d.desk.act(NORA, { verb: 'incident.close', incident, note: 'restarted' });
  await clear(d, 'web-1');
  await close();
  await d.pass(REOPENS_WITHIN, hours(1));
  await raise(d, 'web-1');
  assert.equal(is(), 'open', 'exactly at the end of the window');
  const lines = d.desk.memory.get('incidents', incident)?.lines ?? [];
  assert.match(lines.at(-1)?.text ?? '', /Down on web-1 was raised again/);
  await clear(d, 'web-1');
  await close();
  await d.pass(REOPENS_WITHIN + 1, hours(1));
  await raise(d, 'web-1');
  assert.equal(is(), 'closed');
});

test('an incident takes no notes at its limit, and says so', async () => {
  const d = await open();
  const { made = '' } = await d.desk.act(NORA, {
    verb: 'incident.open',
    alarms: [await raise(d, 'web-1')],
    title: 'Web is down',
    lead: '',
    note: '',
  });
  const incident = made as IncidentId;
  const say = () => d.desk.act(NORA, { verb: 'incident.note', incident, note: 'looking' });
  for (let n = 1; n < INCIDENT_LIMITS.lines_max; n++)
    assert.equal((await say()).refused, undefined);
  assert.match(saidOf((await say()).refused), /no more notes/);
});

test('each field of a decision has its limit, and the limit itself is taken', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  const last = d.at(days(DECISION_LIMITS.review_days_max));
  const most = DECISION_LIMITS;
  const text = (n: number): string => 'x'.repeat(n);
  const cases: readonly (readonly [Partial<Recording>, Partial<Recording>])[] = [
    [{ reason: text(most.reason_chars_max) }, { reason: text(most.reason_chars_max + 1) }],
    [{ reason: 'x' }, { reason: ' ' }],
    [{ what: text(most.what_chars_max) }, { what: text(most.what_chars_max + 1) }],
    [
      { situation: text(most.situation_chars_max) },
      { situation: text(most.situation_chars_max + 1) },
    ],
    [
      { options: Array(most.options_max).fill(text(most.option_chars_max)) },
      { options: [text(most.option_chars_max + 1)] },
    ],
    [{}, { options: Array(most.options_max + 1).fill('x') }],
    [{ reviewAt: last }, { reviewAt: (last + 1) as never }],
    [{}, { reviewAt: d.clock.now() }],
    [{}, { kind: 'pray' as never }],
    [{}, { incident: 'i99' as IncidentId }],
  ];
  for (const [good, bad] of cases) {
    assert.equal((await decide(d, id, good)).refused, undefined);
    assert.notEqual(
      (await decide(d, id, bad)).refused,
      undefined,
      JSON.stringify(bad).slice(0, 80),
    );
  }
});
