import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type RowSink, RowWriter } from './cells.ts';
import { CheckFault } from './fault.ts';

/** Reads what a query says out of a SQLite file; the file is opened for reading only. */
export function readSqlite(path: string, query: string, sink: RowSink): void {
  if (!existsSync(path)) throw new CheckFault(`${path} cannot be read: there is no such file`);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    db.exec('pragma query_only = on; pragma busy_timeout = 10000');
    const statement = db.prepare(query);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    const writer = new RowWriter(
      statement.columns().map(({ name }) => name),
      sink,
    );
    for (const row of statement.iterate() as Iterable<unknown>) writer.write(row as unknown[]);
  } catch (error) {
    if (error instanceof CheckFault || !isSqlite(error)) throw error;
    throw new CheckFault(`${path}: ${(error as Error).message}`);
  } finally {
    db?.close();
  }
}

const isSqlite = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR';
