import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import { after, days, type Instant, later } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { ROTA_LIMITS } from '../../domain/rota/schedule.ts';
import type { Draft } from '../draft.ts';
import { peopleIn, rotaOf, shiftsOf, swapsOf } from '../rota.ts';
import type { Swap, SwapAct } from '../rota-acts.ts';
import type { State } from '../state.ts';
import { OVERRIDE_LIMITS, override } from './override.ts';

export const SWAP_LIMITS = {
  /** Requests of one schedule that nobody has taken and that are not over. */
  open_per_schedule_max: 35,
  /** Of all schedules, taken and past ones too. */
  swaps_max: 20_000,
} as const;

const GONE_TIMER = 'swap.gone/';

type DidOn = Did & { readonly schedule?: string };

/** Somebody asks that others take their shifts, somebody takes them, or it is asked no more. */
export function swap(draft: Draft, state: State, by: UserId, act: SwapAct): DidOn {
  if (act.verb === 'swap.ask') return ask(draft, state, by, act);
  const held = draft.get('swaps', act.swap);
  if (!held) return { refused: absent('such request') };
  const { schedule, taken } = held;
  if (taken)
    return { refused: byState(`It is taken already: see override ${taken.override}.`), schedule };
  if (held.to <= draft.now.at) return { refused: byState('It is past.'), schedule };
  if (act.verb === 'swap.take') return { ...take(draft, state, by, held, act), schedule };
  if (act.reason.trim() === '') return { refused: atField('reason', 'say why it goes'), schedule };
  swapGoes(draft, held.id);
  return { made: held.id, schedule };
}

type Asked = Extract<SwapAct, { verb: 'swap.ask' }>;

function ask(draft: Draft, state: State, by: UserId, { verb: _, ...asked }: Asked): DidOn {
  const { schedule } = asked;
  const refused = whyNot(draft, state, asked);
  if (refused !== undefined) return { refused, schedule };
  const id = `sw${draft.now.position}`;
  keep(draft, { ...asked, id, askedBy: by, askedAt: draft.now.at, taken: undefined });
  return { made: id, schedule };
}

function whyNot(draft: Draft, state: State, asked: Omit<Asked, 'verb'>): Refusal | undefined {
  const { schedule, person, from, to, reason } = asked;
  const rota = rotaOf(state, schedule);
  if (!rota) return absent(`schedule "${schedule}"`);
  const { reason_chars_max } = OVERRIDE_LIMITS;
  if (reason.trim() === '' || reason.length > reason_chars_max) {
    return atField('reason', `1 to ${reason_chars_max} characters expected`);
  }
  if (!draft.get('users', person)) return atField('person', 'there is no such user');
  if (!(from < to)) return atField('to', 'after `from` expected');
  if (to <= draft.now.at) return atField('to', 'it is past');
  const most = ROTA_LIMITS.override_days_max;
  if (to > after(from, days(most))) return atField('to', `at most ${most} days expected`);
  const ahead = { from: later(from, draft.now.at), to };
  if (!shiftsOf(rota, ahead).some((shift) => shift.person === person)) {
    return atField('from', 'nothing of it is a shift of theirs');
  }
  return whyNoMore(draft, state, asked);
}

function whyNoMore(draft: Draft, state: State, asked: Omit<Asked, 'verb'>): Refusal | undefined {
  if (state.count('swaps') >= SWAP_LIMITS.swaps_max) {
    return byState(`There are ${SWAP_LIMITS.swaps_max} requests, and no more are taken.`);
  }
  const open = swapsOf(state, asked.schedule, draft.now.at).filter(({ taken }) => !taken);
  const most = SWAP_LIMITS.open_per_schedule_max;
  if (open.length >= most)
    return byState(`The schedule has ${most} open requests: withdraw one first.`);
  const { person, from, to } = asked;
  const twin = open.find((one) => one.person === person && one.from < to && one.to > from);
  return twin && byState(`There is one for a part of that time already: ${twin.id}.`);
}

type Taken = Extract<SwapAct, { verb: 'swap.take' }>;

function take(draft: Draft, state: State, by: UserId, held: Swap, act: Taken): DidOn {
  const { taker } = act;
  if (taker === held.person) return { refused: byState('It is your own: somebody else takes it.') };
  if (draft.get('users', taker)?.disabled !== false)
    return { refused: atField('taker', 'there is no such user') };
  if (!peopleIn(state, held.schedule).has(taker)) {
    return { refused: byState(`You are not one of the people of ${held.schedule}.`) };
  }
  const from = later(act.from ?? held.from, later(held.from, draft.now.at));
  const to = Math.min(act.to ?? held.to, held.to) as Instant;
  if (!(from < to)) return { refused: atField('to', 'a part of the request expected') };
  const { schedule, person, reason } = held;
  const wanted = { schedule, from, to, is: 'replace' as const, person, by: taker };
  const said = `Swap ${held.id}: ${reason}`.slice(0, OVERRIDE_LIMITS.reason_chars_max);
  const did = override(draft, state, by, { verb: 'override.set', ...wanted, reason: said });
  if (did.made === undefined) return did;
  const taken = { by: taker, at: draft.now.at, override: did.made };
  keep(draft, { ...held, from, to, taken });
  if (held.from < from && from > draft.now.at) left(draft, held, 'a', held.from, from);
  if (to < held.to) left(draft, held, 'b', to, held.to);
  return { made: did.made };
}

/** What nobody has taken of it is asked for as before. */
function left(draft: Draft, held: Swap, part: string, from: Instant, to: Instant): void {
  keep(draft, { ...held, id: `sw${draft.now.position}${part}`, from, to });
}

function keep(draft: Draft, row: Swap): void {
  draft.put('swaps', row.id, row);
  const at = after(row.to, days(OVERRIDE_LIMITS.kept_days));
  draft.setTimer(`${GONE_TIMER}${row.id}`, at, { is: 'swap.gone', swap: row.id });
}

/** It is withdrawn, or its time is long past. */
export function swapGoes(draft: Draft, id: string): void {
  draft.remove('swaps', id);
  draft.cancelTimer(`${GONE_TIMER}${id}`);
}
