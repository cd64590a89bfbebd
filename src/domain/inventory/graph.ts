import type { Labels } from '../alarm/event.ts';
import { folded, idOf, type Kind, kindOf, type Thing, type ThingKey } from './thing.ts';

/** A place of the graph: a thing, or only a key that other things name. */
export interface Node {
  readonly key: ThingKey;
  /** What all feeds say of it together; undefined while none describes it. */
  thing: Thing | undefined;
  /** The one feed that describes it; '' for none, or when there are more. */
  feed: string;
  /** By feed, when more than one describes it. */
  all: Map<string, Thing> | undefined;
  /** What is part of it. */
  children: Set<ThingKey> | undefined;
  /** What says that it depends on this, and the links that end here. */
  dependents: Set<ThingKey> | undefined;
  /** What says that it carries this. */
  carriers: Set<ThingKey> | undefined;
  /** Context labels, worked out when first asked for. */
  context: Labels | undefined;
  contextOf: number;
}

type Edge = 'children' | 'dependents' | 'carriers';

/** How far up, and along dependencies, a question goes. */
export const STEPS_MAX = 8;

/**
 * Everything the inventory holds, by key and by name, with both directions of every edge. Feeds
 * lie side by side: where two describe one thing, the first by name of the feed wins word by word,
 * and lists are joined. What it answers never depends on the order in which things came.
 */
export class Graph {
  readonly #nodes = new Map<ThingKey, Node>();
  readonly #names = new Map<string, ThingKey | readonly ThingKey[]>();
  readonly #domains = new Set<string>();
  #count = 0;
  /** Grows with every change: what was worked out before it is old. */
  #changes = 0;

  /** Things that some feed describes. */
  get count(): number {
    return this.#count;
  }

  get changes(): number {
    return this.#changes;
  }

  get domains(): ReadonlySet<string> {
    return this.#domains;
  }

  node(key: ThingKey): Node | undefined {
    return this.#nodes.get(key);
  }

  nodes(): IterableIterator<Node> {
    return this.#nodes.values();
  }

  /** Things of this name, in the order of their keys. */
  named(name: string): readonly ThingKey[] {
    const found = this.#names.get(name);
    return found === undefined ? NONE : typeof found === 'string' ? [found] : found;
  }

  /** The same where only one thing is called so, without making a list. */
  single(name: string): ThingKey | undefined {
    const found = this.#names.get(name);
    return typeof found === 'string' ? found : undefined;
  }

  /** A feed describes a thing, in place of what it said of it before. */
  put(feed: string, thing: Thing): void {
    const node = this.#place(thing.key);
    if (node.thing && node.feed !== feed) {
      const all = this.#sayings(node).set(feed, thing);
      return this.#become(node, all);
    }
    // The common case: no other feed speaks of it.
    this.#changes++;
    if (node.thing) this.#unlink(node.thing);
    else this.#count++;
    node.feed = feed;
    node.thing = thing;
    this.#link(thing);
  }

  /** A feed no longer describes a thing. */
  remove(feed: string, key: ThingKey): void {
    const node = this.#nodes.get(key);
    if (!node?.thing) return;
    const others = this.#sayings(node);
    if (others.delete(feed)) this.#become(node, others);
  }

  #sayings(node: Node): Map<string, Thing> {
    if (node.all) return node.all;
    return new Map(node.thing ? [[node.feed, node.thing]] : []);
  }

  #become(node: Node, sayings: Map<string, Thing>): void {
    this.#changes++;
    if (node.thing) this.#unlink(node.thing);
    const before = node.thing;
    const [only] = sayings.keys();
    if (sayings.size > 1) {
      node.all = sayings;
      node.feed = '';
      node.thing = joined([...sayings.keys()].sort().flatMap((feed) => sayings.get(feed) ?? []));
    } else {
      node.all = undefined;
      node.feed = only ?? '';
      node.thing = only === undefined ? undefined : sayings.get(only);
    }
    if (node.thing) this.#link(node.thing);
    this.#count += (node.thing ? 1 : 0) - (before ? 1 : 0);
    this.#dropIfBare(node.key);
  }

  #link(thing: Thing): void {
    const { key } = thing;
    if (thing.partOf) this.#on('children', thing.partOf, key);
    for (const other of neededBy(thing)) this.#on('dependents', other, key);
    for (const other of thing.carries ?? NONE) this.#on('carriers', other, key);
    for (const name of namesOf(thing)) this.#call(name, key);
    if (kindOf(key) === 'domain') this.#domains.add(folded(idOf(key)));
  }

  #unlink(thing: Thing): void {
    const { key } = thing;
    if (thing.partOf) this.#off('children', thing.partOf, key);
    for (const other of neededBy(thing)) this.#off('dependents', other, key);
    for (const other of thing.carries ?? NONE) this.#off('carriers', other, key);
    for (const name of namesOf(thing)) this.#uncall(name, key);
    if (kindOf(key) === 'domain') this.#domains.delete(folded(idOf(key)));
  }

  #place(key: ThingKey): Node {
    let node = this.#nodes.get(key);
    if (!node) {
      node = {
        key,
        thing: undefined,
        feed: '',
        all: undefined,
        children: undefined,
        dependents: undefined,
        carriers: undefined,
        context: undefined,
        contextOf: -1,
      };
      this.#nodes.set(key, node);
    }
    return node;
  }

  #on(edge: Edge, key: ThingKey, other: ThingKey): void {
    const node = this.#place(key);
    node[edge] ??= new Set();
    node[edge].add(other);
  }

  #off(edge: Edge, key: ThingKey, other: ThingKey): void {
    const node = this.#nodes.get(key);
    const held = node?.[edge];
    if (!node || !held) return;
    held.delete(other);
    if (held.size === 0) node[edge] = undefined;
    this.#dropIfBare(key);
  }

  #dropIfBare(key: ThingKey): void {
    const node = this.#nodes.get(key);
    if (!node || node.thing || node.children || node.dependents || node.carriers) return;
    this.#nodes.delete(key);
  }

  #call(name: string, key: ThingKey): void {
    const held = this.#names.get(name);
    if (held === undefined) this.#names.set(name, key);
    else if (typeof held === 'string') {
      if (held !== key) this.#names.set(name, [held, key].sort());
    } else if (!held.includes(key)) this.#names.set(name, [...held, key].sort());
  }

  #uncall(name: string, key: ThingKey): void {
    const held = this.#names.get(name);
    if (held === key) this.#names.delete(name);
    else if (typeof held === 'object') {
      const rest = held.filter((one) => one !== key);
      const [only] = rest;
      if (rest.length === 1 && only) this.#names.set(name, only);
      else this.#names.set(name, rest);
    }
  }
}

const NONE: readonly ThingKey[] = [];

/** What a thing says it needs: a link needs both its ends. */
export const neededBy = (thing: Thing): readonly ThingKey[] =>
  thing.ends ? [...thing.ends, ...(thing.dependsOn ?? NONE)] : (thing.dependsOn ?? NONE);

/** Several feeds' words on one thing, the first one's first. */
function joined(sayings: readonly Thing[]): Thing | undefined {
  const [first, ...others] = sayings;
  return others.reduce<Thing | undefined>((all, more) => all && join(all, more), first);
}

function join(a: Thing, b: Thing): Thing {
  const lists = (x: readonly string[] = [], y: readonly string[] = []) =>
    [...new Set([...x, ...y])].sort() as ThingKey[];
  return {
    ...b,
    ...a,
    names: lists(a.names, b.names),
    attributes: { ...b.attributes, ...a.attributes },
    labels: { ...b.labels, ...a.labels },
    dependsOn: lists(a.dependsOn, b.dependsOn),
    carries: lists(a.carries, b.carries),
  };
}

const isAddress = (name: string): boolean => /^[\d.]+$/.test(name) || name.includes(':');

/** Every name a thing is found by, folded. A port's are said with its device's id. */
function namesOf({ key, names = NONE as readonly string[], title }: Thing): readonly string[] {
  const id = folded(idOf(key));
  const kind = kindOf(key);
  if (kind === 'lookup') return NONE;
  if (kind === 'port') {
    const device = id.slice(0, id.indexOf('/') + 1);
    return names.length === 0 ? [id] : [id, ...names.map((name) => device + folded(name))];
  }
  const all = title === undefined ? [id] : [id, folded(title)];
  for (const name of names) all.push(folded(name));
  if (kind !== 'device') return all;
  for (const name of [...all]) {
    const dot = name.indexOf('.');
    if (dot > 0 && !isAddress(name)) all.push(name.slice(0, dot));
  }
  return all;
}

/** Is this name a kind's own word? `service/dns` then names the service. */
export const ofKind = (keys: readonly ThingKey[], kind: Kind): ThingKey | undefined => {
  const fit = keys.filter((key) => kindOf(key) === kind);
  return fit.length === 1 ? fit[0] : undefined;
};
