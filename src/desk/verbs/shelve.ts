import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody hides an alarm for a time, with a reason. Its state moves on underneath. */
export function shelve(draft: Draft, act: ActOf<'shelve'>): readonly TargetResult[] {
  const { by, until, reason } = act;
  return onEach(draft, act.on, { is: 'shelved', by, until, reason }, (alarm) =>
    draft.setTimer(`shelf.end/${alarm.id}`, until, { is: 'shelf.end', alarm: alarm.id }),
  );
}
