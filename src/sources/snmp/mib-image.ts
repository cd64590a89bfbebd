import { crc32 } from 'node:zlib';
import type { MibIndex, MibInfo } from './mib-info.ts';
import type { Place, Tree } from './mib-link.ts';
import type { Clauses } from './mib-module.ts';
import type { Types } from './mib-types.ts';
import type { Unit } from './mib-units.ts';

/**
 * What a folder of modules says, as one piece of memory: threads share it, a file keeps it, and
 * nothing of it is read before somebody asks. Little-endian words of 32 bits, in this order:
 *
 *   head      magic, version, length in bytes, CRC-32 of all behind the head, nodes, strings,
 *             the fingerprint of the folder in two words
 *   nodes     seven columns: number, above, first below, how many below, name, module, info
 *   strings   where each begins in the text, and where the last ends; then the text, in UTF-8
 *
 * Nodes stand in the order of their depth, those below one node together and by number. Names,
 * modules and infos (JSON of `MibInfo`) are indexes of strings; string 0 is ''.
 */
export const IMAGE = { magic: 0x5442_494d, version: 1, headWords: 8, columns: 7 };

/** More nodes than this are left out, the deepest first: 28 bytes each. */
export const IMAGE_NODES_MAX = 8_388_608;

/** `fingerprint` says of what: 16 hex digits. */
export function imageOf(tree: Tree, types: Types, fingerprint: string): SharedArrayBuffer {
  const nodes = Math.min(tree.size, IMAGE_NODES_MAX);
  const columns = Array.from({ length: IMAGE.columns }, () => new Uint32Array(nodes));
  const [number, above, first, below, name, module, info] = columns as NodeColumns;
  const strings = new Strings();
  const infos = new Infos(tree, types);
  const places: Place[] = [tree.root];
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as Place;
    number[i] = place.number;
    // Hardly a name comes twice: looking for it would take longer than it saves.
    name[i] = place.name === '' ? 0 : strings.add(place.name);
    module[i] = strings.once(place.unit?.builtIn === false ? place.unit.module.name : '');
    info[i] = strings.once(infos.of(place));
    first[i] = places.length;
    if (place.below === undefined) continue;
    for (const one of Array.from(place.below.values()).sort(byNumber)) {
      if (places.length === nodes) break;
      above[places.length] = i;
      places.push(one);
    }
    below[i] = places.length - (first[i] ?? 0);
  }
  return written(columns, nodes, strings.all, fingerprint);
}

type Column = Uint32Array<ArrayBuffer>;
type NodeColumns = [Column, Column, Column, Column, Column, Column, Column];
const byNumber = (a: Place, b: Place): number => a.number - b.number;

function written(
  columns: readonly Column[],
  nodes: number,
  strings: readonly string[],
  fingerprint: string,
): SharedArrayBuffer {
  const text = Buffer.from(strings.join(''), 'utf8');
  const words = IMAGE.headWords + nodes * IMAGE.columns + strings.length + 1;
  const bytes = words * 4 + text.length;
  const memory = new SharedArrayBuffer(bytes);
  const out = new Uint32Array(memory, 0, words);
  for (const [i, column] of columns.entries()) out.set(column, IMAGE.headWords + i * nodes);
  let at = IMAGE.headWords + nodes * IMAGE.columns;
  let end = 0;
  for (const string of strings) {
    out[at++] = end;
    end += Buffer.byteLength(string);
  }
  out[at] = end;
  new Uint8Array(memory).set(text, words * 4);
  out.set([IMAGE.magic, IMAGE.version, bytes, checkOf(memory), nodes, strings.length]);
  out.set(
    [fingerprint.slice(0, 8), fingerprint.slice(8)].map((half) => Number.parseInt(half, 16)),
    6,
  );
  return memory;
}

/** CRC-32 of all behind the head. */
export const checkOf = (memory: SharedArrayBuffer): number =>
  crc32(Buffer.from(memory, IMAGE.headWords * 4));

class Strings {
  readonly all: string[] = [''];
  readonly #known = new Map<string, number>([['', 0]]);

  add(text: string): number {
    this.all.push(text);
    return this.all.length - 1;
  }

  /** The same place for the same text. */
  once(text: string): number {
    const before = this.#known.get(text);
    if (before !== undefined) return before;
    const place = this.add(text);
    this.#known.set(text, place);
    return place;
  }
}

/** An entry that extends one that extends one …: seen no deeper than this. */
const AUGMENTS_MAX = 8;

class Infos {
  readonly #tree: Tree;
  readonly #types: Types;
  /** Most objects have one of few types as it is. */
  readonly #plain = new Map<object, string>();

  constructor(tree: Tree, types: Types) {
    this.#tree = tree;
    this.#types = types;
  }

  /** JSON, or '' where there is nothing to say. */
  of({ definition, unit }: Place): string {
    if (definition === undefined || unit === undefined || definition.is === 'node') return '';
    if (definition.is === 'notification') {
      return jsonOf({
        is: 'notification',
        objects: definition.clauses?.objects ?? [],
        about: definition.clauses?.about ?? '',
      });
    }
    const { syntax, units, index, augments } = definition.clauses ?? {};
    if (index !== undefined || augments !== undefined) {
      return jsonOf({ is: 'entry', index: this.#indexOf(definition.clauses ?? {}, unit, 0) });
    }
    if (syntax === undefined || syntax.of !== 'value') return '';
    const type = this.#types.of(unit, syntax);
    if (units !== undefined) return jsonOf({ is: 'object', type, units });
    const before = this.#plain.get(type);
    if (before !== undefined) return before;
    const json = jsonOf({ is: 'object', type });
    this.#plain.set(type, json);
    return json;
  }

  #indexOf({ index, augments }: Clauses, unit: Unit, depth: number): readonly MibIndex[] {
    if (index !== undefined) return index.map((part) => this.#indexPart(part, unit));
    if (augments === undefined || depth >= AUGMENTS_MAX) return [];
    const place = this.#tree.placeOf(unit, augments);
    const { definition, unit: other } = place ?? {};
    if (definition?.clauses === undefined || other === undefined) return [];
    return this.#indexOf(definition.clauses, other, depth + 1);
  }

  /** SMIv1 allows a type in the place of an object. */
  #indexPart(part: { name: string; implied: boolean }, unit: Unit): MibIndex {
    const { definition, unit: other } = this.#tree.placeOf(unit, part.name) ?? {};
    const syntax = definition?.clauses?.syntax ?? { base: part.name, size: -1, of: 'value' };
    const type = this.#types.of(other ?? unit, syntax);
    // What its numbers are called does not matter here, and would be said for every entry.
    const { words: _, ...rest } = type;
    return { object: part.name, ...rest, ...(part.implied && { implied: true }) };
  }
}

const jsonOf = (info: MibInfo): string => JSON.stringify(info);
