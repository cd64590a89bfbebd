import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Draft } from '../draft.ts';
import type { RevisionAct } from '../entry.ts';
import type { State } from '../state.ts';

/** Revisions kept whole; the audit log names the older ones. */
export const REVISIONS_MAX = 500;

/**
 * A configuration was applied. Its id is its place in the journal. A plan that says what the last
 * one said leaves all groups and their timers alone.
 */
export function revise(draft: Draft, state: State, by: UserId, act: RevisionAct): string {
  const id = `r${draft.now.position}`;
  const { from, text, unused, why, restores = '', document, plan, duty, incidents } = act;
  const row = { id, at: draft.now.at, by, from, text, unused, why, restores };
  const whole = {
    ...(document ? { document } : {}),
    ...(plan ? { plan } : {}),
    ...(duty ? { duty } : {}),
    ...(incidents ? { incidents } : {}),
  };
  draft.put('revisions', id, { ...row, ...whole });
  const held = draft.get('plans', 'plan');
  if (plan && JSON.stringify(held?.plan) !== JSON.stringify(plan)) {
    draft.put('plans', 'plan', { id: 'plan', revision: id, plan });
  }
  if (duty) draft.put('duties', 'duty', { id: 'duty', revision: id, duty });
  else if (plan) draft.removeIfThere('duties', 'duty');
  if (incidents) {
    draft.put('incidentPlans', 'incidents', { id: 'incidents', revision: id, plan: incidents });
  } else if (plan) draft.removeIfThere('incidentPlans', 'incidents');
  if (state.count('revisions') >= REVISIONS_MAX) draft.remove('revisions', oldest(state));
  for (const table of act.zones ?? []) draft.put('zones', table.id, table);
  return id;
}

function oldest(state: State): string {
  let first: { readonly id: string; readonly at: number } | undefined;
  for (const { id, at } of state.all('revisions')) {
    if (!first || at < first.at || (at === first.at && id < first.id)) first = { id, at };
  }
  return first?.id ?? '';
}
