import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Did } from '../../src/base/refusal.ts';
import { days, hours, type Instant } from '../../src/base/time.ts';
import { onCall, overridesOf, rotaOf } from '../../src/desk/rota.ts';
import type { RotaAct } from '../../src/desk/rota-acts.ts';
import { OVERRIDE_LIMITS } from '../../src/desk/verbs/override.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { ROTA_LIMITS } from '../../src/domain/rota/schedule.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { saidOf } from '../support/refusals.ts';
import { schedule } from '../support/rota.ts';

const [ADA, BOB, CYD] = ['ada', 'bob', 'cyd'] as UserId[];

async function onDuty(): Promise<NotifiedDesk> {
  const d = await openNotified();
  for (const user of [ADA, BOB, CYD] as UserId[])
    await d.desk.act(NORA, { verb: 'user.add', user, role: 'operator' });
  const layer = { people: 'ada', every: '1 week', start: '2000-01-03 00:00' };
  const duty = { policies: [], teams: [], schedules: [schedule('UTC', layer)] };
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  await d.desk.act(NORA, { verb: 'revision.apply', ...words, plan, duty });
  return d;
}

type Asked = Extract<RotaAct, { verb: 'override.set' }>;

const asks = (d: NotifiedDesk, from: number, to: number, more: Partial<Asked> = {}) =>
  d.desk.act(NORA, {
    verb: 'override.set',
    schedule: 's',
    from: d.at(from),
    to: d.at(to),
    is: 'replace',
    person: ADA as UserId,
    by: BOB as UserId,
    reason: 'a wedding',
    ...more,
  });

const people = (d: NotifiedDesk, at: Instant): readonly UserId[] => {
  const rota = rotaOf(d.desk.memory, 's');
  return rota ? onCall(rota, at).people : [];
};

test('an override says who stands in, who made it and why, and is in the audit log', async () => {
  const d = await onDuty();
  const { made = '' } = await asks(d, hours(1), hours(2));
  const [kept] = overridesOf(d.desk.memory, 's');
  assert.deepEqual([kept?.id, kept?.madeBy, kept?.reason], [made, NORA, 'a wedding']);
  assert.deepEqual(people(d, d.at(hours(1))), [BOB]);
  assert.deepEqual([people(d, d.at(hours(1) - 1)), people(d, d.at(hours(2)))], [[ADA], [ADA]]);
});

test('case 45: of two people who set the same override at once the second is refused', async () => {
  const d = await onDuty();
  const [first, second] = await Promise.all([
    asks(d, hours(1), hours(2)),
    asks(d, hours(1), hours(2)),
  ]);
  assert.equal(first.refused, undefined);
  assert.equal(
    saidOf(second.refused),
    `There is one for the same time and people already: ${first.made}.`,
  );
  assert.equal((await asks(d, hours(1), hours(2), { by: CYD as UserId })).refused, undefined);
  assert.equal((await asks(d, hours(2), hours(3))).refused, undefined);
});

test('what is missing, past, or about nobody is refused by its field', async () => {
  const d = await onDuty();
  await d.desk.act(NORA, { verb: 'user.disable', user: CYD as UserId });
  const without = (field: 'person' | 'by') => {
    const act: Record<string, unknown> = { verb: 'override.set', schedule: 's', is: 'replace' };
    Object.assign(act, { from: d.at(hours(1)), to: d.at(hours(2)), person: ADA, by: BOB });
    delete act[field];
    return d.desk.act(NORA, { ...act, reason: 'x' } as unknown as RotaAct);
  };
  const table: readonly (readonly [Promise<Did>, RegExp])[] = [
    [asks(d, hours(1), hours(2), { schedule: 'none' }), /^There is no schedule "none"\.$/],
    [asks(d, hours(1), hours(2), { reason: ' ' }), /^reason: /],
    [asks(d, hours(1), hours(2), { reason: 'x'.repeat(4_097) }), /^reason: /],
    [asks(d, hours(1), hours(1)), /^to: after/],
    [asks(d, -hours(3), -hours(2)), /^to: it is past/],
    [asks(d, -hours(3), hours(2)), /^from: it is past/],
    [asks(d, 0, days(ROTA_LIMITS.override_days_max) + 1), /^to: at most 366 days/],
    [asks(d, hours(1), hours(2), { by: 'eve' as UserId }), /^by: there is no such user/],
    [asks(d, hours(1), hours(2), { by: CYD as UserId }), /^by: this user is disabled/],
    [asks(d, hours(1), hours(2), { by: ADA as UserId }), /^by: somebody else/],
    [asks(d, hours(1), hours(2), { is: 'add' }), /^person: "add" has none/],
    [asks(d, hours(1), hours(2), { is: 'remove' }), /^by: "remove" has none/],
    [without('person'), /^person: whom it is about/],
    [without('by'), /^by: who comes/],
  ];
  for (const [done, says] of table) assert.match(saidOf((await done).refused), says);
  assert.equal(d.desk.memory.count('overrides'), 0);
  assert.equal((await asks(d, 0, days(ROTA_LIMITS.override_days_max))).refused, undefined);
});

test('one that has not begun goes; one in force ends now; one that is over stays', async () => {
  const d = await onDuty();
  const remove = (override: string, reason = 'called off') =>
    d.desk.act(NORA, { verb: 'override.remove', override, reason });
  const { made: later = '' } = await asks(d, hours(5), hours(6));
  const { made: now = '' } = await asks(d, 0, hours(4));
  await d.pass(hours(1), hours(1));
  assert.equal(saidOf((await remove(later, ' ')).refused), 'reason: say why it goes.');
  await remove(later);
  await remove(now);
  const rows = overridesOf(d.desk.memory, 's');
  assert.deepEqual(
    rows.map(({ id, to }) => [id, to]),
    [[now, d.at(hours(1))]],
  );
  assert.deepEqual([people(d, d.at(0)), people(d, d.at(hours(1)))], [[BOB], [ADA]]);
  assert.equal(saidOf((await remove(now)).refused), 'It is over already.');
  assert.equal(saidOf((await remove(later)).refused), 'There is no such override.');
});

test('a past override leaves memory after its time, and a restart does not forget that', async () => {
  const d = await onDuty();
  await asks(d, hours(1), hours(2));
  const next = await openNotified(undefined, d.crash(0));
  const gone = hours(2) + days(OVERRIDE_LIMITS.kept_days);
  await next.pass(gone - 1_000, days(1));
  assert.equal(next.desk.memory.count('overrides'), 1);
  await next.pass(2_000);
  assert.equal(next.desk.memory.count('overrides'), 0);
});

test('a schedule holds so many overrides that are not over, and then one for each that goes', async () => {
  const d = await onDuty();
  const most = ROTA_LIMITS.overrides_per_schedule_max;
  for (let n = 1; n <= most; n++) await asks(d, hours(n), hours(n + 1));
  assert.match(
    saidOf((await asks(d, hours(1), hours(9))).refused),
    /^The schedule has 35 overrides/,
  );
  const [first] = overridesOf(d.desk.memory, 's');
  const act = { verb: 'override.remove' as const, override: first?.id ?? '', reason: 'x' };
  await d.desk.act(NORA, act);
  assert.equal((await asks(d, hours(1), hours(9))).refused, undefined);
});
