import assert from 'node:assert/strict';
import { days, type Instant, minutes } from '../../src/base/time.ts';
import type { Memory } from '../../src/desk/desk.ts';
import { onCall, overridesOf, rotaOf } from '../../src/desk/rota.ts';
import type { RotaAct, Swap, SwapAct } from '../../src/desk/rota-acts.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { DutyPlan } from '../../src/domain/rota/duty.ts';
import { schedule } from '../support/rota.ts';
import type { Chance } from './random.ts';

export const ON_DUTY = ['ada', 'bob', 'cyd'] as readonly string[] as readonly UserId[];

/** Every 12 minutes from so many minutes past midnight on, for four of them. */
const windows = (past: number): string =>
  Array.from({ length: 6 }, (_, n) => {
    const at = (minute: number): string =>
      `0${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
    return `daily ${at(past + n * 12)}-${at(past + n * 12 + 4)}`;
  }).join(';');

/** Hands change every four minutes; whoever is not there leaves it to the layer below. */
export const DUTY: DutyPlan = {
  teams: [],
  schedules: [
    {
      ...schedule(
        'UTC',
        { people: ON_DUTY.join(' '), start: '2000-01-03 00:00' },
        ...ON_DUTY.map((people, i) => ({
          ...{ people, every: '1 week', start: '2000-01-03 00:00', priority: 1 },
          on: windows(i * 4),
        })),
      ),
      notices: { atHandover: true, before: minutes(1) },
    },
  ],
};

/** Somebody stands in, or no more. The spans are few: many are asked for a second time. */
export function standIn(c: Chance, now: Instant, memory: Memory | undefined): RotaAct | SwapAct {
  if (c.in100(40)) return swap(c, now, memory);
  const made = memory ? overridesOf(memory, 's') : [];
  if (made.length > 0 && c.in100(30)) {
    return { verb: 'override.remove', override: c.pick(made).id, reason: 'she is back' };
  }
  const hour = minutes(60);
  const from = (Math.ceil(now / hour) * hour + c.below(3) * hour) as Instant;
  const to = (from + (1 + c.below(2)) * hour) as Instant;
  const [person, by] = [c.pick(ON_DUTY), c.pick(ON_DUTY)];
  const what = { verb: 'override.set' as const, schedule: 's', from, to, reason: 'a wedding' };
  return { ...what, is: 'replace', person, by };
}

/** Somebody asks for a swap, takes one that is open or was, or part of it, or asks no more. */
function swap(c: Chance, now: Instant, memory: Memory | undefined): SwapAct {
  const all = [...(memory?.all('swaps') ?? [])];
  const hour = minutes(60);
  const from = (Math.ceil(now / hour) * hour + c.below(2) * hour) as Instant;
  const to = (from + hour) as Instant;
  if (all.length === 0 || c.in100(40)) {
    const asks = { schedule: 's', person: c.pick(ON_DUTY), from, to, reason: 'a wedding' };
    return { verb: 'swap.ask', ...asks };
  }
  const { id } = c.pick(all);
  if (c.in100(15)) return { verb: 'swap.withdraw', swap: id, reason: 'called off' };
  const part = c.in100(50) ? { from: (from + minutes(10)) as Instant } : {};
  return { verb: 'swap.take', swap: id, taker: c.pick(ON_DUTY), ...part };
}

/** What is taken is one override, and nobody has what nobody took. */
function checkSwaps(memory: Memory): void {
  const taken = new Map<string, Swap>();
  for (const one of memory.all('swaps')) {
    assert.ok(one.from < one.to && one.taken?.by !== one.person, `${one.id} is no swap`);
    if (one.taken) assert.ok(!taken.has(one.taken.override), 'one override of two swaps');
    if (one.taken) taken.set(one.taken.override, one);
  }
  for (const { id, reason, person, by } of memory.all('overrides')) {
    if (!reason.startsWith('Swap ')) continue;
    const of = taken.get(id);
    assert.deepEqual([of?.person, of?.taken?.by], [person, by], `${id} comes of no swap`);
  }
}

/** Nothing stands there twice, whatever was asked for again after a crash; somebody is on call. */
export function checkStandIns(memory: Memory): void {
  checkSwaps(memory);
  const rows = overridesOf(memory, 's');
  const spans = rows.map(({ from, to, person, by }) => `${from} ${to} ${person} ${by}`);
  assert.equal(new Set(spans).size, spans.length, 'one override twice');
  const rota = rotaOf(memory, 's');
  if (!rota || memory.count('users') === 0) return;
  const { people, until } = onCall(rota, memory.time);
  assert.ok(people.length >= 1 && people.length <= 3, `${people.length} on call`);
  assert.ok(until > memory.time && until <= memory.time + days(64));
}
