import type { Draft } from '../draft.ts';
import type { DocumentEntry } from '../entry.ts';

/** A document job was asked for, or ended. It is wanted once and ends once. */
export function documented(draft: Draft, entry: DocumentEntry): void {
  const { document: id, template, says, detail } = entry;
  const job = draft.get('documents', id);
  if (says === 'wanted') {
    if (job) return;
    draft.put('documents', id, { id, template, wantedAt: draft.now.at, is: 'wanted', detail });
  } else if (job?.is === 'wanted') {
    draft.put('documents', id, { ...job, is: says, detail });
  }
}
