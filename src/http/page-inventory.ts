import { DeskError } from '../base/errors.ts';
import { refusalFailure, refusalText } from '../base/refusal.ts';
import { fieldLabels } from '../console/form-errors.ts';
import {
  IMPORT_FIELDS,
  type ImportForm,
  importBody,
  inventoryBody,
  thingBody,
} from '../console/inventory-page.ts';
import { stretch } from '../console/pager.ts';
import { isChange, putInForce } from '../desk/inventory-import.ts';
import { alarmsOn, countKinds, feedsOf, searchThings, thingView } from '../desk/views/inventory.ts';
import { counted } from '../desk/views/words.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { FEED_FORMATS, type ReadFeedText } from '../domain/inventory/feed.ts';
import { kindNamed, type ThingKey } from '../domain/inventory/thing.ts';
import { seeOther } from './answer.ts';
import { FEED_BYTES_MAX } from './api/inventory-shapes.ts';
import { ADMIN, byOf, VIEWER } from './api/parts.ts';
import { effectOn, readAndCompare } from './feed-door.ts';
import { field } from './page-reader.ts';
import type { RoutingPageParts } from './page-routing-parts.ts';
import { HttpRefusal } from './problem.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

export interface InventoryPageParts extends RoutingPageParts {
  readonly readFeed: ReadFeedText;
}

const AT = '/inventory';

/** The inventory: search, one thing, an import. It works without scripts. */
export const inventoryPages = (parts: InventoryPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'The inventory: search, and the feeds it came with.',
    handle: (asked) => searchPage(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/thing`,
    access: VIEWER,
    summary: 'One thing with its neighbours and what is raised on it.',
    handle: (asked) => thingPage(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/import`,
    access: ADMIN,
    summary: 'A form for a feed of the inventory.',
    handle: (asked) => importPage(parts, asked, EMPTY),
  },
  {
    method: 'POST',
    path: `${AT}/import`,
    access: ADMIN,
    summary: 'Tries a feed, or puts it in force.',
    form: true,
    bodyBytesMax: FEED_BYTES_MAX,
    kept: { labels: fieldLabels(IMPORT_FIELDS) },
    handle: (asked) => pressed(parts, asked),
  },
];

async function searchPage(
  { desk, site, accounts, draw }: InventoryPageParts,
  asked: Asked,
): Promise<Answer> {
  const { memory, clock } = desk;
  const words = (asked.query.get('q') ?? '').slice(0, 256);
  const kind = kindNamed(asked.query.get('kind') ?? '');
  const found = await runSliced(searchThings(memory, { words, kind, feed: undefined }));
  const { graph } = memory.inventory;
  const keys = stretch(found, asked.query);
  const things = { ...keys, rows: keys.rows.flatMap((key) => graph.node(key)?.thing ?? []) };
  const version = memory.get('inventoryVersions', asked.query.get('done') ?? '');
  const done = version ? `${version.id} of ${version.feed} is in force.` : '';
  const view = {
    ...{ words, kind, things, done, now: clock.now() },
    ...{ kinds: countKinds(memory), feeds: feedsOf(memory) },
    nameOf: (id: UserId): string => accounts.name(id),
  };
  return draw(asked, { title: 'Inventory', at: AT }, (reader) => inventoryBody(site, reader, view));
}

async function thingPage({ desk, site, draw }: InventoryPageParts, asked: Asked): Promise<Answer> {
  const key = (asked.query.get('key') ?? '') as ThingKey;
  const view = thingView(desk.memory, key);
  if (!view) throw new DeskError('NOT_FOUND', { what: `${key} in the inventory` });
  const raised = await runSliced(alarmsOn(desk.memory, key));
  return draw(asked, { title: key, at: AT }, () => thingBody(site, view, raised));
}

const EMPTY: ImportForm = {
  ...{ feed: '', format: 'yaml', kind: '', sheet: '', text: '', why: '', fault: '' },
  compared: undefined,
};

const importPage = (
  { site, draw }: InventoryPageParts,
  asked: Asked,
  form: ImportForm,
  status = 200,
): Answer =>
  draw(asked, { title: 'Import', at: AT, status }, (reader) => importBody(site, reader, form));

async function pressed(parts: InventoryPageParts, asked: Asked): Promise<Answer> {
  const { json } = asked;
  const typed = (name: string): string => field(json, name);
  const form: ImportForm = {
    ...{ feed: typed('feed').trim(), format: typed('format'), kind: typed('kind') },
    sheet: typed('sheet').trim(),
    ...{ text: typed('text'), why: typed('why').trim(), fault: '', compared: undefined },
  };
  try {
    return await tried(parts, asked, form);
  } catch (error) {
    const known = error instanceof DeskError || error instanceof HttpRefusal ? error : undefined;
    if (!known) throw error;
    return importPage(parts, asked, { ...form, fault: known.message }, 422);
  }
}

async function tried(parts: InventoryPageParts, asked: Asked, form: ImportForm): Promise<Answer> {
  const format = FEED_FORMATS.find((one) => one === form.format) ?? 'yaml';
  const { kind, sheet, text } = form;
  const bytes = Buffer.from(text, format === 'xlsx' ? 'base64' : 'utf8');
  const read = await readAndCompare(parts, form.feed, { format, kind, sheet, bytes });
  const compared = { ...read, effect: await effectOn(parts.desk, read.change) };
  const isTrial = field(asked.json, 'does') !== 'import';
  if (isTrial) return importPage(parts, asked, { ...form, compared });
  const again = (fault: string, status: number) =>
    importPage(parts, asked, { ...form, compared, fault }, status);
  if (form.why === '') return again('why: say it, it stands in the list of versions', 422);
  const { change } = compared;
  if (!isChange(change.counts)) return again('Nothing would change.', 422);
  const says = { by: byOf(asked.actor), from: 'console', why: form.why };
  const { refused, made = '' } = await putInForce(parts.desk, change, says, runSliced);
  if (refused !== undefined) {
    return again(
      `Not imported (${counted(change.counts.things, 'thing')}): ${refusalText(refused)}`,
      refusalFailure(refused).status,
    );
  }
  return seeOther(`${parts.site.prefix}${AT}?done=${made}`);
}
