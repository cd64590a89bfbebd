import { element } from './datagram.ts';

/** A BER element with its parts, if its tag says that it has parts. */
interface Tree {
  tag: number;
  content: number[];
  parts: Tree[] | undefined;
}

const CONSTRUCTED = new Set([0x30, 0xa4, 0xa6, 0xa7]);
const DEPTH_MAX = 6;
const BYTES_MAX = 65_535;

/** Undefined when the bytes are no sequence of elements. */
function forest(bytes: readonly number[], depth: number): Tree[] | undefined {
  const trees: Tree[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at++] as number;
    let size = bytes[at++];
    if (size === undefined) return undefined;
    if (size > 0x80) {
      let long = 0;
      for (let n = size - 0x80; n > 0; n--) long = long * 256 + (bytes[at++] ?? 0);
      size = long;
    }
    if (at + size > bytes.length) return undefined;
    const content = bytes.slice(at, at + size);
    const parts = depth > 0 && CONSTRUCTED.has(tag) ? forest(content, depth - 1) : undefined;
    trees.push({ tag, content, parts });
    at += size;
  }
  return trees;
}

const grown = ({ tag, content, parts }: Tree): number[] =>
  element(tag, parts === undefined ? content : parts.flatMap(grown));

const all = (trees: readonly Tree[]): Tree[] =>
  trees.flatMap((tree) => [tree, ...(tree.parts === undefined ? [] : all(tree.parts))]);

const TAGS = [
  ...[0x02, 0x04, 0x05, 0x06, 0x30, 0x40, 0x41, 0x42, 0x43, 0x44, 0x46, 0x80, 0x81, 0x82],
  ...[0xa0, 0xa2, 0xa4, 0xa6, 0xa7, 0x1f, 0xff, 0x00],
];

/**
 * A datagram whose lengths are right again after something in it was changed: such faults get
 * past the outer layers, where changed bytes alone seldom come.
 */
export function mutatedTree(body: Uint8Array, rng: (below: number) => number): Uint8Array {
  const trees = forest([...body], DEPTH_MAX);
  if (trees === undefined || trees.length === 0) return body;
  for (let n = 1 + rng(4); n > 0; n--) {
    const nodes = all(trees);
    const node = nodes[rng(nodes.length)];
    if (node !== undefined) bend(node, nodes, rng);
  }
  return Uint8Array.from(trees.flatMap(grown).slice(0, BYTES_MAX));
}

function bend(node: Tree, nodes: readonly Tree[], rng: (below: number) => number): void {
  const { parts, content } = node;
  switch (rng(parts === undefined ? 6 : 9)) {
    case 0:
      node.tag = TAGS[rng(TAGS.length)] ?? 0;
      break;
    case 1:
      node.content = Array.from({ length: rng(12) }, () => rng(256));
      break;
    case 2:
      node.content = Array<number>(1 << rng(11)).fill(rng(2) === 0 ? 0xff : rng(256));
      break;
    case 3:
      node.content = content.slice(0, rng(content.length + 1));
      break;
    case 4:
      node.content = content.map((b) => (rng(4) === 0 ? rng(256) : b));
      break;
    case 5:
      node.content = [...content, ...(nodes[rng(nodes.length)]?.content.slice(0, 64) ?? [])];
      break;
    case 6:
      parts?.splice(rng(parts.length + 1), 1);
      break;
    case 7:
      parts?.reverse();
      break;
    default:
      for (let n = rng(rng(32) === 0 ? 300 : 4); n > 0; n--) parts?.push(copyOf(parts[0]));
  }
}

const copyOf = (tree: Tree | undefined): Tree => ({
  tag: tree?.tag ?? 0x05,
  content: tree?.content ?? [],
  parts: undefined,
});
