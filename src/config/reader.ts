import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { meant } from '../base/near.ts';
import type { Faults } from './faults.ts';
import { readText } from './scalar.ts';
import { HIDDEN, Secret } from './secret.ts';
import { choicesOf, defaultOf, isChoice, type Kind, kindOf, type Shape } from './shape.ts';
import { type Entry, entriesOf, itemsOf, textOf, type YamlFile } from './yaml-file.ts';

export const READER_LIMITS = {
  /** Values in a file, aliases followed: what a few anchors stand for can be without end. */
  values_max: 1_000_000,
  /** Mappings and lists in each other. Routes take two levels each. */
  depth_max: 160,
} as const;

export interface ReaderOptions {
  /** What `$ref` names. */
  readonly defs: Readonly<Record<string, Shape>>;
  /** More about an unknown field than that it is unknown. */
  unknown(where: string, key: string): string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads YAML by a schema: what fits comes out as plain data with defaults filled in and secrets
 * as `Secret`; what does not is a fault at its place. Total.
 */
export class Reader {
  readonly faults: Faults;
  /** Where each secret was written. */
  readonly secretNodes: Node[] = [];
  readonly #yaml: YamlFile;
  readonly #options: ReaderOptions;
  readonly #places = new WeakMap<object, { node: Node | undefined; entries: readonly Entry[] }>();
  readonly #faulty = new WeakSet<object>();
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(yaml: YamlFile, faults: Faults, options: ReaderOptions) {
    this.#yaml = yaml;
    this.faults = faults;
    this.#options = options;
  }

  /** Undefined when there is a fault, or nothing. `where` is what faults call the value. */
  read(given: Shape, node: Node | undefined, where: string): unknown {
    const shape = given.$ref === undefined ? given : (this.#options.defs[given.$ref] ?? given);
    if (!this.#mayRead(node, 1)) return undefined;
    if (shape.anyOf && !isChoice(shape)) return this.#either(shape.anyOf, node, where);
    const kind = kindOf(shape);
    if (kind === undefined) return this.#anything(node, shape.unused === true);
    if (kind === 'text') return this.#text(shape, node, where);
    const found = isMap(node) ? 'mapping' : isSeq(node) ? 'list' : 'text';
    if (found !== kind || node === undefined) {
      this.faults.say(node, `${where}: expected a ${kind}, this is a ${found}`);
      return undefined;
    }
    if (this.#open.has(node)) {
      this.faults.say(node, `${where}: stands inside itself`);
      return undefined;
    }
    if (this.#open.size >= READER_LIMITS.depth_max) {
      this.faults.say(node, `${where}: nested too deep`);
      return undefined;
    }
    this.#open.add(node);
    const before = this.faults.count;
    const out = kind === 'list' ? this.#list(shape, node, where) : this.#map(shape, node, where);
    this.#open.delete(node);
    if (this.faults.count > before) this.#faulty.add(out);
    return out;
  }

  /** A fault about a field of a mapping that was read, or about all of it. */
  say(of: object | undefined, path: readonly (string | number)[], why: string): void {
    this.faults.say(this.nodeOf(of, path), why);
  }

  /** Node of the value at `path`; of the key, or of what is around it, where there is none. */
  nodeOf(of: object | undefined, path: readonly (string | number)[]): unknown {
    let [at, node]: [unknown, unknown] = [of, of && this.#places.get(of)?.node];
    for (const part of path) {
      const entry = this.#entry(at, String(part));
      if (!entry) return node;
      node = entry.value ?? entry.keyNode;
      at = (at as Record<string, unknown>)[part];
    }
    return node;
  }

  /** Node of a key. */
  keyOf(of: object, key: string): unknown {
    return this.#entry(of, key)?.keyNode;
  }

  /** Was it written, be it with nothing in it? */
  wrote(of: object, key: string): boolean {
    return this.#entry(of, key) !== undefined;
  }

  /** Something in it is a fault already: more about it may only be noise. */
  isFaulty(of: object): boolean {
    return this.#faulty.has(of);
  }

  #entry(of: unknown, key: string): Entry | undefined {
    if (typeof of !== 'object' || of === null) return undefined;
    return this.#places.get(of)?.entries.find((entry) => entry.key === key);
  }

  #mayRead(node: Node | undefined, values: number): boolean {
    const before = this.#values;
    this.#values += values;
    if (this.#values <= READER_LIMITS.values_max) return true;
    if (before <= READER_LIMITS.values_max)
      this.faults.say(node, `the file stands for more than ${READER_LIMITS.values_max} values`);
    return false;
  }

  #map(shape: Shape, node: Node, where: string): object {
    const entries = entriesOf(this.#yaml, node);
    const out: Record<string, unknown> = {};
    this.#places.set(out, { node, entries });
    if (!this.#mayRead(node, entries.length)) return out;
    const fields = shape.properties ?? {};
    const rest = restOf(shape);
    const max = shape.maxProperties ?? Number.POSITIVE_INFINITY;
    if (entries.length > max) this.faults.say(node, `${where}: more than ${max} entries`);
    for (const { key, keyNode, value } of entries) {
      const field = Object.hasOwn(fields, key) ? fields[key] : rest;
      if (key === '' || key === '__proto__') this.faults.say(keyNode, `${where}: not a name`);
      else if (field === undefined) this.#unknown(shape, where, key, keyNode);
      else if (!isNothing(value) || (field === rest && field.type === 'string')) {
        const read = this.read(field, value ?? (keyNode as Node), key);
        if (read !== undefined) out[key] = isNothing(value) ? '' : read;
      }
    }
    this.#complete(shape, out, node, where);
    return out;
  }

  #unknown(shape: Shape, where: string, key: string, keyNode: unknown): void {
    const name = shape.title ?? where;
    const known = Object.keys(shape.properties ?? {});
    const more = this.#options.unknown(name, key);
    this.faults.say(keyNode, more ?? `${name} has no field "${key}"${meant(key, known)}`);
  }

  /** Defaults, and what must be there. A field that `global` stands in for gets its own later. */
  #complete(shape: Shape, out: Record<string, unknown>, node: Node, where: string): void {
    for (const [key, field] of Object.entries(shape.properties ?? {})) {
      if (out[key] !== undefined) continue;
      if (field.default !== undefined) {
        if (field.global === undefined) out[key] = defaultOf(field);
        continue;
      }
      if (!shape.required?.includes(key) || field.global !== undefined) continue;
      const entry = this.#entry(out, key);
      if (entry === undefined || isNothing(entry.value))
        this.faults.say(entry?.keyNode ?? node, `${shape.title ?? where} needs a \`${key}\``);
    }
  }

  #list(shape: Shape, node: Node, where: string): object {
    const items = itemsOf(this.#yaml, node);
    const [min, max] = [shape.minItems ?? 0, shape.maxItems ?? Number.POSITIVE_INFINITY];
    if (items.length > max) this.faults.say(node, `${where}: more than ${max} items`);
    if (items.length < min) this.faults.say(node, `${where}: at least ${min} expected`);
    const out: unknown[] = [];
    const entries: Entry[] = [];
    this.#places.set(out, { node, entries });
    for (const item of items) {
      const read = this.#item(shape, item, where);
      if (read === undefined) continue;
      entries.push({ key: String(out.length), keyNode: item, value: item });
      out.push(read);
    }
    return out;
  }

  #item(shape: Shape, item: Node | undefined, where: string): unknown {
    const inside = shape.items ?? {};
    if (!isNothing(item)) return this.read(inside, item, inside.title ?? where);
    if (!shape.emptyItems) {
      this.faults.say(item, `${where}: there is nothing here`);
      return undefined;
    }
    const out = {};
    this.#places.set(out, { node: item, entries: [] });
    if (item) this.#complete(inside, out, item, where);
    return out;
  }

  /** The first alternative of the node's kind that fits; else the faults of the last of them. */
  #either(shapes: readonly Shape[], node: Node | undefined, where: string): unknown {
    const found: Kind = isMap(node) ? 'mapping' : isSeq(node) ? 'list' : 'text';
    const fit = shapes.filter((shape) => (kindOf(shape) ?? found) === found);
    if (fit.length === 0) {
      const kinds = [...new Set(shapes.map(kindOf))].join(' or a ');
      this.faults.say(node, `${where}: expected a ${kinds}, this is a ${found}`);
    }
    for (const [i, shape] of fit.entries()) {
      const mark = this.faults.mark();
      const secrets = this.secretNodes.length;
      const read = this.read(shape, node, where);
      if (this.faults.count === mark || i === fit.length - 1) return read;
      this.faults.back(mark);
      this.secretNodes.length = secrets;
    }
    return undefined;
  }

  #text(shape: Shape, node: Node | undefined, where: string): unknown {
    const text = textOf(node);
    if (text === undefined && !isNothing(node)) {
      const found = isMap(node) ? 'mapping' : 'list';
      this.faults.say(node, `${where}: expected ${expected(shape)}, this is a ${found}`);
      return undefined;
    }
    const read = readText(shape, text ?? '', isScalar(node) && node.type === 'PLAIN');
    if ('why' in read) {
      const quoted = shape.secret === true ? '' : `"${text}" `;
      this.faults.say(node, `${where}: ${quoted}${read.why}`);
      return undefined;
    }
    if (read.shown === undefined || text === '' || text === undefined) return read.value;
    if (node) this.secretNodes.push(node);
    return new Secret(text, read.shown, node);
  }

  /** As YAML has it. Where nothing is read from it, keys tell what is to be hidden. */
  #anything(node: Node | undefined, hide: boolean, secret = false): unknown {
    if (node === undefined || !this.#mayRead(node, 1)) return undefined;
    if (this.#open.has(node) || this.#open.size >= READER_LIMITS.depth_max) {
      this.faults.say(node, 'nested too deep');
      return undefined;
    }
    if (isScalar(node)) {
      if (!secret || node.value === null || node.value === '') return node.value;
      this.secretNodes.push(node);
      return new Secret(textOf(node) ?? '', HIDDEN, node);
    }
    this.#open.add(node);
    const out = isSeq(node)
      ? itemsOf(this.#yaml, node).map((item) => this.#anything(item, hide, secret))
      : this.#anyMap(node, hide, secret);
    this.#open.delete(node);
    return out;
  }

  #anyMap(node: Node, hide: boolean, secret: boolean): Fields {
    const entries = entriesOf(this.#yaml, node).filter((e) => e.key !== '__proto__');
    return Object.fromEntries(
      entries.map(({ key, value }) => [
        key,
        this.#anything(value, hide, secret || (hide && SOUNDS_SECRET.test(key))),
      ]),
    );
  }
}

const SOUNDS_SECRET = /(?:^|_)(?:password|secrets?|token|credentials|key|headers)$/;

const isNothing = (node: Node | undefined): boolean =>
  node === undefined || (isScalar(node) && node.value === null);

/** Shape of the entries that have no name in the schema: `match: {any: text}`. */
function restOf(shape: Shape): Shape | undefined {
  const [pattern] = Object.values(shape.patternProperties ?? {});
  if (pattern) return pattern;
  return typeof shape.additionalProperties === 'object' ? shape.additionalProperties : undefined;
}

function expected(shape: Shape): string {
  const choices = choicesOf(shape);
  if (choices.length > 0) return `one of ${choices.join(', ')}`;
  return (
    { boolean: 'true or false', integer: 'a whole number', number: 'a number' }[shape.type ?? ''] ??
    'a text'
  );
}
