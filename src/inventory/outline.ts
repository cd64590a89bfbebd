import type { FieldValue, Row } from '../domain/inventory/row.ts';
import { KINDS, kindNamed } from '../domain/inventory/thing.ts';
import type { Rows } from './tables.ts';

/** A value of YAML or JSON with the line it stands in. */
export type Value =
  | { readonly is: 'text'; readonly line: number; readonly text: string }
  | { readonly is: 'list'; readonly line: number; readonly items: readonly Value[] }
  | {
      readonly is: 'map';
      readonly line: number;
      readonly entries: readonly (readonly [name: string, value: Value])[];
    };

/** Lists of things inside a thing, and the field of each that says whose they are. */
const INSIDE: Readonly<Record<string, string>> = { port: 'device', device: 'site', site: 'region' };

/** Things inside things inside things: deeper is a slip of the indentation. */
const DEPTH_MAX = 4;

/**
 * Rows of an outline: a list of things under the name of each kind, `devices: [...]`, or things by
 * their ids, `devices: {rt1: {...}}`. A device may list its ports, a site its devices.
 */
export function rowsOf(root: Value): Rows {
  if (root.is === 'list') return root.items.flatMap((item) => rowsOfItem(item, '', '', 0));
  if (root.is === 'text') return { line: root.line, why: `expected ${EXPECTED}` };
  const rows: Row[] = [];
  for (const [name, value] of root.entries) {
    const kind = kindNamed(name);
    if (!kind) return { line: value.line, why: `"${name}" is no kind of thing; ${EXPECTED}` };
    for (const row of rowsUnder(kind, value, '', 0)) rows.push(row);
  }
  return rows;
}

const EXPECTED = `a list of things under the name of their kind: ${KINDS.join(', ')}`;

function rowsUnder(kind: string, value: Value, within: string, depth: number): readonly Row[] {
  if (value.is === 'list') {
    return value.items.flatMap((item) => rowsOfItem(item, kind, within, depth));
  }
  if (value.is === 'text') return rowsOfItem(value, kind, within, depth);
  return value.entries.flatMap(([id, item]) => rowsOfItem(withId(id, item), kind, within, depth));
}

/** `rt1: {site: osl}` is `{id: rt1, site: osl}`; `rt1:` alone is `{id: rt1}`. */
function withId(id: string, { line, ...item }: Value): Value {
  const own: readonly [string, Value] = ['id', { is: 'text', line, text: id }];
  if (item.is === 'map') return { is: 'map', line, entries: [own, ...item.entries] };
  const rest: readonly (readonly [string, Value])[] =
    item.is === 'text' && item.text !== ''
      ? [['title', { is: 'text', line, text: item.text }]]
      : [];
  return { is: 'map', line, entries: [own, ...rest] };
}

function rowsOfItem(item: Value, kind: string, within: string, depth: number): readonly Row[] {
  const { line } = item;
  const field = INSIDE[kind];
  const inside = within !== '' && field !== undefined ? { [field]: within } : {};
  if (item.is !== 'map') {
    const text = fieldOf(item);
    return [{ line, kind, fields: { ...inside, id: typeof text === 'string' ? text : '' } }];
  }
  const fields: Record<string, FieldValue> = { ...inside };
  const below: Row[] = [];
  const id = idOf(item.entries);
  for (const [name, value] of item.entries) {
    const nested = value.is === 'text' ? undefined : nestedKind(kind, name);
    if (nested && depth < DEPTH_MAX) {
      for (const row of rowsUnder(nested, value, id, depth + 1)) below.push(row);
    } else if (name !== '__proto__') fields[name] = fieldOf(value);
  }
  return [{ line, kind, fields }, ...below];
}

const idOf = (entries: readonly (readonly [string, Value])[]): string => {
  const named = (wanted: string): string => {
    const value = entries.find(([name]) => name.toLowerCase() === wanted)?.[1];
    return value?.is === 'text' ? value.text.trim() : '';
  };
  return named('id') || named('name');
};

/** `ports` in a device, `devices` in a site: only where they are lists of things of their own. */
function nestedKind(kind: string, name: string): string | undefined {
  const nested = kindNamed(name);
  return nested && nested !== kind && INSIDE[nested] === kind ? nested : undefined;
}

function fieldOf(value: Value): FieldValue {
  if (value.is === 'text') return value.text;
  if (value.is === 'list') return value.items.map((item) => flat(item));
  return Object.fromEntries(
    value.entries.flatMap(([name, item]) => (name === '__proto__' ? [] : [[name, flat(item)]])),
  );
}

const flat = (value: Value): string =>
  value.is === 'text'
    ? value.text
    : value.is === 'list'
      ? value.items.map(flat).join(', ')
      : value.entries.map(([name, item]) => `${name}=${flat(item)}`).join(', ');
