import { closeSync, openSync, readSync } from 'node:fs';
import { CELL_COLUMNS_MAX, cellText, newRow, type Row, type RowSink } from './cells.ts';
import { CheckFault } from './fault.ts';

export const CSV_LIMITS = {
  /** Read at once. */
  chunk_bytes: 4 * 1024 * 1024,
  /** A quote that is never closed would take the rest of the file for one cell. */
  row_bytes_max: 16 * 1024 * 1024,
} as const;

const [QUOTE, LF, CR] = [34, 10, 13];

/**
 * Reads a CSV file (RFC 4180; any one-byte delimiter, LF or CRLF, BOM left out) from its first to
 * its last byte, once, in pieces. Throws CheckFault with the line for what is no CSV.
 */
export function readCsvFile(path: string, delimiter: string, sink: RowSink): void {
  const fd = openFile(path);
  try {
    new CsvReader(fd, delimiter.charCodeAt(0), sink).read();
  } finally {
    closeSync(fd);
  }
}

export function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new CheckFault(`${path} cannot be read: ${codeOf(error)}`);
  }
}

const codeOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return code === 'ENOENT' ? 'there is no such file' : code;
};

class CsvReader {
  readonly #fd: number;
  readonly #delimiter: number;
  readonly #sink: RowSink;
  readonly #row: Row = newRow(CELL_COLUMNS_MAX);
  /** Cells of the row with doubled quotes in them. */
  readonly #doubled: number[] = [];
  #bytes = Buffer.allocUnsafe(CSV_LIMITS.chunk_bytes);
  #filled = 0;
  #line = 1;
  #columns = -1;

  constructor(fd: number, delimiter: number, sink: RowSink) {
    this.#fd = fd;
    this.#delimiter = delimiter;
    this.#sink = sink;
  }

  read(): void {
    let at = 0;
    for (let isEnd = false; ; ) {
      const next = at < this.#filled ? this.#readRow(at, isEnd) : -1;
      if (next >= 0) {
        at = next;
        continue;
      }
      if (isEnd) break;
      at = this.#keepFrom(at);
      isEnd = !this.#readMore();
      if (this.#line === 1 && this.#columns < 0) at = this.#afterBom();
    }
    if (this.#columns < 0) throw new CheckFault('the file is empty: not even a line of names');
  }

  /** What is not read yet moves to the front; a row larger than the room doubles it. */
  #keepFrom(at: number): number {
    if (at === 0 && this.#filled === this.#bytes.length) {
      if (this.#bytes.length >= CSV_LIMITS.row_bytes_max)
        throw new CheckFault(`line ${this.#line}: a row of more than 16 MiB: a quote left open?`);
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
      return 0;
    }
    this.#bytes.copyWithin(0, at, this.#filled);
    this.#filled -= at;
    return 0;
  }

  #readMore(): boolean {
    const room = this.#bytes.length - this.#filled;
    const read = readSync(this.#fd, this.#bytes, this.#filled, room, null);
    this.#filled += read;
    return read > 0;
  }

  #afterBom(): number {
    const b = this.#bytes;
    return this.#filled >= 3 && b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf ? 3 : 0;
  }

  /** Where the next row begins; -1 when this one is not whole yet. */
  #readRow(start: number, isEnd: boolean): number {
    const [bytes, filled, delimiter, row] = [this.#bytes, this.#filled, this.#delimiter, this.#row];
    const { starts, ends } = row;
    let cell = 0;
    let at = start;
    let lines = 1;
    if (this.#doubled.length > 0) this.#doubled.length = 0;
    for (;;) {
      if (cell >= CELL_COLUMNS_MAX)
        throw new CheckFault(`line ${this.#line}: more than ${CELL_COLUMNS_MAX} cells`);
      if (at < filled && bytes[at] === QUOTE) {
        const close = this.#closingQuote(at + 1, cell, isEnd);
        if (close < 0) {
          if (isEnd) throw new CheckFault(`line ${this.#line}: a quote is not closed`);
          return -1;
        }
        starts[cell] = at + 1;
        ends[cell] = close;
        for (let i = at + 1; i < close; i++) if (bytes[i] === LF) lines++;
        at = close + 1;
        const c = at < filled ? bytes[at] : LF;
        if (c !== delimiter && c !== LF && c !== CR)
          throw new CheckFault(`line ${this.#line}: text after a closing quote`);
      } else {
        starts[cell] = at;
        while (at < filled && bytes[at] !== delimiter && bytes[at] !== LF) at++;
        const isLast = at >= filled || bytes[at] === LF;
        const hasCr = isLast && at > (starts[cell] as number) && bytes[at - 1] === CR;
        ends[cell] = hasCr ? at - 1 : at;
      }
      cell++;
      if (at >= filled) {
        if (!isEnd) return -1;
        break;
      }
      if (bytes[at] === CR) at++;
      if (at >= filled && !isEnd) return -1;
      if (at >= filled || bytes[at] === LF) break;
      at++;
    }
    row.count = cell;
    row.line = this.#line;
    this.#line += lines;
    this.#take(row);
    return at + 1;
  }

  /** Place of the quote that ends the cell; -1 when it is not here yet. */
  #closingQuote(from: number, cell: number, isEnd: boolean): number {
    const bytes = this.#bytes;
    for (let at = from; ; at += 2) {
      at = bytes.indexOf(QUOTE, at);
      if (at < 0 || at >= this.#filled) return -1;
      if (at + 1 >= this.#filled && !isEnd) return -1; // it may be doubled
      if (at + 1 < this.#filled && bytes[at + 1] === QUOTE) {
        if (this.#doubled.at(-1) !== cell) this.#doubled.push(cell);
        continue;
      }
      return at;
    }
  }

  #take(row: Row): void {
    row.bytes = this.#bytes;
    for (const cell of this.#doubled) this.#undouble(row, cell);
    if (this.#columns < 0) {
      const names = Array.from({ length: row.count }, (_, i) => cellText(row, i).trim());
      this.#columns = row.count;
      this.#sink.head(names);
      return;
    }
    const isBlank = row.count === 1 && row.starts[0] === row.ends[0] && this.#columns > 1;
    if (isBlank) return;
    if (row.count !== this.#columns)
      throw new CheckFault(
        `line ${row.line}: ${row.count} cells, the first line has ${this.#columns}`,
      );
    this.#sink.row(row);
  }

  #undouble(row: Row, cell: number): void {
    const bytes = this.#bytes;
    const end = row.ends[cell] as number;
    let to = row.starts[cell] as number;
    for (let at = to; at < end; at++) {
      bytes[to++] = bytes[at] as number;
      if (bytes[at] === QUOTE) at++;
    }
    row.ends[cell] = to;
  }
}
