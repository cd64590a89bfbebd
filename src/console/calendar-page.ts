import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { CalendarCompared } from '../desk/calendar-import.ts';
import { counted } from '../desk/views/words.ts';
import { CALENDAR_LIMITS } from '../domain/rules/ical-lines.ts';
import {
  errorSummary,
  type FieldNames,
  faultErrors,
  fieldMarks,
  matchersField,
} from './form-errors.ts';
import { formKeys, timeTag } from './parts.ts';
import type { Reader, Site } from './site.ts';
import { TABLE_ROWS_MAX } from './tables.ts';

/** A calendar that was pasted, and what comes of it. */
export interface CalendarForm {
  readonly text: string;
  readonly matchers: string;
  readonly things: string;
  readonly zone: string;
  readonly fault: string;
  readonly compared: CalendarCompared | undefined;
  /** What was said is done. */
  readonly isDone: boolean;
}

export const CALENDAR_FIELDS: FieldNames = {
  text: ['text', 'The calendar'],
  matchers: ['matchers', 'What its events touch'],
  things: ['things', 'Things of the inventory'],
  zone: ['zone', 'The clock'],
};

const at = (held: CalendarForm, name: string): Html =>
  fieldMarks(faultErrors(held.fault, CALENDAR_FIELDS), name);

/** Planned work from a calendar: tried as often as one likes, then taken. */
export function calendarBody(site: Site, reader: Reader, form: CalendarForm, now: Instant): Html {
  return html`<div class="stack">${errorSummary(faultErrors(form.fault, CALENDAR_FIELDS))}
<p><a href="${site.prefix}/maintenance">← Maintenance</a></p>
<h1>Import a calendar</h1>
<p class="quiet">A provider’s notice of maintenance, or any other calendar (.ics). The same event
again changes nothing, a later state of it changes the plan, a cancelled one ends it.</p>
${form.compared && comparedCard(site, form.compared, form.isDone, now)}
<form method="post" action="${site.prefix}/maintenance/import"
class="form card">${formKeys(reader)}
${matchersField(at(form, 'matchers'), {
  label: 'What its events touch',
  value: form.matchers,
  rows: 2,
  placeholder: 'site="nbg"',
})}
<label class="field wide">Or things of the inventory, one a line. Neither: the circuits that each
event names (X-MAINTNOTE-OBJECT-ID), as the inventory knows them
<textarea ${at(form, 'things')} rows="2" spellcheck="false" autocapitalize="off" maxlength="65536"
placeholder="circuit:4711">${form.things}</textarea></label>
<label class="field">Times without a zone are by the clock of <input ${at(form, 'zone')} required
maxlength="64" autocomplete="off" value="${form.zone}"></label>
<label class="field wide">The calendar<textarea ${at(form, 'text')}
rows="16" required spellcheck="false"
autocapitalize="off" maxlength="${CALENDAR_LIMITS.chars_max}"
placeholder="BEGIN:VCALENDAR">${form.text}</textarea></label>
<div class="verbs"><button name="does" value="try">Say what comes of it</button>
<button name="does" value="import" class="main">Import it</button></div></form></div>`;
}

function comparedCard(
  site: Site,
  { reports, fault }: CalendarCompared,
  isDone: boolean,
  now: Instant,
): Html {
  const shown = reports.slice(0, TABLE_ROWS_MAX);
  return html`<section class="card" role="status"><h2>${
    isDone ? 'What came of it' : 'What would come of it'
  }</h2>${
    fault &&
    html`<p class="fault">Line ${String(fault.line)}: ${fault.why}. What stands after it was not
read.</p>`
  }${reports.length === 0 && html`<p>There is no event in it.</p>`}${
    shown.length > 0 &&
    html`<div class="scroll"><table class="table"><caption class="unseen-text">Events of the
calendar</caption><thead><tr><th scope="col">Line</th><th scope="col">Event</th><th
scope="col">Outcome</th><th scope="col">When</th></tr></thead><tbody>${shown.map(
      ({ line, name, outcome, why, windows, work }) => html`<tr><td>${String(line)}</td>
<td>${
        isDone && work !== ''
          ? html`<a href="${site.prefix}/maintenance#${work}">${name}</a>`
          : name
      }</td>
<td><b>${outcome}</b>${why !== '' && `: ${why}`}</td><td>${
        windows[0] &&
        html`${timeTag(windows[0].from, 'clock', now)} to ${timeTag(windows[0].to, 'clock', now)}${
          windows.length > 1 && `, and ${counted(windows.length - 1, 'window')} more`
        }`
      }</td></tr>`,
    )}</tbody></table></div>`
  }${
    reports.length > shown.length &&
    html`<p>The first ${String(shown.length)} of ${String(reports.length)}.</p>`
  }</section>`;
}
