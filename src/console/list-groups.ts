import { fingerprint } from '../base/fingerprint.ts';
import { type Html, html } from '../base/html.ts';
import type { ValueCount } from '../desk/views/breakdown.ts';
import { toggledTerm } from '../desk/views/filter.ts';
import { GROUPS, type ListQuery, QUERY_LIMITS, queryPath, queryText } from '../desk/views/query.ts';
import { counted, grouped } from '../desk/views/words.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { columnWords } from './list-columns.ts';
import { severityMark, shape, timeTag } from './parts.ts';
import type { RowContext } from './row.ts';
import type { Site } from './site.ts';

/** Under this id a roll-up line stands among the rows. */
export const groupId = (value: string): string => `g${fingerprint([value])}`;

/** What a value is called: a person by name, an incident by its title. */
export function valueWords({ nameOf, memory }: RowContext, name: string, value: string): string {
  if (value === '') return `no ${columnWords(name).toLowerCase()}`;
  if (name === '@holder' || name === '@assignee')
    return nameOf(value as Parameters<typeof nameOf>[0]);
  return name === '@incident' ? (memory.get('incidents', value)?.title ?? value) : value;
}

/** One roll-up line. The same for every reader of the view; a link folds it. */
export function groupRow(context: RowContext, query: ListQuery, line: ValueCount): Html {
  const { site, now } = context;
  const { value, total, waiting, bySeverity, worst, oldest } = line;
  const id = groupId(value);
  const isOpen = query.open.includes(value);
  const open = isOpen ? query.open.filter((v) => v !== value) : [...query.open, value];
  // The one unfolded first gives way: a page of rows is not to be read.
  const fold = queryPath({ ...query, open: open.slice(-QUERY_LIMITS.open_max) });
  const filter = toggledTerm(query.filter, query.group, value);
  const only = queryPath({ ...query, filter, group: '', open: [], after: '' });
  const words = valueWords(context, query.group, value);
  return html`<tr id="a-${id}" data-id="${id}" class="group ${worst}${
    waiting > 0 && ' waiting'
  }"><td class="c-pick"><label><input type="checkbox" class="group-pick" value=""
aria-label="Select all shown of ${words}"></label></td><td class="c-group"><a class="fold"
href="${site.prefix}${fold}#a-${id}" aria-expanded="${String(isOpen)}">${severityMark(
    worst,
    waiting > 0 ? 'waiting' : 'acknowledged',
  )}<span class="name">${words}</span></a>${SEVERITIES.map((severity, i) => {
    const n = bySeverity[i] ?? 0;
    return html`<span class="part ${severity}" title="${grouped(n)} ${severity}">${
      n > 0 && html`${shape(severity)}${grouped(n)}<span class="unseen-text"> ${severity}</span>`
    }</span>`;
  })}<span class="sum">${counted(total, 'alarm')}</span><span
class="sum">${waiting > 0 ? html`<b>${grouped(waiting)} waiting</b>` : 'none waiting'}</span><span
class="sum">${
    oldest !== undefined && html`oldest ${timeTag(oldest, 'age', now)}`
  }</span><a class="only" href="${site.prefix}${only}"
title="Only these, as a plain list">only<span class="unseen-text"> ${words}</span></a></td></tr>`;
}

/** Below the rows of an open group, when it has more than are shown. */
export const moreRow = (site: Site, query: ListQuery, value: string, more: number): Html => {
  const filter = toggledTerm(query.filter, query.group, value);
  const all = queryPath({ ...query, filter, group: '', open: [], after: '' });
  return html`<tr id="a-${moreId(value)}" data-id="${moreId(value)}" data-more="${more}"
class="group more"><td
class="c-pick"></td><td class="c-group"><a
href="${site.prefix}${all}">${grouped(more)} more: show them as a plain list</a></td></tr>`;
};

export const moreId = (value: string): string => `m${fingerprint([value])}`;

/** By what the rows are rolled up. Links, and a form for a label of one's own. */
export function groupForm(site: Site, query: ListQuery): Html {
  const names = ['', ...new Set([...GROUPS, query.group].filter((name) => name !== ''))];
  return html`<details class="how"><summary>Group${
    query.group !== '' && html`: ${columnWords(query.group)}`
  }</summary><div><ul class="facet">${names.map((group) => {
    const path = queryPath({ ...query, group, open: [], after: '' });
    return html`<li><a href="${site.prefix}${path}"${
      query.group === group && html` aria-current="true"`
    }>${group === '' ? 'not grouped' : columnWords(group)}</a></li>`;
  })}</ul>
${labelForm(site, query, 'group', 'Another label', 'Group')}</div></details>`;
}

export const labelForm = (
  site: Site,
  query: ListQuery,
  field: 'group' | 'facet',
  words: string,
  button: string,
): Html => html`<form class="label-form" method="get" action="${site.prefix}/by"><input
type="hidden" name="view" value="${queryText(query)}"><input name="${field}" maxlength="128"
autocomplete="off" spellcheck="false" autocapitalize="off" aria-label="${words}"
placeholder="${words}"><button>${button}</button></form>`;
