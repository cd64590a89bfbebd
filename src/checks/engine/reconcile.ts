import { ByteTable, grown, wider } from './byte-table.ts';
import { cellText, type Row, type RowSink } from './cells.ts';
import type { EvidenceWriter } from './evidence.ts';
import { CheckFault } from './fault.ts';
import { Key } from './key.ts';
import { numberIn } from './numbers.ts';

export interface ReconcileRule {
  readonly key: readonly string[];
  readonly compare: readonly string[];
  /** How far two numbers may be apart and still be equal. */
  readonly tolerance: number;
}

/** What differs, counted to the last row; the list of it is cut at its limits. */
export interface Differences {
  readonly rows: readonly [here: number, there: number];
  onlyHere: number;
  onlyThere: number;
  differ: number;
  /** Rows whose key was there before in the same table. */
  twice: number;
  keyless: number;
}

const VALUES_BYTES_MAX = 1_024 * 1_024 * 1_024;

/**
 * Two tables compared by key. The first is kept as bytes side by side, the second only passes by:
 * 2 × 1.5 million rows need some 150 MiB.
 */
export class Reconciler {
  readonly #rule: ReconcileRule;
  readonly #keys = new ByteTable();
  readonly #key = new Key();
  #values = new Uint8Array(1 << 16);
  /** Where the compared cells of each key begin and end. */
  #ends = new Int32Array(1 << 12);
  #seen = new Uint8Array(0);
  readonly #evidence: EvidenceWriter;
  readonly #rows: [number, number] = [0, 0];
  readonly found: Differences = {
    rows: this.#rows,
    onlyHere: 0,
    onlyThere: 0,
    differ: 0,
    twice: 0,
    keyless: 0,
  };

  constructor(rule: ReconcileRule, evidence: EvidenceWriter) {
    this.#rule = rule;
    this.#evidence = evidence;
  }

  static head(rule: ReconcileRule): readonly string[] {
    return ['difference', ...rule.key, 'column', 'here', 'there'];
  }

  here(): RowSink {
    return this.#sink((row, key, compare) => {
      this.#rows[0]++;
      if (!this.#key.read(row, key)) return this.#keyless(row, key, 'here');
      const before = this.#keys.size;
      const code = this.#keys.add(this.#key.bytes, this.#key.start, this.#key.end);
      if (this.#keys.size === before) return this.#twice(row, key, 'twice here');
      this.#keepValues(code, row, compare);
    });
  }

  there(): RowSink {
    this.#seen = new Uint8Array(this.#keys.size);
    return this.#sink((row, key, compare) => {
      this.#rows[1]++;
      if (!this.#key.read(row, key)) return this.#keyless(row, key, 'there');
      const code = this.#keys.find(this.#key.bytes, this.#key.start, this.#key.end);
      if (code < 0) {
        this.found.onlyThere++;
        return this.#tell('only there', row, key);
      }
      if (this.#seen[code] === 1) return this.#twice(row, key, 'twice there');
      this.#seen[code] = 1;
      this.#compare(code, row, key, compare);
    });
  }

  /** Keys of the first table that the second lacks. */
  end(): void {
    const isSingle = this.#rule.key.length === 1;
    for (let code = 0; code < this.#keys.size; code++) {
      if (this.#seen[code] === 1) continue;
      this.found.onlyHere++;
      if (!this.#evidence.hasRoom) {
        this.#evidence.noteCut();
        continue;
      }
      const cells = isSingle ? [this.#keys.text(code)] : keyCells(this.#keys.bytesOf(code));
      this.#evidence.write(['only here', ...cells, '', '', '']);
    }
  }

  #sink(take: (row: Row, key: readonly number[], compare: readonly number[]) => void): RowSink {
    let key: readonly number[] = [];
    let compare: readonly number[] = [];
    const placesOf = (columns: readonly string[], names: readonly string[]): number[] =>
      names.map((name) => {
        const at = columns.indexOf(name);
        if (at < 0) throw new CheckFault(`there is no column "${name}" to reconcile by`);
        return at;
      });
    return {
      head: (columns) => {
        key = placesOf(columns, this.#rule.key);
        compare = placesOf(columns, this.#rule.compare);
      },
      row: (row) => take(row, key, compare),
    };
  }

  #keepValues(code: number, row: Row, compare: readonly number[]): void {
    const width = compare.length;
    if (width === 0) return;
    let slot = code * width;
    while (slot + width + 1 > this.#ends.length) this.#ends = wider(this.#ends);
    let at = this.#ends[slot] as number;
    for (const column of compare) {
      const from = row.starts[column] as number;
      const length = (row.ends[column] as number) - from;
      if (at + length > VALUES_BYTES_MAX) throw new CheckFault('more than 1 GiB to compare');
      if (at + length > this.#values.length) this.#values = grown(this.#values, at + length);
      const [values, bytes] = [this.#values, row.bytes];
      for (let i = 0; i < length; i++) values[at + i] = bytes[from + i] as number;
      at += length;
      this.#ends[++slot] = at;
    }
  }

  #compare(code: number, row: Row, key: readonly number[], compare: readonly number[]): void {
    const width = compare.length;
    let isDifferent = false;
    for (let i = 0; i < width; i++) {
      const from = this.#ends[code * width + i] as number;
      const to = this.#ends[code * width + i + 1] as number;
      const column = compare[i] as number;
      if (this.#isEqual(from, to, row, column)) continue;
      isDifferent = true;
      const here = Buffer.from(this.#values.subarray(from, to)).toString();
      this.#tell('differs', row, key, this.#rule.compare[i], here, cellText(row, column));
    }
    if (isDifferent) this.found.differ++;
  }

  /** The same bytes, or numbers no further apart than the tolerance. */
  #isEqual(from: number, to: number, row: Row, column: number): boolean {
    const start = row.starts[column] as number;
    const end = row.ends[column] as number;
    const [values, bytes] = [this.#values, row.bytes];
    if (to - from === end - start) {
      let i = 0;
      while (i < to - from && values[from + i] === bytes[start + i]) i++;
      if (i === to - from) return true;
    }
    if (from === to || start === end) return false;
    const gap = Math.abs(numberIn(values, from, to) - numberIn(bytes, start, end));
    return gap <= this.#rule.tolerance;
  }

  #twice(row: Row, key: readonly number[], what: string): void {
    this.found.twice++;
    this.#tell(what, row, key);
  }

  #keyless(row: Row, key: readonly number[], side: string): void {
    this.found.keyless++;
    this.#tell(`no key ${side}`, row, key);
  }

  #tell(what: string, row: Row, key: readonly number[], column = '', here = '', there = ''): void {
    if (!this.#evidence.hasRoom) return this.#evidence.noteCut();
    const cells = key.map((place) => cellText(row, place));
    this.#evidence.write([what, ...cells, column, here, there]);
  }
}

/** The cells of a key that `Key` put together. */
function keyCells(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const cells: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint32(at, true);
    cells.push(Buffer.from(bytes.subarray(at + 4, at + 4 + length)).toString());
    at += 4 + length;
  }
  return cells;
}
