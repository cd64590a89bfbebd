import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody names who should look; '' names nobody. */
export function assign(draft: Draft, act: ActOf<'assign'>): readonly TargetResult[] {
  const { by, note } = act;
  const assignee = act.assignee === '' ? undefined : act.assignee;
  return onEach(draft, act.on, { is: 'assigned', by, assignee, note });
}
