import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import { days } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { EVENT_LIMITS } from '../../domain/alarm/event.ts';
import { MATCHER_LIMITS, makeMatcher } from '../../domain/alarm/matcher.ts';
import type { Term } from '../../domain/alarm/matcher-syntax.ts';
import { CAUTION_LIMITS, type Caution, type CautionId } from '../../domain/memory/caution.ts';
import type { Draft } from '../draft.ts';
import type { CautionAct } from '../memory-acts.ts';
import type { State } from '../state.ts';

const most = CAUTION_LIMITS;

/** Puts up a standing warning, changes it, or takes it down. */
export function caution(
  draft: Draft,
  by: UserId,
  act: CautionAct,
  state: Pick<State, 'count' | 'remembered'>,
): Did {
  const old = act.caution === undefined ? undefined : draft.get('cautions', act.caution);
  if (act.caution !== undefined && !old) return { refused: absent('such caution') };
  if (act.reason.trim() === '' || act.reason.length > most.reason_chars_max) {
    return { refused: atField('reason', `1 to ${most.reason_chars_max} characters expected`) };
  }
  if (act.verb === 'caution.end') {
    draft.remove('cautions', act.caution);
    return { made: act.caution };
  }
  const refused = whyNot(draft, act) ?? whyNoRoom(act, old, state);
  if (refused !== undefined) return { refused };
  const { position, at } = draft.now;
  const { resource, matchers, text, reason, owner, reviewAt } = act;
  const on = matchers === undefined ? { resource: resource.trim() } : { resource: '', matchers };
  const said = { ...on, text: text.trim(), reason, owner, reviewAt, by };
  const id = old?.id ?? (`c${position}` as CautionId);
  const row: Caution = { ...said, id, position: old?.position ?? position, at: old?.at ?? at };
  draft.put('cautions', id, row);
  return { made: id };
}

function whyNot(draft: Draft, act: Setting): Refusal | undefined {
  const { resource, matchers, text, owner, reviewAt } = act;
  const fault = matchers === undefined ? undefined : matcherFault(matchers);
  if (fault !== undefined) return atField('matchers', fault);
  if (
    (resource.trim() === '') !== (matchers !== undefined) ||
    resource.length > EVENT_LIMITS.resource_chars_max
  ) {
    return atField(
      'resource',
      `1 to ${EVENT_LIMITS.resource_chars_max} characters expected, or matchers`,
    );
  }
  if (text.trim() === '' || text.length > most.text_chars_max) {
    return atField('text', `1 to ${most.text_chars_max} characters expected`);
  }
  if (owner.trim() === '' || owner.length > most.owner_chars_max) {
    return atField(
      'owner',
      `1 to ${most.owner_chars_max} characters expected; somebody answers for it`,
    );
  }
  const { at } = draft.now;
  return reviewAt > at && reviewAt - at <= days(most.review_days_max)
    ? undefined
    : atField('reviewAt', `a time within the next ${most.review_days_max} days expected`);
}

type Setting = Extract<CautionAct, { verb: 'caution.set' }>;

/** A change needs no room, unless it is by matchers now and was not. */
function whyNoRoom(
  { matchers }: Setting,
  old: Caution | undefined,
  state: Pick<State, 'count' | 'remembered'>,
): Refusal | undefined {
  const all = state.count('cautions');
  if (!old && all >= most.cautions_max) {
    return byState(`There are ${all} cautions, and no more are taken: take some down.`);
  }
  const isMore = matchers !== undefined && old?.matchers === undefined;
  return isMore && state.remembered.cautionsByMatchers >= most.by_matchers_max
    ? byState(`There are ${most.by_matchers_max} cautions by matchers, and no more are taken.`)
    : undefined;
}

function matcherFault(terms: readonly Term[]): string | undefined {
  if (terms.length === 0) return 'at least one expected';
  if (terms.length > MATCHER_LIMITS.matchers_max) {
    return `at most ${MATCHER_LIMITS.matchers_max} expected`;
  }
  for (const { name, op, value } of terms) {
    const made = makeMatcher(name, op, value);
    if ('error' in made) return made.error;
  }
  return undefined;
}
