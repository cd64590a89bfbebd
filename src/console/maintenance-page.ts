import { type Html, html } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import type { MaintenanceView, Overrun } from '../desk/views/maintenances.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import { matcherText } from '../domain/alarm/matcher.ts';
import { MAINTENANCE_LIMITS, type Window } from '../domain/rules/maintenance.ts';
import { RECURRENCE_LIMITS } from '../domain/rules/recurrence.ts';
import { everyText, readRecurrence } from '../domain/rules/recurrence-text.ts';
import {
  errorSummary,
  type FieldNames,
  faultErrors,
  fieldMarks,
  matchersField,
} from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { chip, formKeys, timeTag } from './parts.ts';
import type { SilencePreview } from './silences-page.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** What the form holds: each field as it was typed. */
export interface MaintenanceForm {
  /** The plan that is changed; '' for a new one. */
  readonly id: string;
  readonly name: string;
  readonly matchers: string;
  /** One key of the inventory a line. */
  readonly things: string;
  /** `2026-03-01T22:00` */
  readonly from: string;
  readonly to: string;
  /** Whose clock these times are of. */
  readonly zone: string;
  /** How it comes again; `unit` is '' for once. */
  readonly unit: string;
  readonly interval: string;
  /** `MO TH`, `2TU`, `-1`; '' for the day it begins on. */
  readonly on: string;
  /** The last day; '' for none. */
  readonly last: string;
  readonly times: string;
  readonly reason: string;
  readonly owner: string;
  readonly fault: string;
  readonly preview: WorkPreview | undefined;
}

/** What it would hide, and when. */
export interface WorkPreview extends SilencePreview {
  /** The next few windows. */
  readonly windows: readonly Window[];
  readonly zone: string;
}

/** One window of a day in the calendar. */
export interface CalendarLine {
  readonly id: string;
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
}

export interface MaintenancesView {
  readonly shows: 'current' | 'past';
  readonly counts: { readonly current: number; readonly past: number };
  readonly works: Stretch<MaintenanceView>;
  readonly hides: ReadonlyMap<string, number>;
  readonly overran: ReadonlyMap<string, Overrun>;
  /** Days with work, the next first: midnight in UTC, and what holds on that day. */
  readonly calendar: readonly (readonly [day: Instant, lines: readonly CalendarLine[]])[];
  readonly form: MaintenanceForm | undefined;
  readonly blank: MaintenanceForm;
  readonly done: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** Planned work: what it hides, until when, and what it left behind. */
export function maintenancesBody(site: Site, reader: Reader, view: MaintenancesView): Html {
  const { shows, counts } = view;
  const tab = (is: MaintenancesView['shows'], words: string, n: number): Html =>
    html`<li><a href="${site.prefix}/maintenance${is === 'past' && '?show=past'}"${
      is === shows && html` aria-current="true"`
    }>${words}<span class="n">${grouped(n)}</span></a></li>`;
  return html`<div class="stack">${errorSummary(faultErrors(view.form?.fault ?? '', WORK_FIELDS))}
<div class="title"><h1>Maintenance</h1><span class="quiet">What
planned work touches notifies nobody; its state goes on underneath.</span></div>
${view.done !== '' && html`<p class="card good" role="status">${view.done}</p>`}
${mayAct(reader) && formCard(site, reader, view)}
${
  mayAct(reader) &&
  html`<p><a href="${site.prefix}/maintenance/import">Import a calendar</a>, such as a provider’s
notice of maintenance.</p>`
}
<div class="facets"><ul class="facet" aria-label="Which work">${tab(
    'current',
    'running and planned',
    counts.current,
  )}${tab('past', 'past', counts.past)}</ul></div>
${view.works.total === 0 ? nothing(view) : table(site, reader, view)}
${shows === 'current' && view.calendar.length > 0 && calendar(view)}</div>`;
}

const nothing = ({ shows }: MaintenancesView): Html =>
  shows === 'past'
    ? html`<div class="card empty"><h2>No work has ended lately.</h2></div>`
    : html`<div class="card empty"><h2>No work is planned.</h2>
<p>While planned work runs, what it touches wakes nobody. At its end, what is still raised is told
as new.</p></div>`;

function table(site: Site, reader: Reader, view: MaintenancesView): Html {
  return html`<div class="scroll"><table class="table"><caption
class="unseen-text">Planned work</caption>
<thead>
<tr><th scope="col">State</th><th scope="col">Work</th><th scope="col">What it touches</th><th
scope="col">Why, and by whom</th><th scope="col">When</th><th scope="col">Hides</th><th
scope="col"><span class="unseen-text">Actions</span></th></tr></thead>
<tbody>${view.works.rows.map((one) =>
    row(site, reader, view, one),
  )}</tbody></table></div>${pager(site, reader, view.works)}`;
}

function row(
  site: Site,
  reader: Reader,
  view: MaintenancesView,
  { maintenance: work, state, window }: MaintenanceView,
): Html {
  const { now, nameOf } = view;
  const kind = state === 'running' ? 'active' : state === 'planned' ? 'pending' : 'expired';
  const left = work.windows.filter(({ to }) => to > now).length;
  return html`<tr id="${work.id}"><td><span class="state ${kind}">${state}</span></td>
<td><b>${work.name}</b></td>
<td>${[...work.matchers.map(matcherText), ...work.things].map((what) => html`${chip(what)} `)}</td>
<td>${work.reason}<br><span class="quiet">${
    work.owner === '' ? '' : `${work.owner}; `
  }planned by ${nameOf(work.by)}</span></td>
<td class="nowrap">${
    window &&
    html`${timeTag(window.from, 'clock', now)} to<br>${timeTag(window.to, 'clock', now)}<br><span
class="quiet">${
      state === 'planned'
        ? html`begins ${timeTag(window.from, 'left', now)}`
        : html`${state === 'running' ? 'over' : ''} ${timeTag(
            window.to,
            state === 'running' ? 'left' : 'ago',
            now,
          )}`
    }${left > 1 && `, and ${counted(left - 1, 'window')} more`}${againText(work.recurs)}</span>`
  }</td>
<td data-h="Hides">${hidesText(site, view, work.id)}</td>
<td>${mayAct(reader) && actions(site, reader, work.id, work.name, state)}</td></tr>`;
}

function againText(recurs: string): Html | string {
  const of = recurs === '' ? undefined : readRecurrence(recurs);
  return of && of.every !== 'once' ? html`<br>every ${everyText(of)}, ${of.zone}` : '';
}

function hidesText(site: Site, { hides, overran }: MaintenancesView, id: string): Html {
  const left = overran.get(id);
  if (left) {
    const [first] = left.alarms;
    return html`<b>overran</b>: ${counted(left.alarms.length, 'alarm')} still raised${
      first && html`, such as <a href="${site.prefix}/alarms/${first.id}">${first.resource}</a>`
    }`;
  }
  const count = hides.get(id) ?? 0;
  return count === 0 ? html`nothing` : html`${counted(count, 'alarm')}`;
}

const actions = (site: Site, reader: Reader, id: string, name: string, state: string): Html =>
  html`<a class="button" href="${site.prefix}/maintenance?edit=${id}#work" aria-label="${
    state === 'past' ? 'Plan again' : 'Edit'
  } ${name}">${state === 'past' ? 'Again' : 'Edit'}</a>
${
  state !== 'past' &&
  html`<details><summary>End now</summary><form method="post"
action="${site.prefix}/maintenance/${id}/end">${formKeys(reader)}
<label class="field">Why <input name="reason" required maxlength="4096" autocomplete="off"></label>
<button aria-label="End ${name}">End now</button></form></details>`
}`;

/** What holds on which of the next days, as a plain table. */
function calendar({ calendar: all, now }: MaintenancesView): Html {
  return html`<section class="card"><h2>The next days</h2><div class="scroll"><table class="table">
<caption class="unseen-text">Planned work by day, in UTC</caption><thead><tr><th scope="col">Day
(UTC)</th><th scope="col">Work</th></tr></thead><tbody>${all.map(
    ([day, lines]) => html`<tr><th scope="row">${instantText(day).slice(0, 10)}</th>
<td>${lines.map(
      ({ id, name, from, to }) => html`<div><a href="#${id}">${name}</a> <span
class="quiet">${timeTag(from, 'clock', now)} to ${timeTag(to, 'clock', now)}</span></div>`,
    )}</td></tr>`,
  )}</tbody></table></div></section>`;
}

export const WORK_FIELDS: FieldNames = {
  matchers: ['matchers', 'What'],
  things: ['things', 'Things of the inventory'],
  name: ['name', 'Name'],
  from: ['from', 'From'],
  to: ['to', 'Until'],
  windows: ['to', 'Until'],
  zone: ['zone', 'By the clock of'],
  every: ['unit', 'Every'],
  minutes: ['to', 'Until'],
  until: ['last', 'Until this day'],
  recurs: ['on', 'Again and again'],
  interval: ['interval', 'Each so many'],
  on: ['on', 'On'],
  last: ['last', 'Until this day'],
  times: ['times', 'So many times'],
  reason: ['reason', 'Why'],
  owner: ['owner', 'Who does the work'],
};

const at = (held: MaintenanceForm, name: string): Html =>
  fieldMarks(faultErrors(held.fault, WORK_FIELDS), name);

function formCard(site: Site, reader: Reader, { form, blank, now }: MaintenancesView): Html {
  const held = form ?? blank;
  const isNew = held.id === '';
  const rows = Math.min(12, Math.max(3, held.matchers.split('\n').length + 1));
  const most = MAINTENANCE_LIMITS;
  return html`<details class="card" id="work"${form && html` open`}><summary>${
    isNew ? 'Plan work' : 'Change this plan'
  }</summary><form method="post" action="${site.prefix}/maintenance"
class="form silence-form">${formKeys(reader)}<input type="hidden" name="id" value="${held.id}">
${matchersField(at(held, 'matchers'), {
  label: 'What',
  value: held.matchers,
  rows,
  placeholder: 'site="nbg"',
})}
<label class="field wide">Or things of the inventory, one a line, each with all that is part of it
<textarea ${at(held, 'things')} rows="2" spellcheck="false" autocapitalize="off" maxlength="65536"
placeholder="device:core-1">${held.things}</textarea></label>
<label class="field">Name <input ${at(held, 'name')} required maxlength="${most.name_chars_max}"
autocomplete="off" placeholder="CHG 4711" value="${held.name}"></label>
<label class="field">From <input type="datetime-local" ${at(held, 'from')} required
value="${held.from}"></label>
<label class="field">Until <input type="datetime-local" ${at(held, 'to')} required
value="${held.to}"></label>
<label class="field">By the clock of <input ${at(held, 'zone')}
required maxlength="64" autocomplete="off"
placeholder="Europe/Vienna" value="${held.zone}"></label>
${againFields(held)}
<label class="field">Why: for the next shift <input ${at(held, 'reason')} required maxlength="4096"
autocomplete="off" value="${held.reason}"></label>
<label class="field">Who does the work <input ${at(held, 'owner')}
maxlength="${most.owner_chars_max}"
autocomplete="off" value="${held.owner}"></label>
${held.preview && previewBox(site, held.preview, now)}
<div class="verbs"><button name="does" value="preview">Show what it would hide, and
when</button>
<button name="does" value="save" class="main">${isNew ? 'Plan it' : 'Save'}</button></div>
</form></details>`;
}

const UNITS = [
  ['', 'once'],
  ['day', 'day'],
  ['week', 'week'],
  ['month', 'month'],
] as const;

/** How it comes again. Open where it does. */
const againFields = (held: MaintenanceForm): Html =>
  html`<details class="wide"${held.unit !== '' && html` open`}><summary>Again and
again</summary><div class="form silence-form">
<label class="field">Every <select ${at(held, 'unit')}>${UNITS.map(
    ([unit, words]) =>
      html`<option value="${unit}"${unit === held.unit && html` selected`}>${words}</option>`,
  )}</select></label>
<label class="field">Each so many of them <input type="number" ${at(held, 'interval')}
min="1" max="${RECURRENCE_LIMITS.interval_max}" value="${held.interval}"></label>
<label class="field">On (else: as it begins) <input ${at(held, 'on')}
maxlength="256" autocomplete="off"
placeholder="TU TH, or in a month 2TU, -1FR, 15, -1" value="${held.on}"></label>
<label class="field">Until this day <input type="date" ${at(held, 'last')}
value="${held.last}"></label>
<label class="field">Or so many times <input type="number" ${at(held, 'times')} min="1" max="${
    RECURRENCE_LIMITS.count_max
  }" value="${held.times}"></label></div></details>`;

/** When it would be, by its own clock and by the reader's. */
const whenBox = ({ windows, zone }: WorkPreview, now: Instant): Html =>
  html`<p>Its next times, in UTC${zone !== 'UTC' && `; it keeps the clock of ${zone}`}:</p>
<ol>${windows.map(
    ({ from, to }) => html`<li>${timeTag(from, 'clock', now)} to ${timeTag(to, 'clock', now)}</li>`,
  )}</ol>`;

const previewBox = (site: Site, preview: WorkPreview, now: Instant): Html =>
  html`<div class="preview wide" role="status"><p><b>${
    preview.count === 0
      ? 'It fits no open alarm now.'
      : `It fits ${counted(preview.count, 'open alarm')} now${
          preview.count > preview.examples.length ? ', such as' : ''
        }:`
  }</b></p><ul>${preview.examples.map(
    (a) =>
      html`<li><a href="${site.prefix}/alarms/${a.id}">${a.resource}</a> ${a.type}: ${a.text}</li>`,
  )}</ul>${preview.windows.length > 0 && whenBox(preview, now)}</div>`;
