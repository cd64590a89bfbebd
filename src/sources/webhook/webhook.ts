import { readFileSync } from 'node:fs';
import type { AlarmEvent } from '../../domain/alarm/event.ts';
import type {
  Delivered,
  HttpAnswer,
  Received,
  Refusal,
  Source,
  Translated,
} from '../../ports/source.ts';
import { type Documents, documentsOf } from './documents.ts';
import { jsonWithout, mentions } from './event-parts.ts';
import { EXAMPLE } from './example.ts';
import { fieldsOf } from './fields.ts';
import { type ReadHook, readHook, readItem } from './item.ts';
import { type DocumentRead, mappingFor, type Request, readDocument } from './mapped.ts';
import { type Mapping, readMappings } from './mapping.ts';
import { valueAt, withValueAt } from './path.ts';
import { settings, type WebhookSettings } from './settings.ts';

/** Refusals told one by one; beyond, only how many more there were. */
export const REFUSALS_MAX = 100;
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Of a body that is no JSON, for `@body`. */
const REQUEST_BODY_CHARS_MAX = 8_192;

/** Mappings for senders that are known. Read once; a test keeps them free of faults. */
const READY = readMappings(readFileSync(new URL('./ready.yml', import.meta.url), 'utf8')).all;

/** Any body a monitoring tool can post: JSON, lines of it, a form. */
export const webhook: Source<WebhookSettings> = {
  name: 'webhook',
  summary: 'Takes JSON and forms of any shape at /in/<name>, read by mappings.',
  settings,
  translate: (input, settings) => translate(input, settings, []),
  http: {
    method: 'POST',
    path: () => '/in/:name',
    bodyBytesMax: BODY_BYTES_MAX,
    answer,
  },
  rules: {
    example: EXAMPLE,
    check: (text) => readMappings(text).faults,
    translate: (input, settings, text) => translate(input, settings, mappingsOf(text)),
    show: shown,
    fields: (input) => fieldsOf(documentsOf(input)),
    redact,
  },
};

/** The last text read: every input of a run is read with the same one, or one more on trial. */
const TEXTS = new Map<string, readonly Mapping[]>();
const TEXTS_MAX = 4;

function mappingsOf(text: string): readonly Mapping[] {
  const known = TEXTS.get(text);
  if (known) return known;
  const { all } = readMappings(text);
  if (TEXTS.size >= TEXTS_MAX) TEXTS.clear();
  TEXTS.set(text, all);
  return all;
}

/** What one settings object comes to, read once: it is the same for a whole run. */
interface Prepared {
  readonly hooks: ReadonlyMap<string, ReadHook>;
  readonly redact: ReadonlySet<string>;
}

const PREPARED = new WeakMap<WebhookSettings, Prepared>();

function prepared(settings: WebhookSettings): Prepared {
  const known = PREPARED.get(settings);
  if (known) return known;
  const hooks = settings.hooks.map((h) => [h.name, readHook(h, settings.redact)] as const);
  const redact = new Set(settings.redact.map((name) => name.toLowerCase()));
  const made = { hooks: new Map(hooks.reverse()), redact };
  PREPARED.set(settings, made);
  return made;
}

/**
 * Each document by the first that understands it: people's own mappings, the hook of the settings
 * that has the door's name, the ready mappings. Pure and total.
 */
function translate(
  input: Received,
  settings: WebhookSettings,
  own: readonly Mapping[],
): Translated {
  const { hooks, redact } = prepared(settings);
  const door = input.params?.name ?? settings.hooks[0]?.name ?? '';
  const documents = documentsOf(input);
  if ('tooMany' in documents)
    return { events: [], refused: [{ field: '', why: documents.tooMany }] };
  const request = requestOf(input, door, documents);
  const hook = hooks.get(door);
  const all = 'all' in documents ? documents.all : [{}];
  const none = 'none' in documents ? documents.none : undefined;
  const read = all.map((document): DocumentRead => {
    const mapping = mappingFor(own, document, request);
    if (mapping) return readDocument(mapping, document, request, redact);
    if (none !== undefined) return strange('', none, document);
    const byHook = hook && readByHook(hook, document);
    if (byHook && (byHook.events.length > 0 || byHook.left === undefined)) return byHook;
    const ready = mappingFor(READY, document, request);
    if (ready) return readDocument(ready, document, request, redact);
    return byHook ?? strange('', 'no mapping understands it', document);
  });
  return together(read, documents);
}

const requestOf = (input: Received, door: string, documents: Documents): Request => ({
  door,
  from: input.from,
  type: input.contentType,
  body: 'all' in documents ? '' : textOfBody(input).slice(0, REQUEST_BODY_CHARS_MAX).trim(),
});

const textOfBody = ({ body }: Received): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');

const strange = (field: string, why: string, document: unknown): DocumentRead => ({
  events: [],
  refused: [{ field, why }],
  left: { document },
});

/** A document as a hook of the settings reads it. */
function readByHook(read: ReadHook, document: unknown): DocumentRead {
  if (read.fault !== '') return strange('', read.fault, document);
  const path = read.hook.items;
  const value = valueAt(document, path);
  if (value === undefined) {
    return strange(path, 'expected a list of items, found nothing', document);
  }
  const items = Array.isArray(value) ? value : [value];
  const events: AlarmEvent[] = [];
  const refused: Refusal[] = [];
  const bad: unknown[] = [];
  for (const [i, item] of items.entries()) {
    const event = readItem(item, read);
    if (!('why' in event)) events.push(event);
    else {
      bad.push(item);
      const at = items.length > 1 || path !== '' ? `${path}[${i}].` : '';
      refused.push({ field: `${at}${event.field}`, why: event.why });
    }
  }
  if (bad.length === 0) return { events, refused, left: undefined };
  if (events.length === 0) return { events, refused, left: { document } };
  return { events, refused, left: { document: withValueAt(document, path, bad) } };
}

/** All documents of a body as one result, with what of it is to be kept. */
function together(read: readonly DocumentRead[], documents: Documents): Translated {
  const events = read.flatMap((one) => one.events);
  const isList = 'all' in documents && documents.isList;
  const refused = read.flatMap((one, i) =>
    one.refused.map(({ field, why }) => ({ field: isList ? inList(i, field) : field, why })),
  );
  const more = refused.length - REFUSALS_MAX;
  const told = more > 0 ? [...refused.slice(0, REFUSALS_MAX), moreRefused(more)] : refused;
  const left = read.filter((one) => one.left !== undefined);
  if (left.length === 0) return { events, refused: told };
  const why = whyLeft(refused);
  const isWhole = left.length === read.length && events.length === 0;
  const body = isWhole ? undefined : leftBody(left, isList);
  return { events, refused: told, unread: body === undefined ? { why } : { why, body } };
}

const inList = (index: number, field: string): string =>
  field === '' ? `[${index}]` : `[${index}].${field}`;

const moreRefused = (more: number): Refusal => ({
  field: '',
  why: `${more} more items were refused`,
});

function whyLeft(refused: readonly Refusal[]): string {
  const { field = '', why = '' } = refused[0] ?? {};
  const more = refused.length > 1 ? ` (and ${refused.length - 1} more)` : '';
  return `${field === '' ? '' : `${field}: `}${why}${more}`;
}

/** Undefined when it is nested deeper than can be written: then the whole body is kept. */
function leftBody(left: readonly DocumentRead[], isList: boolean): string | undefined {
  const documents = left.map((one) => one.left?.document);
  try {
    return JSON.stringify(isList ? documents : documents[0]);
  } catch {
    return undefined;
  }
}

/** JSON on lines of its own, as people read it. */
function shown(input: Received): string {
  const documents = documentsOf(input);
  const text = textOfBody(input);
  if (!('all' in documents)) return text;
  try {
    const value = documents.isList ? documents.all : documents.all[0];
    return text.trim() === '' ? '' : JSON.stringify(value, undefined, 2);
  } catch {
    return text;
  }
}

/** A body without the members of secret names; one that has none stays as it is, to the byte. */
function redact(input: Received, settings: WebhookSettings): Received {
  const { redact: names } = prepared(settings);
  if (!mentions(textOfBody(input), names)) return input;
  const documents = documentsOf(input);
  if (!('all' in documents)) return input;
  const json = jsonWithout(documents.isList ? documents.all : documents.all[0], names);
  return json === undefined ? input : { ...input, body: Buffer.from(json) };
}

const KEPT_SAYS =
  'What was not understood is kept and waits for a mapping: /sources/webhook/rules of this desk.';

/**
 * 200 when every item was taken, 202 when some of it was kept because nobody understood it, 422
 * when it was refused. RFC 9457 for what failed.
 */
function answer(translated: Translated, delivered: Delivered | undefined): HttpAnswer {
  const { events, refused, unread } = translated;
  if (delivered && !delivered.ok) {
    const retry = { 'retry-after': String(delivered.retryAfterSeconds) };
    return delivered.overBudget
      ? problem(429, 'OVER_BUDGET', delivered.why, {}, retry)
      : problem(503, 'BUSY', delivered.why, {}, retry);
  }
  const accepted = events.length;
  if (unread) {
    const message = `${accepted} taken. ${KEPT_SAYS}`;
    return json(202, { accepted, kept: true, message, notUnderstood: refused });
  }
  if (refused.length === 0) return json(200, { accepted });
  const title = `${accepted} taken, ${refused.length} refused: see \`refused\`.`;
  return problem(422, 'BODY_INVALID', title, { accepted, refused });
}

const json = (status: number, body: object): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify(body)}\n`,
});

function problem(
  status: number,
  code: string,
  title: string,
  more: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const body = { type: `/errors#${code}`, title, status, code, ...more };
  const content = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return { status, headers: { ...content, ...headers }, body: `${JSON.stringify(body)}\n` };
}
