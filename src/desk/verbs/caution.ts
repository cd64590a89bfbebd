import { days } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { EVENT_LIMITS } from '../../domain/alarm/event.ts';
import { CAUTION_LIMITS, type Caution, type CautionId } from '../../domain/memory/caution.ts';
import type { Draft } from '../draft.ts';
import type { CautionAct } from '../memory-acts.ts';

const most = CAUTION_LIMITS;

/** Puts up a standing warning, changes it, or takes it down. */
export function caution(
  draft: Draft,
  by: UserId,
  act: CautionAct,
  count: number,
): { readonly refused?: string; readonly made?: string } {
  const old = act.caution === undefined ? undefined : draft.get('cautions', act.caution);
  if (act.caution !== undefined && !old) return { refused: 'There is no such caution.' };
  if (act.reason.trim() === '' || act.reason.length > most.reason_chars_max) {
    return { refused: `reason: 1 to ${most.reason_chars_max} characters expected.` };
  }
  if (act.verb === 'caution.end') {
    draft.remove('cautions', act.caution);
    return { made: act.caution };
  }
  const refused = whyNot(draft, act);
  if (refused !== undefined) return { refused };
  if (!old && count >= most.cautions_max) {
    return { refused: `There are ${count} cautions, and no more are taken: take some down.` };
  }
  const { position, at } = draft.now;
  const { resource, text, reason, owner, reviewAt } = act;
  const said = { resource: resource.trim(), text: text.trim(), reason, owner, reviewAt, by };
  const id = old?.id ?? (`c${position}` as CautionId);
  const row: Caution = { ...said, id, position: old?.position ?? position, at: old?.at ?? at };
  draft.put('cautions', id, row);
  return { made: id };
}

function whyNot(
  draft: Draft,
  act: Extract<CautionAct, { verb: 'caution.set' }>,
): string | undefined {
  const { resource, text, owner, reviewAt } = act;
  if (resource.trim() === '' || resource.length > EVENT_LIMITS.resource_chars_max) {
    return `resource: 1 to ${EVENT_LIMITS.resource_chars_max} characters expected.`;
  }
  if (text.trim() === '' || text.length > most.text_chars_max) {
    return `text: 1 to ${most.text_chars_max} characters expected.`;
  }
  if (owner.trim() === '' || owner.length > most.owner_chars_max) {
    return `owner: 1 to ${most.owner_chars_max} characters expected; somebody answers for it.`;
  }
  const { at } = draft.now;
  return reviewAt > at && reviewAt - at <= days(most.review_days_max)
    ? undefined
    : `reviewAt: a time within the next ${most.review_days_max} days expected.`;
}
