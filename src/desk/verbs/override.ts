import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import { after, days, type Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { type Override, ROTA_LIMITS } from '../../domain/rota/schedule.ts';
import type { Draft } from '../draft.ts';
import { overridesOf, schedulesIn } from '../rota.ts';
import type { KeptOverride, RotaAct } from '../rota-acts.ts';
import type { State } from '../state.ts';

export const OVERRIDE_LIMITS = {
  reason_chars_max: 4_096,
  /** How long a past one can still be looked up. */
  kept_days: 90,
  /** Of all schedules, past ones too. */
  overrides_max: 20_000,
} as const;

const GONE_TIMER = 'override.gone/';

type DidOn = Did & { readonly schedule?: string };

/** Puts somebody on call, or takes somebody off, for a time. */
export function override(draft: Draft, state: State, by: UserId, act: RotaAct): DidOn {
  return act.verb === 'override.set' ? set(draft, state, by, act) : remove(draft, act);
}

type Wanted = Extract<RotaAct, { verb: 'override.set' }>;

function set(draft: Draft, state: State, by: UserId, act: Wanted): DidOn {
  const { verb: _, ...wanted } = act;
  const refused = whyNotWho(draft, act) ?? whyNotWhen(act, draft.now.at) ?? whyNotNow(state, act);
  if (refused !== undefined) return { refused, schedule: act.schedule };
  const id = `o${draft.now.position}`;
  keep(draft, { ...wanted, id, madeBy: by, madeAt: draft.now.at });
  return { made: id, schedule: act.schedule };
}

function remove(draft: Draft, { override: id, reason }: Exclude<RotaAct, Wanted>): DidOn {
  const held = draft.get('overrides', id);
  if (!held) return { refused: absent('such override') };
  const { schedule } = held;
  const now = draft.now.at;
  if (reason.trim() === '') return { refused: atField('reason', 'say why it goes'), schedule };
  if (held.to <= now) return { refused: byState('It is over already.'), schedule };
  if (held.from < now) keep(draft, { ...held, to: now });
  else goes(draft, id);
  return { made: id, schedule };
}

/** The time of a past override has come: it leaves memory. */
export function goes(draft: Draft, id: string): void {
  draft.remove('overrides', id);
  draft.cancelTimer(`${GONE_TIMER}${id}`);
}

function keep(draft: Draft, row: KeptOverride): void {
  draft.put('overrides', row.id, row);
  const at = after(row.to, days(OVERRIDE_LIMITS.kept_days));
  draft.setTimer(`${GONE_TIMER}${row.id}`, at, { is: 'override.gone', override: row.id });
}

/** Which of the two people each kind needs. */
const NEEDS: Readonly<Record<Override['is'], readonly ('person' | 'by')[]>> = {
  add: ['by'],
  remove: ['person'],
  replace: ['person', 'by'],
  'take all': [],
};

const SAYS = { person: 'whom it is about', by: 'who comes' } as const;

function whyNotWho(draft: Draft, act: Wanted): Refusal | undefined {
  const { schedule, is, reason } = act;
  if (!schedulesIn(draft).some(({ name }) => name === schedule)) {
    return absent(`schedule "${schedule}"`);
  }
  if (reason.trim() === '' || reason.length > OVERRIDE_LIMITS.reason_chars_max) {
    return atField('reason', `1 to ${OVERRIDE_LIMITS.reason_chars_max} characters expected`);
  }
  for (const field of ['person', 'by'] as const) {
    const person = act[field];
    const isWanted = NEEDS[is].includes(field) || (is === 'take all' && field === 'by');
    if (person === undefined && NEEDS[is].includes(field)) return atField(field, SAYS[field]);
    if (person !== undefined && !isWanted) return atField(field, `"${is}" has none`);
    const user = person === undefined ? undefined : draft.get('users', person);
    if (person !== undefined && !user) return atField(field, 'there is no such user');
    if (field === 'by' && user?.disabled) return atField('by', 'this user is disabled');
  }
  if (is === 'replace' && act.person === act.by) return atField('by', 'somebody else expected');
  return undefined;
}

function whyNotWhen({ from, to }: Wanted, now: Instant): Refusal | undefined {
  const most = ROTA_LIMITS.override_days_max;
  if (!(from < to)) return atField('to', 'after `from` expected');
  if (to <= now) return atField('to', 'it is past');
  // Who was on call is history.
  if (from < now - MINUTE_MS) return atField('from', 'it is past; now is the earliest');
  return to > after(from, days(most)) ? atField('to', `at most ${most} days expected`) : undefined;
}

/** A form says minutes: this one has begun when it arrives. */
const MINUTE_MS = 60_000;

function whyNotNow(state: State, act: Wanted): Refusal | undefined {
  if (state.count('overrides') >= OVERRIDE_LIMITS.overrides_max) {
    return byState(`There are ${OVERRIDE_LIMITS.overrides_max} overrides, and no more are taken.`);
  }
  const open = overridesOf(state, act.schedule).filter(({ to }) => to > act.from);
  const most = ROTA_LIMITS.overrides_per_schedule_max;
  if (open.length >= most) return byState(`The schedule has ${most} overrides: remove one first.`);
  const twin = open.find(
    (one) =>
      one.from === act.from &&
      one.to === act.to &&
      one.person === act.person &&
      one.by === act.by &&
      (one.is === 'take all') === (act.is === 'take all'),
  );
  return twin && byState(`There is one for the same time and people already: ${twin.id}.`);
}
