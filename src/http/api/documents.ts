import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { refusalFailure } from '../../base/refusal.ts';
import { instantText, parseInstant } from '../../base/time.ts';
import { askDocument, isFor } from '../../desk/documents.ts';
import { listDocuments } from '../../desk/views/documents.ts';
import type { LinesOf } from '../../desk/views/incidents.ts';
import { matcherText } from '../../domain/alarm/matcher.ts';
import {
  DOCUMENT_LIMITS,
  type Document,
  type DocumentIs,
  FORMATS,
  type Format,
} from '../../domain/document/document.ts';
import {
  DOCUMENT_KINDS,
  TEMPLATE_MAXIMA,
  type TemplateFile,
  VARIABLE_TYPES,
} from '../../domain/document/template.ts';
import { VALUE_LIMITS } from '../../domain/document/value.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { documentRefused, fieldsRefused } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { maybeText, somebodyJson } from './drawn.ts';
import { onceOf } from './once.ts';
import { linesOf } from './one.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { API_LIMITS, maybeTime, nullable, somebody, time, words } from './shapes.ts';

const templateName = Type.String({ maxLength: TEMPLATE_MAXIMA.name_chars_max });
const kind = words(DOCUMENT_KINDS);
const states: readonly DocumentIs[] = ['wanted', 'rendered', 'failed', 'waiting'];
const how = words(['yes', 'no', 'copy'] as const);

const templateShape = Type.Object(
  {
    file: Type.String({ description: '`of ours`: it came with the desk.' }),
    name: Type.String({ description: 'Empty while the file has faults.' }),
    title: Type.String(),
    kind,
    scope: words(['incident', 'shift'] as const),
    for: Type.Array(Type.String(), { description: 'Of incidents: those with such an alarm.' }),
    attach: Type.Object({ onOpen: words(['yes', 'no'] as const), onReopen: how, onMerge: how }),
    variables: Type.Array(
      Type.Object({
        name: Type.String(),
        type: words(VARIABLE_TYPES),
        from: Type.String({ description: '`ask`: a person fills it in.' }),
        required: Type.Boolean(),
        default: Type.String(),
        description: Type.String(),
        choices: Type.Array(Type.String()),
        columns: Type.Array(Type.String()),
      }),
    ),
    body: Type.String({ description: 'Markdown in the template language.' }),
    faults: Type.Array(Type.Object({ line: Type.Integer(), why: Type.String() })),
  },
  { $id: 'DocumentTemplate' },
);

const lack = Type.Object({ name: Type.String(), expected: Type.String(), where: Type.String() });

const documentShape = Type.Object(
  {
    id: Type.String(),
    template: Type.String(),
    title: Type.String(),
    kind,
    is: Type.Unsafe<DocumentIs>({
      enum: [...states],
      description: 'wanted: being rendered; waiting: people have to fill in what it lacks.',
    }),
    by: nullable(somebody),
    askedAt: time('When its values were frozen.'),
    endedAt: maybeTime('When it was rendered, or failed.'),
    incident: nullable(Type.String()),
    since: maybeTime('Of a shift: its begin.'),
    version: Type.Integer(),
    first: nullable(Type.String({ description: 'The document it is a later version of.' })),
    asked: Type.Record(Type.String(), Type.String(), { description: 'What people filled in.' }),
    lacks: Type.Array(lack),
    why: Type.String({ description: 'Why it failed.' }),
    attempt: Type.Integer(),
    files: Type.Array(
      Type.Object({ format: words(FORMATS), bytes: Type.Integer(), sha256: Type.String() }),
    ),
  },
  { $id: 'Document' },
);

const templatesQuery = Type.Object(
  { incident: Type.Optional(Type.String({ description: 'Only those that are for it.' })) },
  { additionalProperties: false },
);

const listQuery = Type.Object(
  {
    template: Type.Optional(templateName),
    incident: Type.Optional(Type.String()),
    kind: Type.Optional(kind),
    is: Type.Optional(words(states)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: DOCUMENT_LIMITS.kept_max })),
  },
  { additionalProperties: false },
);

const fileQuery = Type.Object(
  {
    format: words(FORMATS),
    inline: Type.Optional(Type.Boolean({ description: 'To be looked at, not to be saved.' })),
  },
  { additionalProperties: false },
);

const askBody = Type.Object(
  {
    template: templateName,
    incident: Type.Optional(Type.String()),
    since: Type.Optional(time('Of a shift: its begin. Default: 12 hours ago.')),
    values: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: VALUE_LIMITS.asked_chars_max })),
    ),
    waiting: Type.Optional(Type.String({ description: 'The document that waits for these.' })),
  },
  { additionalProperties: false },
);

const removeBody = Type.Object(
  { why: Type.String({ maxLength: DOCUMENT_LIMITS.why_chars_max }) },
  { additionalProperties: false },
);

const AT = `${API}/documents`;

/** Templates of documents, and what was written from them. */
export const documentRoutes = (parts: ApiParts): Route[] => [
  ...readRoutes(parts),
  ...actRoutes(parts),
];

const readRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/document-templates`,
    access: VIEWER,
    summary: 'Templates of documents, those with faults too.',
    querySchema: templatesQuery,
    answerSchema: Type.Object({ items: Type.Array(templateShape) }),
    handle: async ({ query }) => {
      const { incident } = readQuery(templatesQuery, query);
      const files = await parts.documents.templates();
      const found = incident === undefined ? files : filesFor(parts, files, incident);
      return json(200, { items: found.map(templateJson) });
    },
  },
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'Documents, newest first.',
    querySchema: listQuery,
    answerSchema: Type.Object({ items: Type.Array(documentShape), total: Type.Integer() }),
    handle: ({ query }) => {
      const { limit = API_LIMITS.page_items_default, ...wanted } = readQuery(listQuery, query);
      const all = listDocuments(parts.desk.memory, wanted);
      const items = all.slice(0, limit).map((one) => documentJson(parts, one));
      return json(200, { items, total: all.length });
    },
  },
  {
    method: 'GET',
    path: `${AT}/:id`,
    access: VIEWER,
    summary: 'One document: what it lacks, why it failed, or the formats it can be read in.',
    answerSchema: documentShape,
    handle: ({ params }) => json(200, documentJson(parts, documentOf(parts, params.id ?? ''))),
  },
  {
    method: 'GET',
    path: `${AT}/:id/file`,
    access: VIEWER,
    summary: 'The document itself.',
    querySchema: fileQuery,
    answerSchema: Type.String({ description: 'A file of the format that was asked for.' }),
    handle: ({ params, query }) => {
      const { format, inline = false } = readQuery(fileQuery, query);
      return fileAnswer(parts, params.id ?? '', format, inline);
    },
  },
];

const actRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'POST',
    path: AT,
    access: OPERATOR,
    summary: 'Asks for a document; all that is missing is told at once, and then nothing begins.',
    bodySchema: askBody,
    answerSchema: documentShape,
    handle: async (asked) => {
      const { values = {}, since: from, ...rest } = asked.json as Static<typeof askBody>;
      const since = from === undefined ? undefined : parseInstant(from);
      if (from !== undefined && since === undefined)
        throw fieldsRefused([{ field: 'since', expected: 'a time as 2026-03-01T02:00:00Z' }]);
      const by = byOf(asked.actor);
      const wanted = { ...rest, asked: values, ...(since === undefined ? {} : { since }) };
      const files = await parts.documents.templates();
      const told = await askDocument(
        { ...parts, linesOf: fresh(parts) },
        files,
        by,
        wanted,
        onceOf(by, asked),
      );
      if ('lacks' in told) throw documentRefused(told.lacks);
      return json(201, documentJson(parts, documentOf(parts, told.made)));
    },
  },
  {
    method: 'POST',
    path: `${AT}/:id/again`,
    access: OPERATOR,
    summary: 'Tries one that failed again, with the values that were frozen.',
    answerSchema: documentShape,
    handle: async (asked) => {
      const { id } = documentOf(parts, asked.params.id ?? '');
      await act(parts, asked, { verb: 'document.again', document: id });
      return json(200, documentJson(parts, documentOf(parts, id)));
    },
  },
  {
    method: 'POST',
    path: `${AT}/:id/remove`,
    access: OPERATOR,
    summary: 'Removes a document and what was rendered of it.',
    bodySchema: removeBody,
    answerSchema: Type.Object({ id: Type.String() }),
    handle: async (asked) => {
      const { id } = documentOf(parts, asked.params.id ?? '');
      const { why } = asked.json as Static<typeof removeBody>;
      await act(parts, asked, { verb: 'document.remove', document: id, why });
      return json(200, { id });
    },
  },
];

/** With what the store has not written yet. */
export const fresh =
  (parts: ApiParts): LinesOf =>
  async (id, limit) =>
    (await linesOf(parts, id, undefined, limit)).items;

async function act(
  { desk }: ApiParts,
  asked: Asked,
  what: Parameters<ApiParts['desk']['act']>[1],
): Promise<void> {
  const by = byOf(asked.actor);
  const { refused } = await desk.act(by, what, onceOf(by, asked));
  if (refused !== undefined) throw refusalFailure(refused);
}

const MEDIA: Readonly<Record<Format, readonly [type: string, ending: string]>> = {
  markdown: ['text/markdown; charset=utf-8', 'md'],
  html: ['text/html; charset=utf-8', 'html'],
  pdf: ['application/pdf', 'pdf'],
};

/** Its own policy is in the file; here it is made stricter still: it can do nothing at all. */
const HTML_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

/** A rendering as a download. Throws NOT_FOUND, ACTION_REFUSED while there is none. */
export async function fileAnswer(
  parts: Pick<ApiParts, 'desk' | 'documents'>,
  id: string,
  format: Format,
  inline: boolean,
): Promise<Answer> {
  const document = documentOf(parts, id);
  const body = await parts.documents.file(document, format);
  if (!body)
    throw new DeskError('ACTION_REFUSED', { why: `It cannot be read yet: it is ${document.is}.` });
  const [type, ending] = MEDIA[format];
  const disposition = inline ? 'inline' : 'attachment';
  const about = (document.incident ?? instantText(document.wantedAt)).replace(/[^\w-]+/g, '-');
  const name = `${document.template}-${about}-${id}.${ending}`;
  const headers = {
    'content-type': type,
    'content-disposition': `${disposition}; filename="${name}"`,
    ...(format === 'html' ? { 'content-security-policy': HTML_POLICY } : {}),
  };
  return { status: 200, headers, body };
}

/** Throws DeskError NOT_FOUND. */
function documentOf({ desk }: Pick<ApiParts, 'desk'>, id: string): Document {
  const document = desk.memory.get('documents', id);
  if (!document) throw new DeskError('NOT_FOUND', { what: 'such document' });
  return document;
}

function filesFor(
  { desk }: ApiParts,
  files: readonly TemplateFile[],
  id: string,
): readonly TemplateFile[] {
  const incident = desk.memory.get('incidents', id);
  if (!incident) throw new DeskError('NOT_FOUND', { what: 'such incident' });
  return files.filter((one) => 'template' in one && isFor(desk.memory, one.template, incident));
}

function templateJson(one: TemplateFile) {
  const { file } = one;
  if ('faults' in one) {
    const attach = { onOpen: 'no', onReopen: 'no', onMerge: 'no' };
    const nothing = {
      name: '',
      title: '',
      kind: 'other',
      scope: 'shift',
      for: [],
      variables: [],
      body: '',
    };
    return { file, ...nothing, attach, faults: one.faults.map(({ line, why }) => ({ line, why })) };
  }
  const { name: of, title, kind: is, scope, matchers, attach, variables, body } = one.template;
  return {
    ...{ file, name: of, title, kind: is, scope, attach, body },
    for: matchers.map((list) => list.map(matcherText).join(', ')),
    variables: variables.map(({ preset, ...rest }) => ({ ...rest, default: preset })),
    faults: [],
  };
}

function documentJson(parts: Pick<ApiParts, 'accounts'>, document: Document) {
  const { id, template, title = template, kind: of = 'other', is, by, incident, since } = document;
  const { version = 1, first = null, asked = {}, lacks = [], attempt = 1, files = {} } = document;
  return {
    ...{ id, template, title, kind: of, is, by: somebodyJson(parts, by) },
    askedAt: instantText(document.wantedAt),
    endedAt: maybeText(document.endedAt),
    incident: incident ?? null,
    since: maybeText(since),
    ...{ version, first, asked, lacks, attempt, why: is === 'failed' ? document.detail : '' },
    files: FORMATS.flatMap((format) => {
      const file = files[format];
      return file ? [{ format, ...file }] : [];
    }),
  };
}
