import { NO_LABELS } from '../domain/alarm/alarm.ts';
import type { Labels } from '../domain/alarm/event.ts';
import { contextAt, placesOf } from '../domain/inventory/context.ts';
import { find } from '../domain/inventory/find.ts';
import { Graph } from '../domain/inventory/graph.ts';
import type { Part, ThingKey } from '../domain/inventory/thing.ts';
import type { Inventory } from './enrichment.ts';
import type { InventoryFeed } from './inventory-act.ts';

/**
 * The inventory in force, derived from the fold's tables. A switch is followed when next asked
 * about it, and costs what it changed: 100,000 new things some 0.3 s (bench/inventory.bench.ts).
 */
export class InventoryIndex implements Inventory {
  readonly #graph = new Graph();
  /** Parts that are in the graph now. */
  readonly #held = new Map<string, Map<string, Part>>();
  readonly #wanted = new Map<string, InventoryFeed | undefined>();
  readonly #part: (id: string) => Part | undefined;

  constructor(part: (id: string) => Part | undefined) {
    this.#part = part;
  }

  /** A feed has another version, or is gone. */
  note(feed: string, row: InventoryFeed | undefined): void {
    this.#wanted.set(feed, row);
  }

  /** Who is what, and hangs on what. For reading only. */
  get graph(): Graph {
    if (this.#wanted.size > 0) this.#follow();
    return this.#graph;
  }

  /** The thing an alarm of this resource and these labels is about. */
  find(resource: string, labels: Labels): ThingKey | undefined {
    return find(this.graph, resource, labels);
  }

  /** What the inventory adds to an alarm. The same object for the same thing until it changes. */
  contextOf(resource: string, labels: Labels): Labels {
    const { graph } = this;
    const key = find(graph, resource, labels);
    const node = key === undefined ? undefined : graph.node(key);
    return node ? contextAt(graph, node) : NO_LABELS;
  }

  /** The thing, all it is part of, and the same of the far end of its link. */
  placesOf(resource: string, labels: Labels): readonly ThingKey[] {
    const { graph } = this;
    const key = find(graph, resource, labels);
    return key === undefined ? [] : placesOf(graph, key);
  }

  #follow(): void {
    for (const [feed, row] of this.#wanted) this.#switch(feed, row?.parts ?? []);
    this.#wanted.clear();
  }

  #switch(feed: string, ids: readonly string[]): void {
    const held = this.#held.get(feed) ?? new Map<string, Part>();
    const wanted = new Set(ids);
    const gone: Part[] = [];
    for (const [id, part] of held) if (!wanted.has(id)) gone.push(part);
    const fresh = ids.flatMap((id) => (held.has(id) ? [] : (this.#part(id) ?? [])));
    const staying = new Set(fresh.flatMap((part) => part.things.map((thing) => thing.key)));
    for (const part of gone) {
      held.delete(part.id);
      for (const { key } of part.things) if (!staying.has(key)) this.#graph.remove(feed, key);
    }
    for (const part of fresh) {
      held.set(part.id, part);
      for (const thing of part.things) this.#graph.put(feed, thing);
    }
    if (held.size > 0) this.#held.set(feed, held);
    else this.#held.delete(feed);
  }
}
