import type { Standing } from '../../domain/alarm/alarm.ts';
import { SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import {
  COLUMN_LIMITS,
  columnNames,
  columnsText,
  DEFAULT_COLUMNS,
  readColumns,
} from './columns.ts';
import { STANDINGS } from './words.ts';

export type Sort = 'severity' | 'priority' | 'newest' | 'oldest' | 'resource' | 'changed';

export const SORTS: readonly Sort[] = [
  'severity',
  'priority',
  'newest',
  'oldest',
  'resource',
  'changed',
];

/** Rows on a page that a reader may choose; the first is what is shown when nothing was chosen. */
export const PAGE_SIZES: readonly number[] = [50, 25, 100, 200, 500, 1_000, 2_000];

/** How high a row is: two lines of a long text, or one. */
export type Density = 'wide' | 'compact';

export const DENSITIES: readonly Density[] = ['wide', 'compact'];

export const QUERY_LIMITS = {
  filter_chars_max: 1_024,
  cursor_chars_max: 1_024,
  facets_max: 8,
  /** Groups whose rows are shown at once. */
  open_max: 8,
  value_chars_max: 1_024,
} as const;

/** One view of the list, whole. The URL holds it, and two readers with the same one share it. */
export interface ListQuery {
  /** What was typed: matchers and plain words. */
  readonly filter: string;
  /** In the order of STANDINGS, never empty. */
  readonly standings: readonly Standing[];
  /** In the order of SEVERITIES, never empty. */
  readonly severities: readonly Severity[];
  readonly sort: Sort;
  readonly size: number;
  /** The row after which this page begins; '' for the first page. */
  readonly after: string;
  /** What stands in a row, in this order; see columns.ts. Never empty. */
  readonly columns: readonly string[];
  readonly density: Density;
  /** Names whose values are counted beside the list; none: it is folded in. */
  readonly facets: readonly string[];
  /** The name by whose values the rows are rolled up; '' is the plain list. */
  readonly group: string;
  /** Values whose rows are shown. */
  readonly open: readonly string[];
}

/** What alarms are counted by when nobody chose other names. */
export const FACETS: readonly string[] = [
  'site',
  'service',
  '@muted',
  '@type',
  '@source',
  '@holder',
  'team',
];

/** Names to roll up by that are offered; any label may be named. */
export const GROUPS: readonly string[] = ['site', 'service', '@incident', '@type'];

/** What is wrong and asks for somebody or has somebody: the list without any choice made. */
export const OPEN: readonly Standing[] = ['waiting', 'acknowledged'];

export const DEFAULT_QUERY: ListQuery = {
  filter: '',
  standings: OPEN,
  severities: SEVERITIES,
  sort: 'severity',
  size: 50,
  after: '',
  columns: DEFAULT_COLUMNS,
  density: 'wide',
  facets: [],
  group: '',
  open: [],
};

/** Reads a view from a URL. Total: what it does not know is as if it were not there. */
export function readQuery(params: URLSearchParams): ListQuery {
  const chosen = params.get('show');
  const size = Number(params.get('size'));
  return {
    filter: (params.get('q') ?? '').trim().slice(0, QUERY_LIMITS.filter_chars_max),
    standings: chosen === 'all' ? STANDINGS : among(STANDINGS, chosen, OPEN),
    severities: among(SEVERITIES, params.get('severity'), SEVERITIES),
    sort: SORTS.find((s) => s === params.get('sort')) ?? 'severity',
    size: PAGE_SIZES.find((s) => s === size) ?? DEFAULT_QUERY.size,
    after: (params.get('after') ?? '').slice(0, QUERY_LIMITS.cursor_chars_max),
    columns: readColumns(columnNames(params.get('columns') ?? '')),
    density: DENSITIES.find((d) => d === params.get('rows')) ?? 'wide',
    facets: names(params.get('facets')).slice(0, QUERY_LIMITS.facets_max),
    group: names(params.get('group'))[0] ?? '',
    open: params.has('open') ? opened(params.get('open') ?? '') : [],
  };
}

/**
 * The same view always gives the same text: it is the key under which what is drawn is shared,
 * and the query part of the URL. '' for the view without any choice made.
 */
export function queryText(query: ListQuery): string {
  const out = new URLSearchParams();
  if (query.filter) out.set('q', query.filter);
  if (query.standings.length === STANDINGS.length) out.set('show', 'all');
  else if (query.standings.join() !== OPEN.join()) out.set('show', query.standings.join());
  if (query.severities.length < SEVERITIES.length) out.set('severity', query.severities.join());
  if (query.sort !== DEFAULT_QUERY.sort) out.set('sort', query.sort);
  if (query.size !== DEFAULT_QUERY.size) out.set('size', String(query.size));
  if (query.after) out.set('after', query.after);
  if (query.columns.join('\n') !== DEFAULT_COLUMNS.join('\n')) {
    out.set('columns', columnsText(query.columns));
  }
  if (query.facets.length > 0) out.set('facets', columnsText(query.facets));
  if (query.group !== '') out.set('group', columnsText([query.group]));
  if (query.group !== '' && query.open.length > 0) out.set('open', columnsText(query.open));
  if (query.density !== DEFAULT_QUERY.density) out.set('rows', query.density);
  return out.toString();
}

const names = (text: string | null): readonly string[] =>
  [...new Set(columnNames(text ?? ''))].filter(
    (name) => name !== '' && name.length <= COLUMN_LIMITS.name_chars_max,
  );

/** A group may be of those that have no value, so '' is one. */
const opened = (text: string): readonly string[] =>
  [...new Set(columnNames(text))]
    .filter((value) => value.length <= QUERY_LIMITS.value_chars_max)
    .slice(0, QUERY_LIMITS.open_max);

/** Which alarms stand on the page, and where: views that differ only in how they look share it. */
export const rowsKey = (query: ListQuery): string =>
  queryText({ ...query, columns: DEFAULT_COLUMNS, density: 'wide', facets: [], group: '' });

/** Where a link to this view leads. The bare path would lead to the view one left last. */
export const queryPath = (query: ListQuery): string => `/?${queryText(query) || 'show=open'}`;

/** The view with one value of a facet taken in or out; never none at all. */
export function toggled<T>(all: readonly T[], chosen: readonly T[], value: T): readonly T[] {
  const next = chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value];
  return next.length === 0 ? all : all.filter((v) => next.includes(v));
}

function among<T extends string>(
  all: readonly T[],
  asked: string | null,
  otherwise: readonly T[],
): readonly T[] {
  const names = new Set((asked ?? '').split(','));
  const found = all.filter((v) => names.has(v));
  return found.length > 0 ? found : otherwise;
}
