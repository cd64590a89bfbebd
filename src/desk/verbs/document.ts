import { absent, atField, byState, type Did, type Refusal } from '../../base/refusal.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import {
  again,
  byAge,
  DOCUMENT_LIMITS,
  type Document,
  ended,
  weightOf,
} from '../../domain/document/document.ts';
import { TEMPLATE_MAXIMA } from '../../domain/document/template.ts';
import { fitsValues, VALUE_LIMITS } from '../../domain/document/value.ts';
import type { Begun, DocumentAct, DocumentJob } from '../document-acts.ts';
import { type Draft, THE_DESK } from '../draft.ts';
import type { DocumentEntry } from '../entry.ts';
import type { State } from '../state.ts';

const most = DOCUMENT_LIMITS;

/** Somebody wants a document, wants one tried again, or wants none of it any more. */
export function onDocument(draft: Draft, state: State, by: UserId, act: DocumentAct): Did {
  if (act.verb === 'document.ask') return ask(draft, state, by, act);
  if (act.verb === 'document.attach') return attach(draft, state, act);
  const document = draft.get('documents', act.document);
  if (!document) return { refused: absent('such document', 'it was removed, or never was') };
  if (act.verb === 'document.remove') {
    if (act.why.length > most.why_chars_max)
      return { refused: atField('why', `at most ${most.why_chars_max} characters`) };
    draft.remove('documents', document.id);
    return { made: document.id };
  }
  if (document.is !== 'failed')
    return { refused: byState(`It has not failed: it is ${document.is}.`) };
  if ((document.attempt ?? 1) >= most.attempts_max)
    return {
      refused: byState(`It was tried ${most.attempts_max} times: mend the template, ask anew.`),
    };
  draft.put('documents', document.id, again(document));
  return { made: document.id };
}

function ask(
  draft: Draft,
  state: State,
  by: UserId,
  { job, waiting }: Extract<DocumentAct, { verb: 'document.ask' }>,
): Did {
  const held = waiting === undefined ? undefined : draft.get('documents', waiting);
  if (waiting !== undefined && held?.is !== 'waiting')
    return { refused: byState('It does not wait any more: look again.') };
  const refused = jobFault(draft, job) ?? crowdFault(state);
  if (refused !== undefined) return { refused };
  const id = held?.id ?? `doc${draft.now.position}`;
  const fresh = wantedDocument(draft, id, by, job);
  const { first, version = 1 } = held ?? {};
  const document = first === undefined ? fresh : { ...fresh, first, version };
  makeRoom(draft, state, document);
  draft.put('documents', id, document);
  return { made: id };
}

/** What the templates say of an incident that was opened, reopened or merged. Done once. */
function attach(
  draft: Draft,
  state: State,
  { attachment, begun, moved }: Extract<DocumentAct, { verb: 'document.attach' }>,
): Did {
  const due = draft.get('attachments', attachment);
  if (!due) return { refused: byState('It was looked at before.') };
  if (begun.length + moved.length > most.attached_max)
    return { refused: atField('begun', `at most ${most.attached_max} documents at once expected`) };
  const jobs = begun.filter(({ job }) => job.frozen !== undefined);
  const refused = jobs.length === 0 ? undefined : crowdFault(state);
  if (refused !== undefined) return { refused };
  draft.remove('attachments', attachment);
  for (const id of moved) {
    const document = draft.get('documents', id);
    if (document) draft.put('documents', id, { ...document, incident: due.incident });
  }
  const made = begun.map((one, i) => begin(draft, state, `doc${draft.now.position}-${i}`, one));
  return { made: made.join(',') };
}

function begin(draft: Draft, state: State, id: string, one: Begun): string {
  const { job, lacks, version, first } = one;
  const { frozen, ...rest } = job;
  const of = first === undefined ? { version } : { version, first };
  const document: Document = frozen
    ? { ...wantedDocument(draft, id, THE_DESK, { ...rest, frozen }), ...of }
    : {
        ...{ id, ...rest, wantedAt: draft.now.at, is: 'waiting', detail: '', by: THE_DESK },
        ...{ lacks, ...of },
      };
  makeRoom(draft, state, document);
  draft.put('documents', id, document);
  return id;
}

/** A job at its begin. */
const wantedDocument = (draft: Draft, id: string, by: UserId, job: DocumentJob): Document => ({
  ...{ id, ...job, wantedAt: draft.now.at, is: 'wanted', detail: '', by, attempt: 1, version: 1 },
  weight: weightOf(job.frozen),
});

function jobFault(draft: Draft, { frozen, incident }: DocumentJob): Refusal | undefined {
  if (frozen.body.length > TEMPLATE_MAXIMA.text_chars_max)
    return atField('body', `at most ${TEMPLATE_MAXIMA.text_chars_max} characters`);
  if (!fitsValues(frozen.values))
    return atField('values', `at most ${VALUE_LIMITS.values_chars_max} characters together`);
  return incident !== undefined && !draft.get('incidents', incident)
    ? atField('incident', 'there is no such incident')
    : undefined;
}

function crowdFault(state: State): Refusal | undefined {
  let open = 0;
  for (const { is } of state.all('documents')) if (is === 'wanted') open++;
  return open >= most.open_max
    ? byState(`${most.open_max} documents are being rendered: wait for them.`)
    : undefined;
}

/** At the limit those that ended first go; the audit log tells it. */
function makeRoom(draft: Draft, state: State, { id, weight = 0 }: Document): void {
  let count = 1;
  let sum = weight;
  const old: Document[] = [];
  for (const one of state.all('documents')) {
    if (one.id === id) continue;
    count++;
    sum += one.weight ?? 0;
    if (one.is !== 'wanted') old.push(one);
  }
  if (count <= most.kept_max && sum <= most.kept_chars_max) return;
  old.sort(byAge);
  for (const one of old) {
    if (count <= most.kept_max && sum <= most.kept_chars_max) return;
    count--;
    sum -= one.weight ?? 0;
    draft.remove('documents', one.id);
    const detail = `${one.template}: ${one.is}; asked for by ${one.by ?? 'nobody'}`;
    const [verb, subject] = ['document.forgotten', one.id];
    draft.audit.push({ by: THE_DESK, verb, subject, outcome: 'done', detail });
  }
}

/** A document job ended. It ends once: what is told twice, or of another try, changes nothing. */
export function documented(draft: Draft, entry: DocumentEntry): void {
  const { document: id, template, says, detail, attempt = 1, files = {} } = entry;
  const document = draft.get('documents', id);
  if (says !== 'wanted') {
    if (!document) return;
    const is = ended(document, { says, attempt, detail, files }, draft.now.at);
    if (is !== document) draft.put('documents', id, is);
    return;
  }
  // Entries from before people asked for documents.
  if (!document)
    draft.put('documents', id, { id, template, wantedAt: draft.now.at, is: 'wanted', detail });
}
