import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Hides } from '../desk/views/silenced.ts';
import type { SilenceView } from '../desk/views/silences.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import { matcherText } from '../domain/alarm/matcher.ts';
import type { Term } from '../domain/alarm/matcher-syntax.ts';
import type { SilenceState } from '../domain/routing/silence.ts';
import { SPANS } from './act-bar.ts';
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

/** What the form holds: nothing, what an alarm gave, or what somebody just typed. */
export interface SilenceForm {
  /** The silence that is changed; '' for a new one. */
  readonly id: string;
  /** One matcher a line. */
  readonly matchers: string;
  readonly comment: string;
  /** Minutes from now; '' keeps `endsAt`. */
  readonly span: string;
  readonly endsAt: Instant | undefined;
  /** Chosen alarms whose labels filled it in; 0 where it is begun by hand. */
  readonly from: number;
  /** What came of the last look at it. */
  readonly fault: string;
  readonly preview: SilencePreview | undefined;
}

export interface SilencePreview {
  readonly count: number;
  readonly examples: readonly {
    readonly id: string;
    readonly resource: string;
    readonly type: string;
    readonly text: string;
  }[];
}

export interface SilencesView {
  readonly shows: 'current' | 'expired';
  readonly counts: Readonly<Record<SilenceState, number>>;
  readonly silences: Stretch<SilenceView>;
  readonly hides: ReadonlyMap<string, Hides>;
  /** Undefined: the form is folded away, empty. */
  readonly form: SilenceForm | undefined;
  /** What was just done; '' for nothing. */
  readonly done: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

export const SPAN_DEFAULT = '120';
const LENGTHS = [['120', '2 hours'], ...SPANS] as const;

/** Silences: what each hides, by whom, why, and until when. */
export function silencesBody(site: Site, reader: Reader, view: SilencesView): Html {
  const { counts, shows } = view;
  const current = counts.active + counts.pending;
  const tab = (is: SilencesView['shows'], words: string, n: number): Html =>
    html`<li><a href="${site.prefix}/silences${is === 'expired' && '?show=expired'}"${
      is === shows && html` aria-current="true"`
    }>${words}<span class="n">${grouped(n)}</span></a></li>`;
  return html`<div class="stack">${errorSummary(
    faultErrors(view.form?.fault ?? '', SILENCE_FIELDS),
  )}
<div class="title"><h1>Silences</h1><span
class="quiet">Nobody is notified of what fits one. The alarms stay on the list.</span></div>
${
  view.done !== '' &&
  html`<p class="card good" role="status">${view.done}
<a href="${site.prefix}/">Back to the alarms</a></p>`
}
${mayAct(reader) && formCard(site, reader, view)}
<div class="facets"><ul class="facet" aria-label="Which silences">${tab(
    'current',
    'active and pending',
    current,
  )}${tab('expired', 'expired', counts.expired)}</ul><a
href="${site.prefix}/silences${shows === 'expired' && '?show=expired'}">Reload</a></div>
${view.silences.total === 0 ? nothing(view) : table(site, reader, view)}</div>`;
}

const nothing = ({ shows }: SilencesView): Html =>
  shows === 'expired'
    ? html`<div class="card empty"><h2>No silence has ended lately.</h2>
<p>What ended stays here for some days.</p></div>`
    : html`<div class="card empty"><h2>Nothing is silenced.</h2>
<p>Silence what is known and need not wake anybody: planned work, a fault somebody is on.
A silence has a comment and an end. The alarms stay on the list.</p></div>`;

function table(site: Site, reader: Reader, view: SilencesView): Html {
  return html`<div class="scroll"><table class="table"><caption
class="unseen-text">Silences</caption><thead>
<tr><th scope="col">State</th><th scope="col">What fits all of</th><th scope="col">Why, and by
whom</th><th scope="col">Until</th><th scope="col">Keeps quiet</th><th scope="col"><span
class="unseen-text">Actions</span></th></tr></thead>
<tbody>${view.silences.rows.map((one) =>
    row(site, reader, view, one),
  )}</tbody></table></div>${pager(site, reader, view.silences)}`;
}

function row(
  site: Site,
  reader: Reader,
  view: SilencesView,
  { silence, state }: SilenceView,
): Html {
  const { id, matchers, comment, createdBy, by, startsAt, endsAt } = silence;
  const { now } = view;
  const past = state === 'expired';
  return html`<tr><td><span class="state ${state}">${state}</span></td>
<td>${matchers.map((term) => html`${chip(matcherText(term))} `)}</td>
<td>${comment || html`<span class="quiet">no comment</span>`}<br><span
class="quiet">${createdBy || view.nameOf(by)}</span></td>
<td>${timeTag(endsAt, 'clock', now)}<br><span class="quiet">${
    state === 'pending'
      ? html`begins ${timeTag(startsAt, 'left', now)}`
      : timeTag(endsAt, past ? 'ago' : 'left', now)
  }</span></td>
<td data-h="Keeps quiet">${
    state === 'active' ? hidesText(site, matchers, startsAt, view, id) : '—'
  }</td>
<td>${mayAct(reader) && actions(site, reader, id, past)}</td></tr>`;
}

function hidesText(
  site: Site,
  matchers: readonly Term[],
  startsAt: Instant,
  { hides, now }: SilencesView,
  id: string,
): Html {
  const { now: count = 0, lastEnd } = hides.get(id) ?? {};
  if (count > 0) {
    const filter = encodeURIComponent(matchers.map(matcherText).join(', '));
    return html`<a href="${site.prefix}/?q=${filter}">${counted(count, 'alarm')}</a>`;
  }
  const since = lastEnd !== undefined && lastEnd > startsAt ? lastEnd : startsAt;
  const words = since === startsAt ? 'since it began, ' : 'since ';
  return html`<b>nothing</b><br><span class="quiet">${words}${timeTag(since, 'ago', now)}</span>`;
}

const actions = (site: Site, reader: Reader, id: string, past: boolean): Html => html`<a
class="button" href="${site.prefix}/silences?edit=${id}#silence">${past ? 'Again' : 'Edit'}</a>
${
  !past &&
  html`<form method="post" action="${site.prefix}/silences/${id}/expire">${formKeys(
    reader,
  )}<button>End now</button></form>`
}`;

export const SILENCE_FIELDS: FieldNames = {
  matchers: ['matchers', 'What'],
  comment: ['comment', 'Why'],
  endsAt: ['for', 'For how long'],
};

const at = (held: SilenceForm, name: string): Html =>
  fieldMarks(faultErrors(held.fault, SILENCE_FIELDS), name);

function formCard(site: Site, reader: Reader, { form }: SilencesView): Html {
  const held = form ?? EMPTY;
  const title = held.id === '' ? 'New silence' : 'Change this silence';
  const rows = rowsFor(held.matchers);
  const keeps = held.id !== '' && held.endsAt !== undefined;
  const lengths = LENGTHS.map(
    ([value, words]) => html`<option
value="${value}"${value === held.span && html` selected`}>${words}</option>`,
  );
  return html`<details class="card" id="silence"${form && html` open`}><summary>${title}</summary>
<form method="post" action="${site.prefix}/silences" class="form silence-form">${formKeys(reader)}
<input type="hidden" name="id" value="${held.id}">
${matchersField(at(held, 'matchers'), {
  label: 'What',
  value: held.matchers,
  rows,
  placeholder: 'site="nbg"',
  more: html`required data-counts="${site.prefix}/silences/count"`,
})}
<p class="wide" id="hides" role="status"></p>
${held.from > 0 && begunWith(site, held.from)}
<label class="field wide">Why: a comment for the next shift
<input ${at(held, 'comment')}${held.from > 0 && html` aria-describedby="begun"`}
required maxlength="4096" autocomplete="off" value="${held.comment}"></label>
<label class="field">For how long, from now <select ${at(held, 'for')}>${
    keeps &&
    held.endsAt !== undefined &&
    html`<option value=""${held.span === '' && html` selected`}>until ${timeText(
      held.endsAt,
    )}, as it is</option>`
  }${lengths}</select></label>
${held.preview && previewBox(site, held.preview)}
<div class="verbs"><button name="does" value="preview">Show what it would keep quiet</button><button
name="does" value="save" class="main">${
    held.id === '' ? 'Silence' : 'Save'
  }</button></div></form></details>`;
}

const EMPTY: SilenceForm = {
  id: '',
  matchers: '',
  comment: '',
  span: SPAN_DEFAULT,
  endsAt: undefined,
  from: 0,
  fault: '',
  preview: undefined,
};

/** Whoever pressed a key on the list is somewhere else now: where, and the way back. */
const begunWith = (site: Site, count: number): Html => html`<p class="wide quiet"
id="begun">Not silenced yet. Filled in with ${
  count === 1
    ? 'the labels of the alarm you chose'
    : `what the ${grouped(count)} alarms you chose have in common`
}. <a href="${site.prefix}/">Back to the alarms</a>${count > 1 && ': they stay chosen'}.</p>`;

/** High enough for what is in it, within reason. */
const rowsFor = (text: string): number => Math.min(12, Math.max(4, text.split('\n').length + 1));

const timeText = (at: Instant): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What a silence would do to the alarms of now, in one line. */
export const quietNow = (count: number, end = '.'): string =>
  count === 0
    ? 'No alarm fits now: nothing would be kept quiet.'
    : `Nobody would be notified of ${counted(count, 'alarm')} now; ${
        count === 1 ? 'it stays' : 'they stay'
      } on the list${end}`;

function previewBox(site: Site, { count, examples }: SilencePreview): Html {
  const says = quietNow(count, count > examples.length ? ', such as:' : ':');
  return html`<div class="preview wide" role="status"><p><b>${says}</b></p><ul>${examples.map(
    (a) =>
      html`<li><a href="${site.prefix}/alarms/${a.id}">${a.resource}</a> ${a.type}: ${a.text}</li>`,
  )}</ul></div>`;
}
