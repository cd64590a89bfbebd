import type { Draft } from '../draft.ts';
import type { StartEntry } from '../entry.ts';

/** The desk started: its rules hold from here on, in a replay as they did then. */
export function start(draft: Draft, entry: StartEntry): void {
  draft.put('desk', 'desk', {
    id: 'desk',
    boot: entry.boot,
    behaviour: entry.behaviour,
    startedAt: draft.now.at,
    rules: entry.rules,
  });
}
