import { type Html, html } from '../base/html.ts';
import { counted } from '../desk/views/words.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { ACTION_LIMITS } from '../domain/memory/action.ts';
import { DECISION_LIMITS, type DecisionKind } from '../domain/memory/decision.ts';
import { kindField } from './decide-page.ts';
import { errorSummary, type FieldNames, faultErrors, fieldMarks } from './form-errors.ts';
import { formKeys } from './parts.ts';
import type { MemoryContext } from './recall-panel.ts';
import type { Reader } from './site.ts';

/** What the form holds, as it was typed. */
export interface CloseForm {
  readonly kind: DecisionKind | '';
  readonly what: string;
  /** The summary, and the reason of the decision. */
  readonly note: string;
  /** The alarm it was decided about; EACH for all of them. */
  readonly on: string;
  readonly reviewOn: string;
  readonly followUp: string;
  readonly followUpOn: string;
  /** What it was filled in from; '' when it was not. */
  readonly from: string;
  readonly fault: string;
}

/** A decision on each alarm of the incident, when they are no more than that. */
export const EACH = 'each';
export const EACH_MAX = 20;
/** Alarms a form offers. */
const OFFERED_MAX = 100;

export const CLOSE_FIELDS: FieldNames = {
  note: ['note', 'How it ended'],
  reason: ['note', 'How it ended'],
  what: ['what', 'What exactly'],
  on: ['on', 'Decided about'],
  reviewAt: ['reviewOn', 'Look again on'],
  title: ['followUp', 'An action'],
  dueAt: ['followUpOn', 'By when'],
};

/** One step from an open incident to a closed one with a decision; filled in from its timeline. */
export function closeIncidentBody(
  { site }: MemoryContext,
  reader: Reader,
  incident: Incident,
  form: CloseForm,
): Html {
  const at = `${site.prefix}/incidents/${incident.id}`;
  const { members } = incident;
  const isReady = form.note !== '' && form.kind !== '';
  const errors = faultErrors(form.fault, CLOSE_FIELDS);
  const marks = (name: string): Html => fieldMarks(errors, name);
  return html`<div class="stack">${errorSummary(errors)}
<p><a href="${at}">← ${incident.title}</a></p>
<div class="title"><h1>Close it</h1><span class="quiet">What was decided is shown when one of its
alarms comes back.</span></div>
<form method="post" action="${at}/close" class="card form">${formKeys(reader)}
${form.from !== '' && html`<p class="quiet">Filled in from ${form.from}.</p>`}
<label class="field">How it ended, and why: the summary, and the reason of the decision <textarea
${marks('note')} rows="3" required${form.note === '' && html` autofocus`}
maxlength="${DECISION_LIMITS.reason_chars_max}">${form.note}</textarea></label>
${kindField(form.kind, form.note !== '' && form.kind === '', 'Nothing to remember')}
<label class="field">What exactly, if the word does not say it <input ${marks('what')}
maxlength="${DECISION_LIMITS.what_chars_max}" autocomplete="off" value="${form.what}"></label>
<label class="field">Decided about <select ${marks('on')}>${members.slice(0, OFFERED_MAX).map(
    (m) => html`<option value="${m.alarm}"${m.alarm === form.on && html` selected`}>${m.type} on
${m.resource}</option>`,
  )}${
    members.length > 1 &&
    members.length <= EACH_MAX &&
    html`<option value="${EACH}"${form.on === EACH && html` selected`}>each of its ${counted(
      members.length,
      'alarm',
    )}</option>`
  }</select></label>
<label class="field">Look again on (UTC) <input type="date" ${marks('reviewOn')} required
value="${form.reviewOn}"></label>
<fieldset><legend>Must something be done so that it does not come back?</legend>
<label class="field">An action <input ${marks('followUp')}
maxlength="${ACTION_LIMITS.title_chars_max}"
autocomplete="off" placeholder="Replace the optics" value="${form.followUp}"></label>
<label class="field">By when (UTC) <input type="date" ${marks('followUpOn')}
value="${form.followUpOn}"></label></fieldset>
<div class="verbs"><button class="main"${
    isReady && html` autofocus`
  }>Close it and write it down</button></div></form>
<p class="quiet small">An alarm that is raised again soon after opens it again.</p></div>`;
}
