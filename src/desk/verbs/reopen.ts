import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody takes a close back. */
export function reopen(draft: Draft, act: ActOf<'reopen'>): readonly TargetResult[] {
  const { by, note } = act;
  return onEach(draft, act.on, { is: 'reopened', by, note });
}
