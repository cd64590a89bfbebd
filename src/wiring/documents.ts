import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { refusalText } from '../base/refusal.ts';
import type { Started } from '../base/started.ts';
import { instantText } from '../base/time.ts';
import { templatesIn } from '../config/document-folder.ts';
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
import type { DocumentsDoor } from '../http/documents-door.ts';

const FOLDER = 'documents';

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
      const { refused } = await desk.act(THE_DESK, act);
      return refused === undefined ? '' : refusalText(refused);
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
