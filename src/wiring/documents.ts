import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Started } from '../base/started.ts';
import { instantText } from '../base/time.ts';
import { defaultTemplates } from '../config/default-documents.ts';
import { readDocumentTemplate } from '../config/document-template.ts';
import type { Accounts } from '../desk/accounts.ts';
import { attachmentAct } from '../desk/attaching.ts';
import type { Desk } from '../desk/desk.ts';
import { THE_DESK } from '../desk/draft.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import { peopleIn } from '../desk/views/documents.ts';
import { Attacher } from '../documents/attacher.ts';
import { DocumentEngine } from '../documents/engine.ts';
import { RenderedFolder } from '../documents/files.ts';
import type { RenderJob } from '../documents/job.ts';
import { type Render, threadRenderer } from '../documents/thread.ts';
import { byAge, type Document } from '../domain/document/document.ts';
import { TEMPLATE_MAXIMA, type TemplateFile } from '../domain/document/template.ts';
import type { DocumentsDoor } from '../http/documents-door.ts';

const FOLDER = 'documents';

/** Templates of one folder; what is beyond is not read. */
const FILES_MAX = 200;

export interface Documents extends DocumentsDoor {
  /** The templates of this configuration hold from now on; what was asked for keeps its own. */
  follow(document: ConfigDocument): void;
  /** From now on documents are rendered. */
  begin(): void;
}

export interface DocumentsParts {
  readonly desk: Desk;
  readonly accounts: Pick<Accounts, 'name' | 'find' | 'people'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly started: Started;
  readonly dataFolder: string;
  /** In a thread of its own, unless a test says otherwise. */
  readonly render?: Render;
}

export function openDocuments(parts: DocumentsParts): Documents {
  const { desk, accounts, clock, log, started, dataFolder } = parts;
  let folder: string | undefined;
  const all = (): IterableIterator<Document> => desk.memory.all('documents');
  const engine = new DocumentEngine({
    clock,
    log,
    render: parts.render ?? threadRenderer(clock),
    files: new RenderedFolder(join(dataFolder, FOLDER)),
    jobOf: (document) => jobOf(document, accounts),
    next: () => {
      const wanted = [...all()].filter(({ is }) => is === 'wanted');
      return wanted.sort(byAge)[0];
    },
    wanted: () =>
      new Set([...all()].flatMap(({ files = {} }) => Object.values(files).map((f) => f.sha256))),
    tell: async ({ id, template }, told) => {
      const entry = { kind: 'document' as const, at: clock.now(), document: id, template };
      return (await desk.report({ ...entry, ...told })).ok;
    },
  });
  const attacher = new Attacher({
    clock,
    log,
    next: () => [...desk.memory.all('attachments')].sort((a, b) => a.position - b.position)[0],
    isWritten: (position) => desk.store.position >= position,
    does: async (due) => {
      const act = await attachmentAct({ desk, accounts }, await templatesIn(folder), due);
      return (await desk.act(THE_DESK, act)).refused ?? '';
    },
  });
  started.add('documents', async () => {
    attacher.stop();
    await engine.stop();
  });
  return {
    follow: ({ sections }) => {
      folder = (sections?.documents as { readonly folder?: string } | undefined)?.folder;
    },
    begin: () => {
      const leave = desk.watch(({ tables }) => {
        if (tables.has('documents')) engine.look();
        if (tables.has('attachments') || tables.has('documents')) attacher.look();
      });
      started.add('follower of documents', leave);
      engine.look();
      attacher.look();
    },
    templates: () => templatesIn(folder),
    file: (document, format) => engine.file(document, format),
  };
}

function jobOf(document: Document, accounts: Pick<Accounts, 'name'>): RenderJob | undefined {
  const { id, frozen, title = '', by, wantedAt, version = 1 } = document;
  if (!frozen || by === undefined) return undefined;
  const people = peopleIn(frozen.values).map((person) => [person, accounts.name(person)]);
  const at = `${instantText(wantedAt).slice(0, 16).replace('T', ' ')} UTC`;
  const which = version === 1 ? id : `${id}, version ${version}`;
  const foot = `${title} · ${which} · asked for by ${accounts.name(by)}, ${at}`;
  const names = Object.fromEntries(people) as Record<string, string>;
  return { frozen, title, foot, at: wantedAt, names };
}

/** Those of the folder, then those of ours that no file takes the place of. */
async function templatesIn(folder: string | undefined): Promise<readonly TemplateFile[]> {
  const files = folder === undefined ? [] : await readFolder(folder);
  const names = new Set(files.flatMap((one) => ('template' in one ? [one.template.name] : [])));
  const ours = defaultTemplates().filter(
    (one) => 'template' in one && !names.has(one.template.name),
  );
  return [...files, ...ours];
}

async function readFolder(folder: string): Promise<readonly TemplateFile[]> {
  const all = await readdir(folder).catch((error: Error) => error);
  if (all instanceof Error) return [{ file: folder, faults: [{ line: 1, why: all.message }] }];
  const names = all.filter((name) => name.endsWith('.md') && !name.startsWith('.')).sort();
  const files: TemplateFile[] = [];
  const seen = new Set<string>();
  for (const file of names.slice(0, FILES_MAX)) {
    const read = await readOne(join(folder, file), file);
    const isTwin = 'template' in read && seen.has(read.template.name);
    if ('template' in read) seen.add(read.template.name);
    const why = 'another file has a template of this name';
    files.push(isTwin ? { file, faults: [{ line: 1, why }] } : read);
  }
  if (names.length > FILES_MAX)
    files.push({ file: folder, faults: [{ line: 1, why: `more than ${FILES_MAX} templates` }] });
  return files;
}

async function readOne(path: string, file: string): Promise<TemplateFile> {
  try {
    const { size } = await stat(path);
    // A character has at most four bytes.
    if (size > TEMPLATE_MAXIMA.text_chars_max * 4)
      return { file, faults: [{ line: 1, why: 'it is too large for a template' }] };
    const read = readDocumentTemplate(await readFile(path, 'utf8'), file);
    return 'faults' in read ? { file, faults: read.faults } : { file, template: read };
  } catch (error) {
    return { file, faults: [{ line: 1, why: error instanceof Error ? error.message : '' }] };
  }
}
