import { type Html, html } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import type { Fitting, Seen } from '../desk/views/rule-trial.ts';
import { type RuleState, ruleState } from '../desk/views/rules.ts';
import { counted, type NameOf } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { matcherText } from '../domain/alarm/matcher.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { RULE_LIMITS, type Rule } from '../domain/rules/rule.ts';
import {
  errorSummary,
  type FieldNames,
  faultErrors,
  fieldMarks,
  matchersField,
} from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { chip, formKeys, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** What the form holds: each field as it was typed. */
export interface RuleForm {
  /** The rule that is changed; '' for a new one. */
  readonly id: string;
  readonly name: string;
  readonly matchers: string;
  readonly severity: string;
  readonly text: string;
  readonly priority: string;
  readonly hide: boolean;
  /** Seconds. */
  readonly hold: string;
  readonly order: string;
  readonly reason: string;
  readonly owner: string;
  /** `2026-03-01` */
  readonly review: string;
  readonly enabled: boolean;
  readonly fault: string;
  readonly trial: RuleTrialView | undefined;
}

export interface RuleTrialView {
  readonly open: Fitting;
  readonly past: Fitting;
  readonly days: number;
  readonly seen: (alarm: Alarm) => Seen;
}

export interface RulesView {
  /** In the order in which they are asked. */
  readonly rules: Stretch<Rule>;
  readonly touches: ReadonlyMap<string, number>;
  /** Undefined: the form is folded away, as `blank`. */
  readonly form: RuleForm | undefined;
  readonly blank: RuleForm;
  readonly done: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** Operators' rules: what they make of the alarms they fit. */
export function rulesBody(site: Site, reader: Reader, view: RulesView): Html {
  return html`<div class="stack">${errorSummary(faultErrors(view.form?.fault ?? '', RULE_FIELDS))}
<div class="title"><h1>Rules</h1><span
class="quiet">What alarms of any source are to be here. Rules that read what one source sends stand
with that <a href="${site.prefix}/sources">source</a>.</span></div>
${view.done !== '' && html`<p class="card good" role="status">${view.done}</p>`}
${mayAct(reader) && formCard(site, reader, view)}
${view.rules.total === 0 ? NONE : table(site, reader, view)}</div>`;
}

const NONE = html`<div class="card empty"><h2>There are no rules.</h2>
<p>A rule gives what it fits another severity, text or priority, hides it, or waits whether it
stays. It has a reason, an owner, and a review at which it stops hiding.</p></div>`;

function table(site: Site, reader: Reader, view: RulesView): Html {
  return html`<div class="scroll"><table class="table"><caption
class="unseen-text">Rules, in the order in
which they are asked</caption><thead><tr><th scope="col">State</th><th scope="col">Rule</th><th
scope="col">What fits all of</th><th scope="col">Does</th><th scope="col">Why, and who answers for
it</th><th scope="col">Review</th><th scope="col">Touches</th><th scope="col"><span
class="unseen-text">Actions</span></th></tr></thead>
<tbody>${view.rules.rows.map((rule) =>
    row(site, reader, view, rule),
  )}</tbody></table></div>${pager(site, reader, view.rules)}`;
}

const STATE_WORDS: Readonly<Record<RuleState, readonly [kind: string, words: string]>> = {
  on: ['active', 'on'],
  off: ['expired', 'off'],
  overdue: ['pending', 'review is past'],
};

function row(site: Site, reader: Reader, view: RulesView, rule: Rule): Html {
  const { now, touches } = view;
  const [kind, words] = STATE_WORDS[ruleState(rule, now)];
  const count = touches.get(rule.id) ?? 0;
  return html`<tr id="${rule.id}"><td><span class="state ${kind}">${words}</span></td>
<td><b>${rule.name}</b><br><span class="quiet">order ${rule.order}</span></td>
<td>${rule.matchers.map((term) => html`${chip(matcherText(term))} `)}</td>
<td>${doesList(rule)}</td><td>${rule.reason}<br><span class="quiet">${rule.owner}; last changed by
${view.nameOf(rule.by)}</span></td>
<td>${timeTag(rule.reviewAt, 'clock', now)}<br><span class="quiet">${timeTag(
    rule.reviewAt,
    rule.reviewAt > now ? 'left' : 'ago',
    now,
  )}</span></td>
<td data-h="Touches">${count === 0 ? 'nothing' : counted(count, 'alarm')}</td>
<td>${mayAct(reader) && actions(site, reader, rule)}</td></tr>`;
}

const doesList = ({ does }: Rule): Html => {
  const { severity, priority, hide, hold, text } = does;
  const lines = [
    severity && html`severity ${severity}`,
    priority && html`priority ${priority}`,
    hide && html`hides until its review`,
    hold && html`waits ${hold / 1_000} s whether it stays`,
    text && html`says “${text}”`,
  ].filter((line) => line !== undefined);
  return html`${lines.map((line, i) => html`${i > 0 && html`<br>`}${line}`)}`;
};

const actions = (site: Site, reader: Reader, rule: Rule): Html => html`<a class="button"
href="${site.prefix}/rules?edit=${rule.id}#rule" aria-label="Edit ${rule.name}">Edit</a>
<details><summary>Remove</summary><form method="post"
action="${site.prefix}/rules/${rule.id}/remove">${formKeys(reader)}
<label class="field">Why <input name="reason" required maxlength="4096" autocomplete="off"></label>
<button aria-label="Remove ${rule.name}">Remove</button></form></details>`;

export const RULE_FIELDS: FieldNames = {
  matchers: ['matchers', 'What'],
  name: ['name', 'Name'],
  reason: ['reason', 'Why'],
  owner: ['owner', 'Who answers for it'],
  reviewAt: ['review', 'Look at it again by'],
  order: ['order', 'Order'],
  does: ['severity', 'What it does'],
  severity: ['severity', 'Severity'],
  priority: ['priority', 'Priority'],
  text: ['text', 'Text'],
  hold: ['hold', 'Wait so many seconds'],
};

const at = (held: RuleForm, name: string): Html =>
  fieldMarks(faultErrors(held.fault, RULE_FIELDS), name);

type TextField = 'name' | 'reason' | 'owner' | 'review' | 'order' | 'text' | 'hold';

const field = (held: RuleForm, name: TextField, words: string, more: Html): Html =>
  html`<label class="field">${words} <input ${at(held, name)} value="${held[name]}"
${more}></label>`;

function formCard(site: Site, reader: Reader, { form, blank, now }: RulesView): Html {
  const held = form ?? blank;
  const isNew = held.id === '';
  const rows = Math.min(12, Math.max(3, held.matchers.split('\n').length + 1));
  return html`<details class="card" id="rule"${form && html` open`}><summary>${
    isNew ? 'New rule' : 'Change this rule'
  }</summary><form method="post" action="${site.prefix}/rules"
class="form silence-form">${formKeys(reader)}<input type="hidden" name="id" value="${held.id}">
${matchersField(at(held, 'matchers'), {
  label: 'What',
  value: held.matchers,
  rows,
  placeholder: 'site="lab"',
  more: html`required`,
})}
${doesFields(held)}
${field(
  held,
  'name',
  'Name',
  html`required maxlength="${RULE_LIMITS.name_chars_max}"
autocomplete="off"`,
)}
${field(
  held,
  'reason',
  'Why: for the next shift',
  html`required maxlength="4096"
autocomplete="off"`,
)}
${field(
  held,
  'owner',
  'Who answers for it',
  html`required
maxlength="${RULE_LIMITS.owner_chars_max}" autocomplete="off"`,
)}
${field(
  held,
  'review',
  'Look at it again by (UTC)',
  html`type="date" required
min="${instantText(now).slice(0, 10)}"`,
)}
${field(
  held,
  'order',
  'Order: lower ones are asked first',
  html`type="number" required
min="${-RULE_LIMITS.order_max}" max="${RULE_LIMITS.order_max}"`,
)}
<label><input type="checkbox" name="enabled"${held.enabled && html` checked`}> It is asked (off: it
is kept, and does nothing)</label>
${held.trial && trialBox(site, held.trial)}
<div class="verbs"><button name="does" value="try">Show what it would touch</button><button
name="does" value="save" class="main">${isNew ? 'Make the rule' : 'Save'}</button></div>
</form></details>`;
}

const doesFields = (held: RuleForm): Html => html`<label class="field">Severity <select
${at(held, 'severity')}><option value="">as the source says</option>${SEVERITIES.map(
  (s) => html`<option${s === held.severity && html` selected`}>${s}</option>`,
)}</select></label>
<label class="field">Priority <select ${at(held, 'priority')}><option value="">none</option>${[
  1, 2, 3, 4, 5,
].map(
  (n) =>
    html`<option value="${n}"${String(n) === held.priority && html` selected`}>${n}${
      n === 1 ? ' (at once)' : ''
    }</option>`,
)}</select></label>
${field(
  held,
  'text',
  'Text; {text} is what the source said, {site} a label',
  html`
maxlength="${RULE_LIMITS.text_chars_max}" autocomplete="off" placeholder="as the source says"`,
)}
${field(
  held,
  'hold',
  'Wait so many seconds whether it stays',
  html`type="number" min="1"
max="3600" placeholder="no"`,
)}
<label><input type="checkbox" name="hide"${held.hide && html` checked`}> Hide it: nobody is told,
until the review</label>`;

function trialBox(site: Site, { open, past, days, seen }: RuleTrialView): Html {
  const least = past.whole ? '' : 'at least ';
  return html`<div class="preview wide" role="status"><p><b>It would touch ${counted(
    open.count,
    'open alarm',
  )}${open.count > open.examples.length ? ', such as' : ''}.</b></p>
<ul>${open.examples.map((a) => example(site, a, seen(a)))}</ul>
<p><b>Of the last ${days} days: ${least}${counted(past.count, 'alarm')}.</b></p>
<ul>${past.examples.map((a) => example(site, a, seen(a)))}</ul></div>`;
}

function example(site: Site, alarm: Alarm, would: Seen): Html {
  const { id, resource, severity, text } = alarm;
  return html`<li><a href="${site.prefix}/alarms/${id}">${resource}</a> ${
    would.severity === severity ? severity : `${severity} → ${would.severity}`
  }${would.priority !== undefined && `, priority ${would.priority}`}${
    would.hidden && ', hidden'
  }: ${would.text === text ? text : `${text} → ${would.text}`}</li>`;
}
