import type { FeedRead, FeedText } from '../domain/inventory/feed.ts';
import { readFeed } from '../domain/inventory/read.ts';
import { partsOf } from '../domain/inventory/thing.ts';
import { rowsOfJson } from './json.ts';
import { rowsOfNetbox } from './netbox.ts';
import { type Rows, rowsOfCsv, rowsOfXlsx } from './tables.ts';
import { rowsOfYaml } from './yaml.ts';

/** Reads a feed: format, rows, things, parts. Total. */
export function readText(text: FeedText, others: readonly string[]): FeedRead {
  const rows = rowsIn(text);
  if ('why' in rows) return { ok: false, ...rows };
  const { things, faults, faultsTotal, leftOut } = readFeed(rows, new Set(others));
  const parts = partsOf(things).map((part) => ({
    id: part.id,
    things: part.things.length,
    json: JSON.stringify(part.things),
  }));
  const report = { rows: rows.length, things: things.length, leftOut, faults, faultsTotal };
  return { ok: true, parts, report };
}

function rowsIn({ format, bytes, kind, sheet = '' }: FeedText): Rows {
  if (format === 'xlsx') return rowsOfXlsx(bytes, kind, sheet);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { line: 1, why: 'it is not UTF-8' };
  }
  switch (format) {
    case 'csv':
      return rowsOfCsv(text, kind);
    case 'json':
      return rowsOfJson(text);
    case 'netbox':
      return rowsOfNetbox(text);
    case 'yaml':
      return rowsOfYaml(text);
  }
}
