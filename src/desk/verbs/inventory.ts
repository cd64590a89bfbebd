import { byState, type Did, type Refusal } from '../../base/refusal.ts';
import { after, hours } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { INVENTORY_LIMITS } from '../../domain/inventory/thing.ts';
import type { Draft } from '../draft.ts';
import type { InventoryAct, InventoryVersion } from '../inventory-act.ts';
import { refresh } from '../refresh.ts';
import type { State } from '../state.ts';

/** Versions kept of each feed, the one in force among them: each can be looked at and restored. */
export const VERSIONS_MAX = 20;

/** Things in all parts that are held: in force, kept for older versions, or put and not used. */
export const HELD_THINGS_MAX = 3 * INVENTORY_LIMITS.things_max;

/** A part that no version uses is kept so long: the import that put it may still be at work. */
const UNUSED_FOR = hours(1);

/** Brings parts of an inventory, or puts a version made of them in force. */
export function changeInventory(draft: Draft, state: State, by: UserId, act: InventoryAct): Did {
  return act.verb === 'inventory.put' ? put(draft, state, act) : change(draft, state, by, act);
}

function put(
  draft: Draft,
  state: State,
  act: Extract<InventoryAct, { verb: 'inventory.put' }>,
): Did {
  const fresh = act.parts.filter(({ id }) => !draft.get('inventoryParts', id));
  let things = fresh.reduce((sum, part) => sum + part.things.length, 0);
  for (const part of state.all('inventoryParts')) things += part.things.length;
  if (things > HELD_THINGS_MAX) {
    const why = `The desk holds ${HELD_THINGS_MAX} things of all versions together`;
    return { refused: byState(`${why}, and no more: drop older versions, or wait an hour.`) };
  }
  for (const { id, things: all } of act.parts) {
    // Put again, it is new: an import that begins now may count on it.
    draft.put('inventoryParts', id, { id, things: all, at: draft.now.at });
  }
  return {};
}

function change(
  draft: Draft,
  state: State,
  by: UserId,
  act: Extract<InventoryAct, { verb: 'inventory.switch' }>,
): Did {
  const refused = whyNot(state, act);
  if (refused !== undefined) return { refused };
  const { feed, basedOn, parts, counts, from, why, restores } = act;
  const id = `v${draft.now.position}`;
  const version: InventoryVersion = {
    ...{ id, feed, at: draft.now.at, by, from, why },
    ...{ restores, basedOn, counts, parts },
  };
  draft.put('inventoryVersions', id, version);
  draft.put('inventoryFeeds', feed, { id: feed, version: id, parts });
  const gone = tooOld(state, feed);
  for (const old of gone) draft.remove('inventoryVersions', old);
  sweep(draft, state, version, gone);
  refresh(draft);
  return { made: id };
}

function whyNot(
  state: State,
  act: Extract<InventoryAct, { verb: 'inventory.switch' }>,
): Refusal | undefined {
  const held = state.get('inventoryFeeds', act.feed);
  if ((held?.version ?? '') !== act.basedOn) {
    return byState(
      `${act.feed} was changed meanwhile (${held?.version}): look again, then import again`,
    );
  }
  if (!held && state.count('inventoryFeeds') >= INVENTORY_LIMITS.feeds_max) {
    return byState(`There are ${INVENTORY_LIMITS.feeds_max} feeds, and no more are taken.`);
  }
  let things = 0;
  for (const id of act.parts) {
    const part = state.get('inventoryParts', id);
    if (!part) return byState('A part of this version is not here: import it again.');
    things += part.things.length;
  }
  for (const other of state.all('inventoryFeeds')) {
    if (other.id === act.feed) continue;
    for (const id of other.parts) things += state.get('inventoryParts', id)?.things.length ?? 0;
  }
  const max = INVENTORY_LIMITS.things_max;
  return things > max ? byState(`${things} things of all feeds are more than ${max}.`) : undefined;
}

/** Versions that make room for one more, the oldest first. */
function tooOld(state: State, feed: string): readonly string[] {
  const place = (id: string): number => Number(id.slice(1));
  const all = [...state.all('inventoryVersions')].filter((version) => version.feed === feed);
  const ids = all.map((version) => version.id).sort((a, b) => place(a) - place(b));
  return ids.slice(0, Math.max(0, ids.length + 1 - VERSIONS_MAX));
}

/** Forgets parts that no version uses any more. */
function sweep(draft: Draft, state: State, fresh: InventoryVersion, gone: readonly string[]): void {
  const used = new Set(fresh.parts);
  for (const version of state.all('inventoryVersions')) {
    if (!gone.includes(version.id)) for (const id of version.parts) used.add(id);
  }
  for (const { id, at } of state.all('inventoryParts')) {
    if (!used.has(id) && after(at, UNUSED_FOR) <= draft.now.at) draft.remove('inventoryParts', id);
  }
}
