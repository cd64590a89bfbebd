import { type Html, html } from '../base/html.ts';
import type { IncidentTimelineLine, IncidentView } from '../desk/views/incidents.ts';
import { counted, grouped } from '../desk/views/words.ts';
import { type Alarm, isRaised, standing } from '../domain/alarm/alarm.ts';
import type { Document } from '../domain/document/document.ts';
import {
  INCIDENT_LIMITS,
  type Incident,
  type IncidentState,
  type OfRule,
} from '../domain/incident/incident.ts';
import { valuesText } from '../domain/incident/rule.ts';
import type { Action } from '../domain/memory/action.ts';
import type { Decision } from '../domain/memory/decision.ts';
import type { Assignable } from './act-bar.ts';
import { documentsOf } from './documents-page.ts';
import {
  errorSummary,
  type FieldErrors,
  type FieldNames,
  faultErrors,
  fieldMarks,
} from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, severityMark, timeTag } from './parts.ts';
import { actionLine, decisionLines, type MemoryContext } from './recall-panel.ts';
import { mayAct, type Reader } from './site.ts';
import { TABLE_ROWS_MAX } from './tables.ts';

export interface IncidentsView {
  readonly shows: IncidentState['is'];
  readonly counts: Readonly<Record<IncidentState['is'], number>>;
  readonly incidents: Stretch<IncidentView>;
}

const TABS: readonly (readonly [IncidentState['is'], string])[] = [
  ['open', 'open'],
  ['closed', 'closed'],
  ['merged', 'merged'],
];

/** What troubles there are, and who leads them. */
export function incidentsBody(context: MemoryContext, reader: Reader, view: IncidentsView): Html {
  const { site } = context;
  const { shows, counts, incidents } = view;
  return html`<div class="stack"><div class="title"><h1>Incidents</h1><span class="quiet">One
trouble, its alarms, the people on it.</span></div>
<div class="facets"><ul class="facet" aria-label="Which incidents">${TABS.map(
    ([is, words]) =>
      html`<li><a href="${site.prefix}/incidents?show=${is}"${
        is === shows && html` aria-current="true"`
      }>${words}<span class="n">${grouped(counts[is])}</span></a></li>`,
  )}</ul></div>
${
  incidents.total === 0
    ? noIncidents(shows, mayAct(reader))
    : incidentTable(context, incidents.rows)
}${pager(site, reader, incidents)}</div>`;
}

const noIncidents = (shows: IncidentState['is'], may: boolean): Html =>
  shows === 'open'
    ? html`<div class="card empty"><h2>No incident is open.</h2><p>Alarms that share a cause belong
together: ${
        may ? 'tick them in the list, then More, Open an incident.' : 'operators open incidents.'
      }</p></div>`
    : html`<div class="card empty"><h2>No incident is ${shows}.</h2></div>`;

function incidentTable({ site, nameOf, now }: MemoryContext, all: readonly IncidentView[]): Html {
  return html`<div class="scroll"><table class="table"><caption
class="unseen-text">Incidents</caption>
<thead><tr><th scope="col">Severity</th><th scope="col">Incident</th><th scope="col"
class="number">Raised</th><th scope="col" class="number">Alarms</th><th scope="col">Lead</th><th
scope="col">Since</th></tr></thead><tbody>${all.map(
    ({ incident: i, severity, raised }) => html`<tr id="${i.id}"><td>${severityMark(
      severity ?? i.worst,
      severity === undefined ? 'cleared' : 'waiting',
    )}</td>
<td><a href="${site.prefix}/incidents/${i.id}">${i.title}</a><br><span class="quiet">${i.id}${
      i.rule && `, by rule ${i.rule.name}`
    }${
      i.state.is === 'closed' && `: ${i.state.summary}`
    }${i.state.is === 'merged' && `: part of ${i.state.into} now`}</span></td>
<td class="number" data-h="Raised">${grouped(raised)}</td>
<td class="number" data-h="Alarms">${grouped(i.members.length)}</td>
<td data-h="Lead">${
      i.lead === undefined
        ? html`<span class="${raised === 0 ? 'quiet' : 'bad'}">nobody</span>`
        : nameOf(i.lead)
    }</td>
<td data-h="Since">${timeTag(i.openedAt, 'ago', now)}</td></tr>`,
  )}</tbody></table></div>`;
}

export interface OneIncidentView extends IncidentView {
  readonly timeline: readonly IncidentTimelineLine[];
  /** Its alarms that are in memory, by id. */
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly actions: readonly Action[];
  readonly decisions: readonly Decision[];
  readonly documents: readonly Document[];
  readonly people: readonly Assignable[];
  /** Other open ones it could be part of. */
  readonly others: readonly Incident[];
  readonly fault: string;
}

export const INCIDENT_FIELDS: FieldNames = {
  title: ['title', 'Title'],
  lead: ['lead', 'Lead'],
  into: ['into', 'It is the same as'],
  note: ['note', 'Note'],
  group: ['group', 'All that are told together'],
};

/** Everything about one trouble in one place. */
export function incidentBody(context: MemoryContext, reader: Reader, view: OneIncidentView): Html {
  const { incident, severity, actions, decisions } = view;
  const errors = faultErrors(view.fault, INCIDENT_FIELDS);
  const { site, nameOf, now } = context;
  const { state } = incident;
  return html`<div class="stack">${errorSummary(errors)}
<p><a href="${site.prefix}/incidents">← All incidents</a></p>
<section class="card alarm-head ${severity ?? ''}"><div class="what">${severityMark(
    severity ?? incident.worst,
    severity === undefined ? 'cleared' : 'waiting',
  )}<span class="standing">${state.is}</span><span class="quiet">${incident.id}</span></div>
<h1>${incident.title}</h1>
<p>${headline(context, view)}</p>
${incident.rule && ruleLine(incident.rule)}
${state.is === 'closed' && html`<p><b>Closed by ${nameOf(state.by)}:</b> ${state.summary}</p>`}
${
  state.is === 'merged' &&
  html`<p>Part of <a
href="${site.prefix}/incidents/${state.into}">${state.into}</a> now.</p>`
}</section>
${mayAct(reader) && state.is !== 'merged' && acts(context, reader, view, errors)}
<div class="columns"><div class="stack"><section class="card"><h2>Timeline</h2>
<ol class="timeline">${view.timeline.map((line) =>
    timelineLine(context, line),
  )}</ol></section></div>
<div class="stack">${members(context, reader, view)}
<section class="card recall"><h2>Decided</h2>${
    decisions.length === 0
      ? html`<p class="quiet">Nothing yet. <i>Close and decide</i>, or decide on the page of one of
its alarms.</p>`
      : html`<ol class="recalled">${decisions.map(
          (
            one,
          ) => html`<li><div class="quiet small">${one.about.type} on ${one.about.resource}</div>
${decisionLines(context, one)}</li>`,
        )}</ol>`
  }</section>
<section class="card"><h2>To do</h2>${
    actions.length === 0
      ? html`<p class="quiet">Nothing is left to do.</p>`
      : html`<ul class="recalled">${actions.map(
          (a) => html`<li>${actionLine(context, a)}</li>`,
        )}</ul>`
  }${
    mayAct(reader) &&
    html`<p class="then small"><a
href="${site.prefix}/actions?incident=${incident.id}#new">Add an action</a></p>`
  }</section>
${documentsOf(context, reader, incident, view.documents)}
</div></div><p class="quiet small">Opened ${timeTag(incident.openedAt, 'clock', now)} by
${nameOf(incident.by)}</p></div>`;
}

function headline({ nameOf, now }: MemoryContext, { incident, raised }: OneIncidentView): Html {
  const { lead, members: all, openedAt, state } = incident;
  const since = state.is === 'open' ? 'open since' : 'opened';
  const leads = state.is === 'open' ? 'nobody leads it' : 'nobody led it';
  return html`${raisedWords(raised, all.length)}; ${since} ${timeTag(openedAt, 'ago', now)}; ${
    lead === undefined ? leads : `led by ${nameOf(lead)}`
  }.`;
}

function raisedWords(raised: number, all: number): string {
  if (all === 1) return `Its one alarm is ${raised === 1 ? 'raised' : 'over'}`;
  const of = `of its ${counted(all, 'alarm')}`;
  if (raised === 0) return `None ${of} is raised`;
  return `${grouped(raised)} ${of} ${raised === 1 ? 'is' : 'are'} raised`;
}

const ruleLine = ({ name, values, beyond }: OfRule): Html => html`<p class="quiet">Opened by rule
<b>${name}</b> of the configuration: ${valuesText(values)}.${
  beyond > 0 &&
  html` <b>It is full: alarms of its group were raised ${counted(beyond, 'more time')} and stand
outside.</b>`
}</p>`;

function acts(
  { site }: MemoryContext,
  reader: Reader,
  view: OneIncidentView,
  errors: FieldErrors,
): Html {
  const { incident, people, others } = view;
  const at = `${site.prefix}/incidents/${incident.id}`;
  const isOpen = incident.state.is === 'open';
  const most = INCIDENT_LIMITS;
  const marks = (name: string): Html => fieldMarks(errors, name);
  const button = (does: string, words: string, main = false): Html =>
    html`<button name="does" value="${does}"${main && html` class="main"`}>${words}</button>`;
  return html`<form method="post" action="${at}" class="card form" id="say">${formKeys(reader)}
<label class="field">What happened, or how it ended <textarea ${marks('note')} rows="2"
maxlength="${most.note_chars_max}"></textarea></label>
<div class="verbs">${button('note', 'Note', true)}${
    isOpen ? button('close', 'Close with this summary') : button('reopen', 'Reopen')
  }${
    isOpen &&
    html` <a class="button" id="decide" href="${at}/close" title="Key d">Close and decide …</a>`
  }</div></form>
${
  isOpen &&
  html`<details class="card"><summary>Title, lead, merge</summary>
<form method="post" action="${at}" class="form silence-form">${formKeys(reader)}
<label class="field">Title <input ${marks('title')} required maxlength="${most.title_chars_max}"
autocomplete="off" value="${incident.title}"></label>
<label class="field">Lead <select ${marks('lead')}><option value="">nobody</option>${people.map(
    (p) =>
      html`<option value="${p.id}"${p.id === incident.lead && html` selected`}>${p.name}</option>`,
  )}</select></label><div class="verbs">${button('set', 'Save')}</div></form>${
    others.length > 0 &&
    html`<form method="post" action="${at}" class="form silence-form">${formKeys(reader)}
<label class="field">It is the same as <select ${marks('into')}>${others.map(
      (o) => html`<option value="${o.id}">${o.id} ${o.title}</option>`,
    )}</select></label><div class="verbs">${button('merge', 'Merge into that one')}</div></form>`
  }</details>`
}`;
}

function members({ site, now }: MemoryContext, reader: Reader, view: OneIncidentView): Html {
  const { incident, alarms } = view;
  const may = mayAct(reader) && incident.state.is === 'open';
  return html`<section class="card"><h2>Alarms</h2><form method="post"
action="${site.prefix}/incidents/${incident.id}">${formKeys(reader)}<ul
class="recalled">${incident.members.slice(0, TABLE_ROWS_MAX).map((m) => {
    const alarm = alarms.get(m.alarm);
    const mark = alarm && severityMark(alarm.severity, standing(alarm));
    return html`<li><label class="member">${
      may &&
      html`<input type="checkbox" name="alarm" value="${m.alarm}" aria-label="Choose ${m.type}
on ${m.resource}">`
    } ${mark} <a href="${site.prefix}/alarms/${m.alarm}">${m.resource}</a> <span
class="quiet">${m.type}${alarm && isRaised(alarm) ? '' : ', over'}; joined ${timeTag(
      m.joinedAt,
      'ago',
      now,
    )}${m.why !== undefined && `, let in by the rule: ${m.why}`}</span></label></li>`;
  })}</ul>${
    may && html`<button name="does" value="leave">Another cause: let those chosen go</button>`
  }</form></section>`;
}

const timelineLine = ({ site, now }: MemoryContext, line: IncidentTimelineLine): Html =>
  html`<li><span class="quiet">${timeTag(line.at, 'clock', now)}</span><div><b>${line.what}</b>${
    line.by !== '' && html` <span class="quiet">by ${line.by}</span>`
  }${
    line.alarm &&
    html` <a href="${site.prefix}/alarms/${line.alarm.id}">${line.alarm.type} on
${line.alarm.resource}</a>`
  }${line.text !== '' && html`<div class="said">${line.text}</div>`}</div></li>`;

export interface OpenForm {
  readonly title: string;
  readonly note: string;
  readonly lead: string;
  readonly group: string;
  readonly fault: string;
}

export interface OpenIncidentView {
  readonly form: OpenForm;
  readonly alarms: readonly Alarm[];
  /** Chosen ones that are in another open incident: they stay there. */
  readonly taken: readonly (readonly [Alarm, Incident])[];
  /** Notification groups the chosen alarms are in. */
  readonly groups: readonly {
    readonly id: string;
    readonly words: string;
    readonly count: number;
  }[];
  /** Open incidents the alarms could join instead. */
  readonly open: readonly Incident[];
  readonly people: readonly Assignable[];
}

/** Opens an incident with what was chosen, or adds it to one that is there. */
export function openIncidentBody(
  { site }: MemoryContext,
  reader: Reader,
  { form, alarms, taken, groups, open, people }: OpenIncidentView,
): Html {
  const hidden = alarms.map((a) => html`<input type="hidden" name="alarm" value="${a.id}">`);
  const most = INCIDENT_LIMITS;
  const errors = faultErrors(form.fault, INCIDENT_FIELDS);
  const at = (name: string): Html => fieldMarks(errors, name);
  return html`<div class="stack">${errorSummary(errors)}
<p><a href="${site.prefix}/incidents">← All incidents</a></p>
<h1>Open an incident</h1>
<section class="card"><h2>${counted(alarms.length, 'alarm')}</h2><ul class="recalled">${alarms.map(
    (a) => html`<li>${severityMark(a.severity, standing(a))} <a
href="${site.prefix}/alarms/${a.id}">${a.resource}</a> <span class="quiet">${a.type}:
${a.text}</span></li>`,
  )}</ul>${taken.map(
    ([a, i]) => html`<p class="bad">${a.resource} ${a.type} stays in <a
href="${site.prefix}/incidents/${i.id}">${i.id} ${i.title}</a>.</p>`,
  )}</section>
<form method="post" action="${site.prefix}/incidents" class="card form">${formKeys(reader)}
${hidden}
<label class="field">Title: the trouble in a few words <input ${at('title')} required autofocus
maxlength="${most.title_chars_max}" autocomplete="off" value="${form.title}"></label>
<label class="field">Lead <select ${at('lead')}><option value="">nobody</option>${people.map(
    (p) => html`<option value="${p.id}"${p.id === form.lead && html` selected`}>${p.name}</option>`,
  )}</select></label>
${
  groups.length > 0 &&
  html`<label class="field">All that are told together too <select ${at('group')}><option
value="">only what was chosen</option>${groups.map(
    (g) => html`<option value="${g.id}"${g.id === form.group && html` selected`}>${g.words},
${counted(g.count, 'alarm')}</option>`,
  )}</select></label>`
}
<label class="field">What is known <textarea ${at('note')} rows="2"
maxlength="${most.note_chars_max}">${form.note}</textarea></label>
<div class="verbs"><button class="main">Open it</button></div></form>
${
  open.length > 0 &&
  html`<form method="post" action="${site.prefix}/incidents/join"
class="card form">${formKeys(reader)}
${hidden}<label class="field">Or they belong to <select name="into">${open.map(
    (o) => html`<option value="${o.id}">${o.id} ${o.title}</option>`,
  )}</select></label><div class="verbs"><button>Add them</button></div></form>`
}</div>`;
}
