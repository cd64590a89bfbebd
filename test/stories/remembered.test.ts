import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, minutes } from '../../src/base/time.ts';
import { openPhrase, outcomePhrase, recallView, seenPhrase } from '../../src/desk/views/recall.ts';
import { phraseText } from '../../src/desk/views/words.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { aboutOf } from '../../src/domain/memory/about.ts';
import type { DecisionId } from '../../src/domain/memory/decision.ts';
import { clear, raise } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';

const plan = planWith({ groupWait: minutes(0), repeatInterval: hours(24) }, {});

/** What the alarm's page would say now. */
async function recalled(d: NotifiedDesk, id: AlarmId) {
  const alarm = d.desk.memory.get('alarms', id) ?? assert.fail('it left memory');
  const view = await recallView(d.desk, alarm);
  const now = d.clock.now();
  return {
    seen: phraseText(seenPhrase(view, alarm), now),
    decided: view.answers.map(({ rung, decision }) => [
      rung,
      decision.kind,
      phraseText(outcomePhrase(decision), now),
    ]),
    toDo: view.actions.map((a) => [
      a.step,
      phraseText(
        openPhrase(a, now, () => 'Nora'),
        now,
      ),
    ]),
    incident: view.incident?.state.is,
  };
}

/** The power goes and comes back; everything goes on where it was. */
const powerCut = (d: NotifiedDesk): Promise<NotifiedDesk> =>
  openNotified(undefined, d.crash(minutes(1)));

test('a week later the same alarm comes back: the desk says what was decided and that it did not hold, and the open action rises; power cuts between all steps change nothing', async () => {
  let d = await openNotified(plan);
  const id = await raise(d, 'core-1');
  assert.deepEqual(await recalled(d, id), {
    ...{ seen: 'Not seen before', decided: [], toDo: [], incident: undefined },
  });
  const alarm = d.desk.memory.get('alarms', id) ?? assert.fail();
  const about = aboutOf(alarm);
  await d.desk.act(NORA, {
    verb: 'incident.open',
    ...{ alarms: [id], title: 'Core 1 is down', lead: NORA, note: '' },
  });
  d = await powerCut(d);
  const decided = await d.desk.act(NORA, {
    verb: 'decision.record',
    ...{ about, situation: 'the card hung', options: ['wait'], kind: 'restart' as const },
    ...{ what: 'card 0', reason: 'it helped last year', reviewAt: d.at(days(30)) },
  });
  d = await powerCut(d);
  await d.desk.act(NORA, {
    verb: 'action.set',
    ...{ title: 'Replace the card', detail: '', owner: NORA, step: 'planned' as const },
    decision: decided.made as DecisionId,
  });
  const caution = { resource: 'core-1', text: 'Call the bank first', reason: 'their only line' };
  await d.desk.act(NORA, {
    verb: 'caution.set',
    ...{ ...caution, owner: 'network', reviewAt: d.at(days(90)) },
  });
  d = await powerCut(d);
  await clear(d, 'core-1');
  const [incident] = [...d.desk.memory.all('incidents')];
  assert.ok(incident);
  const close = { verb: 'incident.close' as const, incident: incident.id, note: 'restarted' };
  await d.desk.act(NORA, close);
  d = await powerCut(d);
  await d.pass(days(7), days(1));
  assert.equal(d.desk.memory.get('alarms', id), undefined, 'the alarm itself is long forgotten');
  d = await powerCut(d);
  await raise(d, 'core-1');
  const told = d.notices.at(-1)?.alerts[0]?.annotations['caution'];
  assert.equal(told, 'Call the bank first (network)', 'whoever is told of it is told that too');
  d = await powerCut(d);
  await d.pass(minutes(1));
  const { seen, decided: again, toDo, incident: is } = await recalled(d, id);
  assert.match(seen, /^Seen 2 times with this one, before this on /);
  assert.equal(again.length, 1);
  const [rung, kind, outcome] = again[0] ?? [];
  assert.deepEqual([rung, kind], ['same alarm', 'restart']);
  assert.match(outcome ?? '', /^came back after 7 d 0 h; raised 1 time since, last \d+ min ago$/);
  const [[step, words] = []] = toDo;
  assert.equal(step, 'soon', 'it was planned');
  assert.match(words ?? '', /^Nora; open for 7 d 0 h; its alarm came back 1 time meanwhile/);
  assert.equal(is, 'closed', 'a week is more than a day: another trouble');
});
