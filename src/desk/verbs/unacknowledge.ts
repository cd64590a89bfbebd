import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody hands an alarm back: nobody has it now. */
export function unacknowledge(draft: Draft, act: ActOf<'unacknowledge'>): readonly TargetResult[] {
  const { by, note } = act;
  return onEach(draft, act.on, { is: 'unacknowledged', by, note }, (alarm) =>
    draft.cancelTimer(`acknowledgement.end/${alarm.id}`),
  );
}
