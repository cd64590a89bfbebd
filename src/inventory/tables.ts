import { CsvFault, readCsv } from '../domain/inventory/csv.ts';
import type { Row } from '../domain/inventory/row.ts';
import { cellText, readXlsx, XlsxFault } from '../tables/xlsx.ts';

/** Rows, or the place where the text stops being what it should be. */
export type Rows = readonly Row[] | { readonly line: number; readonly why: string };

/** A table whose first line names its columns. */
export function rowsOfCsv(text: string, kind: string): Rows {
  try {
    const [head, ...records] = readCsv(text);
    if (!head) return { line: 1, why: 'there is no line that names the columns' };
    return records.map(({ line, cells }) => ({ line, kind, fields: fieldsOf(head.cells, cells) }));
  } catch (error) {
    if (error instanceof CsvFault) return { line: error.line, why: error.message };
    throw error;
  }
}

/** A sheet whose first row that is not empty names its columns. */
export function rowsOfXlsx(bytes: Uint8Array, kind: string, sheet: string): Rows {
  try {
    const [head, ...rows] = readXlsx(bytes, sheet);
    if (!head) return { line: 1, why: 'there is no row that names the columns' };
    const columns = head.cells.map(cellText);
    return rows.map(({ line, cells }) => {
      return { line, kind, fields: fieldsOf(columns, cells.map(cellText)) };
    });
  } catch (error) {
    if (error instanceof XlsxFault) return { line: error.line || 1, why: error.message };
    throw error;
  }
}

/** Cells by the names of their columns; empty cells say nothing. */
export function fieldsOf(
  columns: readonly string[],
  cells: readonly string[],
): Record<string, string> {
  const fields: Record<string, string> = {};
  columns.forEach((column, i) => {
    const cell = cells[i] ?? '';
    if (column === '' || column === '__proto__' || cell === '') return;
    const held = fields[column];
    fields[column] = held === undefined ? cell : `${held}, ${cell}`;
  });
  return fields;
}
