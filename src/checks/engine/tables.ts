import type { TableSource } from '../../domain/check/source.ts';
import type { RowSink } from './cells.ts';
import { readCsvFile } from './csv.ts';
import { CheckFault } from './fault.ts';
import { readSqlite } from './sqlite.ts';

/** Sends every row of a table through the sink, once. Throws CheckFault when it cannot be read. */
export async function readTable(source: TableSource, sink: RowSink): Promise<void> {
  switch (source.kind) {
    case 'csv':
      return readCsvFile(source.path, source.delimiter, sink);
    case 'sqlite':
      return readSqlite(source.path, source.query, sink);
    case 'postgres':
    case 'http':
      throw new CheckFault('not yet');
  }
}
