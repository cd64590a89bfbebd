import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody writes down what they know. */
export function comment(draft: Draft, act: ActOf<'comment'>): readonly TargetResult[] {
  const { by, note } = act;
  return onEach(draft, act.on, { is: 'commented', by, note });
}
