import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, type Instant } from '../../src/base/time.ts';
import { onCall, rotaOf, swapsOf } from '../../src/desk/rota.ts';
import type { SwapAct } from '../../src/desk/rota-acts.ts';
import { OVERRIDE_LIMITS } from '../../src/desk/verbs/override.ts';
import { SWAP_LIMITS } from '../../src/desk/verbs/swap.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { ROTA_LIMITS } from '../../src/domain/rota/schedule.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { saidOf } from '../support/refusals.ts';
import { schedule } from '../support/rota.ts';

const [ADA, BOB, CYD, EVE] = ['ada', 'bob', 'cyd', 'eve'] as [UserId, UserId, UserId, UserId];

/** Ada always; Bob and Cyd take turns below her. Eve is no part of it. */
async function onDuty(): Promise<NotifiedDesk> {
  const d = await openNotified();
  for (const user of [ADA, BOB, CYD, EVE])
    await d.desk.act(NORA, { verb: 'user.add', user, role: 'operator' });
  const ada = { people: 'ada', every: '1 week', start: '2000-01-03 00:00', priority: 1 };
  const others = { ...ada, people: 'bob cyd', priority: 0 };
  const duty = { policies: [], teams: [], schedules: [schedule('UTC', ada, others)] };
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  await d.desk.act(NORA, { verb: 'revision.apply', ...words, plan, duty });
  return d;
}

type Asked = Extract<SwapAct, { verb: 'swap.ask' }>;
const ask = (d: NotifiedDesk, from: number, to: number, more: Partial<Asked> = {}) =>
  d.desk.act(ADA, {
    ...{ verb: 'swap.ask', schedule: 's', person: ADA, from: d.at(from), to: d.at(to) },
    ...{ reason: 'a wedding', ...more },
  });

const take = (d: NotifiedDesk, swap: string, taker: UserId, span: object = {}) =>
  d.desk.act(taker, { verb: 'swap.take', swap, taker, ...span });

/** Who is on call at those hours. */
const people = (d: NotifiedDesk, ...at: readonly number[]): string =>
  at
    .map((hour) => {
      const rota = rotaOf(d.desk.memory, 's');
      return rota ? onCall(rota, d.at(hours(hour))).people.join('+') : '';
    })
    .join(' ');

/** `sw8 2–6`, `sw8 2–6 bob` when it is taken. */
const swaps = (d: NotifiedDesk): readonly string[] =>
  swapsOf(d.desk.memory, 's', d.clock.now()).map(({ from, to, taken }) => {
    const hour = (at: Instant): number => (at - d.at(0)) / hours(1);
    return `${hour(from)}–${hour(to)}${taken ? ` ${taken.by}` : ''}`;
  });

test('case 46: a request that nobody takes changes nothing', async () => {
  const d = await onDuty();
  assert.equal((await ask(d, hours(2), hours(6))).refused, undefined);
  assert.equal(people(d, 1, 2, 5, 6), 'ada ada ada ada');
  assert.deepEqual(swaps(d), ['2–6']);
});

test('case 46: who takes it is on call from its begin to its end, and it says why', async () => {
  const d = await onDuty();
  const { made = '' } = await ask(d, hours(2), hours(6));
  const { made: override = '' } = await take(d, made, BOB);
  assert.equal(people(d, 1, 2, 5, 6), 'ada bob bob ada');
  assert.deepEqual(swaps(d), ['2–6 bob']);
  const kept = d.desk.memory.get('overrides', override);
  assert.deepEqual(
    [kept?.is, kept?.person, kept?.by, kept?.madeBy, kept?.reason],
    ['replace', ADA, BOB, BOB, `Swap ${made}: a wedding`],
  );
});

for (const [where, span, left, calls] of [
  ['start', [2, 4], ['2–4 bob', '4–6'], 'ada bob bob ada ada ada'],
  ['end', [4, 6], ['2–4', '4–6 bob'], 'ada ada ada bob bob ada'],
  ['both ends', [3, 5], ['2–3', '3–5 bob', '5–6'], 'ada ada bob bob ada ada'],
] as const)
  test(`case 46: a part is taken, the request is split at its ${where}, the rest is still asked for`, async () => {
    const d = await onDuty();
    const { made = '' } = await ask(d, hours(2), hours(6));
    const [from, to] = span.map((hour) => d.at(hours(hour)));
    assert.equal((await take(d, made, BOB, { from, to })).refused, undefined);
    assert.deepEqual(swaps(d), left);
    assert.equal(people(d, 1, 2, 3, 4, 5, 6), calls);
    const [open] = swapsOf(d.desk.memory, 's', d.clock.now()).filter(({ taken }) => !taken);
    assert.equal((await take(d, open?.id ?? '', CYD)).refused, undefined);
  });

test('case 46: one’s own cannot be taken, nor by somebody who is not of the schedule', async () => {
  const d = await onDuty();
  const { made = '' } = await ask(d, hours(2), hours(6));
  const why = async (taker: UserId) => saidOf((await take(d, made, taker)).refused);
  assert.match(await why(ADA), /your own/);
  assert.match(await why(EVE), /not one of the people of s/);
  await d.desk.act(NORA, { verb: 'user.disable', user: BOB });
  assert.match(await why(BOB), /no such user/);
  assert.equal(people(d, 3), 'ada');
});

test('case 46: what is past cannot be taken; what has begun is taken from now on', async () => {
  const d = await onDuty();
  const { made: past = '' } = await ask(d, hours(1), hours(2));
  const { made: begun = '' } = await ask(d, hours(2), hours(6));
  await d.pass(hours(3), 600_000);
  assert.match(saidOf((await take(d, past, BOB)).refused), /past/);
  assert.equal((await take(d, begun, BOB)).refused, undefined);
  assert.deepEqual(swaps(d), ['3–6 bob']);
});

test('case 46: what was withdrawn is no more; what was taken is an override by then', async () => {
  const d = await onDuty();
  const { made = '' } = await ask(d, hours(2), hours(6));
  const withdraw = (swap: string, reason = 'called off') =>
    d.desk.act(ADA, { verb: 'swap.withdraw', swap, reason });
  assert.match(saidOf((await withdraw(made, ' ')).refused), /reason/);
  assert.equal((await withdraw(made)).refused, undefined);
  assert.match(saidOf((await take(d, made, BOB)).refused), /no such request/);
  const { made: again = '' } = await ask(d, hours(2), hours(6));
  await take(d, again, BOB);
  assert.match(saidOf((await withdraw(again)).refused), /taken already: see override o\d+/);
  assert.match(saidOf((await take(d, again, CYD)).refused), /taken already/);
});

test('of two who take it at once the first has it', async () => {
  const d = await onDuty();
  const { made = '' } = await ask(d, hours(2), hours(6));
  const [first, second] = await Promise.all([take(d, made, BOB), take(d, made, CYD)]);
  assert.equal(first.refused, undefined);
  assert.match(saidOf(second.refused), /taken already/);
  assert.equal(people(d, 3), 'bob');
});

test('what is missing, past, too long, or no shift of theirs is refused by its field', async () => {
  const d = await onDuty();
  const most = days(ROTA_LIMITS.override_days_max);
  const long = 'x'.repeat(OVERRIDE_LIMITS.reason_chars_max + 1);
  const why = async (from: number, to: number, more: Partial<Asked> = {}) =>
    saidOf((await ask(d, from, to, more)).refused);
  assert.match(await why(hours(2), hours(6), { schedule: 'none' }), /no schedule "none"/);
  assert.match(await why(hours(2), hours(6), { reason: ' ' }), /^reason: 1 to/);
  assert.match(await why(hours(2), hours(6), { reason: long }), /^reason: 1 to/);
  assert.match(await why(hours(2), hours(6), { person: 'x' as UserId }), /^person: there is no/);
  assert.match(await why(hours(2), hours(2)), /^to: after/);
  assert.match(await why(-hours(2), 0), /^to: it is past/);
  assert.match(await why(hours(2), hours(2) + most + 1), /^to: at most 366 days/);
  assert.match(await why(hours(2), hours(6), { person: BOB }), /^from: nothing of it is a shift/);
  assert.equal(await why(hours(2), hours(2) + most, { reason: long.slice(1) }), '');
  assert.match(await why(hours(5), hours(7)), /one for a part of that time already: sw\d+/);
});

test('a part that is none of the request is refused', async () => {
  const d = await onDuty();
  const { made = '' } = await ask(d, hours(2), hours(6));
  const span = { from: d.at(hours(6)), to: d.at(hours(8)) };
  assert.match(saidOf((await take(d, made, BOB, span)).refused), /^to: a part of the request/);
});

test('a schedule has so many open requests, and then one for each that goes', async () => {
  const d = await onDuty();
  const most = SWAP_LIMITS.open_per_schedule_max;
  let last = '';
  for (let n = 0; n < most; n++) last = (await ask(d, hours(n), hours(n + 1))).made ?? '';
  assert.match(saidOf((await ask(d, hours(50), hours(51))).refused), /35 open requests/);
  await d.desk.act(ADA, { verb: 'swap.withdraw', swap: last, reason: 'x' });
  assert.equal((await ask(d, hours(50), hours(51))).refused, undefined);
});

test('a past request leaves memory after its time, taken or not', async () => {
  const d = await onDuty();
  await ask(d, hours(1), hours(2));
  const { made = '' } = await ask(d, hours(2), hours(6));
  await take(d, made, BOB);
  const e = await openNotified(undefined, d.crash(days(OVERRIDE_LIMITS.kept_days) + hours(3)));
  await e.pass(1_000);
  assert.equal(e.desk.memory.count('swaps'), 1);
  await e.pass(hours(4), 3_600_000);
  assert.equal(e.desk.memory.count('swaps'), 0);
});
