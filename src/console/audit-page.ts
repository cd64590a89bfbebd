import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { NameOf } from '../desk/views/words.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Assignable } from './act-bar.ts';
import { errorSummary, type FieldErrors, fieldMarks } from './form-errors.ts';
import { timeTag } from './parts.ts';
import type { Reader, Site } from './site.ts';

/** One line of the audit log, as the store keeps it. */
export interface AuditRow {
  readonly at: Instant;
  readonly by: string;
  readonly verb: string;
  readonly subject: string;
  readonly outcome: string;
  readonly detail: string;
}

/** What is looked for, as it stands in the address of the page; '' for anything. */
export interface AuditAsked {
  readonly by: string;
  readonly verb: string;
  readonly words: string;
  /** `2026-11-21T14:00`, in UTC. */
  readonly since: string;
  readonly until: string;
}

export interface AuditView {
  readonly lines: readonly AuditRow[];
  /** The address of what is older; undefined when that was all. */
  readonly older: string | undefined;
  readonly isFirst: boolean;
  readonly asked: AuditAsked;
  /** `?by=…`, as it was asked; '' for everything. */
  readonly query: string;
  readonly errors: FieldErrors;
  /** Who can have done something: people, tokens, the desk itself. */
  readonly actors: readonly Assignable[];
  /** Verbs that the list of proposals offers. */
  readonly verbs: readonly string[];
  readonly nameOf: NameOf;
  /** What an alarm's id stands for; '' when it left memory. */
  readonly alarmName: (id: string) => string;
  readonly now: Instant;
}

const ALARM_ID = /^[0-9a-f]{16}(~\d)?$/;
const INCIDENT_ID = /^i\d+$/;

/** Who did what to what, and how it ended: newest first, never changed. */
export function auditBody(site: Site, reader: Reader, view: AuditView): Html {
  const { lines, older, isFirst, query } = view;
  return html`<div class="stack">${errorSummary(view.errors)}<div class="title"><h1>Audit
log</h1><span class="quiet">Everything people, tokens and rules did. It is only ever added
to.</span></div>
${searchForm(site, view)}
${lines.length > 0 ? table(site, view) : nothing(site, view)}
<div class="list-foot">${
    !isFirst && html`<a class="button" href="${site.prefix}/audit${query}">Newest</a>`
  }${older !== undefined && html`<a class="button" href="${older}" rel="next">Older</a>`}${
    reader.role === 'admin' &&
    html`<a class="button" href="${site.prefix}/audit.csv${query}" download>Save as CSV</a>`
  }</div></div>`;
}

const searchForm = (site: Site, { asked, errors, actors, verbs }: AuditView): Html => html`<form
method="get" action="${site.prefix}/audit" class="filters" role="search">
<label class="field">Who <select name="by"><option value="">anybody</option>${actors.map(
  ({ id, name }) =>
    html`<option value="${id}"${id === asked.by && html` selected`}>${name}</option>`,
)}</select></label>
<label class="field">Did <input name="verb" value="${asked.verb}" list="audit-verbs"
maxlength="64" autocomplete="off" autocapitalize="off" placeholder="acknowledge"></label>
<datalist id="audit-verbs">${verbs.map((v) => html`<option value="${v}"></option>`)}</datalist>
<label class="field">To what, or why <input name="words" value="${asked.words}" maxlength="256"
autocomplete="off" placeholder="an alarm, an object, a word"></label>
<label class="field">From (UTC) <input type="datetime-local" ${fieldMarks(errors, 'since')}
value="${asked.since}"></label>
<label class="field">until (UTC) <input type="datetime-local" ${fieldMarks(errors, 'until')}
value="${asked.until}"></label>
<button>Search</button></form>`;

function nothing(site: Site, { older, query, errors }: AuditView): Html {
  if (errors.length > 0) return html``;
  if (older !== undefined)
    return html`<div class="card empty"><h2>Nothing so far.</h2><p>The newest lines were looked
through. Older ones are looked through with <a href="${older}">Older</a>.</p></div>`;
  return query === ''
    ? html`<div class="card empty"><h2>Nobody has done anything yet.</h2></div>`
    : html`<div class="card empty"><h2>No line fits.</h2><p>Another person, word or time may show
some. <a href="${site.prefix}/audit">Show everything</a></p></div>`;
}

const table = (site: Site, view: AuditView): Html => html`<div class="scroll"><table class="table">
<caption class="unseen-text">Audit log</caption><thead><tr><th scope="col">When</th><th
scope="col">Who</th><th scope="col">Did</th><th scope="col">To</th><th scope="col">Outcome</th><th
scope="col">Detail</th></tr></thead><tbody>${view.lines.map((line) =>
  row(site, view, line),
)}</tbody></table></div>`;

function row(site: Site, { nameOf, alarmName, now }: AuditView, line: AuditRow): Html {
  const { at, by, verb, subject, outcome, detail } = line;
  return html`<tr><td>${timeTag(at, 'clock', now)}</td><td>${nameOf(by as UserId)}</td><td
class="nowrap">${verb}</td><td>${place(site, subject, alarmName, nameOf)}</td><td
data-h="Outcome"${outcome !== 'done' && html` class="bad"`}>${outcome}</td>
<td>${detail}</td></tr>`;
}

function place(
  { prefix }: Site,
  id: string,
  alarmName: AuditView['alarmName'],
  nameOf: NameOf,
): Html {
  if (ALARM_ID.test(id)) return html`<a href="${prefix}/alarms/${id}">${alarmName(id) || id}</a>`;
  if (INCIDENT_ID.test(id)) return html`<a href="${prefix}/incidents/${id}">${id}</a>`;
  return html`${nameOf(id as UserId)}`;
}
