import type { Draft } from '../draft.ts';
import type { StartEntry } from '../entry.ts';
import { leaveShadow } from '../notify/shadow.ts';
import type { State } from '../state.ts';

/** The desk started: its rules hold from here on, in a replay as they did then. */
export function start(draft: Draft, state: State, entry: StartEntry): void {
  const was = draft.get('desk', 'desk')?.rules.notify;
  draft.put('desk', 'desk', {
    id: 'desk',
    boot: entry.boot,
    behaviour: entry.behaviour,
    startedAt: draft.now.at,
    rules: entry.rules,
  });
  if (was?.shadow !== undefined) leaveShadow(draft, state, was, entry.rules.notify);
}
