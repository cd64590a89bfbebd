import { NO_LABELS } from '../domain/alarm/alarm.ts';
import type { Labels } from '../domain/alarm/event.ts';
import { labelValue } from '../domain/alarm/matcher.ts';
import { contextAt, placesOf } from '../domain/inventory/context.ts';
import { byResource, find } from '../domain/inventory/find.ts';
import { Graph } from '../domain/inventory/graph.ts';
import { Lookups } from '../domain/inventory/lookup.ts';
import { kindOf, type Part, type ThingKey } from '../domain/inventory/thing.ts';
import type { Inventory } from './enrichment.ts';
import type { InventoryFeed } from './inventory-act.ts';
import type { Sliced } from './views/merge.ts';

/** Resources remembered with the thing they name; then it begins anew. */
const KNOWN_MAX = 65_536;

/** Things put into a graph between two pauses: about two milliseconds. */
const PUT_AT_ONCE = 500;

/** A switch that changes more things than this is prepared before it is made. */
export const UNPREPARED_THINGS_MAX = 2_000;

type Manifests = ReadonlyMap<string, readonly string[]>;

/** A graph, and the parts of each feed that are in it. */
interface Built {
  readonly graph: Graph;
  readonly lookups: Lookups;
  readonly held: Map<string, Map<string, Part>>;
}

/**
 * The inventory in force, derived from the fold's tables. A switch is followed when next asked
 * about it, and costs what it changed: 4 us a thing (bench/inventory.bench.ts). A large one is
 * prepared beside it, slice by slice, and then only taken up; what it answers is the same.
 */
export class InventoryIndex implements Inventory {
  #built = nothingBuilt();
  readonly #wanted = new Map<string, readonly string[]>();
  #prepared: (Built & { readonly manifests: Manifests }) | undefined;
  /** Resources and the things they name, '' for none, since the last change of the graph. */
  readonly #known = new Map<string, ThingKey | ''>();
  #knownOf = -1;
  readonly #part: (id: string) => Part | undefined;

  constructor(part: (id: string) => Part | undefined) {
    this.#part = part;
  }

  /** A feed has another version. */
  note(feed: string, row: InventoryFeed | undefined): void {
    this.#wanted.set(feed, row?.parts ?? []);
  }

  /** Who is what, and hangs on what. For reading only. */
  get graph(): Graph {
    if (this.#wanted.size > 0) this.#follow();
    return this.#built.graph;
  }

  /** The thing an alarm of this resource and these labels is about. */
  find(resource: string, labels: Labels): ThingKey | undefined {
    return this.#find(this.graph, resource, labels);
  }

  /**
   * What the inventory adds to an alarm: what it knows of the thing, then what its lookup tables
   * make of the labels and of that. `value` is what matchers would see of the alarm.
   */
  contextOf(
    resource: string,
    labels: Labels,
    value = (name: string): string => labelValue(labels, name),
  ): Labels {
    const { graph } = this;
    const key = this.#find(graph, resource, labels);
    const node = key === undefined ? undefined : graph.node(key);
    const context = node ? contextAt(graph, node) : NO_LABELS;
    const { lookups } = this.#built;
    if (lookups.size === 0) return context;
    const more = lookups.labelsFor((name) => value(name) || labelValue(context, name));
    return more ? { ...more, ...context } : context;
  }

  /** The thing, all it is part of, and the same of the far end of its link. */
  placesOf(resource: string, labels: Labels): readonly ThingKey[] {
    const { graph } = this;
    const key = this.#find(graph, resource, labels);
    return key === undefined ? [] : placesOf(graph, key);
  }

  /**
   * Builds what will be in force once `feed` is made of `parts`, so that the switch to them holds
   * nobody up. Of no effect on any answer; given up when another feed is switched meanwhile.
   */
  *prepare(feed: string, parts: readonly string[]): Sliced<undefined> {
    void this.graph;
    const manifests = new Map(this.#manifests()).set(feed, parts);
    const built = yield* this.#build(manifests, this.#part);
    this.#prepared = { ...built, manifests };
    return undefined;
  }

  /** The inventory as it would be were `feed` made of `parts`, of which `fresh` are not put yet. */
  *rehearsed(
    feed: string,
    parts: readonly string[],
    fresh: readonly Part[],
  ): Sliced<InventoryIndex> {
    void this.graph;
    const unput = new Map(fresh.map((part) => [part.id, part]));
    const manifests = new Map(this.#manifests()).set(feed, parts);
    const index = new InventoryIndex(this.#part);
    index.#built = yield* this.#build(manifests, (id) => unput.get(id) ?? this.#part(id));
    return index;
  }

  *#build(manifests: Manifests, partOf: (id: string) => Part | undefined): Sliced<Built> {
    const built = nothingBuilt();
    let count = 0;
    for (const [name, ids] of manifests) {
      for (const id of ids) {
        const part = this.#built.held.get(name)?.get(id) ?? partOf(id);
        if (!part) continue;
        put(built, name, part);
        count += part.things.length;
        if (count < PUT_AT_ONCE) continue;
        count = 0;
        yield;
      }
    }
    return built;
  }

  /** What names what is asked again and again, most of all in a flood. */
  #find(graph: Graph, resource: string, labels: Labels): ThingKey | undefined {
    if (graph.count === 0) return undefined;
    if (this.#knownOf !== graph.changes || this.#known.size >= KNOWN_MAX) {
      this.#known.clear();
      this.#knownOf = graph.changes;
    }
    let named = this.#known.get(resource);
    if (named === undefined) {
      named = byResource(graph, resource) ?? '';
      this.#known.set(resource, named);
    }
    return find(graph, named === '' ? undefined : named, labels);
  }

  #manifests(): Manifests {
    return new Map([...this.#built.held].map(([feed, parts]) => [feed, [...parts.keys()]]));
  }

  #follow(): void {
    const after = new Map([...this.#manifests(), ...this.#wanted]);
    const prepared = this.#prepared;
    this.#prepared = undefined;
    this.#knownOf = -1;
    if (prepared && sameManifests(prepared.manifests, after)) this.#built = prepared;
    else for (const [feed, parts] of this.#wanted) this.#switch(feed, parts);
    this.#wanted.clear();
  }

  #switch(feed: string, ids: readonly string[]): void {
    const { graph, lookups } = this.#built;
    const held = this.#built.held.get(feed) ?? new Map<string, Part>();
    const wanted = new Set(ids);
    const fresh = ids.flatMap((id) => (held.has(id) ? [] : (this.#part(id) ?? [])));
    const staying = new Set(fresh.flatMap((part) => part.things.map((thing) => thing.key)));
    for (const part of [...held.values()].filter(({ id }) => !wanted.has(id))) {
      held.delete(part.id);
      for (const thing of part.things) {
        if (kindOf(thing.key) === 'lookup') lookups.remove(feed, thing);
        if (!staying.has(thing.key)) graph.remove(feed, thing.key);
      }
    }
    for (const part of fresh) put(this.#built, feed, part);
    if (this.#built.held.get(feed)?.size === 0) this.#built.held.delete(feed);
  }
}

const nothingBuilt = (): Built => ({
  graph: new Graph(),
  lookups: new Lookups(),
  held: new Map(),
});

function put({ graph, lookups, held }: Built, feed: string, part: Part): void {
  const parts = held.get(feed) ?? new Map<string, Part>();
  held.set(feed, parts.set(part.id, part));
  for (const thing of part.things) {
    graph.put(feed, thing);
    if (kindOf(thing.key) === 'lookup') lookups.put(feed, thing);
  }
}

/** The same parts of the same feeds, in whatever order. */
function sameManifests(a: Manifests, b: Manifests): boolean {
  const feeds = new Set([...a.keys(), ...b.keys()]);
  return [...feeds].every((feed) => {
    const [own, other] = [a.get(feed) ?? [], new Set(b.get(feed))];
    return own.length === other.size && own.every((id) => other.has(id));
  });
}
