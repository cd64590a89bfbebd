import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { DeskError } from '../base/errors.ts';

/** Larger than any file a person keeps; a bigger one is refused before it is parsed. */
export const FILE_BYTES_MAX = 4_194_304;

/** Something wrong in a file, where a person finds it. Lines and columns count from 1. */
export interface FileFault {
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** A YAML file that still knows where everything stood. */
export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly root: Node | undefined;
  /** The node an alias stands for, or the node itself. */
  readonly real: (node: unknown) => Node | undefined;
  readonly fault: (node: unknown, why: string) => FileFault;
}

/** Parses, or says what keeps it from being YAML. */
export function parseYaml(text: string, file: string): YamlFile | { faults: FileFault[] } {
  if (Buffer.byteLength(text) > FILE_BYTES_MAX)
    return { faults: [{ line: 1, column: 1, why: `larger than ${FILE_BYTES_MAX} bytes` }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const placed = (offset: number, why: string): FileFault => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), why };
  };
  if (document.errors.length > 0)
    return {
      faults: document.errors.map((e) => placed(e.pos[0], `this is not YAML: ${lower(e.message)}`)),
    };
  const offset = (node: unknown): number => {
    const range = (node as { range?: readonly number[] } | undefined)?.range;
    return range?.[0] ?? 0;
  };
  return {
    file,
    text,
    root: document.contents ?? undefined,
    real: (node) => real(document, node),
    fault: (node, why) => placed(offset(node), why),
  };
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function real(document: Document, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document) as Node | undefined;
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}

/** One `key: value` of a mapping. */
export interface Entry {
  readonly key: string;
  readonly keyNode: unknown;
  readonly value: Node | undefined;
}

/** The entries of a mapping, `<<` merged in; none when it is no mapping. */
export function entriesOf(file: YamlFile, node: unknown): Entry[] {
  const map = file.real(node);
  if (!isMap(map)) return [];
  const own = map.items.map((item) => ({
    key: isScalar(item.key) ? String(item.key.value) : '',
    keyNode: item.key,
    value: file.real(item.value),
  }));
  const merged = own.filter((e) => e.key === '<<');
  const names = new Set(own.map((e) => e.key));
  const from = merged.flatMap((e) => entriesOf(file, e.value)).filter((e) => !names.has(e.key));
  return [...own.filter((e) => e.key !== '<<'), ...from];
}

/** The items of a sequence; none when it is no sequence. */
export function itemsOf(file: YamlFile, node: unknown): (Node | undefined)[] {
  const list = file.real(node);
  return isSeq(list) ? list.items.map((item) => file.real(item)) : [];
}

/** The text of a scalar; undefined for everything else, and for nothing. */
export function textOf(node: Node | undefined): string | undefined {
  return isScalar(node) && node.value !== null ? String(node.value) : undefined;
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
