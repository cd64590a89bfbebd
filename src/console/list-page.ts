import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Breakdown } from '../desk/views/breakdown.ts';
import type { FilterFault } from '../desk/views/filter.ts';
import type { Counts, ListPage } from '../desk/views/list.ts';
import {
  DEFAULT_QUERY,
  type ListQuery,
  OPEN,
  PAGE_SIZES,
  QUERY_LIMITS,
  queryPath,
  queryText,
  toggled,
} from '../desk/views/query.ts';
import { counted, grouped, SEVERITY_SAYS, STANDING_SAYS, STANDINGS } from '../desk/views/words.ts';
import type { Standing } from '../domain/alarm/alarm.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { type Assignable, actBar } from './act-bar.ts';
import { columnsForm, listHeadings } from './list-columns.ts';
import { facetsLink } from './list-facets.ts';
import { groupForm } from './list-groups.ts';
import { type SavedViewsView, viewTabs } from './list-views.ts';
import { formKeys, shape } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** Rows in one block of the table; list.css says how high such a block is. */
const BLOCK_ROWS = 50;

export interface ListPageView {
  readonly query: ListQuery;
  /** As they are drawn, in order. */
  readonly rows: readonly Html[];
  readonly page: ListPage;
  readonly counts: Counts;
  readonly figures: Readonly<Record<string, string>>;
  /** What stands beside the rows; undefined when nothing does. */
  readonly rail: Html | undefined;
  /** Why the filter cannot be used; then there are no rows. */
  readonly fault: FilterFault | undefined;
  /** Names in the filter that are labels here and names of the desk's own with an @. */
  readonly hints: readonly string[];
  readonly people: readonly Assignable[];
  /** When it was drawn. */
  readonly now: Instant;
  readonly saved: SavedViewsView;
  /** False when too many different views are open: this one does not move. */
  readonly kept: boolean;
  /** True when counts by value were asked for, and too many are kept already. */
  readonly crowded: boolean;
}

/** The list: filter, facets, bar, rows, and the way to the next page. */
export function listBody(site: Site, reader: Reader, view: ListPageView): Html {
  const { rail } = view;
  const list = (): Html => html`<div>${listForm(site, reader, view)}</div>`;
  return html`<h1 class="unseen-text">Alarms</h1>
${viewTabs(site, reader, view.query, view.saved)}
${filterBox(site, view)}
${
  !view.fault &&
  html`${facets(site, view)}${
    rail
      ? html`<div class="with-rail"><aside class="rail" aria-label="Counts by value"
data-part="facets">${rail}</aside>${list()}</div>`
      : list()
  }`
}`;
}

function filterBox(site: Site, { query, fault, hints }: ListPageView): Html {
  const kept = new URLSearchParams(queryPath({ ...query, filter: '', after: '' }).slice(2));
  return html`<form class="filter" method="get" action="${site.prefix}/" role="search">
<input type="search" name="q" id="filter" value="${query.filter}"
maxlength="${QUERY_LIMITS.filter_chars_max}" spellcheck="false" autocapitalize="off"
autocomplete="off" aria-label="Filter by matchers and words" aria-describedby="filter-says"
placeholder="site=&quot;nbg&quot;  alarmname=~&quot;Link.*&quot;  fibre"
${fault && html`aria-invalid="true"`}>
${[...kept].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button>Filter</button>
${
  query.filter !== '' &&
  html`<a class="button"
href="${site.prefix}${queryPath({ ...query, filter: '', after: '' })}">Clear</a>`
}
</form>
${fault ? faultLine(query.filter, fault) : hintLine(hints)}`;
}

const faultLine = (filter: string, { at, length, why }: FilterFault): Html =>
  html`<p class="below-filter bad" id="filter-says"
role="alert">This filter cannot be read, so no alarms are shown: ${why}.
<code>${filter.slice(0, at)}<mark>${filter.slice(at, at + length) || ' '}</mark>${filter.slice(
    at + length,
  )}</code></p>`;

function hintLine([name]: readonly string[]): Html | false {
  if (name === undefined) return false;
  return html`<p class="below-filter"
id="filter-says"><code>${name}</code> is the sender’s label.
What the desk itself says is <code>@${name}</code>.</p>`;
}

const STANDING_TABS: readonly (readonly [word: string, standings: readonly Standing[]])[] = [
  ['open', OPEN],
  ...STANDINGS.map((s) => [s, [s]] as const),
  ['all', STANDINGS],
];

function facets(site: Site, { query, counts }: ListPageView): Html {
  const base = { ...query, after: '' };
  const tabs = STANDING_TABS.map(([word, standings]) => {
    const on = standings.join() === query.standings.join();
    const says =
      word === 'open'
        ? 'raised: waiting or acknowledged'
        : word === 'all'
          ? 'everything the desk remembers'
          : STANDING_SAYS[word as Standing];
    return html`<li><a href="${site.prefix}${queryPath({ ...base, standings })}"
title="${says}"${on && html` aria-current="true"`}>${word}<span class="n"
data-count="standing.${word}">${grouped(counts.of(standings, query.severities))}</span></a></li>`;
  });
  const all = query.severities.length === SEVERITIES.length;
  const severities = SEVERITIES.map((s) => {
    const next = all ? [s] : toggled(SEVERITIES, query.severities, s);
    const on = !all && query.severities.includes(s);
    return html`<li><a class="${s}"
href="${site.prefix}${queryPath({ ...base, severities: next })}" title="${SEVERITY_SAYS[s]}"
${on && html`aria-current="true"`}>${shape(s)}${s}<span class="n"
data-count="severity.${s}">${grouped(counts.of(query.standings, [s]))}</span></a></li>`;
  });
  return html`<div class="facets"><ul class="facet" aria-label="Which alarms">${tabs}</ul><ul
class="facet" aria-label="Severity">${severities}</ul>
<div class="list-tools">${facetsLink(site, query)}${groupForm(site, query)}
${columnsForm(site, query)}<details
class="how"><summary>How to filter</summary><div>
<p>What a sender said: <code>site="nbg"</code> <code>job!="test"</code>
<code>alarmname=~"Link.*"</code> <code>host!~"lab-.*"</code></p>
<p>What the desk says: <code>@severity</code> <code>@resource</code> <code>@type</code>
<code>@source</code> <code>@standing</code></p>
<p>Anything else is looked for as a word. All terms must hold. Keys: press <kbd>?</kbd></p>
</div></details></div></div>`;
}

/** Figures by the key under which they stand on the page; the stream sends those that changed. */
export function listFigures(
  query: ListQuery,
  page: ListPage,
  counts: Counts,
  groups?: Breakdown,
): Record<string, string> {
  const range = groups ? groupsText(query, page, groups) : rangeText(page);
  const out: Record<string, string> = { range, whole: grouped(page.total) };
  for (const [word, standings] of STANDING_TABS) {
    out[`standing.${word}`] = grouped(counts.of(standings, query.severities));
  }
  for (const s of SEVERITIES) out[`severity.${s}`] = grouped(counts.of(query.standings, [s]));
  return out;
}

const rangeText = ({ rows, before, total }: ListPage): string =>
  rows.length === 0
    ? 'No alarms'
    : rows.length === total
      ? counted(total, 'alarm')
      : `${grouped(before + 1)}–${grouped(before + rows.length)} of ${counted(total, 'alarm')}`;

/** Alarms with no value are a line too, and no value of their own. */
function groupsText({ group }: ListQuery, { total }: ListPage, groups: Breakdown): string {
  const n = groups.distinct(group);
  return total === 0 ? 'No alarms' : `${counted(total, 'alarm')} in ${counted(n, 'group')}`;
}

function listForm(site: Site, reader: Reader, view: ListPageView): Html {
  const inner = listTable(site, view);
  const text = queryText({ ...view.query, after: '', open: [] });
  const whole = { text, total: view.page.total, now: view.now };
  const list = mayAct(reader)
    ? html`<form method="post" action="${site.prefix}/act"
id="act">${formKeys(reader)}${actBar(view.people, leads(site), whole)}${inner}</form>`
    : inner;
  return html`${list}${foot(site, view)}`;
}

const leads = ({ prefix }: Site) =>
  [
    [`${prefix}/silences/from`, 'Silence'],
    [`${prefix}/incidents/from`, 'Open an incident'],
    [`${prefix}/maintenance/from`, 'Plan work on it'],
    [`${prefix}/rules/from`, 'Make a rule'],
  ] as const;

function listTable(site: Site, { query, rows, counts }: ListPageView): Html {
  return html`<div class="news"><button type="button" id="news" hidden></button></div><table
class="list ${query.density}${
    query.group !== '' && query.open.length === 0 && ' rolled'
  }"${query.group !== '' && html` data-grouped`}
aria-rowcount="${rows.length + 1}"><thead>${listHeadings(site, query)}</thead>
${rowBlocks(rows)}</table>
<div id="none" class="card empty"${rows.length > 0 && html` hidden`}>${nothingHere(
    site,
    query,
    counts,
  )}</div>`;
}

/** In blocks, so that a browser lays out those in sight; the first is there without any row. */
const rowBlocks = (rows: readonly Html[]): Html[] =>
  Array.from({ length: Math.max(1, Math.ceil(rows.length / BLOCK_ROWS)) }, (_, n) => {
    const some = rows.slice(n * BLOCK_ROWS, (n + 1) * BLOCK_ROWS);
    return html`<tbody${n === 0 && html` id="rows"`}>${some}</tbody>`;
  });

function nothingHere(site: Site, query: ListQuery, counts: Counts): Html {
  const filtered = query.filter !== '' || query.severities.length < SEVERITIES.length;
  const openElsewhere = counts.of(OPEN);
  if (!filtered && query.standings.join() === OPEN.join()) {
    const isOver = { ...query, standings: ['unseen', 'cleared'] as const };
    const over = counts.of(isOver.standings);
    return html`<h2>Nothing is open.</h2>
<p>No alarm waits, and nobody holds one. What arrives appears here by itself.</p>${
      over > 0 &&
      html`<p><a href="${site.prefix}${queryPath(isOver)}">What is over:
${counted(over, 'alarm')}</a></p>`
    }`;
  }
  const says =
    filtered && openElsewhere > 0
      ? `${counted(openElsewhere, 'open alarm')} of another severity or standing would show.`
      : 'Another filter or standing may show some.';
  return html`<h2>No alarm fits this view.</h2>
<p>${says} <a href="${site.prefix}${queryPath(DEFAULT_QUERY)}">Show everything that is
open</a></p>`;
}

function foot(site: Site, { query, page, figures, kept, crowded }: ListPageView): Html {
  const next = { ...query, after: page.next };
  const size = (n: number): Html => {
    if (n === query.size) return html` <b>${n}</b>`;
    return html` <a href="${site.prefix}${queryPath({ ...query, size: n, after: '' })}">${n}</a>`;
  };
  return html`<div class="list-foot"><span data-count="range">${figures.range}</span>
${
  query.after !== '' &&
  html`<a class="button"
href="${site.prefix}${queryPath({ ...query, after: '' })}">First page</a>`
}
<a class="button" id="next" rel="next"
href="${site.prefix}${queryPath(next)}"${page.next === '' && html` hidden`}>Next page</a>
${
  query.group === '' && html`<span class="quiet small">Rows a page: ${PAGE_SIZES.map(size)}</span>`
}${
  crowded &&
  html`<span class="bad">Too many views are grouped or counted at once, so this one is not.
Reload in a minute.</span>`
}
${
  !kept &&
  html`<span class="bad">Too many different views are open: this one was drawn once.
Reload for news.</span>`
}</div>`;
}
