import type {
  Delivered,
  HttpAnswer,
  Received,
  Refusal,
  Source,
  Translated,
} from '../../ports/source.ts';
import { type ReadHook, readHook, readItem } from './item.ts';
import { valueAt } from './path.ts';
import { type Hook, settings, type WebhookSettings } from './settings.ts';

/** Items of one body; beyond, the body is refused whole. */
export const ITEMS_MAX = 10_000;
/** Refusals told one by one; beyond, only how many more there were. */
export const REFUSALS_MAX = 100;
const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Any JSON a monitoring tool can post, read by a mapping of the settings. */
export const webhook: Source<WebhookSettings> = {
  name: 'webhook',
  summary: 'Takes JSON of any shape at /in/<name>, read by a mapping of paths and matchers.',
  settings,
  translate,
  http: {
    method: 'POST',
    path: () => '/in/:name',
    bodyBytesMax: BODY_BYTES_MAX,
    answer,
  },
};

function translate(input: Received, settings: WebhookSettings): Translated {
  const name = input.params?.name ?? settings.hooks[0]?.name ?? '';
  const hook = settings.hooks.find((h) => h.name === name);
  if (!hook) return refusedWhole(NO_HOOK, `no hook is called ${JSON.stringify(name.slice(0, 64))}`);
  const read = prepared(hook, settings);
  if (read.fault !== '') return refusedWhole('', read.fault);
  const items = itemsOf(input.body, hook.items);
  return 'why' in items ? { events: [], refused: [items] } : readAll(items, read, hook.items);
}

/** Reading matchers takes longer than an item; the settings are the same object for a whole run. */
const PREPARED = new WeakMap<WebhookSettings, Map<string, ReadHook>>();

function prepared(hook: Hook, settings: WebhookSettings): ReadHook {
  const known = PREPARED.get(settings) ?? new Map<string, ReadHook>();
  PREPARED.set(settings, known);
  const read = known.get(hook.name) ?? readHook(hook, settings.redact);
  known.set(hook.name, read);
  return read;
}

function readAll(items: readonly unknown[], read: ReadHook, path: string): Translated {
  const [events, refused] = [[], []] as [Translated['events'][number][], Refusal[]];
  let more = 0;
  items.forEach((item, i) => {
    const event = readItem(item, read);
    if (!('why' in event)) events.push(event);
    else if (refused.length < REFUSALS_MAX) {
      refused.push({ field: `${path}[${i}].${event.field}`, why: event.why });
    } else more++;
  });
  if (more > 0) refused.push({ field: '', why: `${more} more items were refused` });
  return { events, refused };
}

const NO_HOOK = 'name';

const refusedWhole = (field: string, why: string): Translated => ({
  events: [],
  refused: [{ field, why }],
});

function itemsOf(body: Uint8Array, path: string): readonly unknown[] | Refusal {
  let value: unknown;
  try {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    value = valueAt(JSON.parse(bytes.toString('utf8')), path);
  } catch (error) {
    return { field: '', why: `not JSON: ${error instanceof Error ? error.message : 'unreadable'}` };
  }
  if (value === undefined) return { field: path, why: 'expected a list of items, found nothing' };
  const items = Array.isArray(value) ? value : [value];
  if (items.length <= ITEMS_MAX) return items;
  return { field: path, why: `more than ${ITEMS_MAX} items in one body: send less at once` };
}

/** 200 when every item was taken; 422 (404 for an unknown name) when one was not. RFC 9457. */
function answer(translated: Translated, delivered: Delivered | undefined): HttpAnswer {
  const { events, refused } = translated;
  if (delivered && !delivered.ok) {
    const retry = { 'retry-after': String(delivered.retryAfterSeconds) };
    return problem(503, 'BUSY', delivered.why, {}, retry);
  }
  const accepted = events.length;
  if (refused.length === 0) {
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    return { status: 200, headers, body: `${JSON.stringify({ accepted })}\n` };
  }
  if (refused[0]?.field === NO_HOOK) return problem(404, 'NOT_FOUND', refused[0].why, {});
  const title = `${accepted} taken, ${refused.length} refused: see \`refused\`.`;
  return problem(422, 'BODY_INVALID', title, { accepted, refused });
}

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
