import { checkOf, IMAGE } from './mib-image.ts';
import type { MibIndex, MibInfo } from './mib-info.ts';

/** What an OID is called: the deepest name on its way, and what follows. */
export interface Named {
  readonly name: string;
  /** '' for what is built in. */
  readonly module: string;
  /** The numbers behind the name, dotted; '' when there are none. */
  readonly rest: string;
  readonly oid: string;
  readonly info: MibInfo | undefined;
  /** The rows of its table, when it is a column. */
  readonly entry: NamedEntry | undefined;
}

export interface NamedEntry {
  readonly name: string;
  readonly index: readonly MibIndex[];
}

/** Names found by name are no more than this. */
export const FOUND_MAX = 100;

/** Infos kept as they were read; then all are read anew. */
const INFOS_KEPT_MAX = 16_384;

/** The columns of the nodes, in the order of mib-image.ts. */
const COLUMN = { number: 0, above: 1, first: 2, below: 3, name: 4, module: 5, info: 6 } as const;

/**
 * Looks up names in an image. Only offsets within it are ever followed: an image that is not
 * whole is refused by `open`.
 */
export class Names {
  readonly memory: SharedArrayBuffer;
  readonly #words: Uint32Array;
  readonly #text: Buffer;
  readonly #nodes: number;
  readonly #infos = new Map<number, MibInfo>();

  private constructor(memory: SharedArrayBuffer, nodes: number, strings: number) {
    this.memory = memory;
    this.#nodes = nodes;
    const words = IMAGE.headWords + nodes * IMAGE.columns + strings + 1;
    this.#words = new Uint32Array(memory, 0, words);
    this.#text = Buffer.from(memory, words * 4);
  }

  /** Undefined when the memory is no whole image of this version. */
  static open(memory: SharedArrayBuffer): Names | undefined {
    if (memory.byteLength < IMAGE.headWords * 4) return undefined;
    const head = new Uint32Array(memory, 0, IMAGE.headWords);
    const [magic, version, bytes, check, nodes = 0, strings = 0] = head;
    if (magic !== IMAGE.magic || version !== IMAGE.version) return undefined;
    if (bytes !== memory.byteLength || check !== checkOf(memory)) return undefined;
    return new Names(memory, nodes, strings);
  }

  /** Of the folder the image was made of. */
  get fingerprint(): string {
    const half = (at: number): string => (this.#words[at] ?? 0).toString(16).padStart(8, '0');
    return half(6) + half(7);
  }

  /** How many places of the tree are known. */
  get size(): number {
    return this.#nodes;
  }

  /** Undefined when nothing on the way of this OID below the roots has a name. */
  of(oid: string): Named | undefined {
    let node = 0;
    let deepest = 0;
    let end = 0;
    for (let at = 0; at < oid.length; ) {
      const dot = oid.indexOf('.', at);
      const stop = dot < 0 ? oid.length : dot;
      const next = this.#below(node, Number(oid.slice(at, stop)));
      if (next < 0) break;
      node = next;
      if (this.#get(COLUMN.name, node) !== 0) [deepest, end] = [node, stop];
      at = stop + 1;
    }
    return deepest === 0 ? undefined : this.#named(deepest, oid.slice(0, end), oid.slice(end + 1));
  }

  /** Every place with this name, in any case if `anyCase`; FOUND_MAX at most. */
  find(name: string, anyCase: boolean): readonly Named[] {
    const wanted = anyCase ? name.toLowerCase() : name;
    const found: Named[] = [];
    for (let node = 1; node < this.#nodes && found.length < FOUND_MAX; node++) {
      const own = this.#string(this.#get(COLUMN.name, node));
      if ((anyCase ? own.toLowerCase() : own) !== wanted) continue;
      found.push(this.#named(node, this.#oidOf(node), ''));
    }
    return found;
  }

  /**
   * The notifications that stand beside one, itself among them, in the order of their OIDs; where
   * it stands alone, those of its module below the same place two steps up. `max` at most: those
   * nearest to it.
   */
  near({ oid, module }: Pick<Named, 'oid' | 'module'>, max: number): readonly Named[] {
    const node = this.#nodeOf(oid);
    if (node < 0) return [];
    const above = this.#get(COLUMN.above, node);
    const beside = this.#notificationsIn(above, node, max);
    const over = this.#get(COLUMN.above, above);
    if (beside.length > 1 || over === 0) return beside.map((one) => this.#nameOf(one));
    const first = this.#get(COLUMN.first, over);
    const below = Array.from({ length: Math.min(max, this.#get(COLUMN.below, over)) }, (_, i) =>
      this.#notificationsIn(first + i, node, max),
    );
    const all = [...below.flat(), ...this.#notificationsIn(over, node, max)];
    return all
      .map((one) => this.#nameOf(one))
      .filter((one) => one.module === module)
      .slice(0, max);
  }

  #notificationsIn(parent: number, nearest: number, max: number): readonly number[] {
    const first = this.#get(COLUMN.first, parent);
    const count = this.#get(COLUMN.below, parent);
    const from = Math.max(first, Math.min(nearest - (max >> 1), first + count - max));
    const found: number[] = [];
    for (let node = from; node < first + count && found.length < max; node++) {
      if (this.#info(node)?.is === 'notification') found.push(node);
    }
    return found;
  }

  #nameOf(node: number): Named {
    return this.#named(node, this.#oidOf(node), '');
  }

  /** -1 when the whole OID has no place. */
  #nodeOf(oid: string): number {
    let node = 0;
    for (const number of oid.split('.')) {
      node = this.#below(node, Number(number));
      if (node < 0) return -1;
    }
    return node;
  }

  #named(node: number, oid: string, rest: string): Named {
    const above = this.#get(COLUMN.above, node);
    const over = this.#info(above);
    return {
      name: this.#string(this.#get(COLUMN.name, node)),
      module: this.#string(this.#get(COLUMN.module, node)),
      oid,
      rest,
      info: this.#info(node),
      entry:
        over?.is === 'entry'
          ? { name: this.#string(this.#get(COLUMN.name, above)), index: over.index }
          : undefined,
    };
  }

  #info(node: number): MibInfo | undefined {
    const at = this.#get(COLUMN.info, node);
    if (at === 0) return undefined;
    const before = this.#infos.get(at);
    if (before !== undefined) return before;
    const info = JSON.parse(this.#string(at)) as MibInfo;
    // What a network really sends is few of all there is.
    if (this.#infos.size >= INFOS_KEPT_MAX) this.#infos.clear();
    this.#infos.set(at, info);
    return info;
  }

  #oidOf(node: number): string {
    let oid = '';
    for (let at = node; at !== 0; at = this.#get(COLUMN.above, at)) {
      oid = `${this.#get(COLUMN.number, at)}${oid === '' ? '' : '.'}${oid}`;
    }
    return oid;
  }

  /** -1 when there is none. */
  #below(node: number, number: number): number {
    let low = this.#get(COLUMN.first, node);
    let high = low + this.#get(COLUMN.below, node) - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const there = this.#get(COLUMN.number, middle);
      if (there === number) return middle;
      if (there < number) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #get(column: number, node: number): number {
    return this.#words[IMAGE.headWords + column * this.#nodes + node] ?? 0;
  }

  #string(index: number): string {
    if (index === 0) return '';
    const at = IMAGE.headWords + IMAGE.columns * this.#nodes + index;
    return this.#text.toString('utf8', this.#words[at] ?? 0, this.#words[at + 1] ?? 0);
  }
}
