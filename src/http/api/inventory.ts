import type { Static } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { refusalFailure } from '../../base/refusal.ts';
import type { InventoryVersion } from '../../desk/inventory-act.ts';
import {
  changeBack,
  differenceOf,
  type FeedChange,
  isChange,
  putInForce,
} from '../../desk/inventory-import.ts';
import {
  alarmsOn,
  countKinds,
  feedsOf,
  searchThings,
  thingView,
  versionsOf,
} from '../../desk/views/inventory.ts';
import type { FeedReport } from '../../domain/inventory/feed.ts';
import { kindNamed, type ThingKey } from '../../domain/inventory/thing.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { type Compared, effectOn, readAndCompare } from '../feed-door.ts';
import { fieldsRefused, refusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { runSliced } from '../sliced.ts';
import { whyBody } from './config-shapes.ts';
import {
  comparedJson,
  comparedShape,
  differenceJson,
  FEED_BYTES_MAX,
  feedJson,
  feedQuery,
  findQuery,
  foundShape,
  importedShape,
  importQuery,
  inventoryShape,
  neighboursJson,
  oneThingShape,
  thingJson,
  thingsQuery,
  thingsShape,
  versionJson,
  versionShape,
  versionsShape,
} from './inventory-shapes.ts';
import { ADMIN, API, type ApiParts, byOf, VIEWER } from './parts.ts';
import { API_LIMITS } from './shapes.ts';

const INVENTORY = `${API}/inventory`;
const FEED = `${INVENTORY}/feeds/:feed`;

/** What an organisation has: looking it up, and the feeds that bring it. */
export const inventoryRoutes = (parts: ApiParts): Route[] => [
  ...lookingUp(parts),
  ...reading(parts),
  {
    method: 'POST',
    path: `${FEED}/compare`,
    access: ADMIN,
    summary:
      'Reads a feed, given as the body, and says what was wrong with which row and what would be ' +
      'added, changed and removed. Changes nothing.',
    bodyBytesMax: FEED_BYTES_MAX,
    querySchema: feedQuery,
    answerSchema: comparedShape,
    handle: async (asked) => {
      const { change, report } = await handedIn(parts, asked, feedQuery);
      const effect = await effectOn(parts.desk, change);
      return json(200, comparedJson(change, report, effect));
    },
  },
  {
    method: 'POST',
    path: `${FEED}/import`,
    access: ADMIN,
    summary:
      'Puts a feed, given as the body, in force: what it brought before and does not now is ' +
      'removed; what other feeds brought stays.',
    bodyBytesMax: FEED_BYTES_MAX,
    querySchema: importQuery,
    answerSchema: importedShape,
    handle: (asked) => importFeed(parts, asked),
  },
  {
    method: 'POST',
    path: `${FEED}/versions/:id/restore`,
    access: ADMIN,
    summary: 'Puts an older version of a feed in force again, as a new one.',
    bodySchema: whyBody,
    answerSchema: importedShape,
    handle: (asked) => {
      const version = versionOf(parts, asked);
      const change = changeBack(parts.desk.memory, version.feed, version);
      const { why } = asked.json as Static<typeof whyBody>;
      return switched(parts, asked, change, { from: version.id, why, restores: version.id });
    },
  },
  {
    method: 'POST',
    path: `${FEED}/empty`,
    access: ADMIN,
    summary: 'Takes everything of a feed away. Its versions are kept and can be restored.',
    bodySchema: whyBody,
    answerSchema: importedShape,
    handle: (asked) => {
      const feed = feedOf(parts, asked);
      const change = changeBack(parts.desk.memory, feed, { parts: [] });
      const { why } = asked.json as Static<typeof whyBody>;
      return switched(parts, asked, change, { from: 'emptied', why });
    },
  },
];

const lookingUp = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${INVENTORY}/things`,
    access: VIEWER,
    summary: 'Things by words in their names and facts, in the order of their keys.',
    querySchema: thingsQuery,
    answerSchema: thingsShape,
    handle: (asked) => things(parts, asked),
  },
  {
    method: 'GET',
    path: `${INVENTORY}/things/:key`,
    access: VIEWER,
    summary: 'One thing with its neighbours and the raised alarms about it.',
    answerSchema: oneThingShape,
    handle: async ({ params }) => {
      const { memory } = parts.desk;
      const key = (params.key ?? '') as ThingKey;
      const view = thingView(memory, key);
      if (!view) throw new DeskError('NOT_FOUND', { what: `${key} in the inventory` });
      const { alarms, total } = await runSliced(alarmsOn(memory, key));
      const told = alarms.map(({ id, severity, resource, type, text }) => ({
        ...{ id, severity, resource, type, text },
      }));
      return json(200, { ...neighboursJson(view), alarms: told, alarmsTotal: total });
    },
  },
  {
    method: 'GET',
    path: `${INVENTORY}/find`,
    access: VIEWER,
    summary: 'The thing that an alarm of this resource and these labels is about.',
    querySchema: findQuery,
    answerSchema: foundShape,
    handle: ({ query }) => {
      const { resource = '', label = [] } = readQuery(findQuery, query);
      const { inventory } = parts.desk.memory;
      const labels = Object.fromEntries(label.map(pairOf));
      const key = inventory.find(resource, labels);
      const thing = key && { key, ...inventory.graph.node(key)?.thing };
      const context = inventory.contextOf(resource, labels);
      return json(200, { thing: thing ? thingJson(thing) : null, context });
    },
  },
];

function pairOf(text: string, n: number): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined) return [name, value ?? ''];
  throw fieldsRefused([{ field: `label[${n}]`, expected: 'name=value' }]);
}

const reading = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: INVENTORY,
    access: VIEWER,
    summary: 'How much there is of what, and the feeds that brought it.',
    answerSchema: inventoryShape,
    handle: () => {
      const { memory } = parts.desk;
      return json(200, {
        things: memory.inventory.graph.count,
        kinds: Object.fromEntries(countKinds(memory)),
        feeds: feedsOf(memory).map((view) => feedJson(parts, view)),
      });
    },
  },
  {
    method: 'GET',
    path: `${FEED}/versions`,
    access: VIEWER,
    summary: 'Versions of a feed that are kept, newest first: who, when, why.',
    answerSchema: versionsShape,
    handle: (asked) => {
      const feed = feedOf(parts, asked);
      const { memory } = parts.desk;
      const held = memory.get('inventoryFeeds', feed)?.version ?? '';
      const items = versionsOf(memory, feed).map((one) => versionJson(parts, one, held));
      return json(200, { items });
    },
  },
  {
    method: 'GET',
    path: `${FEED}/versions/:id`,
    access: VIEWER,
    summary: 'What a version of a feed changed.',
    answerSchema: versionShape,
    handle: (asked) => {
      const { memory } = parts.desk;
      const version = versionOf(parts, asked);
      const held = memory.get('inventoryFeeds', version.feed)?.version ?? '';
      const before = memory.get('inventoryVersions', version.basedOn);
      // The one before the oldest that is kept is not known any more.
      const isKnown = before !== undefined || version.basedOn === '';
      const difference = isKnown
        ? differenceOf(memory, before?.parts ?? [], version.parts)
        : { added: [], changed: [], removed: [] };
      return json(200, {
        version: versionJson(parts, version, held),
        difference: differenceJson(difference),
      });
    },
  },
];

function feedOf({ desk }: ApiParts, { params }: Asked): string {
  const feed = params.feed ?? '';
  if (desk.memory.get('inventoryFeeds', feed)) return feed;
  throw new DeskError('NOT_FOUND', { what: `feed ${feed}` });
}

function versionOf(parts: ApiParts, asked: Asked): InventoryVersion {
  const id = asked.params.id ?? '';
  const found = parts.desk.memory.get('inventoryVersions', id);
  if (found?.feed === feedOf(parts, asked)) return found;
  throw new DeskError('NOT_FOUND', { what: `version ${id} of this feed` });
}

async function things({ desk }: ApiParts, { query }: Asked): Promise<Answer> {
  const { words = '', kind, feed, limit, cursor } = readQuery(thingsQuery, query);
  const named = kind === undefined ? undefined : kindNamed(kind);
  if (kind !== undefined && !named) {
    throw fieldsRefused([{ field: 'kind', expected: 'a kind of thing, such as device' }]);
  }
  const found = await runSliced(searchThings(desk.memory, { words, kind: named, feed }));
  // A cursor is the key it goes on after: things that come and go meanwhile move nothing.
  const from = cursor === undefined ? 0 : found.findIndex((key) => key > cursor);
  const size = limit ?? API_LIMITS.page_items_default;
  const keys = from < 0 ? [] : found.slice(from, from + size);
  const { graph } = desk.memory.inventory;
  const items = keys.flatMap((key) => graph.node(key)?.thing ?? []).map(thingJson);
  const isMore = from >= 0 && from + size < found.length;
  return json(200, { items, total: found.length, next: isMore ? (keys.at(-1) ?? null) : null });
}

function handedIn(
  parts: ApiParts,
  asked: Asked,
  schema: typeof feedQuery | typeof importQuery,
): Promise<Compared> {
  const { format, kind = '', sheet = '' } = readQuery(schema, asked.query);
  const text = { format, kind, sheet, bytes: asked.body };
  return readAndCompare(parts, asked.params.feed ?? '', text);
}

async function importFeed(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { why, from = 'API', basedOn } = readQuery(importQuery, asked.query);
  if (why.trim() === '') throw refusal('REASON_MISSING', { verb: 'an import' });
  const { change, report } = await handedIn(parts, asked, importQuery);
  const { feed, basedOn: now } = change;
  if (basedOn !== undefined && basedOn !== now) {
    const facts = { feed, now: now || 'none', saw: basedOn || 'none' };
    throw new DeskError('FEED_CONFLICT', facts);
  }
  return switched(parts, asked, change, { from, why: why.trim() }, report);
}

async function switched(
  parts: ApiParts,
  { actor }: Asked,
  change: FeedChange,
  says: { readonly from: string; readonly why: string; readonly restores?: string },
  report: FeedReport | null = null,
): Promise<Answer> {
  const { memory } = parts.desk;
  const { counts, feed, basedOn } = change;
  const drawn = (id: string) => {
    const version = memory.get('inventoryVersions', id);
    return version ? versionJson(parts, version, id) : null;
  };
  if (!isChange(counts) && (basedOn !== '' || counts.things === 0)) {
    return json(200, { version: drawn(basedOn), changed: false, counts, report });
  }
  const outcome = await putInForce(parts.desk, change, { by: byOf(actor), ...says }, runSliced);
  if (outcome.refused !== undefined) {
    const now = memory.get('inventoryFeeds', feed)?.version ?? '';
    if (now === basedOn) throw refusalFailure(outcome.refused);
    throw new DeskError('FEED_CONFLICT', { feed, now, saw: basedOn || 'none' });
  }
  return json(200, { version: drawn(outcome.made ?? ''), changed: true, counts, report });
}
