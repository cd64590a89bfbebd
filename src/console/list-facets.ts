import { type Html, html } from '../base/html.ts';
import type { Breakdown, ValueCount } from '../desk/views/breakdown.ts';
import { filterTerms, toggledTerm } from '../desk/views/filter.ts';
import { FACETS, type ListQuery, queryPath } from '../desk/views/query.ts';
import { grouped } from '../desk/views/words.ts';
import { columnWords } from './list-columns.ts';
import { labelForm, valueWords } from './list-groups.ts';
import type { RowContext } from './row.ts';
import type { Site } from './site.ts';

/** Values of one name beside the list; the rest is one click away. */
export const FACET_VALUES_MAX = 10;

/** The way to the counts by value, and back. */
export const facetsLink = (site: Site, query: ListQuery): Html => {
  const on = query.facets.length > 0;
  const path = queryPath({ ...query, facets: on ? [] : FACETS });
  return html`<a class="tool" href="${site.prefix}${path}" aria-expanded="${String(on)}"
title="How many have which value, to choose from">Facets</a>`;
};

/**
 * What the alarms of this view have in common: the values most of them have, with how many. A
 * click puts the matcher into the filter box, or takes it out.
 */
export function facetRail(context: RowContext, query: ListQuery, counts: Breakdown): Html {
  const parts = query.facets.map((name) => facet(context, query, name, counts));
  return html`${parts}${
    parts.every((part) => part === false) &&
    html`<p
class="quiet">These alarms have no such labels.</p>`
  }${labelForm(context.site, query, 'facet', 'Another label', 'Count')}`;
}

function facet(
  context: RowContext,
  query: ListQuery,
  name: string,
  counts: Breakdown,
): Html | false {
  const { site } = context;
  const top = counts.top(name, FACET_VALUES_MAX);
  const chosen = filterTerms(query.filter).filter((t) => t.name === name && t.op === '=');
  const missing = chosen.filter(
    ({ value }) => !top.some((line) => isMeant(context, name, line, value)),
  );
  if (top.length === 0 && missing.length === 0) return false;
  const without = queryPath({ ...query, facets: query.facets.filter((f) => f !== name) });
  const more = counts.distinct(name) - top.length;
  const all = queryPath({ ...query, group: name, open: [], after: '' });
  return html`<section><h2>${columnWords(name)}<a class="shut"
href="${site.prefix}${without}" aria-label="Do not count by ${columnWords(name)}">×</a></h2>
<ul>${top.map(({ value, total }) => {
    const typed = typedValue(context, name, value);
    const on = chosen.some((t) => t.value === typed || t.value === value);
    return item(context, query, name, on ? keptValue(chosen, typed, value) : typed, {
      on,
      words: valueWords(context, name, value),
      total,
    });
  })}${missing.map(({ value }) =>
    item(context, query, name, value, { on: true, words: value, total: 0 }),
  )}</ul>${
    more > 0 &&
    html`<a class="more" href="${site.prefix}${all}">${grouped(more)} more: group by it</a>`
  }</section>`;
}

const isMeant = (context: RowContext, name: string, line: ValueCount, value: string): boolean =>
  line.value === value || typedValue(context, name, line.value) === value;

const keptValue = (
  chosen: readonly { readonly value: string }[],
  typed: string,
  value: string,
): string => chosen.find((t) => t.value === typed || t.value === value)?.value ?? typed;

/** What stands in the filter box: a person by their login. */
const typedValue = ({ loginOf }: RowContext, name: string, value: string): string =>
  name === '@holder' || name === '@assignee' ? loginOf(value) : value;

interface Item {
  readonly on: boolean;
  readonly words: string;
  readonly total: number;
}

function item(
  { site }: RowContext,
  query: ListQuery,
  name: string,
  value: string,
  { on, words, total }: Item,
): Html {
  const filter = toggledTerm(query.filter, name, value);
  const path = queryPath({ ...query, filter, after: '' });
  return html`<li><a href="${site.prefix}${path}" title="${words}"${
    on && html` aria-current="true"`
  }><span class="v">${words}</span><span class="n"
data-facet="${name}=${value}">${grouped(total)}</span></a></li>`;
}
