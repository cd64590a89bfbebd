import type { Labels } from '../alarm/event.ts';
import { type Graph, type Node, neededBy, STEPS_MAX } from './graph.ts';
import { idOf, type Kind, kindOf, type ThingKey } from './thing.ts';

/** Services one label names; the first by name. */
export const SERVICES_NAMED_MAX = 8;

/** From least to most; a word that is none of these counts as the least. */
const CRITICALITIES = ['low', 'medium', 'high', 'critical'];

/** Kinds whose id is a label by the kind's own name on everything below them. */
const ABOVE: readonly Kind[] = ['device', 'site', 'region', 'service', 'dataset', 'circuit'];

/**
 * What the inventory adds to an alarm about this thing: where it is, what it is for, whose it is.
 * Labels a feed gives (`labels:`) reach everything below; the nearest wins, also over these:
 *
 * port, device, site, region   the thing and what it is part of
 * role                         the device's, from its attribute
 * link, far_end, circuit       the link that ends at the port, what is at its other end, and what
 *                              it runs on
 * service                      what depends on it, at most SERVICES_NAMED_MAX, by comma
 * owner, criticality           the nearest that has one; else the most critical service's
 */
export function contextOf(graph: Graph, key: ThingKey): Labels {
  const chain = upwards(graph, key);
  const links = linksAt(graph, key);
  const circuits = circuitsUnder(graph, [...links, key]);
  const near = [...chain.slice(0, 1), ...links, ...circuits, ...chain.slice(1)];
  const services = servicesOver(graph, [...near]);
  const out: Record<string, string> = {};
  const say = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '' && !Object.hasOwn(out, name)) out[name] = value;
  };
  for (const one of near) {
    const { labels = {} } = graph.node(one)?.thing ?? {};
    for (const name in labels) if (name !== '__proto__') say(name, labels[name]);
  }
  for (const one of chain) {
    const kind = kindOf(one);
    if (kind === 'port') say('port', idOf(one).slice(idOf(one).indexOf('/') + 1));
    else if (ABOVE.includes(kind)) say(kind, idOf(one));
    if (kind === 'device') say('role', graph.node(one)?.thing?.attributes?.role);
  }
  say('link', kindOf(key) === 'link' ? idOf(key) : links[0] && idOf(links[0]));
  if (links[0]) say('far_end', farEnd(graph, links[0], key));
  say('circuit', circuits[0] && idOf(circuits[0]));
  say('service', services.slice(0, SERVICES_NAMED_MAX).map(idOf).join(','));
  const owner = near.flatMap((one) => graph.node(one)?.thing?.owner ?? [])[0];
  say('owner', owner ? idOf(owner) : kindOf(key) === 'owner' ? idOf(key) : undefined);
  say('criticality', attribute(graph, near, 'criticality') ?? worst(graph, services));
  return Object.freeze(sorted(out));
}

/** The same, worked out once until something changes. */
export function contextAt(graph: Graph, node: Node): Labels {
  if (node.context === undefined || node.contextOf !== graph.changes) {
    node.context = contextOf(graph, node.key);
    node.contextOf = graph.changes;
  }
  return node.context;
}

/** The thing and all it is part of, the nearest first. */
export function upwards(graph: Graph, key: ThingKey): readonly ThingKey[] {
  const chain: ThingKey[] = [];
  for (let at: ThingKey | undefined = key; at && chain.length < STEPS_MAX; ) {
    if (chain.includes(at)) break;
    chain.push(at);
    at = graph.node(at)?.thing?.partOf;
  }
  return chain;
}

/**
 * Where work is done that an alarm about this thing comes of: the thing, what it is part of, the
 * link that ends at it and what that runs on, and the far end with what that is part of.
 */
export function placesOf(graph: Graph, key: ThingKey): readonly ThingKey[] {
  const kind = kindOf(key);
  const places = new Set(upwards(graph, key));
  // A device is not its links: one that is worked on does not quiet all of its neighbours.
  const links = kind === 'link' ? [key] : kind === 'port' ? linksAt(graph, key) : [];
  for (const link of links) {
    for (const one of upwards(graph, link)) places.add(one);
    for (const one of dependencies(graph, link)) {
      for (const above of upwards(graph, one)) places.add(above);
    }
  }
  return [...places];
}

/** Links that end at this thing itself, in the order of their keys. */
export function linksAt(graph: Graph, key: ThingKey): readonly ThingKey[] {
  const { dependents } = graph.node(key) ?? {};
  if (!dependents) return [];
  return [...dependents].filter((one) => graph.node(one)?.thing?.ends?.includes(key)).sort();
}

/** What is at the other end of a link, seen from one of its ends. */
export function otherEnd(graph: Graph, link: ThingKey, from: ThingKey): ThingKey | undefined {
  const [a, b] = graph.node(link)?.thing?.ends ?? [];
  return a === from ? b : b === from ? a : undefined;
}

function farEnd(graph: Graph, link: ThingKey, from: ThingKey): string {
  const other = otherEnd(graph, link, from);
  return other === undefined ? '' : idOf(other);
}

/** What a thing depends on, whichever of the two says so. */
export function dependencies(graph: Graph, key: ThingKey): readonly ThingKey[] {
  const node = graph.node(key);
  if (!node) return [];
  const needs = node.thing ? neededBy(node.thing) : [];
  return [...new Set([...needs, ...(node.carriers ?? [])])].sort();
}

/** What depends on a thing, directly, whichever of the two says so. */
export function dependents(graph: Graph, key: ThingKey): readonly ThingKey[] {
  const node = graph.node(key);
  if (!node) return [];
  return [...new Set([...(node.dependents ?? []), ...(node.thing?.carries ?? [])])].sort();
}

function circuitsUnder(graph: Graph, keys: readonly ThingKey[]): readonly ThingKey[] {
  const found = new Set<ThingKey>();
  for (const key of keys) {
    for (const one of dependencies(graph, key)) if (kindOf(one) === 'circuit') found.add(one);
  }
  return [...found];
}

/** Services that need any of these, or need what needs them. */
function servicesOver(graph: Graph, keys: readonly ThingKey[]): readonly ThingKey[] {
  const seen = new Set<ThingKey>(keys);
  let ring: readonly ThingKey[] = keys;
  for (let step = 0; step < STEPS_MAX && ring.length > 0; step++) {
    const next: ThingKey[] = [];
    for (const key of ring) {
      for (const one of dependents(graph, key)) {
        if (seen.has(one) || seen.size > SEEN_MAX) continue;
        seen.add(one);
        next.push(one);
      }
    }
    ring = next;
  }
  return [...seen].filter((key) => kindOf(key) === 'service').sort();
}

/** A thing on which more depends than this is told with the services found so far. */
const SEEN_MAX = 1_024;

const attribute = (graph: Graph, keys: readonly ThingKey[], name: string): string | undefined =>
  keys.flatMap((key) => graph.node(key)?.thing?.attributes?.[name] ?? [])[0];

function worst(graph: Graph, services: readonly ThingKey[]): string | undefined {
  const said = services.flatMap((key) => attribute(graph, [key], 'criticality') ?? []);
  const rank = (word: string): number => CRITICALITIES.indexOf(word.toLowerCase());
  return said.sort((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1))[0];
}

function sorted(labels: Readonly<Record<string, string>>): Labels {
  return Object.fromEntries(
    Object.keys(labels)
      .sort()
      .map((name) => [name, labels[name] ?? '']),
  );
}
