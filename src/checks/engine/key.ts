import { grown } from './byte-table.ts';
import type { Row } from './cells.ts';

/** The bytes of several cells as one key; each behind its length, so that no two rows meet. */
export class Key {
  bytes: Uint8Array = new Uint8Array(256);
  start = 0;
  end = 0;
  #own = new Uint8Array(256);

  /** False when all cells are empty. `group`: keys of other groups are others. */
  read(row: Row, columns: readonly number[], group = -1): boolean {
    const [only] = columns;
    if (columns.length === 1 && group < 0 && only !== undefined) {
      this.bytes = row.bytes;
      this.start = row.starts[only] as number;
      this.end = row.ends[only] as number;
      return this.end > this.start;
    }
    let at = 0;
    let isEmpty = true;
    if (group >= 0) at = this.#number(0, group);
    for (const column of columns) {
      const from = row.starts[column] as number;
      const length = (row.ends[column] as number) - from;
      if (length > 0) isEmpty = false;
      at = this.#number(at, length);
      if (at + length > this.#own.length) this.#own = grown(this.#own, at + length);
      for (let i = 0; i < length; i++) this.#own[at + i] = row.bytes[from + i] as number;
      at += length;
    }
    this.bytes = this.#own;
    this.start = 0;
    this.end = at;
    return !isEmpty;
  }

  /** The same key out of texts. */
  ofTexts(texts: readonly string[]): void {
    const parts = texts.map((text) => Buffer.from(text));
    const bytes = Buffer.concat(parts);
    const starts = new Int32Array(parts.length);
    const ends = new Int32Array(parts.length);
    let at = 0;
    parts.forEach((part, i) => {
      starts[i] = at;
      at += part.length;
      ends[i] = at;
    });
    const row = { bytes, starts, ends, count: parts.length, line: 0 };
    this.read(row, [...parts.keys()]);
  }

  #number(at: number, value: number): number {
    if (at + 4 > this.#own.length) this.#own = grown(this.#own, at + 4);
    const own = this.#own;
    own[at] = value & 255;
    own[at + 1] = (value >>> 8) & 255;
    own[at + 2] = (value >>> 16) & 255;
    own[at + 3] = value >>> 24;
    return at + 4;
  }
}
