import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody links the ticket in which the work is followed; '' takes the link off. */
export function ticket(draft: Draft, act: ActOf<'ticket'>): readonly TargetResult[] {
  const { by, ticket: link, note } = act;
  return onEach(draft, act.on, { is: 'ticketed', by, ticket: link, note });
}
