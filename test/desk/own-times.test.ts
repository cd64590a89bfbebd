import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { hours, type Instant, minutes } from '../../src/base/time.ts';
import { timesLine, timesOfLine } from '../../src/desk/kept-times.ts';
import { openDesk } from '../../src/desk/open.ts';
import { OwnTimes } from '../../src/desk/own-times.ts';
import { TIMED_PER_DELIVERY_MAX, watchTimes } from '../../src/desk/watch-times.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import { type Stage, TIMES_LIMITS } from '../../src/domain/slo/own-times.ts';
import { manualClock } from '../support/clock.ts';
import { alert } from '../support/desk.ts';
import { memoryJournal } from '../support/journal.ts';
import { NORA, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { memoryStore } from '../support/store.ts';

const ALL = { from: 0 as Instant, to: 1e15 as Instant, least: 0, most: Infinity };

/** Times by a stopwatch that the test moves. */
function openTimes(clock = manualClock()) {
  const watch = { ms: 0 };
  const times = new OwnTimes({ clock, stopwatch: () => watch.ms });
  const of = (stage: Stage) => times.behind('24h', { stage, ...ALL });
  const took = (stage: Stage) => of(stage).named.map(({ tookMs }) => tookMs);
  return { clock, watch, times, of, took };
}

test('a batch is one observation with its weight, and what only renews is none', async () => {
  const { clock, watch, times, of, took } = openTimes();
  const parts = { clock, log: silentLog, journal: memoryJournal({}), store: memoryStore() };
  const desk = await openDesk({ ...parts, times, boot: 'test' });
  const leased = { since: clock.now(), lease: minutes(5) };
  const batch = [1, 2, 3].map((n) => alert(`web-${n}`, leased));
  const answered = desk.receive('test', batch);
  watch.ms = 7.5;
  await answered;
  assert.deepEqual([of('stored').observed, took('stored')], [3, [7.5, 7.5]], 'some are named');
  await desk.receive('test', batch); // first renewals are written
  await desk.receive('test', batch);
  assert.equal(of('stored').observed, 6, 'the second renewal went no further than memory');
  await desk.receiveText('trap', JSON.stringify([alert('web-9')]), undefined);
  assert.equal(of('stored').observed, 7);
  await desk.close();
});

test('a row counts as shown from when its last change was applied, and once a screen', () => {
  const { watch, times, of, took } = openTimes();
  const row = (revision: number) => ({ id: `a${revision}`, revision }) as unknown as Alarm;
  times.applied(1);
  watch.ms = 10;
  times.applied(2);
  watch.ms = 25;
  times.shown([row(1), row(2)], 0);
  assert.deepEqual(took('shown'), [25, 15]);
  times.shown([row(1), row(2)], 2);
  assert.equal(of('shown').observed, 2, 'what this screen had is drawn again for another reason');
  for (let n = 3; n <= 65_537; n++) times.applied(n);
  times.shown([row(1)], 0);
  assert.equal(of('shown').observed, 2, 'it was applied too long ago to know when');
});

test('the first message about an alarm counts, neither its repeat nor one that failed', async () => {
  const d = await openNotified(planWith({ repeatInterval: minutes(10) }));
  const { times, took } = openTimes(d.clock);
  watchTimes(d.desk, times);
  d.far.answer = () => ({ result: 'later', detail: '503' });
  await d.desk.receive('test', [alert('web-1', { since: (d.clock.now() - hours(9)) as Instant })]);
  await d.pass(1_000);
  assert.deepEqual(took('notified'), [], 'nobody was told yet');
  d.far.answer = () => ({ result: 'sent', detail: '200' });
  await d.pass(minutes(2));
  const [first = 0, ...more] = took('notified');
  assert.ok(first > 1_000 && first <= minutes(2), `${first}: not from when its source began`);
  assert.deepEqual(more, []);
  await d.pass(minutes(30));
  assert.ok(d.notices.length > 1, 'it was told again');
  assert.equal(took('notified').length, 1);
});

test('of a storm in one message so many stand for all', async () => {
  const d = await openNotified(planWith());
  const { times, of } = openTimes(d.clock);
  watchTimes(d.desk, times);
  const storm = Array.from({ length: TIMED_PER_DELIVERY_MAX + 1 }, (_, n) => alert(`web-${n}`));
  await d.desk.receive('test', storm);
  await d.pass(minutes(1));
  assert.equal(of('notified').observed, TIMED_PER_DELIVERY_MAX);
});

test('what a person acknowledges counts from the raise', async () => {
  const d = await openNotified();
  const { times, of, took } = openTimes(d.clock);
  watchTimes(d.desk, times);
  const { id } = alert('web-1');
  await d.desk.receive('test', [alert('web-1')]);
  d.clock.pass(90_000);
  await d.desk.act(NORA, { verb: 'acknowledge', on: [{ id }], note: '' });
  assert.deepEqual([took('acknowledged'), of('notified').observed], [[90_000], 0]);
});

test('times outlive a restart, in the minute that runs as well, and grow no further', () => {
  const first = openTimes();
  first.times.since('acknowledged', alert('web-1').id, first.clock.now(), first.clock.now());
  const lines = [...first.times.kept()].map(timesLine);
  const second = openTimes(first.clock);
  second.times.takeOver(lines.flatMap((line) => [timesOfLine(line) ?? assert.fail(line)]));
  second.times.since('acknowledged', alert('web-2').id, first.clock.now(), first.clock.now());
  assert.equal(second.of('acknowledged').observed, 2);
  const counted = (): Record<string, number> => {
    const kinds = [...second.times.kept()].map(([kind]) => kind);
    return { minutes: kinds.filter((k) => k === 'minutes').length, hours: kinds.indexOf('hours') };
  };
  assert.deepEqual(counted(), { minutes: 1, hours: 1 });
  for (let n = 0; n < TIMES_LIMITS.minutes_kept_max; n++) {
    first.clock.pass(minutes(1));
    second.times.turn();
  }
  assert.equal(counted().minutes, TIMES_LIMITS.minutes_kept_max, 'the oldest went');
});

test('a line that is damaged or of another program is left out', () => {
  const good = '["minutes",60000,[[[4,2,["a",1,2.5]]],[],[],[]]]';
  assert.ok(timesOfLine(good));
  const bad = ['', '{', '[]', '["days",0,[[],[],[],[]]]', '["hours",0,[[],[]]]'];
  const worse = ['["hours",0,[[[4,-1]],[],[],[]]]', '["hours",0,[[[4,1,["a",1]]],[],[],[]]]'];
  for (const line of [...bad, ...worse]) assert.equal(timesOfLine(line), undefined, line);
});
