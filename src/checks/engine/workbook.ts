import { closeSync, fstatSync, readFileSync } from 'node:fs';
import { cellText, readXlsx, XlsxFault } from '../../tables/xlsx.ts';
import { type RowSink, RowWriter } from './cells.ts';
import { openFile } from './csv.ts';
import { CheckFault } from './fault.ts';

/** A workbook is read whole. */
export const WORKBOOK_BYTES_MAX = 64 * 1024 * 1024;

/** Reads a sheet of an XLSX workbook whose first row names the columns; '' is its first sheet. */
export function readWorkbook(path: string, sheet: string, sink: RowSink): void {
  const fd = openFile(path);
  try {
    if (fstatSync(fd).size > WORKBOOK_BYTES_MAX)
      throw new CheckFault(`${path} is larger than ${WORKBOOK_BYTES_MAX >> 20} MiB`);
    const [head, ...rows] = readXlsx(readFileSync(fd), sheet);
    if (!head) throw new CheckFault(`${path} is empty: not even a row of names`);
    const writer = new RowWriter(head.cells.map(cellText), sink);
    for (const { line, cells } of rows) writer.write(cells.map(cellText), line);
  } catch (error) {
    if (!(error instanceof XlsxFault)) throw error;
    const line = error.line > 0 ? `line ${error.line}: ` : '';
    throw new CheckFault(`${path}: ${line}${error.message}`);
  } finally {
    closeSync(fd);
  }
}
