import { type Html, html } from '../base/html.ts';
import { grouped } from '../desk/views/words.ts';
import type { Reader, Site } from './site.ts';

/** Rows of a table on one page: what is read in one go. The rest is a page further on. */
export const PAGE_ROWS = 50;

/** One page of a longer list. */
export interface Stretch<T> {
  readonly rows: readonly T[];
  /** How many come before the first of them. */
  readonly before: number;
  readonly total: number;
}

/** How many rows lie before the page that `?from=51` asks for; 0 for what is no number. */
export function rowsBefore(query: URLSearchParams): number {
  const asked = Number(query.get('from') ?? 1);
  return Number.isSafeInteger(asked) && asked > 0
    ? Math.floor((asked - 1) / PAGE_ROWS) * PAGE_ROWS
    : 0;
}

/** The page that was asked for; the last one where the list has become shorter meanwhile. */
export function stretch<T>(all: readonly T[], query: URLSearchParams): Stretch<T> {
  const last = Math.max(0, Math.floor((all.length - 1) / PAGE_ROWS) * PAGE_ROWS);
  const before = Math.min(last, rowsBefore(query));
  return { rows: all.slice(before, before + PAGE_ROWS), before, total: all.length };
}

/**
 * Where in a long list one is, with the pages beside it: nothing where all of it is on one. The
 * keys < and > follow these links.
 */
export function pager(
  site: Site,
  { here }: Reader,
  { rows, before, total }: Stretch<unknown>,
): Html | false {
  if (total <= PAGE_ROWS) return false;
  const [path = '', query = ''] = here.split('?');
  const to = (from: number): string => {
    const held = new URLSearchParams(query);
    held.delete('done');
    held.set('from', `${from}`);
    return `${site.prefix}${path}?${held}`;
  };
  const end = before + rows.length;
  return html`<nav class="pager" aria-label="Pages of the table"><span>${grouped(
    before + 1,
  )} to ${grouped(end)} of <b>${grouped(total)}</b></span>${
    before > 0 && html`<a class="button" rel="prev" href="${to(before - PAGE_ROWS + 1)}">Back</a>`
  }${end < total && html`<a class="button" rel="next" href="${to(end + 1)}">Further</a>`}</nav>`;
}
