import type { TableSource } from '../../domain/check/source.ts';
import type { RowSink } from './cells.ts';
import { readCsvFile } from './csv.ts';
import { readHttp } from './http.ts';
import { readPostgres } from './postgres.ts';
import { readSqlite } from './sqlite.ts';
import { readWorkbook } from './workbook.ts';

/** Sends every row of a table through the sink, once. Throws CheckFault when it cannot be read. */
export async function readTable(source: TableSource, sink: RowSink): Promise<void> {
  switch (source.kind) {
    case 'csv':
      return readCsvFile(source.path, source.delimiter, sink);
    case 'sqlite':
      return readSqlite(source.path, source.query, sink);
    case 'postgres':
      return readPostgres(source, sink);
    case 'http':
      return readHttp(source, sink);
    case 'xlsx':
      return readWorkbook(source.path, source.sheet, sink);
  }
}
