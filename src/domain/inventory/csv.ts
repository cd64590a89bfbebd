/** A record of a CSV file and the line it begins in, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

export const CSV_LIMITS = { columns_max: 256, cell_chars_max: 65_536 } as const;

const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Records of a text (RFC 4180): quotes around cells, doubled inside them, line breaks in quoted
 * cells. Departing from it, `;` and tabs separate too, by what the first line holds most of; empty
 * lines and lines that begin with `#` are left out. Throws CsvFault where the text cannot be read.
 */
export function readCsv(text: string): readonly CsvRecord[] {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  return new Reader(plain, separatorOf(plain)).all();
}

/** The text ends inside quotes, or has too much in one place. */
export class CsvFault extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.name = 'CsvFault';
    this.line = line;
  }
}

function separatorOf(text: string): string {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const counts = SEPARATORS.map((one) => first.split(one).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

class Reader {
  readonly #text: string;
  readonly #separator: string;
  #at = 0;
  #line = 1;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
  }

  all(): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.#at < this.#text.length) {
      const line = this.#line;
      if (this.#text[this.#at] === '#') {
        this.#skipLine();
        continue;
      }
      const cells = this.#record();
      if (cells.some((cell) => cell !== '')) records.push({ line, cells });
    }
    return records;
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end + 1;
    this.#line++;
  }

  #record(): string[] {
    const cells: string[] = [];
    for (;;) {
      if (cells.length >= CSV_LIMITS.columns_max) {
        throw new CsvFault(this.#line, `a line has at most ${CSV_LIMITS.columns_max} columns`);
      }
      cells.push(this.#text[this.#at] === '"' ? this.#quoted() : this.#bare());
      const next = this.#text[this.#at];
      this.#at++;
      if (next === this.#separator) continue;
      if (next === '\n') this.#line++;
      return cells;
    }
  }

  /** Up to the separator or the end of the line. */
  #bare(): string {
    let end = this.#at;
    const { length } = this.#text;
    while (end < length && this.#text[end] !== this.#separator && this.#text[end] !== '\n') end++;
    const cell = this.#text.slice(this.#at, end).trim();
    this.#at = end;
    return this.#measured(cell);
  }

  #quoted(): string {
    const began = this.#line;
    let cell = '';
    this.#at++;
    for (;;) {
      const end = this.#text.indexOf('"', this.#at);
      if (end < 0) throw new CsvFault(began, 'a quote begins here and does not end');
      const piece = this.#text.slice(this.#at, end);
      this.#line += piece.split('\n').length - 1;
      cell += piece;
      this.#at = end + 1;
      if (this.#text[this.#at] !== '"') break;
      cell += '"';
      this.#at++;
    }
    return this.#measured(`${cell}${this.#bare()}`);
  }

  #measured(cell: string): string {
    if (cell.length <= CSV_LIMITS.cell_chars_max) return cell;
    const most = `a cell holds at most ${CSV_LIMITS.cell_chars_max} characters`;
    throw new CsvFault(this.#line, `${most}; this one has ${cell.length}`);
  }
}
