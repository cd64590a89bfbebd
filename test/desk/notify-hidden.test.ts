import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, minutes } from '../../src/base/time.ts';
import { zoneTables } from '../../src/config/zones.ts';
import type { PlanInterval, PlanSpan } from '../../src/domain/routing/plan.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { clear, raise, SOON, silence } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

const FIRST = 'ops first: web-1 firing';
const OVER = 'ops all resolved: web-1 resolved';

const soon = (root: object = {}, more: object = {}) =>
  openNotified(planWith({ ...SOON, repeatInterval: minutes(240), ...root }, more));

test('a silence that begins and ends between two looks hides nothing', async () => {
  const d = await soon({ repeatInterval: minutes(5) });
  await raise(d, 'web-1');
  await silence(d, ['instance="web-1"'], 6, 9);
  await d.pass(minutes(10));
  assert.deepEqual(d.said(), [FIRST, 'ops repeat: web-1 firing']);
});

test('a silence holds from its start on and up to its end, not at it', async () => {
  const d = await soon({ repeatInterval: minutes(1) });
  await raise(d, 'web-1');
  await silence(d, ['instance="web-1"'], 5, 10);
  await d.pass(minutes(9));
  assert.deepEqual(d.said(), [FIRST]);
  await d.pass(minutes(1));
  assert.deepEqual(d.said(), [FIRST, 'ops repeat: web-1 firing']);
});

test('an end under a silence is told to nobody, as with Alertmanager', async () => {
  const d = await soon();
  await raise(d, 'web-1');
  await silence(d, ['instance="web-1"'], 1, 12);
  await d.pass(minutes(2));
  await clear(d, 'web-1');
  await d.pass(minutes(30));
  assert.deepEqual(d.said(), [FIRST]);
  assert.equal(d.desk.memory.count('groups'), 0);
});

test('an end under a silence that is over by the next look is told', async () => {
  const d = await soon();
  await raise(d, 'web-1');
  await silence(d, ['instance="web-1"'], 1, 3);
  await d.pass(minutes(2));
  await clear(d, 'web-1');
  await d.pass(minutes(3));
  assert.deepEqual(d.said(), [FIRST, OVER]);
});

test('of two silences the one that is left goes on hiding', async () => {
  const d = await soon({ repeatInterval: minutes(1) });
  await raise(d, 'web-1');
  const { made } = await silence(d, ['alertname="Down"'], 1, 60);
  await silence(d, ['instance=~"web-.*"'], 1, 14);
  await d.desk.act(NORA, { verb: 'silence.expire', silence: made as SilenceId });
  await d.pass(minutes(11));
  assert.deepEqual(d.said(), [FIRST]);
  await d.pass(minutes(4));
  assert.deepEqual(d.said(), [FIRST, 'ops repeat: web-1 firing']);
});

test('a silence on another alarm of the group leaves the rest as it was: no news', async () => {
  const d = await soon();
  await raise(d, 'web-1');
  await raise(d, 'web-2');
  await d.pass(minutes(6));
  await silence(d, ['instance="web-2"'], 6, 20);
  await d.pass(minutes(9));
  assert.equal(d.notices.length, 2);
  // What was hidden at the last notice is news again only if that notice did not name it.
  await d.pass(minutes(10));
  assert.equal(d.notices.length, 2);
});

test('a silence made longer goes on; made anew with other matchers, the old one ends', async () => {
  const d = await soon({ repeatInterval: minutes(1) });
  await raise(d, 'web-1');
  const { made } = await silence(d, ['instance="web-1"'], 0, 8);
  const longer = await silence(d, ['instance="web-1"'], 0, 18, { silence: made as SilenceId });
  assert.equal(longer.made, made);
  await d.pass(minutes(11));
  assert.deepEqual(d.said(), [FIRST]);
  const other = await silence(d, ['instance="web-2"'], 11, 60, { silence: made as SilenceId });
  assert.notEqual(other.made, made);
  await d.pass(minutes(4));
  assert.deepEqual(d.said(), [FIRST, 'ops repeat: web-1 firing']);
});

const BY_ROUTERS = [
  {
    name: 'routers',
    source: terms('instance=~"router-.*"'),
    target: terms('instance=~"web-.*"'),
    equal: ['alertname'],
  },
];

test('inhibited by several, it is told when the last of them is over', async () => {
  const d = await soon({ groupBy: ['instance'] }, { inhibitions: BY_ROUTERS });
  await raise(d, 'router-1');
  await raise(d, 'router-2');
  await raise(d, 'web-1');
  await clear(d, 'router-1');
  await d.pass(minutes(6));
  assert.ok(!d.said().includes(FIRST));
  await clear(d, 'router-2');
  await d.pass(minutes(5));
  assert.ok(d.said().includes(FIRST));
});

test('what inhibits although it is closed, acknowledged or silenced itself goes on inhibiting', async () => {
  const d = await soon({ groupBy: ['instance'] }, { inhibitions: BY_ROUTERS });
  const id = await raise(d, 'router-1');
  await raise(d, 'web-1');
  await silence(d, ['instance="router-1"'], 0, 60);
  await d.desk.act(NORA, { verb: 'close', on: [{ id }], note: '' });
  await d.pass(minutes(11));
  assert.deepEqual(d.said(), ['ops first: router-1 firing']);
  const [muted] = d.decisions.findLast(({ groupKey }) => groupKey.includes('web-1'))?.muted ?? [];
  assert.deepEqual(muted?.mute, { by: 'inhibition', rule: 'routers', source: id });
});

test('inhibited after it was told: no end is told, and afterwards it is no news', async () => {
  const d = await soon({ groupBy: ['instance'] }, { inhibitions: BY_ROUTERS });
  await raise(d, 'web-1');
  await d.pass(minutes(1));
  await raise(d, 'router-1');
  await d.pass(minutes(10));
  await clear(d, 'router-1');
  await d.pass(minutes(10));
  const about = d.said().filter((line) => line.includes('web-1'));
  assert.deepEqual(about, [FIRST]);
});

const SPAN: PlanSpan = {
  times: [],
  weekdays: [],
  daysOfMonth: [],
  months: [],
  years: [],
  zone: 'Europe/Vienna',
};

const interval = (name: string, more: Partial<PlanSpan>): PlanInterval => ({
  name,
  spans: [{ ...SPAN, ...more }],
});

const OFFICE = interval('office', { times: [[480, 1_020]], weekdays: [[1, 5]] });

/** A desk at that moment, with the zone's table in it. */
async function deskAt(at: string, root: object, intervals: readonly PlanInterval[]) {
  const before = await openNotified();
  const d = await openNotified(undefined, { ...before.crash(0), at: Date.parse(at) as Instant });
  const [from, until] = ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'].map(Date.parse);
  const tables = zoneTables(['Europe/Vienna'], from as Instant, until as Instant);
  await d.desk.report({ kind: 'zones', at: d.clock.now(), tables });
  await d.apply(planWith({ ...SOON, ...root }, { intervals }));
  return d;
}

const firstToldAt = (d: NotifiedDesk): string =>
  new Date(d.notices[0]?.at ?? 0).toISOString().slice(11, 16);

for (const [day, opens] of [
  ['2026-03-27', '07:00'], // winter time
  ['2026-03-30', '06:00'], // the day after the clocks went forward
  ['2026-10-23', '06:00'], // summer time
  ['2026-10-26', '07:00'], // the day after they went back
] as const) {
  test(`a route that is active from 8 in Vienna tells at ${opens} UTC on ${day}`, async () => {
    const d = await deskAt(`${day}T05:00:00Z`, { activeIntervals: ['office'] }, [OFFICE]);
    await raise(d, 'web-1');
    await d.pass(minutes(150), 60_000);
    assert.equal(firstToldAt(d), opens);
    assert.equal(d.decisions[0]?.reason, 'outside its active intervals');
  });
}

test('the hour that is left out: a mute from 2 to 3 does not happen that night', async () => {
  const night = interval('night', { times: [[120, 180]] });
  const d = await deskAt('2026-03-29T00:50:00Z', { muteIntervals: ['night'] }, [night]);
  await d.pass(minutes(11), 60_000);
  await raise(d, 'web-1'); // 01:01 UTC is 03:01 there, a minute after 01:59
  assert.deepEqual(d.said(), [FIRST]);
});

test('the hour that comes twice: a mute from 2 to 3 holds for two hours', async () => {
  const night = interval('night', { times: [[120, 180]] });
  const d = await deskAt('2026-10-25T00:00:00Z', { muteIntervals: ['night'] }, [night]);
  await raise(d, 'web-1');
  await d.pass(minutes(119), 60_000);
  assert.deepEqual(d.said(), []);
  assert.equal(d.decisions[0]?.reason, 'in a mute interval');
  await d.pass(minutes(2), 60_000);
  assert.equal(firstToldAt(d), '02:00');
});

test('an end inside a mute interval is told to nobody, as with Alertmanager', async () => {
  const d = await deskAt('2026-03-27T15:58:00Z', { activeIntervals: ['office'] }, [OFFICE]);
  await raise(d, 'web-1');
  await d.pass(minutes(3));
  await clear(d, 'web-1');
  await d.pass(minutes(20));
  assert.deepEqual(d.said(), [FIRST]);
  assert.equal(d.desk.memory.count('groups'), 0);
});
