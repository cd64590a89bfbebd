import { grown } from './byte-table.ts';

/**
 * One row of a table as bytes: cell `i` is `bytes[starts[i]..ends[i])`. The same object for every
 * row: what is to be kept is copied.
 */
export interface Row {
  bytes: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  /** Cells in this row. */
  count: number;
  /** Line of a text file, or number of the row, from 1. */
  line: number;
}

/** Takes the names of the columns once, then rows. `head` says whether rows are wanted. */
export interface RowSink {
  head(columns: readonly string[]): void;
  row(row: Row): void;
}

export const CELL_COLUMNS_MAX = 4_096;

export const newRow = (columns: number): Row => ({
  bytes: new Uint8Array(0),
  starts: new Int32Array(columns),
  ends: new Int32Array(columns),
  count: 0,
  line: 0,
});

const decoder = new TextDecoder();

export const cellText = (row: Row, column: number): string =>
  column < row.count
    ? decoder.decode(row.bytes.subarray(row.starts[column], row.ends[column]))
    : '';

/** Makes rows of bytes out of values, for tables that do not come as text. */
export class RowWriter {
  readonly #row: Row;
  readonly #sink: RowSink;
  #bytes = new Uint8Array(65_536);
  #view = Buffer.from(this.#bytes.buffer);

  constructor(columns: readonly string[], sink: RowSink) {
    this.#sink = sink;
    this.#row = newRow(columns.length);
    this.#row.count = columns.length;
    sink.head(columns);
  }

  /** `line`: where it stands, if it is not the next one. */
  write(values: readonly unknown[], line?: number): void {
    const row = this.#row;
    let at = 0;
    for (let i = 0; i < row.count; i++) {
      const text = textOf(values[i]);
      const need = at + text.length * 3;
      if (need > this.#bytes.length) this.#grow(need);
      row.starts[i] = at;
      at += this.#view.write(text, at);
      row.ends[i] = at;
    }
    row.bytes = this.#bytes;
    row.line = line ?? row.line + 1;
    this.#sink.row(row);
  }

  #grow(need: number): void {
    this.#bytes = grown(this.#bytes, need);
    this.#view = Buffer.from(this.#bytes.buffer);
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
