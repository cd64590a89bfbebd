import { byState, type Refusal } from '../../base/refusal.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Draft } from '../draft.ts';
import type { SourceAct } from '../standing-acts.ts';
import type { State } from '../state.ts';
import { textsOf } from '../views/source-rules.ts';

export const RULES_LIMITS = {
  text_chars_max: 262_144,
  /** Texts kept for each source, the one that holds included; the oldest makes room. */
  texts_max: 20,
} as const;

type RulesAct = Extract<SourceAct, { verb: 'source.rules' }>;

/** A text of rules takes the place of the last one. An empty text is no rules again. */
export function saveRules(
  draft: Draft,
  state: State,
  by: UserId,
  act: RulesAct,
): { readonly refused?: Refusal; readonly made: string } {
  const { source, text, why, basedOn } = act;
  const held = textsOf(state, source);
  const now = held[0]?.id ?? '';
  if (basedOn !== undefined && basedOn !== now) {
    const saw = basedOn || 'none';
    return {
      refused: byState(`${now || 'Nothing'} is saved now; your text was made from ${saw}.`),
      made: '',
    };
  }
  const { position, at } = draft.now;
  const id = `${source}/r${position}`;
  draft.put('sourceRules', id, { id, source, position, at, by, text, why });
  for (const old of held.slice(RULES_LIMITS.texts_max - 1)) draft.remove('sourceRules', old.id);
  return { made: id };
}
