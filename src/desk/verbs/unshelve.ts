import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody takes an alarm off the shelf before its end. */
export function unshelve(draft: Draft, act: ActOf<'unshelve'>): readonly TargetResult[] {
  const { by, reason } = act;
  return onEach(draft, act.on, { is: 'unshelved', by, reason }, (alarm) =>
    draft.cancelTimer(`shelf.end/${alarm.id}`),
  );
}
