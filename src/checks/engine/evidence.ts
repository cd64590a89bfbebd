import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const EVIDENCE_LIMITS = {
  /** Bad rows kept of one test. */
  rows_per_test_max: 20,
  /** Rows of one file; a list of differences may be longer than anybody reads. */
  rows_max: 100_000,
  file_bytes_max: 16 * 1024 * 1024,
  cell_chars_max: 1_024,
} as const;

/** What a run left to look at. */
export interface EvidenceFile {
  readonly file: string;
  /** What stands in it, in a few words. */
  readonly what: string;
  readonly rows: number;
  readonly bytes: number;
  /** More was found than there is room for. */
  readonly isCut: boolean;
}

const FLUSH_CHARS = 1 << 18;

/** Writes a CSV of evidence, made with the first line and cut at the limits. */
export class EvidenceWriter {
  readonly #folder: string;
  readonly #file: string;
  readonly #what: string;
  readonly #head: readonly string[];
  #fd: number | undefined;
  #text = '';
  #rows = 0;
  #bytes = 0;
  #isCut = false;

  constructor(folder: string, file: string, what: string, head: readonly string[]) {
    this.#folder = folder;
    this.#file = file;
    this.#what = what;
    this.#head = head;
  }

  /** Is there room for more? Asked before the cells are made. */
  get hasRoom(): boolean {
    const { rows_max, file_bytes_max } = EVIDENCE_LIMITS;
    return this.#rows < rows_max && this.#bytes + this.#text.length < file_bytes_max;
  }

  /** One was found for which there was no room. */
  noteCut(): void {
    this.#isCut = true;
  }

  write(cells: readonly string[]): void {
    if (!this.hasRoom) return this.noteCut();
    if (this.#rows === 0) this.#text = `${this.#head.map(quoted).join(',')}\r\n`;
    this.#rows++;
    this.#text += `${cells.map(quoted).join(',')}\r\n`;
    if (this.#text.length > FLUSH_CHARS) this.#flush();
  }

  /** Undefined when there was nothing to write. */
  close(): EvidenceFile | undefined {
    this.#flush();
    if (this.#fd === undefined) return undefined;
    closeSync(this.#fd);
    const [rows, bytes, isCut] = [this.#rows, this.#bytes, this.#isCut];
    return { file: this.#file, what: this.#what, rows, bytes, isCut };
  }

  #flush(): void {
    if (this.#text === '') return;
    this.#fd ??= openSync(join(this.#folder, this.#file), 'w', 0o600);
    this.#bytes += writeSync(this.#fd, this.#text);
    this.#text = '';
  }
}

/** As RFC 4180; a cell that a spreadsheet would take for a formula gets a quote in front. */
function quoted(cell: string): string {
  const cut = cell.slice(0, EVIDENCE_LIMITS.cell_chars_max);
  const safe = /^[=+@\t]|^-(?![\d.]+$)/.test(cut) ? `'${cut}` : cut;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
