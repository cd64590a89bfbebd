import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, type Instant, minutes } from '../../src/base/time.ts';
import { offsetsOf } from '../../src/base/zones.ts';
import { THE_DESK } from '../../src/desk/draft.ts';
import { WorkRenewal } from '../../src/desk/work-renewal.ts';
import { identify } from '../../src/domain/alarm/event.ts';
import { MAINTENANCE_KEPT, type Maintenance } from '../../src/domain/rules/maintenance.ts';
import { expand, type OffsetAt, type Recurrence } from '../../src/domain/rules/recurrence.ts';
import { recurrenceText } from '../../src/domain/rules/recurrence-text.ts';
import { RULE_KEPT, type RuleDoes, type RuleId } from '../../src/domain/rules/rule.ts';
import { raise, SOON } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { saidOf } from '../support/refusals.ts';
import { terms } from '../support/routing.ts';

const soon = (): Promise<NotifiedDesk> =>
  openNotified(planWith({ ...SOON, repeatInterval: minutes(240) }, {}));

const daily = (d: NotifiedDesk, more: Partial<Recurrence> = {}): Recurrence => ({
  every: 'day',
  interval: 1,
  start: Math.floor(d.at(hours(1)) / 60_000),
  lasts: 30,
  zone: 'UTC',
  on: [],
  monthDays: [],
  count: 0,
  until: undefined,
  except: [],
  extra: [],
  ...more,
});

async function plan(d: NotifiedDesk, of: Recurrence | undefined, more: object = {}) {
  const { windows, goesOn } = of
    ? expand(of, () => 0, d.clock.now())
    : { windows: [{ from: d.at(0), to: d.at(hours(1)) }], goesOn: false };
  const { made, refused } = await d.desk.act(NORA, {
    verb: 'maintenance.set',
    name: 'backups',
    matchers: terms('alertname="Down"'),
    things: [],
    windows,
    recurs: of ? recurrenceText(of) : '',
    ...(goesOn ? { goesOn: true as const } : {}),
    reason: 'each day',
    owner: 'network',
    ...more,
  });
  assert.equal(refused, undefined);
  return (): Maintenance | undefined => d.desk.memory.get('maintenances', made ?? '');
}

const pause = (): Promise<void> => Promise.resolve();

const renewal = (d: NotifiedDesk, zone: (name: string) => OffsetAt | undefined = offsetsOf) =>
  new WorkRenewal({ desk: d.desk, clock: d.clock, offsetsOf: zone, pause });

test('work that comes again is quiet each time, and told between', async () => {
  const d = await soon();
  await plan(d, daily(d));
  await d.pass(hours(1) + minutes(5), minutes(1));
  await raise(d, 'web-1');
  await d.pass(minutes(20), minutes(1));
  assert.deepEqual(d.said(), []);
  await d.pass(minutes(10), minutes(1));
  assert.deepEqual(d.said(), ['ops first: web-1 firing']);
  await d.pass(hours(23) + minutes(30), minutes(30));
  const before = d.said().length;
  await raise(d, 'web-2');
  await d.pass(minutes(10), minutes(1));
  assert.ok(
    !d
      .said()
      .slice(before)
      .some((s) => s.includes('web-2')),
    'the next day as well',
  );
});

test('windows are added long before they run out, by the desk itself, and only then', async () => {
  const d = await soon();
  const work = await plan(d, daily(d));
  assert.equal(work()?.windows.length, 400);
  const r = renewal(d);
  const looked = async (): Promise<number> => {
    const before = d.desk.memory.position;
    await r.look();
    return d.desk.memory.position - before;
  };
  assert.equal(await looked(), 0, 'all is as it should be');
  await d.pass(days(190), days(1));
  assert.equal(await looked(), 0, 'two hundred days are left');
  await d.pass(days(20), days(1));
  assert.equal(await looked(), 1);
  assert.equal(await looked(), 0);
  const { windows, goesOn } = work() ?? { windows: [] };
  assert.equal(goesOn, true);
  assert.ok((windows.at(-1)?.from ?? 0) > d.clock.now() + days(398));
  assert.ok((windows[0]?.to ?? 0) > d.clock.now() - MAINTENANCE_KEPT, 'what is long over is gone');
  assert.ok((windows[0]?.to ?? 0) < d.clock.now(), 'what was lately over is kept');
  await d.pass(days(210), days(1));
  assert.ok(work(), 'it is not swept while it goes on');
});

test('a window that runs while others are added is no end of it', async () => {
  const d = await soon();
  const work = await plan(d, daily(d));
  await d.pass(days(210), days(1));
  await d.pass(hours(1) + minutes(5), minutes(5));
  await raise(d, 'web-1');
  await renewal(d).look();
  await d.pass(minutes(10), minutes(1));
  assert.deepEqual(d.said(), []);
  assert.equal(
    work()?.windows.filter(({ from, to }) => from <= d.clock.now() && to > d.clock.now()).length,
    1,
  );
});

test('a machine that learned of another time moves the windows at its start', async () => {
  const d = await soon();
  const work = await plan(d, daily(d, { zone: 'Europe/Vienna' }));
  const first = work()?.windows[0]?.from ?? 0;
  await renewal(d, () => () => 60).look();
  assert.equal((work()?.windows[0]?.from ?? 0) - first, -hours(1));
  await renewal(d, () => undefined).look();
  assert.equal(
    (work()?.windows[0]?.from ?? 0) - first,
    -hours(1),
    'a zone it lost changes nothing',
  );
});

test('what was changed or ended meanwhile is not renewed', async () => {
  const d = await soon();
  const work = await plan(d, daily(d));
  const { id, windows, recurs } = work() as Maintenance;
  const renew = { verb: 'maintenance.renew' as const, maintenance: id, windows };
  assert.match(
    saidOf((await d.desk.act(THE_DESK, { ...renew, recurs: 'x' })).refused),
    /meanwhile/,
  );
  await d.desk.act(NORA, { verb: 'maintenance.end', maintenance: id, reason: 'no more' });
  assert.match(saidOf((await d.desk.act(THE_DESK, { ...renew, recurs })).refused), /meanwhile/);
  assert.equal(work()?.goesOn, undefined);
});

test('work leaves the table 30 days after its end; one without windows 30 days after it was ended', async () => {
  const d = await soon();
  const over = await plan(d, undefined);
  const never = await plan(d, undefined, { windows: [{ from: d.at(days(5)), to: d.at(days(6)) }] });
  const { id } = never() as Maintenance;
  await d.pass(hours(1), hours(1));
  await d.desk.act(NORA, { verb: 'maintenance.end', maintenance: id, reason: 'called off' });
  assert.equal(never()?.windows.length, 0);
  await d.pass(MAINTENANCE_KEPT - 1_000, hours(6));
  assert.ok(over() && never());
  await d.pass(1_000);
  assert.deepEqual([over(), never()], [undefined, undefined]);
});

const rule = (d: NotifiedDesk, does: RuleDoes, more: object = {}) =>
  d.desk.act(NORA, {
    verb: 'rule.set',
    name: 'lab',
    matchers: terms('instance="web-1"'),
    order: 0,
    does,
    reason: 'lab',
    owner: 'network',
    reviewAt: d.at(days(1)),
    enabled: true,
    ...more,
  });

test('a rule that has done nothing for 90 days goes, with what was said of its review', async () => {
  const d = await soon();
  const { made: hides } = await rule(d, { hide: true });
  const { made: off } = await rule(d, { severity: 'minor' }, { enabled: false });
  const { made: lasts } = await rule(d, { hide: true, severity: 'minor' });
  const about = identify(`rule/${hides}`, 'rule.review', '');
  await d.pass(days(1) + RULE_KEPT - 1_000, hours(12));
  assert.equal(d.desk.memory.count('rules'), 3);
  assert.equal(d.desk.memory.get('alarms', about)?.severity, 'major');
  await d.pass(1_000);
  assert.deepEqual(
    [hides, off, lasts].map((id) => d.desk.memory.get('rules', id as RuleId) !== undefined),
    [false, false, true],
  );
  const said = d.desk.memory.get('alarms', about);
  assert.ok(!said || said.condition.is === 'cleared');
});

test('a rule looked at in time stays, however long ago its first review was', async () => {
  const d = await soon();
  const { made } = await rule(d, { hide: true });
  await rule(d, { hide: true }, { rule: made, reviewAt: d.at(days(120)) as Instant });
  await d.pass(days(100), hours(12));
  assert.ok(d.desk.memory.get('rules', made as RuleId));
});
