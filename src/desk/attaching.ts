import type { Attachment, Document } from '../domain/document/document.ts';
import { DOCUMENT_LIMITS } from '../domain/document/document.ts';
import type { AttachHow, DocumentTemplate, TemplateFile } from '../domain/document/template.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Begun, DocumentAct } from './document-acts.ts';
import { isFor, jobOf, type ResolvingParts, resolveDocument } from './documents.ts';
import { listDocuments } from './views/documents.ts';

type Attach = Extract<DocumentAct, { verb: 'document.attach' }>;

/**
 * What the templates say is to be done:
 *
 * open    yes: made, or waiting when people have something to fill in
 * reopen  yes: each document becomes a new version, resolved anew, with what people had filled in;
 *         copy: a copy waits with that, for somebody to look it over
 * merge   yes: each document of the merged one goes to the one that took it in, as it is;
 *         copy: a copy waits there, with what people had filled in
 */
export async function attachmentAct(
  parts: ResolvingParts,
  files: readonly TemplateFile[],
  due: Attachment,
): Promise<Attach> {
  const incident = parts.desk.memory.get('incidents', due.incident);
  const templates = files.flatMap((one) => ('template' in one ? [one.template] : []));
  const act: Attach = { verb: 'document.attach', attachment: due.id, begun: [], moved: [] };
  if (!incident) return act;
  if (due.on === 'open') {
    const wanted = templates.filter(
      (one) => one.attach.onOpen === 'yes' && isFor(parts.desk.memory, one, incident),
    );
    const made = wanted.slice(0, DOCUMENT_LIMITS.attached_max);
    return { ...act, begun: await Promise.all(made.map((one) => begun(parts, one, incident, {}))) };
  }
  const byName = new Map(templates.map((one) => [one.name, one]));
  const all = latest(parts, due.from ?? incident.id).slice(0, DOCUMENT_LIMITS.attached_max);
  const begins: Begun[] = [];
  const moved: string[] = [];
  for (const document of all) {
    const template = byName.get(document.template);
    const how = template ? howOf(template, due.on) : 'no';
    if (!template || how === 'no') continue;
    if (how === 'copy') {
      if (!waits(parts, template, incident)) begins.push(copied(template, incident, document));
    } else if (due.on === 'merge') moved.push(document.id);
    else begins.push(await renewed(parts, template, incident, document));
  }
  return { ...act, begun: begins, moved };
}

const howOf = ({ attach }: DocumentTemplate, on: 'reopen' | 'merge'): AttachHow =>
  on === 'reopen' ? attach.onReopen : attach.onMerge;

const firstOf = ({ id, first = id }: Document): string => first;

/** The newest version of each document of an incident that was asked for, oldest document first. */
function latest({ desk }: ResolvingParts, incident: string): readonly Document[] {
  const newest = new Map<string, Document>();
  for (const one of listDocuments(desk.memory, { incident })) {
    const held = newest.get(firstOf(one));
    if (!held || (one.version ?? 1) > (held.version ?? 1)) newest.set(firstOf(one), one);
  }
  return [...newest.values()].filter(({ is }) => is !== 'waiting').reverse();
}

/** One that waits already is enough. */
const waits = ({ desk }: ResolvingParts, { name }: DocumentTemplate, { id }: Incident): boolean =>
  listDocuments(desk.memory, { incident: id, template: name, is: 'waiting' }).length > 0;

async function begun(
  parts: ResolvingParts,
  template: DocumentTemplate,
  incident: Incident,
  asked: Readonly<Record<string, string>>,
): Promise<Begun> {
  const all = { template, incident, asked };
  const { values, lacks } = await resolveDocument(parts, all);
  const job = jobOf(all, values);
  if (lacks.length === 0) return { job, lacks, version: 1 };
  const { frozen: _, ...rest } = job;
  return { job: rest, lacks, version: 1 };
}

async function renewed(
  parts: ResolvingParts,
  template: DocumentTemplate,
  incident: Incident,
  document: Document,
): Promise<Begun> {
  const made = await begun(parts, template, incident, document.asked ?? {});
  return { ...made, version: (document.version ?? 1) + 1, first: firstOf(document) };
}

/** A person looks over what was filled in then: it waits, even if nothing is missing. */
function copied(template: DocumentTemplate, incident: Incident, { asked = {} }: Document): Begun {
  const { name, title, kind } = template;
  const job = { template: name, title, kind, incident: incident.id, asked };
  return { job, lacks: [], version: 1 };
}
