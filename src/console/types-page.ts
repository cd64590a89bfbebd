import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { TypeView } from '../desk/views/types.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { TYPE_LIMITS, type TypeRecord } from '../domain/inventory/alarm-type.ts';
import { errorSummary, type FieldNames, faultErrors, fieldMarks } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { chip, formKeys, timeTag, webLink } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** What the form holds: each field as it was typed. */
export interface TypeForm {
  readonly type: string;
  readonly qualifier: string;
  readonly meaning: string;
  readonly action: string;
  readonly consequence: string;
  /** Minutes. */
  readonly respondWithin: string;
  /** `yes`, `no`; '' for not known. */
  readonly willClear: string;
  readonly severities: readonly string[];
  readonly owner: string;
  /** Seconds. */
  readonly onDelay: string;
  readonly offDelay: string;
  readonly runbook: string;
  readonly reason: string;
  readonly fault: string;
}

export const BLANK_TYPE: TypeForm = {
  ...{ type: '', qualifier: '', meaning: '', action: '', consequence: '', respondWithin: '' },
  ...{ willClear: '', severities: [], owner: '', onDelay: '', offDelay: '', runbook: '' },
  ...{ reason: '', fault: '' },
};

export interface TypesView {
  /** Those not described first. */
  readonly types: Stretch<TypeView>;
  /** Types that nobody described yet. */
  readonly open: number;
  /** Undefined: the form is folded away. */
  readonly form: TypeForm | undefined;
  /** True when the record of the form is there already. */
  readonly isKnown: boolean;
  readonly done: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

export const typeHref = (site: Site, type: string, qualifier = ''): string =>
  `${site.prefix}/types?${new URLSearchParams({ type, qualifier })}#type`;

/** Types of alarms: what each means and what to do, and which nobody described yet. */
export function typesBody(site: Site, reader: Reader, view: TypesView): Html {
  return html`<div class="stack">${errorSummary(faultErrors(view.form?.fault ?? '', TYPE_FIELDS))}
<div class="title"><h1>Types of alarms</h1><span
class="quiet">What each means, what to do, and who answers for it. It stands on the page of every
such alarm.</span></div>
${view.done !== '' && html`<p class="card good" role="status">${view.done}</p>`}
${mayAct(reader) && formCard(site, reader, view)}
${
  view.types.total === 0
    ? html`<div class="card empty"><h2>No alarm was seen yet.</h2>
<p>Types are listed here as soon as the first alarms are.</p></div>`
    : html`${view.open > 0 && html`<p>${counted(view.open, 'type')} not described yet.</p>`}
${table(site, reader, view)}${pager(site, reader, view.types)}`
}</div>`;
}

const table = (
  site: Site,
  reader: Reader,
  view: TypesView,
): Html => html`<div class="scroll"><table class="table"><caption
class="unseen-text">Types, those not described
first</caption><thead><tr><th scope="col">Type</th><th scope="col" class="number">Raised</th><th
scope="col" class="number">Reports</th><th scope="col">Means, and what to do</th><th
scope="col">Owner, and who decided</th><th scope="col"><span
class="unseen-text">Actions</span></th></tr></thead>
<tbody>${view.types.rows.map((one) => rows(site, reader, view, one))}</tbody></table></div>`;

function rows(site: Site, reader: Reader, view: TypesView, one: TypeView): Html {
  const { type, record, special, raised, reports } = one;
  const isOwn = record?.type === type;
  return html`<tr><td><b>${type}</b></td><td class="number" data-h="Raised">${grouped(raised)}</td>
<td class="number" data-h="Reports">${grouped(reports)}</td>
${
  record
    ? html`<td>${says(record)}${
        !isOwn && html`<br><span class="quiet">as all of ${record.type}</span>`
      }</td><td>${decided(view, record)}</td>`
    : html`<td class="quiet">${special.length === 0 && 'not described yet'}</td><td></td>`
}
<td>${mayAct(reader) && actions(site, reader, type, isOwn ? record : undefined)}</td></tr>
${special.map(
  (exact) => html`<tr><td>${type} ${chip(exact.qualifier)}</td><td></td><td></td>
<td>${says(exact)}</td><td>${decided(view, exact)}</td>
<td>${mayAct(reader) && actions(site, reader, type, exact)}</td></tr>`,
)}`;
}

function says({ meaning, action, willClear, onDelay, offDelay, runbook }: TypeRecord): Html {
  const seconds = (words: string, length: number | undefined): Html | string =>
    length ? html`<br><span class="quiet">${words} ${length / 1_000} s</span>` : '';
  return html`${meaning}${action !== '' && html`<br><b>${action}</b>`}${
    willClear === false &&
    html`<br><span class="quiet">never clears by itself: verify, then close</span>`
  }${seconds('told when it lasts', onDelay)}${seconds('ends when gone for', offDelay)}${
    runbook !== '' && html`<br>${webLink(runbook)}`
  }`;
}

const decided = ({ nameOf, now }: TypesView, { owner, by, at, reason }: TypeRecord): Html =>
  html`${owner}${owner !== '' && html`<br>`}<span class="quiet">${nameOf(by)}, ${timeTag(
    at,
    'ago',
    now,
  )}: ${reason}</span>`;

function actions(site: Site, reader: Reader, type: string, record: TypeRecord | undefined): Html {
  const name = record?.id ?? type;
  const edit = html`<a class="button" href="${typeHref(site, type, record?.qualifier)}"
aria-label="${record ? 'Edit' : 'Describe'} ${name}">${record ? 'Edit' : 'Describe'}</a>`;
  if (!record) return edit;
  return html`${edit} <details><summary>Remove</summary><form method="post"
action="${site.prefix}/types/remove">${formKeys(reader)}<input type="hidden" name="id"
value="${record.id}"><label class="field">Why <input name="reason" required maxlength="4096"
autocomplete="off"></label><button aria-label="Remove what is said of ${name}">Remove</button>
</form></details>`;
}

const { text_chars_max, type_chars_max, owner_chars_max, link_chars_max } = TYPE_LIMITS;
const MINUTES_MAX = TYPE_LIMITS.length_ms_max / 60_000;
const DELAY_SECONDS_MAX = TYPE_LIMITS.delay_ms_max / 1_000;

export const TYPE_FIELDS: FieldNames = {
  type: ['type', 'Type'],
  qualifier: ['qualifier', 'Only for qualifiers'],
  meaning: ['meaning', 'What it means'],
  action: ['action', 'What to do'],
  consequence: ['consequence', 'What comes of it'],
  respondWithin: ['respondWithin', 'Within so many minutes'],
  willClear: ['willClear', 'Will its source clear it'],
  owner: ['owner', 'Who answers for it'],
  runbook: ['runbook', 'Runbook'],
  onDelay: ['onDelay', 'Only when it lasts'],
  offDelay: ['offDelay', 'Only when it is gone'],
  reason: ['reason', 'Why it was decided so'],
};

const at = (held: TypeForm, name: string): Html =>
  fieldMarks(faultErrors(held.fault, TYPE_FIELDS), name);

function formCard(site: Site, reader: Reader, { form, isKnown }: TypesView): Html {
  const held = form ?? BLANK_TYPE;
  const words = isKnown ? 'Change what is said of this type' : 'Describe a type';
  return html`<details class="card" id="type"${form && html` open`}><summary>${words}</summary><form
method="post" action="${site.prefix}/types" class="form silence-form">${formKeys(reader)}
${meaningFields(held)}${standingFields(held)}
${area(held, 'reason', 'Why it was decided so, for the next review', html`required`)}
<div class="verbs"><button class="main">Save</button></div></form></details>`;
}

const line = (held: TypeForm, name: keyof TypeForm, words: string, more: Html): Html =>
  html`<label class="field">${words} <input ${at(held, name)} value="${held[name]}"
autocomplete="off" ${more}></label>`;

const area = (held: TypeForm, name: keyof TypeForm, words: string, more = html``): Html =>
  html`<label class="field wide">${words}<textarea ${at(held, name)} rows="2"
maxlength="${text_chars_max}" ${more}>${held[name]}</textarea></label>`;

function meaningFields(held: TypeForm): Html {
  const name = html`required maxlength="${type_chars_max}" spellcheck="false"`;
  const pattern = html`maxlength="${text_chars_max}" spellcheck="false" placeholder="every one"`;
  const minutes = html`type="number" min="0" max="${MINUTES_MAX}" step="any"
placeholder="not said"`;
  return html`${line(held, 'type', 'Type; link.down speaks for link.down.optical too', name)}
${line(held, 'qualifier', 'Only for qualifiers that fit this pattern', pattern)}
${area(held, 'meaning', 'What it means', html`required`)}
${area(held, 'action', 'What to do. An alarm that asks for nothing is none')}
${area(held, 'consequence', 'What comes of it when nobody does it')}
${line(held, 'respondWithin', 'Within so many minutes', minutes)}`;
}

const CLEARS: readonly (readonly [value: string, words: string])[] = [
  ['', 'not known'],
  ['yes', 'yes'],
  ['no', 'no: verify, then close'],
];

function standingFields(held: TypeForm): Html {
  const owner = html`maxlength="${owner_chars_max}"`;
  const runbook = html`type="url" maxlength="${link_chars_max}" placeholder="https://"`;
  const seconds = html`type="number" min="0" max="${DELAY_SECONDS_MAX}" step="any"
placeholder="at once"`;
  return html`<label class="field">Will its source clear it <select
name="willClear">${CLEARS.map(
    ([value, words]) =>
      html`<option value="${value}"${
        value === held.willClear && html` selected`
      }>${words}</option>`,
  )}</select></label>
<fieldset class="field"><legend>Severities it may have (none: any)</legend>${SEVERITIES.map(
    (one) =>
      html`<label><input type="checkbox" name="severities" value="${one}"${
        held.severities.includes(one) && html` checked`
      }> ${one}</label> `,
  )}</fieldset>
${line(held, 'owner', 'Who answers for it', owner)}
${line(held, 'runbook', 'Runbook', runbook)}
${line(held, 'onDelay', 'Tell of a raise only when it lasts so many seconds', seconds)}
${line(held, 'offDelay', 'End it only when it is gone for so many seconds', seconds)}`;
}
