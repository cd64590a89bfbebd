import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { applied, type Path, PathFault } from './tree-edit.ts';
import { contentEnd, dashOf, Layout, lineEnd, lineStart, withComments } from './yaml-layout.ts';

/** One change of a YAML text, named by its place: `['receivers', 0, 'webhook_configs', 1]`. */
export type YamlEdit =
  /** `order`: which keys of that mapping come before which, where it is new there. */
  | { readonly is: 'set'; readonly path: Path; value: unknown; order?: readonly string[] }
  /** What becomes empty by it goes too. */
  | { readonly is: 'remove'; readonly path: Path }
  /** Into the list at `path`, before what stands at `at`; a list that is missing is made. */
  | { readonly is: 'insert'; readonly path: Path; at: number; value: unknown }
  /** The item at `at` of a list and the one after it change places. */
  | { readonly is: 'swap'; readonly path: Path; at: number };

export type Edited = { readonly text: string } | { readonly why: string };

const SHARED =
  'what stands there is shared with other places of the text (an anchor): change it in the text';

/**
 * The same text with these changes and nothing else: comments, order, quotes and blank lines of
 * all that was not named stay as they are. Each change is checked by reading the text again; one
 * that cannot be made so is refused with the reason.
 */
export function editYaml(text: string, edits: readonly YamlEdit[]): Edited {
  let now = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  for (const edit of edits) {
    const next = edited(now, edit);
    if ('why' in next) return next;
    now = next.text;
  }
  return { text: now };
}

function edited(text: string, edit: YamlEdit): Edited {
  try {
    const expected = applied(dataOf(text), edit);
    const next = new Source(text).with(edit);
    return isDeepStrictEqual(dataOf(next), expected) ? { text: next } : { why: SHARED };
  } catch (error) {
    if (error instanceof PathFault) return { why: error.message };
    throw error;
  }
}

const parsed = (text: string): Document.Parsed =>
  parseDocument(text, { keepSourceTokens: true, merge: true, uniqueKeys: false });

/** What the text says; `undefined` of a text that is no YAML. */
export function dataOf(text: string): unknown {
  const document = parsed(text);
  if (document.errors.some((e) => e.code !== 'MULTIPLE_DOCS')) return undefined;
  try {
    return document.toJS({ maxAliasCount: 10_000 }) as unknown;
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** The key of the mapping at `path` on whose lines a line stands, counted from 1. */
export function keyAt(text: string, path: Path, line: number): string | undefined {
  let node: unknown = parsed(text).contents;
  for (const part of path) {
    if (isMap(node) && typeof part === 'string') node = pairOf(node, part)?.value;
    else node = isSeq(node) && typeof part === 'number' ? node.items[part] : undefined;
  }
  if (!isMap(node)) return undefined;
  const lineOf = (at: number): number => text.slice(0, at).split('\n').length;
  return pairsOf(node).find((pair) => {
    const [from, to] = spanOf(pair);
    return lineOf(from) <= line && line <= lineOf(Math.max(from, to - 1));
  })?.key.value;
}

/** A place that was found in the text. */
interface Found {
  readonly node: Node;
  /** It stands in braces or brackets, or is such a thing itself. */
  readonly inFlow: boolean;
}

type Splice = readonly [from: number, to: number, by: string];

/** One text and where everything stands in it. */
class Source {
  readonly #text: string;
  readonly #root: Node | null;
  readonly #layout: Layout;

  constructor(text: string) {
    this.#text = text;
    this.#root = parsed(text).contents as Node | null;
    this.#layout = new Layout(text, this.#root);
  }

  with(edit: YamlEdit): string {
    const [from, to, by] = this.#splice(edit);
    return this.#text.slice(0, from) + by + this.#text.slice(to);
  }

  #splice(edit: YamlEdit): Splice {
    const { path } = edit;
    switch (edit.is) {
      case 'set':
        return this.#set(path, edit.value, edit.order);
      case 'remove':
        return this.#remove(path);
      case 'insert':
        return this.#insert(path, edit.at, edit.value);
      case 'swap':
        return this.#swap(path, edit.at);
    }
  }

  #find(path: Path): Found | undefined {
    let node: unknown = this.#root;
    let inFlow = false;
    for (const part of path) {
      if (isMap(node) && typeof part === 'string') node = pairOf(node, part)?.value;
      else if (isSeq(node) && typeof part === 'number') node = node.items[part];
      else if (node === null || node === undefined || isEmpty(node)) return undefined;
      else throw new PathFault(SHARED);
      inFlow ||= (isMap(node) || isSeq(node)) && node.flow === true;
    }
    return node === null || node === undefined ? undefined : { node: node as Node, inFlow };
  }

  #set(path: Path, value: unknown, order?: readonly string[]): Splice {
    const key = path.at(-1);
    const above = path.slice(0, -1);
    if (key === undefined) return [0, this.#text.length, this.#layout.block(value, 0)];
    const parent = this.#find(above);
    if (!parent || isEmpty(parent.node)) {
      return this.#set(above, typeof key === 'number' ? [value] : { [key]: value }, order);
    }
    if (isSeq(parent.node) && typeof key === 'number') return this.#setItem(parent, key, value);
    if (!isMap(parent.node) || typeof key !== 'string') throw new PathFault(SHARED);
    const map = parent.node;
    const pair = pairOf(map, key);
    if (!pair) return this.#add(parent, map, { key, value }, order ?? []);
    return this.#replace(parent, pair, value);
  }

  #setItem({ node, inFlow }: Found, at: number, value: unknown): Splice {
    const held = isSeq(node) ? (node.items[at] as Node | undefined) : undefined;
    if (!held?.range || !isSeq(node)) throw new PathFault(SHARED);
    const [from, to] = held.range;
    if (inFlow) return [from, to, this.#layout.flow(value)];
    if (isInline(value) && isInlineNode(held)) return [from, to, this.#layout.inline(value)];
    const dash = dashOf(node, at);
    const column = dash - lineStart(this.#text, dash);
    const text = this.#layout.block([value], column).slice(column);
    return [dash, lineEnd(this.#text, contentEnd(held)), text];
  }

  #replace({ inFlow }: Found, pair: PairOf, value: unknown): Splice {
    const { key, value: held } = pair;
    const range = held?.range;
    if (inFlow) {
      if (!range) throw new PathFault(SHARED);
      return [range[0], range[1], this.#layout.flow(value)];
    }
    if (range && range[1] > range[0] && isInline(value) && isInlineNode(held))
      return [range[0], range[1], this.#layout.inline(value)];
    if (range && held && (isSeq(held) || isMap(held)) && held.flow && !hasLines(value))
      return [range[0], range[1], this.#layout.flow(value)];
    const at = key.range[0];
    const column = at - lineStart(this.#text, at);
    const text = this.#layout.block({ [key.value]: value }, column).slice(column);
    return [at, lineEnd(this.#text, held ? contentEnd(held, key) : key.range[1]), text];
  }

  #add(
    { inFlow }: Found,
    map: YAMLMap,
    { key, value }: { readonly key: string; readonly value: unknown },
    order: readonly string[],
  ): Splice {
    const pairs = pairsOf(map);
    const after = placeFor(pairs, key, order);
    if (inFlow) {
      const last = pairs.at(-1);
      const at = last ? contentEnd(last.value, last.key) : (map.range?.[0] ?? 0) + 1;
      return [
        at,
        at,
        `${last ? ', ' : ''}${this.#layout.inline(key)}: ${this.#layout.flow(value)}`,
      ];
    }
    const [first] = pairs;
    if (!first) throw new PathFault(SHARED);
    const at = first.key.range[0];
    const column = at - lineStart(this.#text, at);
    const text = this.#layout.block({ [key]: value }, column);
    if (!after) return [at, at, `${text.slice(column)}${' '.repeat(column)}`];
    const end = lineEnd(this.#text, contentEnd(after.value, after.key));
    return [end, end, text];
  }

  #remove(path: Path): Splice {
    const key = path.at(-1);
    const above = path.slice(0, -1);
    const parent = this.#find(above);
    if (key === undefined || !parent) throw new PathFault(SHARED);
    const { node } = parent;
    const many = isMap(node) || isSeq(node) ? node.items.length : 0;
    if (many === 1 && above.length > 0) return this.#remove(above);
    if (isSeq(node) && typeof key === 'number') return this.#removeItem(parent, key);
    if (!isMap(node) || typeof key !== 'string') throw new PathFault(SHARED);
    const pairs = pairsOf(node);
    const at = pairs.findIndex((one) => one.key.value === key);
    const pair = pairs[at];
    if (!pair) throw new PathFault(SHARED);
    if (parent.inFlow) return flowGap(pairs.map(spanOf), at);
    const [from, end] = [pair.key.range[0], lineEnd(this.#text, spanOf(pair)[1])];
    const start = lineStart(this.#text, from);
    if (this.#text.slice(start, from).trim() === '')
      return [at === 0 ? start : withComments(this.#text, start), end, ''];
    // The first key stands on the line of its dash: the next one takes its place there.
    const next = pairs[at + 1]?.key.range[0] ?? end;
    return this.#text.slice(end, next).trim() === '' ? [from, next, ''] : [from, end, '\n'];
  }

  #removeItem({ node, inFlow }: Found, at: number): Splice {
    if (!isSeq(node)) throw new PathFault(SHARED);
    if (inFlow) return flowGap(node.items.map(rangeOf), at);
    const [from, to] = this.#itemSpan(node, at);
    // What stands above the first may be about the whole list: it is not thrown away.
    return [at === 0 ? lineStart(this.#text, dashOf(node, 0)) : from, to, ''];
  }

  #insert(path: Path, at: number, value: unknown): Splice {
    const list = this.#find(path);
    if (!list || !isSeq(list.node) || list.node.items.length === 0) return this.#set(path, [value]);
    const { node, inFlow } = list;
    const { length } = node.items;
    if (inFlow) {
      const [from, to] = rangeOf(node.items[Math.min(at, length - 1)]);
      const text = this.#layout.flow(value);
      return at < length ? [from, from, `${text}, `] : [to, to, `, ${text}`];
    }
    const dash = dashOf(node, 0);
    const text = this.#layout.block([value], dash - lineStart(this.#text, dash));
    const [from] = at < length ? this.#itemSpan(node, at) : [this.#itemSpan(node, length - 1)[1]];
    return [from, from, text];
  }

  #swap(path: Path, at: number): Splice {
    const list = this.#find(path);
    if (!list || !isSeq(list.node) || at < 0 || at + 1 >= list.node.items.length)
      throw new PathFault('there is nothing to change places with');
    const { node, inFlow } = list;
    const span = (i: number) => (inFlow ? rangeOf(node.items[i]) : this.#itemSpan(node, i));
    const [[a, aEnd], [b, bEnd]] = [span(at), span(at + 1)];
    const text = this.#text;
    return [a, bEnd, text.slice(b, bEnd) + text.slice(aEnd, b) + text.slice(a, aEnd)];
  }

  /** Whole lines of an item, with the comments right above it. */
  #itemSpan(list: Node, at: number): readonly [number, number] {
    const start = lineStart(this.#text, dashOf(list, at));
    const item = isSeq(list) ? list.items[at] : undefined;
    const end = lineEnd(this.#text, Math.max(contentEnd(item as Node), dashOf(list, at) + 1));
    return [withComments(this.#text, start), end];
  }
}

interface PairOf {
  readonly key: { readonly value: string; readonly range: readonly [number, number, number] };
  readonly value: Node | null;
}

const pairsOf = (map: YAMLMap): readonly PairOf[] =>
  map.items.flatMap(({ key, value }) =>
    isScalar(key) && key.range
      ? [{ key: { value: String(key.value), range: key.range }, value: value as Node | null }]
      : [],
  );

const pairOf = (map: YAMLMap, key: string): PairOf | undefined =>
  pairsOf(map).find((pair) => pair.key.value === key);

const spanOf = ({ key, value }: PairOf): readonly [number, number] => [
  key.range[0],
  contentEnd(value, key),
];

function rangeOf(node: unknown): readonly [number, number] {
  const range = (node as Node | undefined)?.range;
  if (!range) throw new PathFault(SHARED);
  return [range[0], range[1]];
}

/** Without one part of what stands in brackets, and without the comma beside it. */
function flowGap(spans: readonly (readonly [number, number])[], at: number): Splice {
  const [own, next, before] = [spans[at], spans[at + 1], spans[at - 1]];
  if (!own) throw new PathFault(SHARED);
  if (next) return [own[0], next[0], ''];
  return [before ? before[1] : own[0], own[1], ''];
}

/** After which pair a new key stands: the last of those that come before it; else the first. */
function placeFor(
  pairs: readonly PairOf[],
  key: string,
  order: readonly string[],
): PairOf | undefined {
  const place = order.indexOf(key);
  if (place < 0) return pairs.at(-1);
  return pairs.findLast((pair) => {
    const at = order.indexOf(pair.key.value);
    return at < place;
  });
}

const isEmpty = (node: unknown): boolean => isScalar(node) && node.value === null;

const hasLines = (value: unknown): boolean => JSON.stringify(value)?.includes('\\n') === true;

const isInline = (value: unknown): boolean =>
  (typeof value !== 'object' || value === null) && !hasLines(value);

const isInlineNode = (node: Node | null): boolean =>
  isScalar(node) && node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED';
