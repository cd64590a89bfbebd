import { dateOf, dateStyles } from './xlsx-dates.ts';
import { scanXml, XmlFault } from './xml.ts';
import { filesOf, type Packed, unpacked, ZipFault } from './zip.ts';

/** A cell as the workbook holds it; a date has no zone and is taken as UTC. */
export type Cell = string | number | boolean | Date | null;

/** A row that has a cell, and its number in the sheet, from 1. */
export interface SheetRow {
  readonly line: number;
  readonly cells: readonly Cell[];
}

export const XLSX_LIMITS = {
  /** What a sheet can have at all (ECMA-376). */
  rows_max: 1_048_576,
  columns_max: 256,
  cell_chars_max: 65_536,
} as const;

/** The workbook or the sheet cannot be read; a line of 0 is none. */
export class XlsxFault extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.name = 'XlsxFault';
    this.line = line;
  }
}

/**
 * Rows of one sheet of a workbook (.xlsx, ECMA-376): the named one, '' for the first. Formulas are
 * their last results, errors their names. Throws XlsxFault. It works in time and memory in
 * proportion to what the archive unpacks to, which `ZIP_LIMITS` bounds: 400,000 rows of 8 cells
 * are three seconds, so read in a thread.
 */
export function readXlsx(bytes: Uint8Array, sheet: string): readonly SheetRow[] {
  try {
    const files = new Map(filesOf(bytes).map((file) => [file.name, file]));
    const book = bookOf(files);
    const path = book.sheets.get(sheet) ?? (sheet === '' ? [...book.sheets.values()][0] : '');
    if (!path) {
      const has = [...book.sheets.keys()].join(', ') || 'none';
      throw new XlsxFault(0, `it has no sheet called ${sheet}; there are: ${has}`);
    }
    return new Sheet(book, sharedIn(textOf(files, book.sharedStrings))).read(textOf(files, path));
  } catch (error) {
    if (!(error instanceof ZipFault || error instanceof XmlFault)) throw error;
    throw new XlsxFault(0, `this is no workbook: ${error.message}`);
  }
}

/** A cell as it would stand in a CSV file: dates as 2026-03-01 or 2026-03-01T08:30:00Z. */
export function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (!(cell instanceof Date)) return String(cell).trim();
  const text = cell.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.replace('.000Z', 'Z');
}

type Files = ReadonlyMap<string, Packed>;

/** What a file of the archive says; '' for one that is not there. */
function textOf(files: Files, path: string): string {
  const file = files.get(path);
  return file ? new TextDecoder().decode(unpacked(file)) : '';
}

interface Book {
  /** Where each sheet is in the archive, by its name. */
  readonly sheets: ReadonlyMap<string, string>;
  readonly sharedStrings: string;
  readonly dates: ReadonlySet<number>;
  readonly from1904: boolean;
}

const silent = { close: () => undefined, text: () => undefined };

function bookOf(files: Files): Book {
  const root = relationsOf(files, '');
  const path = root.byType.get('officeDocument') ?? 'xl/workbook.xml';
  if (!files.has(path)) throw new ZipFault('no workbook is in the archive');
  const { byId, byType } = relationsOf(files, path);
  const sheets = new Map<string, string>();
  let from1904 = false;
  scanXml(textOf(files, path), {
    open(name, attribute) {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attribute('date1904'));
      const id = name === 'sheet' ? attribute('id') : '';
      const target = byId.get(id);
      if (target !== undefined) sheets.set(attribute('name'), target);
    },
    ...silent,
  });
  const dates = dateStyles(textOf(files, byType.get('styles') ?? ''));
  return { sheets, sharedStrings: byType.get('sharedStrings') ?? '', dates, from1904 };
}

/** Where the parts are that a part names: by the id it calls them, and by what they are. */
function relationsOf(files: Files, path: string) {
  const slash = path.lastIndexOf('/') + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  const byId = new Map<string, string>();
  const byType = new Map<string, string>();
  scanXml(textOf(files, `${folder}_rels/${name}.rels`), {
    open(tag, attribute) {
      if (tag !== 'Relationship') return;
      const target = attribute('Target');
      const whole = target.startsWith('/') ? target.slice(1) : resolved(folder + target);
      byId.set(attribute('Id'), whole);
      byType.set(attribute('Type').split('/').at(-1) ?? '', whole);
    },
    ...silent,
  });
  return { byId, byType };
}

/** `xl/../a/./b` is `a/b`. */
function resolved(path: string): string {
  const out: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') out.pop();
    else if (step !== '.') out.push(step);
  }
  return out.join('/');
}

/** Texts that cells name by number. How they sound, for East Asian ones, is left out. */
function sharedIn(text: string): readonly string[] {
  const found: string[] = [];
  let [held, isText, inSound] = ['', false, false];
  scanXml(text, {
    open(name) {
      if (name === 'si') held = '';
      else if (name === 't') isText = !inSound;
      else if (name === 'rPh') inSound = true;
    },
    close(name) {
      if (name === 'si') found.push(readable(held));
      else if (name === 't') isText = false;
      else if (name === 'rPh') inSound = false;
    },
    text(piece) {
      if (isText) held += piece;
    },
  });
  return found;
}

/** `_x000D_` is how workbooks write a character that XML cannot hold. */
const readable = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9a-fA-F]{4})_/g, (_, hex) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : text;

/** Reads the rows of one sheet. */
class Sheet {
  readonly #book: Book;
  readonly #shared: readonly string[];
  readonly #rows: SheetRow[] = [];
  #cells: Cell[] = [];
  #line = 0;
  #column = 0;
  #type = '';
  #style = '';
  #value = '';
  #isValue = false;
  #inSound = false;

  constructor(book: Book, shared: readonly string[]) {
    this.#book = book;
    this.#shared = shared;
  }

  read(text: string): readonly SheetRow[] {
    scanXml(text, {
      open: (name, attribute) => this.#open(name, attribute),
      close: (name) => this.#close(name),
      text: (piece) => {
        if (this.#isValue) this.#value += piece;
      },
    });
    return this.#rows;
  }

  #open(name: string, attribute: (name: string) => string): void {
    if (name === 'row') {
      this.#line = Number(attribute('r')) || this.#line + 1;
      this.#column = 0;
      this.#cells = [];
      const { rows_max } = XLSX_LIMITS;
      if (this.#line > rows_max) throw new XlsxFault(0, `a sheet has at most ${rows_max} rows`);
    } else if (name === 'c') {
      this.#column = columnOf(attribute('r')) || this.#column + 1;
      this.#type = attribute('t');
      this.#style = attribute('s');
      this.#value = '';
    } else if (name === 'rPh') this.#inSound = true;
    else if (name === 'v' || name === 't') this.#isValue = !this.#inSound;
  }

  #close(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false;
    else if (name === 'rPh') this.#inSound = false;
    else if (name === 'c' && this.#value !== '') this.#put(this.#cell());
    else if (name === 'row' && this.#cells.length > 0) {
      this.#rows.push({ line: this.#line, cells: this.#cells });
      this.#cells = [];
    }
  }

  #put(cell: Cell): void {
    const { columns_max, cell_chars_max } = XLSX_LIMITS;
    if (this.#column > columns_max) {
      throw new XlsxFault(this.#line, `a row has at most ${columns_max} columns`);
    }
    if (typeof cell === 'string' && cell.length > cell_chars_max) {
      throw new XlsxFault(this.#line, `a cell holds at most ${cell_chars_max} characters`);
    }
    while (this.#cells.length < this.#column - 1) this.#cells.push(null);
    this.#cells[this.#column - 1] = cell;
  }

  /** By the type the cell says it has (ECMA-376 part 1, 18.18.11). */
  #cell(): Cell {
    const value = this.#value;
    switch (this.#type) {
      case 's':
        return this.#shared[Number(value)] ?? null;
      case 'inlineStr':
      case 'str':
        return readable(value);
      case 'e':
        return value;
      case 'b':
        return value === '1' || value === 'true';
      case 'd':
        return Number.isNaN(Date.parse(value)) ? value : new Date(Date.parse(value));
      default:
        return this.#number(value);
    }
  }

  #number(value: string): Cell {
    const number = Number(value);
    if (Number.isNaN(number)) return value;
    if (!this.#book.dates.has(Number(this.#style || 0))) return number;
    return dateOf(number, this.#book.from1904) ?? number;
  }
}

/** Of `AB7`: A is 1, AB is 28; 0 for no letters. */
function columnOf(place: string): number {
  let column = 0;
  for (let i = 0; i < place.length && i < 4; i++) {
    const letter = (place.charCodeAt(i) & ~32) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column;
}
