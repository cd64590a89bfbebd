import type { Static } from 'typebox';
import { Type } from 'typebox';
import { cursorOf, firstOf, ORDERS, type Order, readCursor } from '../../desk/views/order.ts';
import { SORTS, type Sort } from '../../desk/views/query.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { fieldsRefused, refusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { alarmJson } from './drawn.ts';
import { exactLabels, hasWords, isWanted, readFilters, type Wanted } from './filters.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import { API_LIMITS, alarm, asOf, nullable, paging, words } from './shapes.ts';

/** A search goes on through so many pages of history for one page of an answer. */
const STORE_PAGES_MAX = 5;

export const filterParameter = Type.Optional(
  Type.Array(Type.String({ maxLength: API_LIMITS.filter_chars_max }), {
    maxItems: API_LIMITS.filters_max,
    description:
      'A matcher such as `site="nbg"`, `@severity=~"critical|major"` or `@muted="silenced"`, ' +
      'read as in the console; give it again for more.',
  }),
);

const listQuery = Type.Object(
  {
    filter: filterParameter,
    state: Type.Optional(words(['raised', 'cleared', 'any'])),
    q: Type.Optional(
      Type.String({
        maxLength: API_LIMITS.words_chars_max,
        description: 'Words, all of which must be in it. Searches history too.',
      }),
    ),
    sort: Type.Optional(words(SORTS)),
    ...paging,
  },
  { additionalProperties: false },
);

type ListQuery = Static<typeof listQuery>;

export const listRoute = (parts: ApiParts): Route => ({
  method: 'GET',
  path: `${API}/alarms`,
  access: VIEWER,
  summary:
    'Alarms. Raised ones (the default) come from memory in any order; cleared ones, any, and ' +
    'words come from history, newest first.',
  querySchema: listQuery,
  answerSchema: Type.Object({
    items: Type.Array(alarm),
    next: nullable(Type.String({ description: 'Give it as `cursor` for the next page.' })),
    total: nullable(Type.Integer({ description: 'How many there are; null for history.' })),
    asOf,
  }),
  handle: (asked) => list(parts, asked),
});

interface Found {
  readonly items: readonly Alarm[];
  readonly next: string | undefined;
  readonly total: number | undefined;
  readonly asOf: number;
}

async function list(parts: ApiParts, asked: Asked): Promise<Answer> {
  const query = readQuery(listQuery, asked.query);
  const { reading } = parts;
  const matchers = readFilters(query.filter ?? [], reading);
  const wanted = { matchers, state: query.state ?? 'raised', reading };
  const live = wanted.state === 'raised' && (query.q ?? '').trim() === '';
  const found = live ? fromMemory(parts, wanted, query) : await fromHistory(parts, wanted, query);
  return json(200, {
    items: found.items.map((a) => alarmJson(parts, a)),
    next: found.next ?? null,
    total: found.total ?? null,
    asOf: found.asOf,
  });
}

const limitOf = (query: ListQuery): number => query.limit ?? API_LIMITS.page_items_default;

/** `cursor` without our mark; undefined when there is none. Throws CURSOR_INVALID. */
function marked(cursor: string | undefined, mark: string): string | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  if (!cursor.startsWith(mark)) throw refusal('CURSOR_INVALID', {});
  return cursor.slice(mark.length);
}

/** A cursor is a place in the order, so a page never repeats or skips what did not change. */
function fromMemory({ desk }: ApiParts, wanted: Wanted, query: ListQuery): Found {
  const sort: Sort = query.sort ?? 'severity';
  const order = ORDERS[sort];
  const mark = `m.${sort}.`;
  const cursor = marked(query.cursor, mark);
  const place = cursor === undefined ? undefined : readCursor(sort, fromBase64(cursor));
  if (cursor !== undefined && place === undefined) throw refusal('CURSOR_INVALID', {});
  const limit = limitOf(query);
  const best = bestOf(limit, order);
  let [total, ahead] = [0, 0];
  for (const a of desk.memory.all('alarms')) {
    if (!isWanted(a, wanted)) continue;
    total++;
    if (place !== undefined && order(a, place) <= 0) continue;
    ahead++;
    best.offer(a);
  }
  const more = ahead > limit;
  const items = best.sorted();
  const last = items.at(-1);
  const next = more && last ? mark + toBase64(cursorOf(sort, last)) : undefined;
  return { items, next, total, asOf: desk.memory.position };
}

/**
 * The first `n` of all that are offered. Once it holds enough, one comparison turns most away:
 * 100,000 alarms take a third of what sorting them out at the end takes.
 */
function bestOf(n: number, order: Order) {
  let kept: Alarm[] = [];
  let worst: Alarm | undefined;
  return {
    offer(a: Alarm): void {
      if (worst !== undefined && order(a, worst) > 0) return;
      kept.push(a);
      if (kept.length < n * KEPT_PER_WANTED) return;
      kept = firstOf(kept, n, order);
      worst = kept.at(-1);
    },
    sorted: (): Alarm[] => firstOf(kept, n, order),
  };
}

const KEPT_PER_WANTED = 8;

const toBase64 = (text: string): string => Buffer.from(text).toString('base64url');
const fromBase64 = (text: string): string => Buffer.from(text, 'base64url').toString();

const HISTORY_MARK = 'h.';

/** The store's page, each alarm as memory has it; before it, what is too new for the store. */
async function fromHistory(parts: ApiParts, wanted: Wanted, query: ListQuery): Promise<Found> {
  if (query.sort !== undefined && query.sort !== 'newest') {
    const expected = 'only `newest` for history (cleared, any, words)';
    throw fieldsRefused([{ field: 'sort', expected }]);
  }
  const { desk } = parts;
  const limit = limitOf(query);
  const items: Alarm[] = [];
  let cursor = marked(query.cursor, HISTORY_MARK);
  const first = cursor === undefined;
  let storeKnows = desk.store.position;
  for (let pages = 0; pages < STORE_PAGES_MAX; pages++) {
    const page = await desk.store.search({
      words: (query.q ?? '').trim(),
      condition: wanted.state,
      labels: exactLabels(wanted.matchers),
      cursor,
      limit: limit - items.length,
    });
    storeKnows = page.asOf;
    cursor = page.next;
    for (const stored of page.items) {
      const now = desk.memory.get('alarms', stored.alarm.id) ?? stored.alarm;
      // Raised again since the store wrote it: its place is on the first page now.
      const moved = !first && now.condition.since > stored.alarm.condition.since;
      if (!moved && isWanted(now, wanted)) items.push(now);
    }
    if (cursor === undefined || items.length >= limit) break;
  }
  const page = { items, isLast: cursor === undefined };
  const ahead = first ? newerThan(parts, storeKnows, wanted, query, page) : [];
  const next = cursor === undefined ? undefined : HISTORY_MARK + cursor;
  return { items: [...ahead, ...items], next, total: undefined, asOf: storeKnows };
}

/** Alarms that belong on this first page by what the store has not written yet. */
function newerThan(
  { recent }: ApiParts,
  position: number,
  wanted: Wanted,
  query: ListQuery,
  page: { readonly items: readonly Alarm[]; readonly isLast: boolean },
): Alarm[] {
  const seen = new Set(page.items.map((a) => a.id));
  const sought = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const oldest = page.isLast ? undefined : page.items.at(-1)?.condition.since;
  const ahead: Alarm[] = [];
  for (let n = recent.head - 1; n >= recent.tail && ahead.length < limitOf(query); n--) {
    const change = recent.get(n);
    if (change === undefined || change.position <= position) break;
    const { alarm: a } = change;
    if (a === undefined || seen.has(a.id)) continue;
    seen.add(a.id); // the newest version comes first, and it decides
    const here = oldest === undefined || a.condition.since >= oldest;
    if (here && isWanted(a, wanted) && hasWords(a, sought)) ahead.push(a);
  }
  return ahead;
}
