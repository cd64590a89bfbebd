import { DeskError } from '../base/errors.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { ReadPart } from '../domain/inventory/feed.ts';
import {
  type Difference,
  difference,
  INVENTORY_LIMITS,
  type Part,
  type Thing,
  type ThingKey,
} from '../domain/inventory/thing.ts';
import type { Desk, Memory } from './desk.ts';
import { type ActOutcome, ENTRY_LIMITS } from './entry.ts';
import type { InventoryVersion, VersionCounts } from './inventory-act.ts';
import { UNPREPARED_THINGS_MAX } from './inventory-index.ts';
import type { Sliced } from './views/merge.ts';

/** Parts parsed between two pauses: about a millisecond. */
const PARSED_AT_ONCE = 8;

/** Keys listed between two pauses. */
const LISTED_AT_ONCE = 20_000;

/** What a version that was read would do to the feed. */
export interface FeedChange {
  readonly feed: string;
  /** The version it was compared with; '' for none. */
  readonly basedOn: string;
  readonly parts: readonly string[];
  /** Parts that the desk does not hold yet. */
  readonly fresh: readonly Part[];
  readonly difference: Difference;
  readonly counts: VersionCounts;
}

const FEED_NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** Throws FIELD_INVALID for what cannot be the name of a feed. */
export function checkFeedName(feed: string): void {
  const max = INVENTORY_LIMITS.feed_chars_max;
  if (FEED_NAME.test(feed) && feed.length <= max) return;
  const expected = `1 to ${max} of a-z, 0-9, dot, dash and underscore`;
  throw new DeskError('FIELD_INVALID', { field: 'feed', expected });
}

/** Keys of everything that other feeds hold: what this one may refer to. */
export function* keysOfOthers(memory: Memory, feed: string): Sliced<readonly ThingKey[]> {
  const keys: ThingKey[] = [];
  for (const other of memory.all('inventoryFeeds')) {
    if (other.id === feed) continue;
    for (const id of other.parts) {
      for (const { key } of memory.get('inventoryParts', id)?.things ?? []) keys.push(key);
      if (keys.length % LISTED_AT_ONCE < ENTRY_LIMITS.things_max) yield;
    }
  }
  return keys;
}

/** Compares what was read with the version in force. Parts that both have are not looked into. */
export function* compareFeed(
  memory: Memory,
  feed: string,
  read: readonly ReadPart[],
): Sliced<FeedChange> {
  const held = memory.get('inventoryFeeds', feed);
  const before = new Set(held?.parts);
  const after = new Set(read.map((part) => part.id));
  const fresh: Part[] = [];
  const is: Thing[] = [];
  for (const { id, json } of read) {
    if (before.has(id)) continue;
    const known = memory.get('inventoryParts', id);
    const part = known ?? { id, things: JSON.parse(json) as readonly Thing[] };
    if (!known) fresh.push(part);
    for (const thing of part.things) is.push(thing);
    if (fresh.length % PARSED_AT_ONCE === 0) yield;
  }
  const was = [...before].flatMap((id) =>
    after.has(id) ? [] : (memory.get('inventoryParts', id)?.things ?? []),
  );
  const things = read.reduce((sum, part) => sum + part.things, 0);
  const found = difference(was, is);
  return {
    feed,
    basedOn: held?.version ?? '',
    parts: read.map((part) => part.id),
    fresh,
    difference: found,
    counts: countsOf(things, found),
  };
}

const countsOf = (things: number, { added, changed, removed }: Difference): VersionCounts => ({
  things,
  added: added.length,
  changed: changed.length,
  removed: removed.length,
});

export const isChange = ({ added, changed, removed }: VersionCounts): boolean =>
  added + changed + removed > 0;

/** Who puts a version in force, and why. */
export interface Saying {
  readonly by: UserId;
  readonly from: string;
  readonly why: string;
  readonly restores?: string;
}

/**
 * Puts the parts piece by piece, then switches to them in one entry: nobody sees half a version.
 * `run` does work by the slice.
 * Refused in the outcome when the feed was changed meanwhile.
 */
export async function putInForce(
  desk: Desk,
  { feed, basedOn, parts, fresh, counts }: FeedChange,
  { by, from, why, restores = '' }: Saying,
  run: (work: Sliced<undefined>) => Promise<unknown>,
): Promise<ActOutcome> {
  for (const some of piecesOf(fresh)) {
    const outcome = await desk.act(by, { verb: 'inventory.put', feed, parts: some });
    if (outcome.refused !== undefined) return outcome;
  }
  if (counts.added + counts.changed + counts.removed > UNPREPARED_THINGS_MAX) {
    await run(desk.memory.inventory.prepare(feed, parts));
  }
  const says = { feed, basedOn, parts, counts, from, why, restores };
  return desk.act(by, { verb: 'inventory.switch', ...says });
}

function* piecesOf(parts: readonly Part[]): Generator<readonly Part[]> {
  let piece: Part[] = [];
  let things = 0;
  for (const part of parts) {
    if (things + part.things.length > ENTRY_LIMITS.things_max) {
      yield piece;
      piece = [];
      things = 0;
    }
    piece.push(part);
    things += part.things.length;
  }
  if (piece.length > 0) yield piece;
}

/** The feed as an older version had it, or without anything: as a change of today's. */
export function changeBack(
  memory: Memory,
  feed: string,
  version: Pick<InventoryVersion, 'parts'>,
): FeedChange {
  const held = memory.get('inventoryFeeds', feed);
  const found = differenceOf(memory, held?.parts ?? [], version.parts);
  const things = thingsIn(memory, version.parts).length;
  return {
    ...{ feed, basedOn: held?.version ?? '', parts: version.parts, fresh: [] },
    ...{ difference: found, counts: countsOf(things, found) },
  };
}

/** What is in one list of parts and not in the other. */
export function differenceOf(
  memory: Memory,
  was: readonly string[],
  is: readonly string[],
): Difference {
  const [before, after] = [new Set(was), new Set(is)];
  return difference(
    thingsIn(
      memory,
      was.filter((id) => !after.has(id)),
    ),
    thingsIn(
      memory,
      is.filter((id) => !before.has(id)),
    ),
  );
}

const thingsIn = (memory: Memory, parts: readonly string[]): readonly Thing[] =>
  parts.flatMap((id) => memory.get('inventoryParts', id)?.things ?? []);
