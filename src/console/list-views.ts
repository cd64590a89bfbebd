import { type Html, html } from '../base/html.ts';
import { SAVED_VIEW_LIMITS, type SavedView } from '../desk/view-acts.ts';
import { DEFAULT_QUERY, type ListQuery, queryPath, queryText } from '../desk/views/query.ts';
import { errorSummary, faultErrors } from './form-errors.ts';
import { formKeys } from './parts.ts';
import type { Reader, Site } from './site.ts';

/** Tabs that stand in the open; the rest folds out. */
const TABS_MAX = 8;

export interface SavedViewsView {
  /** What the reader may open, in the order of the tabs. */
  readonly all: readonly SavedView[];
  readonly teams: readonly string[];
  readonly isStart: (view: SavedView) => boolean;
  /** Own ones, and every one for an admin. */
  readonly mayChange: (view: SavedView) => boolean;
  readonly ownerOf: (view: SavedView) => string;
  /** Why the last form was refused; '' when it was not. */
  readonly fault: string;
}

/** Saved views as tabs, and the form that keeps the view one looks at. */
export function viewTabs(
  site: Site,
  reader: Reader,
  query: ListQuery,
  views: SavedViewsView,
): Html {
  const here = queryText({ ...query, after: '' });
  const tab = (path: string, words: string, on: boolean, says: string): Html => html`<li><a
href="${site.prefix}${path}" title="${says}"${on && html` aria-current="true"`}>${words}</a></li>`;
  const tabs = views.all.map((view) => {
    const start = views.isStart(view);
    const says = `${whose(views, view)}${start ? '; your list opens with it' : ''}`;
    const words = `${view.name}${start ? ' ★' : ''}`;
    return tab(`/?${view.query || 'show=open'}`, words, view.query === here, says);
  });
  const rest = tabs.slice(TABS_MAX);
  return html`<nav class="view-tabs" aria-label="Saved views"><ul class="facet">${tab(
    queryPath(DEFAULT_QUERY),
    'Open alarms',
    here === '',
    'waiting and acknowledged, the worst first',
  )}${tabs.slice(0, TABS_MAX)}</ul>${
    rest.length > 0 &&
    html`<details class="how"><summary>${rest.length} more</summary><div><ul
class="facet">${rest}</ul></div></details>`
  }${reader.csrf !== '' && keepForm(site, reader, here, views)}</nav>`;
}

const whose = ({ ownerOf }: SavedViewsView, view: SavedView): string =>
  view.sharedWith === 'mine'
    ? 'yours alone'
    : view.sharedWith === 'team'
      ? `for the team ${view.team}, saved by ${ownerOf(view)}`
      : `for everybody, saved by ${ownerOf(view)}`;

function keepForm(site: Site, reader: Reader, here: string, views: SavedViewsView): Html {
  const shown = views.all.find((view) => view.query === here);
  const own = views.all.filter(views.mayChange);
  return html`<details class="how keep"${views.fault !== '' && html` open`}><summary>${
    shown ? 'This view' : 'Save this view'
  }</summary><div>${errorSummary(
    faultErrors(views.fault, {}),
  )}${shown && shownForm(site, reader, here, views, shown)}
<form class="keep-form" method="post" action="${site.prefix}/views">${formKeys(reader)}<input
type="hidden" name="query" value="${here}"><label>Name <input name="name" required
maxlength="${SAVED_VIEW_LIMITS.name_chars_max}" autocomplete="off"></label>${forWhom(views)}
<div class="verbs"><button${!shown && html` class="main"`} name="do" value="save">${
    shown ? 'Save under another name' : 'Save'
  }</button></div></form>${
    !shown &&
    own.length > 0 &&
    html`<form class="keep-form" method="post" action="${site.prefix}/views">${formKeys(
      reader,
    )}<input type="hidden" name="query" value="${here}"><label>Or in place of <select
name="id">${own.map(option)}</select></label>
<div class="verbs"><button name="do" value="replace">Replace</button></div></form>`
  }</div></details>`;
}

const option = ({ id, name }: SavedView): Html => html`<option value="${id}">${name}</option>`;

const forWhom = ({ teams }: SavedViewsView, chosen = 'mine'): Html => html`<label>For <select
name="for">${[
  ['mine', 'me alone'],
  ...teams.map((team) => [`team:${team}`, `the team ${team}`]),
  ['shared', 'everybody'],
].map(
  ([value, words]) =>
    html`<option value="${value}"${value === chosen && html` selected`}>${words}</option>`,
)}</select></label>`;

function shownForm(
  site: Site,
  reader: Reader,
  here: string,
  views: SavedViewsView,
  shown: SavedView,
): Html {
  const start = views.isStart(shown);
  const chosen = shown.sharedWith === 'team' ? `team:${shown.team}` : shown.sharedWith;
  const teams = [...new Set([...views.teams, ...(shown.team === '' ? [] : [shown.team])])];
  return html`<p class="quiet">${whose(views, shown)}</p><form class="keep-form" method="post"
action="${site.prefix}/views">${formKeys(reader)}<input type="hidden" name="query"
value="${here}"><input type="hidden" name="id" value="${shown.id}">${
    views.mayChange(shown) &&
    html`<label>Name <input name="name" value="${shown.name}" required
maxlength="${SAVED_VIEW_LIMITS.name_chars_max}" autocomplete="off"></label>${forWhom(
      { ...views, teams },
      chosen,
    )}`
  }<div class="verbs">${
    views.mayChange(shown) &&
    html`<button class="main" name="do" value="change">Change</button><button name="do"
value="remove">Remove</button>`
  }<button name="do" value="${start ? 'unstart' : 'start'}">${
    start ? 'No longer open with it' : 'Open my list with it'
  }</button></div></form>`;
}
