import { type Html, html } from '../base/html.ts';
import {
  DEFAULT_COLUMNS,
  isOwnColumn,
  OWN_COLUMNS,
  type OwnColumn,
} from '../desk/views/columns.ts';
import { DENSITIES, type ListQuery, queryPath, queryText, type Sort } from '../desk/views/query.ts';
import type { Site } from './site.ts';

interface Column {
  readonly words: string;
  readonly class: string;
  /** The order its heading leads to. */
  readonly sort?: Sort;
}

const COLUMNS: Readonly<Record<OwnColumn, Column>> = {
  '@severity': { words: 'Severity', class: 'c-sev', sort: 'severity' },
  '@standing': { words: 'Standing', class: 'c-state' },
  '@resource': { words: 'Resource', class: 'c-res', sort: 'resource' },
  '@text': { words: 'What', class: 'c-text' },
  '@age': { words: 'Age', class: 'c-age', sort: 'newest' },
  '@count': { words: 'Count', class: 'c-count' },
  '@who': { words: 'Who', class: 'c-who' },
  '@changed': { words: 'Changed', class: 'c-more c-changed', sort: 'changed' },
  '@ticket': { words: 'Ticket', class: 'c-more c-short' },
  '@note': { words: 'Note', class: 'c-more c-note' },
  '@assignee': { words: 'Assigned to', class: 'c-more c-short' },
  '@incident': { words: 'Incident', class: 'c-more c-note' },
  '@type': { words: 'Type', class: 'c-more' },
  '@source': { words: 'Source', class: 'c-more c-short' },
};

/** What each may be of use for, where the name alone does not say it. */
const SAYS: Partial<Readonly<Record<OwnColumn, string>>> = {
  '@age': 'since it was raised',
  '@who': 'who has it, or the button to take it',
  '@changed': 'since its last change',
  '@note': 'what whoever has it wrote, or why it is hidden',
};

const OTHER_WORDS: Readonly<Record<string, string>> = {
  '@holder': 'Holder',
  '@muted': 'Nobody is told',
};

export const columnWords = (name: string): string =>
  isOwnColumn(name) ? COLUMNS[name].words : (OTHER_WORDS[name] ?? name);

export const columnClass = (name: string): string =>
  isOwnColumn(name) ? COLUMNS[name].class : 'c-more c-label';

export const listHeadings = (site: Site, query: ListQuery): Html =>
  html`<tr><th scope="col" class="c-pick act"><label><input type="checkbox"
id="pick-all" hidden aria-label="Select every alarm of this page"></label></th>${query.columns.map(
    (name) => heading(site, query, name),
  )}</tr>`;

/** Headings that turn round when chosen again: newest, then oldest; severity, then priority. */
const NEXT_SORT: Partial<Readonly<Record<Sort, Sort>>> = {
  severity: 'priority',
  priority: 'severity',
  newest: 'oldest',
  oldest: 'newest',
};

/** The heading under which an order is shown. */
const headingOf = (sort: Sort): Sort =>
  sort === 'oldest' ? 'newest' : sort === 'priority' ? 'severity' : sort;

const SORT_WORDS: Readonly<Record<Sort, string>> = {
  severity: 'severity',
  priority: 'priority, the most urgent first',
  resource: 'resource',
  newest: 'newest',
  oldest: 'oldest',
  changed: 'last change first',
};

const SORT_MARKS: Readonly<Record<Sort, string>> = {
  severity: '▾',
  priority: '№',
  resource: '▴',
  newest: '▴',
  oldest: '▾',
  changed: '▴',
};

function heading(site: Site, query: ListQuery, name: string): Html {
  const {
    words,
    class: css,
    sort,
  } = isOwnColumn(name) ? COLUMNS[name] : { words: name, class: columnClass(name) };
  if (sort === undefined)
    return html`<th scope="col" class="${css}" title="${words}">${words}</th>`;
  const on = headingOf(query.sort) === sort;
  const to = (on && NEXT_SORT[query.sort]) || sort;
  const direction =
    query.sort === 'oldest' || query.sort === 'severity' ? 'descending' : 'ascending';
  return html`<th scope="col" class="${css}"${on && html` aria-sort="${direction}"`}><a
href="${site.prefix}${queryPath({ ...query, sort: to, after: '' })}"
title="Sort: ${SORT_WORDS[to]}">${words}${on && ` ${SORT_MARKS[query.sort]}`}</a></th>`;
}

/** Which columns, in which order, and how high a row is. A form; every answer is a URL. */
export function columnsForm(site: Site, query: ListQuery): Html {
  const others = OWN_COLUMNS.filter((name) => !query.columns.includes(name));
  const standard = { ...query, columns: DEFAULT_COLUMNS, density: 'wide' } as const;
  return html`<details class="how columns-how"><summary>Columns</summary><div id="columns"><form
class="columns-form" method="get" action="${site.prefix}/columns">
<input type="hidden" name="view" value="${queryText(query)}">
<fieldset><legend>In a row, from left to right</legend><ul class="column-list">${query.columns.map(
    (name) => html`<li>${tick(name, true)}${mover(name, 'up')}${mover(name, 'down')}</li>`,
  )}${others.map((name) => html`<li>${tick(name, false)}</li>`)}</ul></fieldset>
<label>A label: <input name="label" maxlength="128" autocomplete="off" spellcheck="false"
autocapitalize="off" placeholder="site"></label>
<fieldset class="radios"><legend>Height of a row</legend>${DENSITIES.map(
    (density) =>
      html`<label><input type="radio" name="rows" value="${density}"${
        query.density === density && html` checked`
      }>${density === 'wide' ? 'wide, long texts in two lines' : 'compact, one line'}</label>`,
  )}</fieldset>
<div class="verbs"><button class="main" name="do" value="show">Show</button><a class="button"
href="${site.prefix}${queryPath(standard)}">As it was</a></div>
</form></div></details>`;
}

const tick = (name: string, on: boolean): Html => {
  const says = isOwnColumn(name) ? SAYS[name] : 'a label';
  return html`<label><input type="checkbox" name="columns" value="${name}"${
    on && html` checked`
  }>${columnWords(name)}${says !== undefined && html` <span class="quiet">${says}</span>`}</label>`;
};

const mover = (name: string, to: 'up' | 'down'): Html => html`<button name="do"
value="${to}.${name}" aria-label="${columnWords(name)}: further to the ${
  to === 'up' ? 'left' : 'right'
}">${to === 'up' ? '↑' : '↓'}</button>`;
