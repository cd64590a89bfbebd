/**
 * Columns of the list, named as in a matcher: with an @ what the desk itself knows, without one a
 * label. The box with which a row is chosen always stands first and is none of them.
 */
export const OWN_COLUMNS = [
  '@severity',
  '@standing',
  '@resource',
  '@text',
  '@age',
  '@count',
  '@who',
  '@changed',
  '@ticket',
  '@note',
  '@assignee',
  '@incident',
  '@type',
  '@source',
] as const;

export type OwnColumn = (typeof OWN_COLUMNS)[number];

/** What is shown when nobody chose. */
export const DEFAULT_COLUMNS: readonly string[] = [
  '@severity',
  '@standing',
  '@resource',
  '@text',
  '@age',
  '@count',
  '@who',
];

export const COLUMN_LIMITS = { columns_max: 16, name_chars_max: 128 } as const;

export const isOwnColumn = (name: string): name is OwnColumn =>
  OWN_COLUMNS.some((own) => own === name);

/** A label may be named as its sender likes; what begins with an @ must be one of ours. */
const isColumn = (name: string): boolean =>
  name !== '' &&
  name.length <= COLUMN_LIMITS.name_chars_max &&
  (!name.startsWith('@') || isOwnColumn(name));

/** Total: what is no column is left out, what comes twice stands once, too many are cut. */
export function readColumns(names: Iterable<string>): readonly string[] {
  const found = [...new Set([...names].map((name) => name.trim()).filter(isColumn))];
  return found.length === 0 ? DEFAULT_COLUMNS : found.slice(0, COLUMN_LIMITS.columns_max);
}

/** As the URL has them: a comma in a name of a label does not part it. */
export const columnsText = (columns: readonly string[]): string =>
  columns.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join();

export const columnNames = (text: string): readonly string[] => text.split(',').map(decoded);

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign somebody typed
  }
}

/** The column one place further to the front, or to the back; as it is where there is no room. */
export function movedColumn(
  columns: readonly string[],
  name: string,
  by: -1 | 1,
): readonly string[] {
  const at = columns.indexOf(name);
  const other = columns[at + by];
  if (at < 0 || other === undefined) return columns;
  return columns.map((c, i) => (i === at ? other : i === at + by ? name : c));
}
