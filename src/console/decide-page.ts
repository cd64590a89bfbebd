import { type Html, html } from '../base/html.ts';
import { type RecallView, seenPhrase } from '../desk/views/recall.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { ACTION_LIMITS } from '../domain/memory/action.ts';
import { DECISION_KINDS, DECISION_LIMITS, type DecisionKind } from '../domain/memory/decision.ts';
import { errorSummary, type FieldErrors, formField } from './form-errors.ts';
import { formKeys, phrase } from './parts.ts';
import { cautionBox, type MemoryContext, recallPanel } from './recall-panel.ts';
import type { Reader } from './site.ts';

/** What the form holds, as it was typed. */
export interface DecideForm {
  readonly kind: DecisionKind | '';
  readonly what: string;
  readonly reason: string;
  readonly situation: string;
  /** One a line. */
  readonly options: string;
  /** `2026-03-01`, the day of the review. */
  readonly reviewOn: string;
  /** Title of an action that follows from it; '' for none. */
  readonly followUp: string;
  readonly followUpOn: string;
  /** Shelve or silence it at once. */
  readonly does: boolean;
  /** What kind and reason were taken from; '' when they were not. */
  readonly from: string;
  readonly errors: FieldErrors;
}

/** What the form calls its fields. */
export const DECIDE_LABELS = {
  kind: 'What is done',
  what: 'What exactly',
  reason: 'Why',
  situation: 'What it looked like',
  options: 'What else could have been done',
  reviewOn: 'Look again on',
  followUp: 'An action',
  followUpOn: 'By when',
  does: 'Shelve or silence it at once',
} as const;

/** One step from the alarm to a decision: all but the kind and the reason is filled in. */
export function decideBody(
  context: MemoryContext,
  reader: Reader,
  alarm: Alarm,
  recalled: RecallView,
  form: DecideForm,
): Html {
  const { site, now } = context;
  const at = `${site.prefix}/alarms/${alarm.id}`;
  return html`<div class="stack">${errorSummary(form.errors)}
<p><a href="${at}">← ${alarm.type} on ${alarm.resource}</a></p>
<div class="title"><h1>Decide</h1><span class="quiet">Whether it held, the desk writes down
itself.</span></div>
${cautionBox(context, recalled.cautions)}
<div class="columns"><div class="stack"><form method="post" action="${at}/decide" novalidate
class="card form">${formKeys(reader)}
<p>${alarm.text} <span class="quiet">${phrase(seenPhrase(recalled, alarm), now)}</span></p>
${form.from !== '' && html`<p class="quiet">Filled in from ${form.from}.</p>`}
${decidedFields(form)}
<label><input type="checkbox" name="does" value="yes"${
    form.does && html` checked`
  }> Shelve or silence it at once, until then, if that is what is done</label>
<fieldset><legend>Must something be done so that it does not come back?</legend>
${followUpFields(form)}</fieldset>
<div class="verbs"><button class="main"${
    form.kind !== '' && form.reason !== '' && html` autofocus`
  }>Write it down</button></div></form></div>
<div class="stack">${recallPanel(context, alarm, recalled)}</div></div></div>`;
}

function decidedFields({ errors, ...form }: DecideForm): Html {
  const most = DECISION_LIMITS;
  const text = (name: 'situation' | 'options', label: string, chars_max: number): Html =>
    formField(
      errors,
      { name, label },
      (marks) => html`<textarea${marks} rows="2" maxlength="${chars_max}">${form[name]}</textarea>`,
    );
  const isNext = form.kind !== '' && form.reason === '';
  return html`${formField(errors, { name: 'kind', label: 'What is done' }, (marks) =>
    kindSelect(marks, form.kind, form.kind === ''),
  )}
${formField(
  errors,
  { name: 'what', label: 'What exactly, if the word does not say it' },
  (marks) => html`<input${marks} maxlength="${most.what_chars_max}" autocomplete="off"
value="${form.what}">`,
)}
${formField(
  errors,
  { name: 'reason', label: 'Why: for whoever sees it next' },
  (marks) => html`<textarea${marks} rows="2" required${isNext && html` autofocus`}
maxlength="${most.reason_chars_max}">${form.reason}</textarea>`,
)}
${text('situation', 'What it looked like', most.situation_chars_max)}
${text('options', 'What else could have been done, one a line', OPTIONS_CHARS_MAX)}
${formField(
  errors,
  { name: 'reviewOn', label: 'Look again on (UTC)' },
  (marks) => html`<input${marks} type="date" required value="${form.reviewOn}">`,
)}`;
}

const OPTIONS_CHARS_MAX = 8_192;

const followUpFields = ({ errors, ...form }: DecideForm): Html => html`${formField(
  errors,
  { name: 'followUp', label: 'An action' },
  (marks) => html`<input${marks} maxlength="${ACTION_LIMITS.title_chars_max}" autocomplete="off"
placeholder="Replace the optics" value="${form.followUp}">`,
)}
${formField(
  errors,
  { name: 'followUpOn', label: 'By when (UTC)' },
  (marks) => html`<input${marks} type="date" value="${form.followUpOn}">`,
)}`;

/** The kinds to choose from. `none`: what stands for no decision; else one is needed. */
export const kindField = (chosen: DecisionKind | '', isFirst: boolean, none?: string): Html =>
  html`<label class="field">What is done ${kindSelect(
    html` name="kind"`,
    chosen,
    isFirst,
    none,
  )}</label>`;

function kindSelect(marks: Html, chosen: DecisionKind | '', isFirst: boolean, none?: string): Html {
  const kinds = DECISION_KINDS.map(
    (kind) => html`<option${kind === chosen && html` selected`}>${kind}</option>`,
  );
  return html`<select${marks}${none === undefined && html` required`}${
    isFirst && html` autofocus`
  }><option value="">${none ?? 'Choose …'}</option>${kinds}</select>`;
}
