import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody says the work is done, or that there is none. The condition stays the source's. */
export function close(draft: Draft, act: ActOf<'close'>): readonly TargetResult[] {
  const { by, note } = act;
  return onEach(draft, act.on, { is: 'closed', by, note }, (alarm) =>
    draft.cancelTimer(`acknowledgement.end/${alarm.id}`),
  );
}
