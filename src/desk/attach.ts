import { type Attachment, DOCUMENT_LIMITS } from '../domain/document/document.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { type Draft, THE_DESK } from './draft.ts';
import type { State } from './state.ts';

/**
 * Notes of each incident that this step opened, reopened or merged that its documents are to be
 * looked at: the templates are files, so whoever can read them does it, and says so in an act.
 */
export function noteAttachable(draft: Draft, state: State): void {
  const written = draft.writes.get('incidents');
  if (!written) return;
  for (const [id, row] of written) {
    const is = row as Incident | undefined;
    const on = is && whatHappened(state.get('incidents', id), is);
    if (!is || !on) continue;
    const { position } = draft.now;
    const about =
      is.state.is === 'merged' ? { incident: is.state.into, from: is.id } : { incident: is.id };
    makeRoom(draft, state);
    const due: Attachment = { id: `${id}/${position}`, on, position, ...about };
    draft.put('attachments', due.id, due);
  }
}

function whatHappened(was: Incident | undefined, is: Incident): Attachment['on'] | undefined {
  if (is.state.is === 'merged') return was?.state.is === 'merged' ? undefined : 'merge';
  if (is.state.is !== 'open' || was?.state.is === 'open') return undefined;
  return was ? 'reopen' : 'open';
}

/** At the limit the oldest goes; the audit log tells it. */
function makeRoom(draft: Draft, state: State): void {
  if (state.count('attachments') < DOCUMENT_LIMITS.attachments_max) return;
  let oldest: Attachment | undefined;
  for (const one of state.all('attachments'))
    if (draft.get('attachments', one.id) && (!oldest || one.position < oldest.position))
      oldest = one;
  if (!oldest) return;
  draft.remove('attachments', oldest.id);
  const [verb, detail] = ['document.unattached', `${oldest.on}: too many wait`];
  draft.audit.push({ by: THE_DESK, verb, subject: oldest.incident, outcome: 'done', detail });
}
