import type { Draft } from '../draft.ts';
import type { ActOf, TargetResult } from '../entry.ts';
import { onEach } from './targets.ts';

/** Somebody says "I have it", perhaps for a time. Claims nothing about the fault itself. */
export function acknowledge(draft: Draft, act: ActOf<'acknowledge'>): readonly TargetResult[] {
  const { by, note, until, line } = act;
  const happening = {
    is: 'acknowledged' as const,
    by,
    note,
    ...(until === undefined ? {} : { until }),
    ...(line === undefined ? {} : { line }),
  };
  return onEach(draft, act.on, happening, (alarm) => {
    const timer = `acknowledgement.end/${alarm.id}`;
    if (until === undefined) draft.cancelTimer(timer);
    else draft.setTimer(timer, until, { is: 'acknowledgement.end', alarm: alarm.id });
  });
}
