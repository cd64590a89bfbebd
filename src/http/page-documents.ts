import { DeskError } from '../base/errors.ts';
import { refusalFailure, refusalText } from '../base/refusal.ts';
import { after, type Instant, parseInstant, seconds } from '../base/time.ts';
import {
  documentBody,
  documentsBody,
  type WriteView,
  writeBody,
} from '../console/documents-page.ts';
import { stretch } from '../console/pager.ts';
import type { DocumentAct } from '../desk/document-acts.ts';
import {
  askDocument,
  askedOf,
  type DocumentWanted,
  defaultSince,
  isFor,
  resolveDocument,
  templateNamed,
} from '../desk/documents.ts';
import { listDocuments } from '../desk/views/documents.ts';
import type { LinesOf } from '../desk/views/incidents.ts';
import type { RecentChanges } from '../desk/views/recent.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { FORMATS } from '../domain/document/document.ts';
import { ASK, type DocumentTemplate } from '../domain/document/template.ts';
import type { Lack } from '../domain/document/value.ts';
import { seeOther } from './answer.ts';
import { fileAnswer } from './api/documents.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import type { DocumentsDoor } from './documents-door.ts';
import { peopleIn } from './page-memory-parts.ts';
import { field } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';

export interface DocumentsPageParts extends RoutingPageParts {
  readonly documents: DocumentsDoor;
  readonly recent: RecentChanges;
}

const AT = '/documents';
const POST = { method: 'POST', access: OPERATOR, form: true } as const;

/** A form may hold every variable at its longest. */
const FORM_BYTES_MAX = 4 * 1024 * 1024;

/** How long the browser waits for the rendering before it is told to load again. */
const WAIT = seconds(8);

/** Documents and the forms they are written with. It works without scripts. */
export const documentsPages = (parts: DocumentsPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'Documents, and what can be written.',
    handle: (asked) => showAll(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/write/:name`,
    access: OPERATOR,
    summary: 'The form of a document: what the desk fills in, and what it asks for.',
    handle: async (asked) => showWrite(parts, asked, await templateOf(parts, asked), {}),
  },
  {
    ...POST,
    path: `${AT}/write/:name`,
    summary: 'Asks for a document.',
    bodyBytesMax: FORM_BYTES_MAX,
    handle: (asked) => write(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/:id`,
    access: VIEWER,
    summary: 'One document.',
    handle: (asked) => showOne(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/:id/file`,
    access: VIEWER,
    summary: 'The document itself, to be read or saved.',
    handle: (asked) => {
      const format = FORMATS.find((one) => one === asked.query.get('format')) ?? 'html';
      const inline = asked.query.get('inline') === 'true';
      return fileAnswer(parts, asked.params.id ?? '', format, inline);
    },
  },
  {
    ...POST,
    path: `${AT}/:id/again`,
    summary: 'Tries a document that failed again.',
    handle: (asked) => {
      const document = asked.params.id ?? '';
      return act(parts, asked, { verb: 'document.again', document }, `${AT}/${document}`);
    },
  },
  {
    ...POST,
    path: `${AT}/:id/remove`,
    summary: 'Removes a document.',
    handle: (asked) => {
      const why = field(asked.json, 'why').trim();
      const document = asked.params.id ?? '';
      return act(parts, asked, { verb: 'document.remove', document, why }, AT);
    },
  },
];

const contextOf = ({ site, accounts, desk }: DocumentsPageParts) => ({
  site,
  nameOf: (id: UserId): string => accounts.name(id),
  now: desk.clock.now(),
});

async function showAll(parts: DocumentsPageParts, asked: Asked): Promise<Answer> {
  const { memory } = parts.desk;
  const incident = memory.get('incidents', asked.query.get('incident') ?? '');
  const all = await parts.documents.templates();
  const files = incident
    ? all.filter((one) => 'template' in one && isFor(memory, one.template, incident))
    : all;
  const found = listDocuments(memory, { incident: incident?.id ?? '' });
  const documents = stretch(found, asked.query);
  const view = { documents, files, incident };
  return parts.draw(asked, { title: 'Documents', at: AT }, (reader) =>
    documentsBody(contextOf(parts), reader, view),
  );
}

const templateOf = async (parts: DocumentsPageParts, asked: Asked): Promise<DocumentTemplate> =>
  templateNamed(await parts.documents.templates(), asked.params.name ?? '');

/** What was typed, or what the document that waits had already. */
function wantedIn(
  { desk }: DocumentsPageParts,
  asked: Asked,
  template: DocumentTemplate,
): DocumentWanted {
  const said = (name: string): string =>
    field(asked.json, name).trim() || (asked.query.get(name) ?? '');
  const [incident, waiting, from] = [said('incident'), said('waiting'), said('since')];
  const held = desk.memory.get('documents', waiting)?.asked ?? {};
  const typed = template.variables
    .filter(({ from: path }) => path === ASK)
    .map(({ name }) => [name, field(asked.json, `v.${name}`).trim()] as const)
    .filter(([, value]) => value !== '');
  const isPosted = asked.raw.request.method === 'POST';
  const since = from === '' ? undefined : sinceOf(from);
  return {
    template: template.name,
    asked: isPosted ? Object.fromEntries(typed) : held,
    ...(incident === '' ? {} : { incident }),
    ...(waiting === '' ? {} : { waiting }),
    ...(since === undefined ? {} : { since }),
  };
}

/** What is no time is one that no shift can begin at: it is told like any other field. */
const sinceOf = (text: string): Instant =>
  parseInstant(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}:00Z`) ??
  (0 as Instant);

interface Shown {
  readonly lacks?: readonly Lack[];
  readonly fault?: string;
  readonly status?: number;
}

async function showWrite(
  parts: DocumentsPageParts,
  asked: Asked,
  template: DocumentTemplate,
  { lacks, fault = '', status = 200 }: Shown,
): Promise<Answer> {
  const wanted = wantedIn(parts, asked, template);
  const { since, ...rest } = wanted;
  const whole = askedOf(parts.desk, template, rest);
  const resolved =
    'lacks' in whole ? { values: {}, lacks: [] } : await resolveDocument(asking(parts), whole);
  const view: WriteView = {
    template,
    incident: parts.desk.memory.get('incidents', wanted.incident ?? ''),
    since: template.scope === 'shift' ? (since ?? defaultSince(parts.desk.clock.now())) : undefined,
    waiting: wanted.waiting ?? '',
    given: wanted.asked,
    values: resolved.values,
    lacks: lacks ?? resolved.lacks,
    isTried: lacks !== undefined,
    people: peopleIn(parts.accounts),
    fault,
  };
  return parts.draw(asked, { title: template.title, at: AT, status }, (reader) =>
    writeBody(contextOf(parts), reader, view),
  );
}

/** With what the store has not written yet. */
function asking(parts: DocumentsPageParts) {
  const linesOf: LinesOf = async (id, limit) => {
    const page = await parts.desk.store.timeline(id, undefined, limit);
    return [...parts.recent.of(id, page.asOf).changes, ...page.items];
  };
  return { ...parts, linesOf };
}

async function write(parts: DocumentsPageParts, asked: Asked): Promise<Answer> {
  const template = await templateOf(parts, asked);
  const wanted = wantedIn(parts, asked, template);
  const once = formOnce(asked, [JSON.stringify(wanted)]);
  const files = await parts.documents.templates();
  try {
    const told = await askDocument(asking(parts), files, byOf(asked.actor), wanted, once);
    if ('lacks' in told) return showWrite(parts, asked, template, { ...told, status: 422 });
    await settled(parts, told.made);
    return seeOther(`${parts.site.prefix}${AT}/${told.made}`);
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    const { message: fault, status } = error;
    return showWrite(parts, asked, template, { fault, status });
  }
}

/** Resolves when the document is no longer being rendered, or when it takes too long. */
async function settled({ desk }: DocumentsPageParts, id: string): Promise<void> {
  const isOver = (): boolean => desk.memory.get('documents', id)?.is !== 'wanted';
  if (isOver()) return;
  let end = (): void => {};
  await new Promise<void>((resolve) => {
    const cancel = desk.clock.at(after(desk.clock.now(), WAIT), resolve);
    const leave = desk.watch(({ tables }) => {
      if (tables.has('documents') && isOver()) resolve();
    });
    end = () => {
      cancel();
      leave();
    };
  });
  end();
}

function showOne(parts: DocumentsPageParts, asked: Asked, fault = '', status = 200): Answer {
  const document = parts.desk.memory.get('documents', asked.params.id ?? '');
  if (!document) throw new DeskError('NOT_FOUND', { what: 'such document' });
  const title = document.title ?? document.template;
  return parts.draw(asked, { title, at: AT, status }, (reader) =>
    documentBody(contextOf(parts), reader, document, fault),
  );
}

async function act(
  parts: DocumentsPageParts,
  asked: Asked,
  wanted: DocumentAct,
  to: string,
): Promise<Answer> {
  const once = formOnce(asked, [JSON.stringify(wanted)]);
  const { refused } = await parts.desk.act(byOf(asked.actor), wanted, once);
  if (refused !== undefined)
    return showOne(parts, asked, refusalText(refused), refusalFailure(refused).status);
  if (wanted.verb === 'document.again') await settled(parts, wanted.document);
  return seeOther(`${parts.site.prefix}${to}`);
}
