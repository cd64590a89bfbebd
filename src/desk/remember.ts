import type { UserId } from '../domain/alarm/alarm.ts';
import type { Change, ChangeKind } from '../domain/alarm/change.ts';
import { type Incident, lined, reopensAt, worse } from '../domain/incident/incident.ts';
import { recurred } from '../domain/memory/action.ts';
import { cameBack, lifted } from '../domain/memory/decision.ts';
import { type Draft, THE_DESK } from './draft.ts';
import type { State } from './state.ts';

const NEWS: ReadonlySet<ChangeKind> = new Set(['raised', 'severity', 'unshelved']);

/** Whether an entry did anything that what people wrote down must hear of. */
export function isRemembered(state: State, changes: readonly Change[]): boolean {
  const { remembered } = state;
  return changes.some(({ what, alarm }) => NEWS.has(what) && remembered.knows(alarm));
}

/**
 * An alarm was raised again: the decision on it did not hold, its actions press harder, and the
 * incident it was part of is not over.
 */
export function remember(draft: Draft, state: State, changes: readonly Change[]): void {
  for (const change of changes) {
    const { what, alarm, by } = change;
    if (!NEWS.has(what) || !state.remembered.knows(alarm)) continue;
    if (what === 'unshelved') {
      if (by !== undefined) liftShelf(draft, state, alarm, by);
      continue;
    }
    inIncident(draft, state, change);
    if (what !== 'raised') continue;
    const last = state.remembered.lastOn(alarm);
    const decision = last && draft.get('decisions', last.id);
    if (decision) draft.put('decisions', decision.id, cameBack(decision, draft.now.at));
    for (const id of state.remembered.actionsOf(alarm)) {
      const action = draft.get('actions', id);
      if (action) draft.put('actions', id, recurred(action, draft.now.at));
    }
  }
}

/** What a decision had shelved was shown again by somebody, before its time. */
function liftShelf(draft: Draft, state: State, alarm: string, by: UserId): void {
  const last = state.remembered.lastOn(alarm);
  const decision = last && draft.get('decisions', last.id);
  if (decision?.made?.is !== 'shelf') return;
  draft.put('decisions', decision.id, lifted(decision, by, draft.now.at));
}

function inIncident(draft: Draft, state: State, { what, alarm, severity }: Change): void {
  const open = state.remembered.openIncidentOf(alarm);
  let incident = open === undefined ? undefined : draft.get('incidents', open);
  if (!incident && what === 'raised') incident = reopened(draft, state, alarm);
  if (!incident) return;
  if (what === 'raised') {
    for (const id of state.remembered.actionsOf(incident.id)) {
      const action = draft.get('actions', id);
      const isOwn = action?.about?.alarm === alarm; // counted for the alarm itself
      if (action && !isOwn) draft.put('actions', id, recurred(action, draft.now.at));
    }
  }
  const worst = worse(incident.worst, severity);
  if (worst === incident.worst) return;
  const by = { at: draft.now.at, by: THE_DESK };
  const text = `${severity}, was ${incident.worst}`;
  draft.put('incidents', incident.id, lined({ ...incident, worst }, by, 'worse', text));
}

/** The last incident it was part of, if that was closed a short time ago. */
function reopened(draft: Draft, state: State, alarm: string): Incident | undefined {
  const last = state.remembered.lastClosedOf(alarm);
  const closed = last && draft.get('incidents', last.id);
  if (!closed) return undefined;
  if (closed.state.is === 'open') return closed; // by another alarm of the same entry
  const { at } = draft.now;
  if (!reopensAt(closed, at)) return undefined;
  const member = closed.members.find((one) => one.alarm === alarm);
  const text = `${member?.type} on ${member?.resource} was raised again`;
  const open: Incident = { ...closed, state: { is: 'open' }, members: free(draft, state, closed) };
  const now = lined(open, { at, by: THE_DESK }, 'reopened', text);
  draft.put('incidents', now.id, now);
  const [verb, subject] = ['incident.reopen', closed.id];
  draft.audit.push({ by: THE_DESK, verb, subject, outcome: 'done', detail: text });
  return now;
}

/** Its alarms without those that are part of another open incident by now. */
export function free(draft: Draft, state: State, incident: Incident): Incident['members'] {
  const taken = ({ alarm }: { readonly alarm: string }): boolean => {
    const other = state.remembered.openIncidentOf(alarm);
    return other !== undefined && draft.get('incidents', other)?.state.is === 'open';
  };
  const { members } = incident;
  return members.some(taken) ? members.filter((member) => !taken(member)) : members;
}
