import { type Html, html } from '../base/html.ts';
import { type RecallView, seenPhrase } from '../desk/views/recall.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { ACTION_LIMITS } from '../domain/memory/action.ts';
import { DECISION_KINDS, DECISION_LIMITS, type DecisionKind } from '../domain/memory/decision.ts';
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
  readonly fault: string;
}

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
  const most = DECISION_LIMITS;
  return html`<div class="stack"><p><a href="${at}">← ${alarm.type} on ${alarm.resource}</a></p>
<div class="title"><h1>Decide</h1><span class="quiet">Whether it held, the desk writes down
itself.</span></div>
${cautionBox(context, recalled.cautions)}
<div class="columns"><div class="stack"><form method="post" action="${at}/decide"
class="card form">${formKeys(reader)}
${form.fault !== '' && html`<p class="fault" role="alert">${form.fault}</p>`}
<p>${alarm.text} <span class="quiet">${phrase(seenPhrase(recalled, alarm), now)}</span></p>
${form.from !== '' && html`<p class="quiet">Filled in from ${form.from}.</p>`}
${kindField(form.kind, form.kind === '')}
<label class="field">What exactly, if the word does not say it <input name="what"
maxlength="${most.what_chars_max}" autocomplete="off" value="${form.what}"></label>
<label class="field">Why: for whoever sees it next <textarea name="reason" rows="2" required${
    form.kind !== '' && form.reason === '' && html` autofocus`
  }
maxlength="${most.reason_chars_max}">${form.reason}</textarea></label>
<label class="field">What it looked like <textarea name="situation" rows="2"
maxlength="${most.situation_chars_max}">${form.situation}</textarea></label>
<label class="field">What else could have been done, one a line <textarea name="options"
rows="2" maxlength="8192">${form.options}</textarea></label>
<label class="field">Look again on (UTC) <input type="date" name="reviewOn" required
value="${form.reviewOn}"></label>
<label><input type="checkbox" name="does" value="yes"${
    form.does && html` checked`
  }> Shelve or silence it at once, until then, if that is what is done</label>
<fieldset><legend>Must something be done so that it does not come back?</legend>
<label class="field">An action <input name="followUp" maxlength="${ACTION_LIMITS.title_chars_max}"
autocomplete="off" placeholder="Replace the optics" value="${form.followUp}"></label>
<label class="field">By when (UTC) <input type="date" name="followUpOn"
value="${form.followUpOn}"></label></fieldset>
<div class="verbs"><button class="main"${
    form.kind !== '' && form.reason !== '' && html` autofocus`
  }>Write it down</button></div></form></div>
<div class="stack">${recallPanel(context, alarm, recalled)}</div></div></div>`;
}

/** The kinds to choose from. `none`: what stands for no decision; else one is needed. */
export function kindField(chosen: DecisionKind | '', isFirst: boolean, none?: string): Html {
  const marks = html`${none === undefined && html` required`}${isFirst && html` autofocus`}`;
  const kinds = DECISION_KINDS.map(
    (kind) => html`<option${kind === chosen && html` selected`}>${kind}</option>`,
  );
  return html`<label class="field">What is done <select name="kind"${marks}><option
value="">${none ?? 'Choose …'}</option>${kinds}</select></label>`;
}
