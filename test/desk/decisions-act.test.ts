import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours } from '../../src/base/time.ts';
import type { DecisionAct } from '../../src/desk/memory-acts.ts';
import { LIMITS } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { aboutOf } from '../../src/domain/memory/about.ts';
import type { Decision } from '../../src/domain/memory/decision.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { clear, raise, SOON, unshelve } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { saidOf } from '../support/refusals.ts';

type Recording = Extract<DecisionAct, { verb: 'decision.record' }>;

const SILENCE = '6f2c1d3e-0000-4000-8000-00000000dec1' as SilenceId;
const open = (): Promise<NotifiedDesk> =>
  openNotified(planWith({ ...SOON, groupBy: ['instance'] }, {}));

function decide(d: NotifiedDesk, id: AlarmId, more: Partial<Recording> = {}) {
  const alarm = d.desk.memory.get('alarms', id);
  assert(alarm);
  return d.desk.act(NORA, {
    verb: 'decision.record',
    about: aboutOf(alarm),
    ...{ situation: '', options: [], kind: 'shelve', what: '', reason: 'the spare is ordered' },
    reviewAt: d.at(days(7)),
    does: { silence: SILENCE, createdBy: 'Nora' },
    ...more,
  });
}

const decisionIn = (d: NotifiedDesk): Decision => {
  const [one] = d.desk.memory.all('decisions');
  return one ?? assert.fail('nothing was decided');
};
const shelfOf = (d: NotifiedDesk, id: AlarmId) =>
  d.desk.memory.get('alarms', id)?.suppressions.find(({ kind }) => kind === 'shelf');

test('one act writes down to shelve and shelves, until the review and for the same reason', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  await decide(d, id);
  assert.equal(shelfOf(d, id)?.until, d.at(days(7)));
  assert.equal(shelfOf(d, id)?.reason, 'the spare is ordered');
  assert.deepEqual(decisionIn(d).made, { is: 'shelf', until: d.at(days(7)) });
  await clear(d, 'web-1');
  await raise(d, 'web-1');
  assert.equal(decisionIn(d).outcome.is, 'open', 'that it comes back is what it is shelved for');
  assert.equal(decisionIn(d).recurrences, 1);
  await d.pass(days(7), hours(6));
  assert.equal(decisionIn(d).outcome.is, 'stood');
  assert.equal(shelfOf(d, id), undefined);
});

test('a shelf of a decision that somebody ends early is what became of it', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  await decide(d, id);
  await d.pass(hours(1), hours(1));
  await unshelve(d, id);
  assert.deepEqual(decisionIn(d).outcome, { is: 'lifted', at: d.clock.now(), by: NORA });
});

test('suppress until makes a silence of its alarm alone; expired by hand, the decision knows', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  await decide(d, id, { kind: 'suppress until' });
  const silence = d.desk.memory.get('silences', SILENCE);
  assert.equal(silence?.comment, 'the spare is ordered');
  assert.equal(silence?.endsAt, d.at(days(7)));
  const { routing } = d.desk.memory;
  const mutes = (other: AlarmId) => {
    const alarm = d.desk.memory.get('alarms', other);
    return alarm ? routing.statusOf(alarm, d.clock.now()).silencedBy : assert.fail();
  };
  assert.deepEqual(mutes(id), [SILENCE]);
  assert.deepEqual(mutes(await raise(d, 'web-2')), []);
  assert.deepEqual(decisionIn(d).made, { is: 'silence', silence: SILENCE, until: d.at(days(7)) });
  await d.desk.act(NORA, { verb: 'silence.expire', silence: SILENCE });
  assert.equal(decisionIn(d).outcome.is, 'lifted');
});

test('what stays away until the review held, and its silence is over', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  await decide(d, id, { kind: 'suppress until' });
  await clear(d, 'web-1');
  await d.pass(days(7), hours(6));
  assert.equal(decisionIn(d).outcome.is, 'held');
});

test('what cannot be done is not written down either', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  const refused = async (more: Partial<Recording>) => saidOf((await decide(d, id, more)).refused);
  assert.match(await refused({ kind: 'restart' }), /does: only with/);
  await clear(d, 'web-1');
  const gone = { ...decisionAbout(d, id), alarm: 'ffffffffffffffff' as AlarmId };
  assert.match(await refused({ about: gone }), /left the desk’s memory/);
  const silence = { silence: SILENCE, createdBy: 'x'.repeat(300) };
  assert.match(await refused({ kind: 'suppress until', does: silence }), /^does: /);
  assert.equal(d.desk.memory.count('decisions'), 0);
  assert.equal(d.desk.memory.count('silences'), 0);
});

const decisionAbout = (d: NotifiedDesk, id: AlarmId) => {
  const alarm = d.desk.memory.get('alarms', id);
  return alarm ? aboutOf(alarm) : assert.fail();
};

test('a shelf ends when a shelf may last no longer, and the review stays where it is', async () => {
  const d = await open();
  const id = await raise(d, 'web-1');
  await decide(d, id, { reviewAt: d.at(days(40)) });
  assert.equal(shelfOf(d, id)?.until, d.at(days(LIMITS.shelf_days_max)));
  await clear(d, 'web-1');
  await d.pass(days(LIMITS.shelf_days_max) + hours(1), hours(12));
  await raise(d, 'web-1');
  assert.equal(decisionIn(d).outcome.is, 'came back');
});
