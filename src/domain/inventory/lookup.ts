import type { Labels } from '../alarm/event.ts';
import { compilePattern, type Pattern } from '../alarm/pattern.ts';
import type { Thing } from './thing.ts';

/** How a cell of a key column is compared with a label: whole, its beginning, or a pattern. */
export const KEY_MODES = ['match', 'prefix', 'pattern'] as const;

export type KeyMode = (typeof KEY_MODES)[number];

/** One cell of a key column. */
export interface LookupKey {
  readonly mode: KeyMode;
  /** A label, or what else matchers may name: `@source`, `alertname`. */
  readonly name: string;
  readonly value: string;
}

export const LOOKUP_LIMITS = {
  /** Key columns of one row; one of them by prefix, one by pattern. */
  keys_max: 8,
  prefix_chars_max: 256,
  /** Rows with a pattern, of one feed: each may be asked for one event. */
  pattern_rows_max: 256,
  /** Sets of key columns in one feed: each is a question for every event. */
  shapes_max: 8,
} as const;

/** `match.circuit` is a key column; undefined for any other. */
export function keyColumn(column: string): Pick<LookupKey, 'mode' | 'name'> | undefined {
  const [, word = '', name = ''] = /^([a-z]+)[.:](.+)$/i.exec(column.trim()) ?? [];
  const mode = KEY_MODES.find((one) => one === word.toLowerCase());
  return mode && name.trim() !== '' ? { mode, name: name.trim() } : undefined;
}

/** The key cells of a row, as they are kept among its facts. */
export const keysOf = ({ attributes = {} }: Thing): readonly LookupKey[] =>
  Object.entries(attributes).flatMap(([column, value]) => {
    const key = keyColumn(column);
    return key ? [{ ...key, value }] : [];
  });

/** Which columns a row goes by: rows that go by the same ones are found together. */
export const shapeOf = (keys: readonly LookupKey[]): string =>
  keys
    .map(({ mode, name }) => `${mode}.${name}`)
    .sort()
    .join('\n');

/** A row, ready to be asked. */
interface Row {
  readonly feed: string;
  readonly id: string;
  readonly keys: readonly LookupKey[];
  readonly labels: Labels;
  readonly pattern: Pattern | undefined;
}

/** Rows that go by the same columns. */
interface Shape {
  readonly exact: readonly string[];
  readonly prefix: string | undefined;
  readonly pattern: string | undefined;
  /** By the values of the exact columns, then by prefix, '' where there is none. */
  readonly rows: Map<string, Map<string, Row[]>>;
  /** How many rows have a prefix of so many characters. */
  readonly lengths: Map<number, number>;
}

/** Answers remembered of rows with patterns; then it begins anew. */
const REMEMBERED_MAX = 65_536;

/**
 * Tables that say what an alarm's labels mean: `customer` by `circuit`, `region` by how the host
 * is called. All rows that match have a say; for one label the row wins that is more exact: that
 * with more keys, then with more exact ones, then with the longer prefix, then that of the first
 * feed by name. An event asks one question for each set of key columns, whatever the number of
 * rows (bench/inventory.bench.ts).
 */
export class Lookups {
  readonly #shapes = new Map<string, Shape>();
  readonly #patterned = new Map<string, readonly Row[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A row of a feed, in place of what the feed said of it before. */
  put(feed: string, thing: Thing): void {
    this.remove(feed, thing);
    const keys = keysOf(thing);
    const shape = this.#shape(keys);
    const source = keys.find(({ mode }) => mode === 'pattern')?.value;
    const compiled = source === undefined ? undefined : compilePattern(source);
    if (compiled && 'error' in compiled) return;
    const { labels = {}, key: id } = thing;
    const [exact, prefix] = placeOf(shape, keys);
    const there = shape.rows.get(exact) ?? new Map<string, Row[]>();
    shape.rows.set(exact, there);
    const rows = there.get(prefix) ?? [];
    if (rows.length === 0) there.set(prefix, rows);
    rows.push({ feed, id, keys, labels, pattern: compiled });
    shape.lengths.set(prefix.length, (shape.lengths.get(prefix.length) ?? 0) + 1);
    this.#size++;
    this.#patterned.clear();
  }

  remove(feed: string, thing: Thing): void {
    const keys = keysOf(thing);
    const shape = this.#shapes.get(shapeOf(keys));
    if (!shape) return;
    const [exact, prefix] = placeOf(shape, keys);
    const there = shape.rows.get(exact);
    const rows = there?.get(prefix) ?? [];
    const at = rows.findIndex((row) => row.feed === feed && row.id === thing.key);
    if (at < 0) return;
    rows.splice(at, 1);
    if (rows.length === 0) there?.delete(prefix);
    if (there?.size === 0) shape.rows.delete(exact);
    const left = (shape.lengths.get(prefix.length) ?? 1) - 1;
    if (left === 0) shape.lengths.delete(prefix.length);
    else shape.lengths.set(prefix.length, left);
    if (shape.rows.size === 0) this.#shapes.delete(shapeOf(keys));
    this.#size--;
    this.#patterned.clear();
  }

  /** Labels for what has these values; `value` gives '' for a label that is not there. */
  labelsFor(value: (name: string) => string): Labels | undefined {
    const found: Row[] = [];
    for (const [name, shape] of this.#shapes) {
      for (const row of this.#matching(name, shape, value)) found.push(row);
    }
    if (found.length === 0) return undefined;
    if (found.length === 1) return found[0]?.labels;
    const out: Record<string, string> = {};
    for (const { labels } of found.sort(byPrecedence)) {
      for (const name in labels) if (!Object.hasOwn(out, name)) out[name] = labels[name] ?? '';
    }
    return out;
  }

  #matching(name: string, shape: Shape, value: (name: string) => string): readonly Row[] {
    const { exact, prefix, pattern } = shape;
    const values: string[] = [];
    for (const one of exact) {
      const is = value(one);
      if (is === '') return NONE;
      values.push(is);
    }
    const there = shape.rows.get(values.join('\0'));
    if (!there) return NONE;
    const beginning = prefix === undefined ? '' : value(prefix);
    const text = pattern === undefined ? '' : value(pattern);
    if (pattern === undefined) return within(there, shape, beginning);
    const question = [name, ...values, beginning, text].join('\0');
    const known = this.#patterned.get(question);
    if (known) return known;
    const found = within(there, shape, beginning).filter((row) => row.pattern?.matches(text));
    if (this.#patterned.size >= REMEMBERED_MAX) this.#patterned.clear();
    this.#patterned.set(question, found);
    return found;
  }

  #shape(keys: readonly LookupKey[]): Shape {
    const name = shapeOf(keys);
    const held = this.#shapes.get(name);
    if (held) return held;
    const columns = (mode: KeyMode) => keys.filter((key) => key.mode === mode).map((k) => k.name);
    const [prefix] = columns('prefix');
    const [pattern] = columns('pattern');
    const exact = columns('match').sort();
    const shape: Shape = { exact, prefix, pattern, rows: new Map(), lengths: new Map() };
    this.#shapes.set(name, shape);
    return shape;
  }
}

const NONE: readonly Row[] = [];

/** Rows whose prefix the text begins with. */
function within(
  there: ReadonlyMap<string, Row[]>,
  { prefix, lengths }: Shape,
  text: string,
): readonly Row[] {
  if (prefix === undefined) return there.get('') ?? NONE;
  const found: Row[] = [];
  for (const length of lengths.keys()) {
    if (length > text.length) continue;
    for (const row of there.get(text.slice(0, length)) ?? NONE) found.push(row);
  }
  return found;
}

/** Where a row stands in its shape: the values of its exact columns, and its prefix. */
function placeOf({ exact }: Shape, keys: readonly LookupKey[]): readonly [string, string] {
  const of = (mode: KeyMode, name?: string): string =>
    keys.find((key) => key.mode === mode && (name === undefined || key.name === name))?.value ?? '';
  return [exact.map((name) => of('match', name)).join('\0'), of('prefix')];
}

function byPrecedence(a: Row, b: Row): number {
  const count = (row: Row, mode: KeyMode): number =>
    row.keys.filter((key) => key.mode === mode).length;
  const prefix = ({ keys }: Row): number =>
    keys.find(({ mode }) => mode === 'prefix')?.value.length ?? 0;
  return (
    b.keys.length - a.keys.length ||
    count(b, 'match') - count(a, 'match') ||
    prefix(b) - prefix(a) ||
    (a.feed === b.feed ? 0 : a.feed < b.feed ? -1 : 1) ||
    (a.id < b.id ? -1 : 1)
  );
}
