import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { DeskError } from '../base/errors.ts';

export const YAML_LIMITS = {
  /** Larger than any file a person keeps; a bigger one is refused before it is parsed. */
  file_bytes_max: 4_194_304,
  /** Merges (`<<`) into merges. */
  merge_depth_max: 16,
} as const;

/** Something wrong in a file, where a person finds it. Lines and columns count from 1. */
export interface FileFault {
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** Faults told at once; nobody reads further. */
export const FAULTS_MAX = 100;

/** Each place and reason once, in the order of the file, at most `FAULTS_MAX`. */
export function toldOnce(faults: readonly FileFault[]): FileFault[] {
  const once = new Map(faults.map((f) => [`${f.line}:${f.column} ${f.why}`, f]));
  return [...once.values()]
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, FAULTS_MAX);
}

/** A YAML file that still knows where everything stood. */
export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly root: Node | undefined;
  /** Keys that stand twice in one mapping: readers tell them with their own faults. */
  readonly duplicates: readonly FileFault[];
  /** There are more documents in the file; only the first is read, as Go's reader does it. */
  readonly hasMore: boolean;
  /** The node an alias stands for, or the node itself. */
  readonly real: (node: unknown) => Node | undefined;
  readonly fault: (node: unknown, why: string) => FileFault;
  /** Entries of mappings that were asked for: a merge of merges is worked out once. */
  readonly entries: WeakMap<object, readonly Entry[]>;
}

/** Parses, or says what keeps it from being YAML. Total. */
export function parseYaml(text: string, file: string): YamlFile | { faults: FileFault[] } {
  if (Buffer.byteLength(text) > YAML_LIMITS.file_bytes_max)
    return {
      faults: [{ line: 1, column: 1, why: `larger than ${YAML_LIMITS.file_bytes_max} bytes` }],
    };
  const lines = new LineCounter();
  const placed = (offset: number, why: string): FileFault => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), why };
  };
  try {
    return read(text, file, lines, placed);
  } catch (error) {
    // The library recurses: a text that is nothing but brackets ends its stack.
    if (error instanceof RangeError) return { faults: [placed(0, 'nested too deep')] };
    throw error;
  }
}

type Placed = (offset: number, why: string) => FileFault;

function read(
  text: string,
  file: string,
  lines: LineCounter,
  placed: Placed,
): YamlFile | { faults: FileFault[] } {
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    uniqueKeys: false, // the library compares each key with each: ours is one pass
  });
  const errors = document.errors.filter((e) => e.code !== 'MULTIPLE_DOCS');
  if (errors.length > 0) {
    const found = errors.map((e) => placed(e.pos[0], `this is not YAML: ${lower(e.message)}`));
    return { faults: toldOnce(found) };
  }
  const fault = (node: unknown, why: string): FileFault => placed(offsetOf(node), why);
  const root = document.contents ?? undefined;
  const { duplicates, targets } = passOver(root, fault);
  return {
    file,
    text,
    root,
    duplicates,
    hasMore: errors.length < document.errors.length,
    real: (node) => (isAlias(node) ? targets.get(node) : nodeOf(node)),
    fault,
    entries: new WeakMap(),
  };
}

const nodeOf = (node: unknown): Node | undefined =>
  isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;

const offsetOf = (node: unknown): number =>
  (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? 0;

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** What one pass over the nodes, in the order of the file, finds. */
interface Pass {
  readonly duplicates: readonly FileFault[];
  /** The node that each alias stands for: the last one before it with its name. */
  readonly targets: ReadonlyMap<unknown, Node>;
}

function passOver(root: unknown, fault: (node: unknown, why: string) => FileFault): Pass {
  const duplicates: FileFault[] = [];
  const targets = new Map<unknown, Node>();
  const anchors = new Map<string, Node>();
  const todo: unknown[] = [root];
  const later = (nodes: readonly unknown[]): void => {
    for (let i = nodes.length - 1; i >= 0; i--) todo.push(nodes[i]);
  };
  while (todo.length > 0) {
    const node = todo.pop();
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target) targets.set(node, target);
    } else if (isMap(node) || isSeq(node) || isScalar(node)) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (isSeq(node)) later(node.items);
      if (!isMap(node)) continue;
      for (let i = node.items.length - 1; i >= 0; i--)
        todo.push(node.items[i]?.value, node.items[i]?.key);
      for (const one of duplicatesOf(node.items, fault)) duplicates.push(one);
    }
  }
  return { duplicates, targets };
}

function duplicatesOf(
  items: readonly { readonly key: unknown }[],
  fault: (node: unknown, why: string) => FileFault,
): FileFault[] {
  const seen = new Set<string>();
  const found: FileFault[] = [];
  if (items.length < 2) return found;
  for (const { key } of items) {
    const name = keyText(key);
    if (name === undefined || name === '<<') continue;
    if (seen.has(name)) found.push(fault(key, `"${name}" stands here for the second time`));
    seen.add(name);
  }
  return found;
}

/** One entry of a mapping. `key` is '' when it is no text. */
export interface Entry {
  readonly key: string;
  readonly keyNode: unknown;
  readonly value: Node | undefined;
}

const keyText = (key: unknown): string | undefined => (isScalar(key) ? scalarText(key) : undefined);

/** What was written: `012` and `yes` stay as they are, whatever YAML would make of them. */
function scalarText(node: { readonly value: unknown; readonly source?: string }): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

/** The entries of a mapping, `<<` merged in; none when it is no mapping. */
export const entriesOf = (file: YamlFile, node: unknown): readonly Entry[] =>
  entriesAt(file, node, 0);

function entriesAt(file: YamlFile, node: unknown, depth: number): readonly Entry[] {
  const map = file.real(node);
  if (!isMap(map) || depth > YAML_LIMITS.merge_depth_max) return [];
  const known = file.entries.get(map);
  if (known) return known;
  file.entries.set(map, []); // what merges itself in merges nothing
  const entries: Entry[] = [];
  const merged: Entry[] = [];
  const names = new Set<string>();
  for (const { key, value } of map.items) {
    const name = keyText(key) ?? '';
    if (name === '<<') {
      for (const from of mergedFrom(file, value))
        for (const entry of entriesAt(file, from, depth + 1)) merged.push(entry);
      continue;
    }
    names.add(name);
    entries.push({ key: name, keyNode: key, value: file.real(value) });
  }
  for (const entry of merged) {
    if (names.has(entry.key)) continue;
    names.add(entry.key);
    entries.push(entry);
  }
  file.entries.set(map, entries);
  return entries;
}

/** `<<: *a` or `<<: [*a, *b]`. */
function mergedFrom(file: YamlFile, value: unknown): readonly unknown[] {
  const from = file.real(value);
  return isSeq(from) ? from.items : [from];
}

/** The items of a sequence; none when it is no sequence. */
export function itemsOf(file: YamlFile, node: unknown): (Node | undefined)[] {
  const list = file.real(node);
  return isSeq(list) ? list.items.map((item) => file.real(item)) : [];
}

/** The text of a scalar as it was written; undefined for everything else, and for nothing. */
export function textOf(node: Node | undefined): string | undefined {
  return isScalar(node) && node.value !== null ? scalarText(node) : undefined;
}

/** `FILE:LINE:COLUMN: what is wrong`, as editors and compilers write it. */
export const faultText = (file: string, { line, column, why }: FileFault): string =>
  `${file}:${line}:${column}: ${why}`;

/** The first fault as the failure that stops a start. */
export function fileFailure(file: string, faults: readonly FileFault[]): DeskError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more: tocsin check ${file})` : '';
  const at = first ? `${file}:${first.line}:${first.column}` : file;
  return new DeskError('SETTINGS_INVALID', { file: at, why: `${first?.why ?? ''}${more}` });
}
