import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Draft } from '../draft.ts';
import type { RevisionAct } from '../entry.ts';

/** A configuration was applied. Its id is its place in the journal. */
export function revise(draft: Draft, by: UserId, act: RevisionAct): void {
  const id = `r${draft.now.position}`;
  const { from, text, unused } = act;
  draft.put('revisions', id, { id, at: draft.now.at, by, from, text, unused });
}
