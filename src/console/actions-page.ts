import { type Html, html } from '../base/html.ts';
import { instantText } from '../base/time.ts';
import type { ActionState } from '../desk/views/memory-lists.ts';
import { openPhrase } from '../desk/views/recall.ts';
import { grouped } from '../desk/views/words.ts';
import { ACTION_LIMITS, type Action, STEPS } from '../domain/memory/action.ts';
import { CAUTION_LIMITS, type Caution, placeText } from '../domain/memory/caution.ts';
import type { Assignable } from './act-bar.ts';
import {
  errorSummary,
  type FieldErrors,
  type FieldNames,
  faultErrors,
  fieldMarks,
} from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { chip, formKeys, phrase, timeTag } from './parts.ts';
import { decisionHref, type MemoryContext } from './recall-panel.ts';
import { mayAct, type Reader } from './site.ts';

/** What the form for an action holds, as it was typed. */
export interface ActionForm {
  readonly title: string;
  readonly detail: string;
  readonly owner: string;
  readonly dueOn: string;
  readonly step: string;
  /** What it follows from: an id, and how that is called. */
  readonly alarm: string;
  readonly incident: string;
  readonly words: string;
  readonly fault: string;
}

export interface ActionsView {
  readonly shows: ActionState;
  readonly counts: Readonly<Record<ActionState, number>>;
  readonly actions: Stretch<Action>;
  readonly form: ActionForm;
  readonly isOpened: boolean;
  readonly people: readonly Assignable[];
}

export const ACTION_FIELDS: FieldNames = {
  title: ['title', 'What must be done'],
  detail: ['detail', 'More'],
  owner: ['owner', 'Who'],
  dueAt: ['dueOn', 'By when'],
  step: ['step', 'How soon'],
};

/** Follow-up work, the most pressing first. */
export function actionsBody(context: MemoryContext, reader: Reader, view: ActionsView): Html {
  const { shows, counts, actions } = view;
  const { site } = context;
  const errors = faultErrors(view.form.fault, ACTION_FIELDS);
  return html`<div class="stack">${errorSummary(errors)}
<div class="title"><h1>Actions</h1><span class="quiet">What must be
done so that it does not come back. Each time its alarm does, it rises.</span></div>
${mayAct(reader) && actionForm(context, reader, view, errors)}
<div class="facets"><ul class="facet" aria-label="Which actions">${(
    ['open', 'done', 'dropped'] as const
  ).map(
    (is) =>
      html`<li><a href="${site.prefix}/actions?show=${is}"${
        is === shows && html` aria-current="true"`
      }>${is}<span class="n">${grouped(counts[is])}</span></a></li>`,
  )}</ul><p class="small"><a href="${site.prefix}/actions.csv?show=${shows}">Download all as
CSV</a></p></div>
${
  actions.total === 0
    ? html`<div class="card empty"><h2>${
        shows === 'open' ? 'Nothing is left to do.' : `No action is ${shows}.`
      }</h2><p>An action follows from an alarm, a decision or an incident: open one
there.</p></div>`
    : actionTable(context, reader, view)
}${pager(site, reader, actions)}</div>`;
}

function actionTable(context: MemoryContext, reader: Reader, view: ActionsView): Html {
  return html`<div class="scroll"><table class="table"><caption
class="unseen-text">Actions</caption>
<thead><tr><th scope="col">How soon</th><th scope="col">Action</th><th scope="col">From</th><th
scope="col">Due</th><th scope="col"><span class="unseen-text">End it</span></th></tr></thead>
<tbody>${view.actions.rows.map((one) =>
    actionRow(context, reader, one, view.people),
  )}</tbody></table></div>`;
}

function actionRow(
  context: MemoryContext,
  reader: Reader,
  action: Action,
  people: readonly Assignable[],
): Html {
  const { site, nameOf, now } = context;
  const { about, incident, decision, dueAt, ended } = action;
  const isLate = !ended && dueAt !== undefined && dueAt <= now;
  return html`<tr id="${action.id}"><td><span
class="tag step-${action.step}">${action.step}</span></td>
<td><b>${action.title}</b>${action.detail !== '' && html`<br>${action.detail}`}<br><span
class="quiet">${action.id}: ${phrase(openPhrase(action, now, nameOf), now)}</span></td>
<td>${
    about &&
    html`<a href="${site.prefix}/alarms/${about.alarm}">${about.type} on ${about.resource}</a> `
  }${incident && html`<a href="${site.prefix}/incidents/${incident}">${incident}</a> `}${
    decision && html`<a href="${decisionHref(site, decision)}">${decision}</a>`
  }</td>
<td data-h="Due">${
    dueAt !== undefined &&
    html`<span${isLate && html` class="bad"`}>${timeTag(
      dueAt,
      isLate ? 'ago' : 'left',
      now,
    )}</span>`
  }</td>
<td>${
    mayAct(reader) &&
    !ended &&
    html`<details><summary>End it</summary><form method="post"
action="${site.prefix}/actions/${action.id}/end" class="form">${formKeys(reader)}<label
class="field">What was done, or why not <input name="reason" required
maxlength="${ACTION_LIMITS.reason_chars_max}" autocomplete="off"></label><span
class="verbs"><button name="how" value="done">Done</button><button name="how"
value="dropped">Drop it</button></span></form></details>${changeForm(
      context,
      reader,
      action,
      people,
    )}`
  }</td></tr>`;
}

/** Another owner, day or step; the title stays what it is known by. */
function changeForm(
  { site }: MemoryContext,
  reader: Reader,
  { id, owner, dueAt, step }: Action,
  people: readonly Assignable[],
): Html {
  const dueOn = dueAt === undefined ? '' : instantText(dueAt).slice(0, 10);
  return html`<details><summary>Change it</summary><form method="post"
action="${site.prefix}/actions/${id}" class="form">${formKeys(reader)}${whoField(
    people,
    owner ?? '',
  )}
<label class="field">By when (UTC) <input type="date" name="dueOn" value="${dueOn}"></label>
${stepField(step)}<button>Save</button></form></details>`;
}

const whoField = (people: readonly Assignable[], owner: string, marks = html`name="owner"`): Html =>
  html`<label class="field">Who <select ${marks}><option value="">nobody
yet</option>${people.map(
    (p) => html`<option value="${p.id}"${p.id === owner && html` selected`}>${p.name}</option>`,
  )}</select></label>`;

const stepField = (step: string): Html =>
  html`<label class="field">How soon <select name="step">${STEPS.map(
    (s) => html`<option${s === step && html` selected`}>${s}</option>`,
  )}</select></label>`;

function actionForm(
  { site }: MemoryContext,
  reader: Reader,
  view: ActionsView,
  errors: FieldErrors,
): Html {
  const { form, people, isOpened } = view;
  return html`<details class="card" id="new"${isOpened && html` open`}><summary>Add an
action</summary><form method="post" action="${site.prefix}/actions"
class="form silence-form">${formKeys(
    reader,
  )}<input type="hidden" name="alarm" value="${form.alarm}"><input type="hidden" name="incident"
value="${form.incident}">
${form.words !== '' && html`<p class="wide">On ${form.words}</p>`}
<label class="field wide">What must be done <input ${fieldMarks(errors, 'title')} required
maxlength="${ACTION_LIMITS.title_chars_max}" autocomplete="off" value="${form.title}"></label>
<label class="field wide">More <textarea ${fieldMarks(errors, 'detail')} rows="2"
maxlength="${ACTION_LIMITS.detail_chars_max}">${form.detail}</textarea></label>
${whoField(people, form.owner, fieldMarks(errors, 'owner'))}
<label class="field">By when (UTC) <input type="date" ${fieldMarks(errors, 'dueOn')}
value="${form.dueOn}"></label>
${stepField(form.step)}
<div class="verbs"><button class="main">Add it</button></div></form></details>`;
}

/** What the form for a caution holds, as it was typed. */
export interface CautionForm {
  readonly resource: string;
  readonly text: string;
  readonly reason: string;
  readonly owner: string;
  readonly reviewOn: string;
  readonly fault: string;
}

export interface CautionsView {
  readonly cautions: Stretch<Caution>;
  readonly form: CautionForm;
  readonly isOpened: boolean;
}

export const CAUTION_FIELDS: FieldNames = {
  resource: ['resource', 'Resource'],
  text: ['text', 'Caution'],
  reason: ['reason', 'Why'],
  owner: ['owner', 'Who answers for it'],
  reviewAt: ['reviewOn', 'Look at it again on'],
};

/** Standing warnings: shown before anything is done to a resource. */
export function cautionsBody(context: MemoryContext, reader: Reader, view: CautionsView): Html {
  const { cautions } = view;
  const errors = faultErrors(view.form.fault, CAUTION_FIELDS);
  return html`<div class="stack">${errorSummary(errors)}
<div class="title"><h1>Cautions</h1><span class="quiet">What one
must
know before touching a resource: shown with its alarms, told in its notifications.</span></div>
${mayAct(reader) && cautionForm(context, reader, view, errors)}
${
  cautions.total === 0
    ? html`<div class="card empty"><h2>There is nothing to beware of.</h2><p>A caution stays until
somebody takes it down, and is shown to whoever is about to act.</p></div>`
    : html`<div class="scroll"><table class="table"><caption
class="unseen-text">Cautions</caption><thead>
<tr><th scope="col">Resource</th><th scope="col">Caution</th><th scope="col">Why, and whose</th><th
scope="col">Review</th><th scope="col"><span class="unseen-text">Take it
down</span></th></tr></thead>
<tbody>${cautions.rows.map((c) => cautionRow(context, reader, c))}</tbody></table></div>`
}${pager(context.site, reader, cautions)}</div>`;
}

function cautionRow({ site, nameOf, now }: MemoryContext, reader: Reader, c: Caution): Html {
  const isPast = now >= c.reviewAt;
  return html`<tr id="${c.id}"><td>${chip(placeText(c))}</td><td><b>${c.text}</b></td>
<td>${c.reason}<br><span class="quiet">${c.owner}; put up by ${nameOf(c.by)} ${timeTag(
    c.at,
    'ago',
    now,
  )}</span></td>
<td data-h="Review">${isPast && html`<b class="bad">past</b> `}${timeTag(
    c.reviewAt,
    isPast ? 'ago' : 'left',
    now,
  )}</td>
<td>${
    mayAct(reader) &&
    html`<details><summary>Take it down</summary><form method="post"
action="${site.prefix}/cautions/${c.id}/end" class="form">${formKeys(reader)}<label
class="field">Why
<input name="reason" required maxlength="${CAUTION_LIMITS.reason_chars_max}"
autocomplete="off"></label>
<button>Take it down</button></form></details>`
  }</td></tr>`;
}

function cautionForm(
  { site }: MemoryContext,
  reader: Reader,
  view: CautionsView,
  errors: FieldErrors,
): Html {
  const at = (name: string): Html => fieldMarks(errors, name);
  const { form, isOpened } = view;
  const most = CAUTION_LIMITS;
  return html`<details class="card" id="new"${isOpened && html` open`}><summary>Put up a
caution</summary><form method="post" action="${site.prefix}/cautions"
class="form silence-form">${formKeys(reader)}
<label class="field">Resource, with all that is part of it; or matchers in braces <input
${at('resource')} required maxlength="${most.place_chars_max}" autocomplete="off"
placeholder="core-1, or device:core-1, or {site=&quot;nbg&quot;}" value="${form.resource}"></label>
<label class="field">Caution <input ${at('text')} required maxlength="${most.text_chars_max}"
autocomplete="off" placeholder="Never restart it without a call to the bank"
value="${form.text}"></label>
<label class="field">Why <input ${at('reason')} required maxlength="${most.reason_chars_max}"
autocomplete="off" value="${form.reason}"></label>
<label class="field">Who answers for it <input ${at('owner')} required
maxlength="${most.owner_chars_max}" autocomplete="off" value="${form.owner}"></label>
<label class="field">Look at it again on (UTC) <input type="date" ${at('reviewOn')} required
value="${form.reviewOn}"></label>
<div class="verbs"><button class="main">Put it up</button></div></form></details>`;
}
