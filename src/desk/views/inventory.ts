import type { Alarm } from '../../domain/alarm/alarm.ts';
import { isRaised } from '../../domain/alarm/alarm.ts';
import type { Labels } from '../../domain/alarm/event.ts';
import {
  contextAt,
  dependencies,
  dependents,
  linksAt,
  otherEnd,
  upwards,
} from '../../domain/inventory/context.ts';
import {
  folded,
  idOf,
  KINDS,
  type Kind,
  kindOf,
  type Thing,
  type ThingKey,
} from '../../domain/inventory/thing.ts';
import type { Memory } from '../desk.ts';
import type { InventoryVersion } from '../inventory-act.ts';
import type { Sliced } from './merge.ts';

const LOOKED_AT_ONCE = 2_000;

/** Neighbours of one sort that are told; the rest is counted. */
export const NEIGHBOURS_MAX = 200;

/** Open alarms of one thing that are told. */
export const ALARMS_MAX = 100;

/** A feed, and the version of it that holds. */
export interface FeedView {
  readonly feed: string;
  readonly version: InventoryVersion;
  /** Versions kept of it. */
  readonly versions: number;
}

/** Feeds by name. One that was emptied stays listed while its versions are kept. */
export function feedsOf(memory: Memory): readonly FeedView[] {
  return [...memory.all('inventoryFeeds')]
    .flatMap(({ id, version: held }) => {
      const version = memory.get('inventoryVersions', held);
      return version ? [{ feed: id, version, versions: versionsOf(memory, id).length }] : [];
    })
    .sort((a, b) => (a.feed < b.feed ? -1 : 1));
}

/** Versions of a feed, newest first. */
export function versionsOf(memory: Memory, feed: string): readonly InventoryVersion[] {
  const place = ({ id }: InventoryVersion): number => Number(id.slice(1));
  return [...memory.all('inventoryVersions')]
    .filter((version) => version.feed === feed)
    .sort((a, b) => place(b) - place(a));
}

/** How many things of each kind there are; kinds without any are left out. */
export function countKinds(memory: Memory): ReadonlyMap<Kind, number> {
  const counts = new Map<Kind, number>();
  for (const { key, thing } of memory.inventory.graph.nodes()) {
    if (thing) counts.set(kindOf(key), (counts.get(kindOf(key)) ?? 0) + 1);
  }
  return new Map(
    KINDS.flatMap((kind) => (counts.has(kind) ? [[kind, counts.get(kind) ?? 0]] : [])),
  );
}

export interface ThingSearch {
  /** Every word has to stand in its id, title, a name or a fact. */
  readonly words: string;
  readonly kind: Kind | undefined;
  readonly feed: string | undefined;
}

/** Keys of the things that fit, in their order. */
export function* searchThings(
  memory: Memory,
  { words, kind, feed }: ThingSearch,
): Sliced<readonly ThingKey[]> {
  const wanted = folded(words).split(/\s+/).filter(Boolean);
  const found: ThingKey[] = [];
  let looked = 0;
  for (const node of [...memory.inventory.graph.nodes()]) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    const { key, thing } = node;
    if (!thing || (kind && kindOf(key) !== kind)) continue;
    if (feed !== undefined && node.feed !== feed && !node.all?.has(feed)) continue;
    if (wanted.length > 0 && !hasWords(thing, wanted)) continue;
    found.push(key);
  }
  return found.sort();
}

function hasWords(thing: Thing, words: readonly string[]): boolean {
  const { key, title = '', names = [], attributes = {}, labels = {} } = thing;
  const facts = [...Object.values(attributes), ...Object.values(labels)];
  const text = folded([idOf(key), title, ...names, ...facts].join('\n'));
  return words.every((word) => text.includes(word));
}

/** Some of many: the first by key, and how many there are. */
export interface Some {
  readonly keys: readonly ThingKey[];
  readonly total: number;
}

/** One thing with its neighbours. */
export interface ThingView {
  readonly key: ThingKey;
  /** Undefined for what is only named by others. */
  readonly thing: Thing | undefined;
  readonly feeds: readonly string[];
  /** What it is part of, the nearest first. */
  readonly above: readonly ThingKey[];
  readonly parts: Some;
  readonly links: readonly { readonly link: ThingKey; readonly other: ThingKey | undefined }[];
  readonly dependsOn: Some;
  readonly dependents: Some;
  readonly context: Labels;
}

export function thingView(memory: Memory, key: ThingKey): ThingView | undefined {
  const { graph } = memory.inventory;
  const node = graph.node(key);
  if (!node) return undefined;
  const links = linksAt(graph, key);
  const isLink = new Set<ThingKey>(links);
  return {
    key,
    thing: node.thing,
    feeds: node.all ? [...node.all.keys()].sort() : node.feed === '' ? [] : [node.feed],
    above: upwards(graph, key).slice(1),
    parts: some([...(node.children ?? [])].sort()),
    links: links
      .slice(0, NEIGHBOURS_MAX)
      .map((link) => ({ link, other: otherEnd(graph, link, key) })),
    dependsOn: some(dependencies(graph, key)),
    dependents: some(dependents(graph, key).filter((one) => !isLink.has(one))),
    context: contextAt(graph, node),
  };
}

const some = (keys: readonly ThingKey[]): Some => ({
  keys: keys.slice(0, NEIGHBOURS_MAX),
  total: keys.length,
});

/** Raised alarms about a thing or anything that is part of it; at most ALARMS_MAX of them. */
export function* alarmsOn(
  memory: Memory,
  key: ThingKey,
): Sliced<{ readonly alarms: readonly Alarm[]; readonly total: number }> {
  const { inventory } = memory;
  const alarms: Alarm[] = [];
  let [total, looked] = [0, 0];
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm)) continue;
    const about = inventory.find(alarm.resource, alarm.labels);
    if (about === undefined || !upwards(inventory.graph, about).includes(key)) continue;
    total++;
    if (alarms.length < ALARMS_MAX) alarms.push(alarm);
  }
  return { alarms, total };
}
