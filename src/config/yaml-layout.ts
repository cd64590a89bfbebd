import { isMap, isScalar, isSeq, type Node, stringify, visit } from 'yaml';

/** Where the line of a place begins. */
export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Where the line after a place begins; the place itself when it begins one. */
export function lineEnd(text: string, at: number): number {
  if (at > 0 && text[at - 1] === '\n') return at;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** The comment lines right above a line, as far as they are indented like it. */
export function withComments(text: string, start: number): number {
  const column = /^ */.exec(text.slice(start))?.[0].length ?? 0;
  let from = start;
  while (from > 0) {
    const above = lineStart(text, from - 1);
    const line = text.slice(above, from);
    if (line.trimStart().charAt(0) !== '#' || line.search(/\S/) !== column) break;
    from = above;
  }
  return from;
}

/** Where the last of what a node says ends; comments and blank lines after it take no part. */
export function contentEnd(
  node: Node | null | undefined,
  key?: { readonly range: readonly [number, number, number] },
): number {
  const start = key?.range[1] ?? 0;
  if (!node?.range) return start;
  if (isScalar(node) && node.range[0] === node.range[1]) return Math.max(start, 0);
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last: unknown = node.items.at(-1);
    if (isSeq(node)) return Math.max(contentEnd(last as Node | null), node.range[0]);
    const pair = last as { key: Node; value: Node | null } | undefined;
    if (!pair?.key.range) return node.range[1];
    return contentEnd(pair.value, { range: pair.key.range });
  }
  return node.range[1];
}

interface SequenceToken {
  readonly items: readonly {
    readonly start: readonly { readonly type: string; readonly offset: number }[];
  }[];
}

/** Where the dash of an item stands. */
export function dashOf(list: Node, at: number): number {
  const token = list.srcToken as unknown as SequenceToken | undefined;
  const dashes = (token?.items ?? []).flatMap(({ start }) =>
    start.filter(({ type }) => type === 'seq-item-ind'),
  );
  return dashes[at]?.offset ?? list.range?.[0] ?? 0;
}

/** Writes values as the text around them is written. */
export class Layout {
  readonly #indentSeq: boolean;

  constructor(text: string, root: Node | null) {
    this.#indentSeq = areListsIndented(text, root);
  }

  /** Whole lines, each indented by `column`. */
  block(value: unknown, column: number): string {
    const pad = ' '.repeat(column);
    const lines = this.#text(value, {}).replace(/\n+$/, '').split('\n');
    return `${lines.map((line) => (line === '' ? '' : pad + line)).join('\n')}\n`;
  }

  inline(value: unknown): string {
    return this.#text(value, {}).trim();
  }

  /** As it stands in brackets. */
  flow(value: unknown): string {
    const how = { collectionStyle: 'flow', flowCollectionPadding: false } as const;
    return this.#text([value], how).trim().slice(1, -1);
  }

  #text(value: unknown, how: object): string {
    // What Alertmanager reads: `yes` and `12:30` are quoted.
    const same = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
    return stringify(value, { ...same, indentSeq: this.#indentSeq, ...how });
  }
}

/** True: lists stand further in than the key they belong to. */
function areListsIndented(text: string, root: Node | null): boolean {
  let found = true;
  visit(root, {
    Pair(_, { key, value }) {
      if (!isSeq(value) || value.flow || !isScalar(key) || !key.range) return undefined;
      const at = dashOf(value, 0);
      const own = key.range[0];
      found = at - lineStart(text, at) > own - lineStart(text, own);
      return visit.BREAK;
    },
  });
  return found;
}
