import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import type { TableSource } from '../../domain/check/source.ts';
import { type RowSink, RowWriter } from './cells.ts';
import { CheckFault } from './fault.ts';

/** Rows fetched at once: what a run holds of the answer. */
const FETCHED_ROWS = 5_000;

const CONNECT_MS_MAX = 15_000;

/**
 * Reads what a query says out of a PostgreSQL database, a cursor's piece at a time, in a
 * transaction that may read only. Values come as the server writes them.
 */
export async function readPostgres(
  { connection, connectionFile, query }: Extract<TableSource, { kind: 'postgres' }>,
  sink: RowSink,
): Promise<void> {
  const connectionString = connectionFile === '' ? connection : secretIn(connectionFile);
  const client = new Client({
    connectionString,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    application_name: 'tocsin',
    types: { getTypeParser: () => (text: string | Buffer) => text },
  });
  client.on('error', () => {}); // what breaks is told by the query that waits for it
  try {
    await client.connect();
    await client.query('begin transaction read only');
    await client.query(`declare rows no scroll cursor for ${query}`);
    let writer: RowWriter | undefined;
    for (;;) {
      const text = `fetch forward ${FETCHED_ROWS} from rows`;
      const { fields, rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
      writer ??= new RowWriter(
        fields.map(({ name }) => name),
        sink,
      );
      for (const row of rows) writer.write(row);
      if (rows.length < FETCHED_ROWS) return;
    }
  } catch (error) {
    if (error instanceof CheckFault) throw error;
    throw new CheckFault(`PostgreSQL: ${error instanceof Error ? wordsOf(error) : String(error)}`);
  } finally {
    await client.end().catch(() => {});
  }
}

/** A refused connection to a name with two addresses has no words of its own. */
const wordsOf = (error: Error): string =>
  error.message || String((error as { readonly code?: unknown }).code ?? error.name);

function secretIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new CheckFault(`${path} cannot be read`);
  }
}
