import { rowsOf, type Value } from './outline.ts';
import type { Rows } from './tables.ts';

const DEPTH_MAX = 12;

/** Rows of a JSON text, written as the YAML is. A row's line is its number. */
export function rowsOfJson(text: string): Rows {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { line: 1, why: `this is not JSON: ${error.message}` };
  }
  const rows = rowsOf(treeOf(value, 0));
  return 'why' in rows ? rows : rows.map((row, i) => ({ ...row, line: i + 1 }));
}

function treeOf(value: unknown, depth: number): Value {
  const line = 1;
  if (depth > DEPTH_MAX || value === null || value === undefined)
    return { is: 'text', line, text: '' };
  if (Array.isArray(value)) {
    return { is: 'list', line, items: value.map((item) => treeOf(item, depth + 1)) };
  }
  if (typeof value !== 'object') return { is: 'text', line, text: String(value) };
  const entries = Object.entries(value).map(([name, item]): readonly [string, Value] => [
    name,
    treeOf(item, depth + 1),
  ]);
  return { is: 'map', line, entries };
}
