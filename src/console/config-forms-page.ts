import { type Html, html } from '../base/html.ts';
import type { ConfigField, OutlinedReceiver, WayKind } from '../desk/config-form.ts';
import { counted } from '../desk/views/words.ts';
import { configFields } from './config-fields.ts';
import { errorSummary, type FieldErrors, formField } from './form-errors.ts';
import { formKeys } from './parts.ts';
import { configNav } from './revision-page.ts';
import type { Reader, Site } from './site.ts';
import { type ComparedLine, comparison } from './text-lines.ts';

/** How far somebody is with changes that hold nowhere yet. */
export interface DraftState {
  /** Changes in the draft; 0: there is none. */
  readonly changes: number;
  /** Names the very draft, or the revision, that a form was made from. */
  readonly mark: string;
  /** What was just kept in the draft; ''. */
  readonly kept: string;
}

/** What every page of forms begins with. */
export const formsHead = (
  site: Site,
  reader: Reader,
  { title, at, draft }: { readonly title: string; readonly at: string; readonly draft: DraftState },
): Html => html`<h1>${title}</h1>${configNav(site, reader, at)}${draftLine(site, draft)}`;

const draftLine = (site: Site, { changes, kept }: DraftState): Html | false =>
  changes > 0 &&
  html`<div class="card draft-line"${kept !== '' && html` role="status"`}><p>${
    kept !== '' && html`<b>Kept in your draft:</b> ${kept}. `
  }Your draft has ${counted(changes, 'change')}; nothing of it holds yet.</p>
<a class="button main" href="${site.prefix}/configuration/draft">See what differs, and put it in
force</a></div>`;

export interface ReceiversView {
  readonly receivers: readonly OutlinedReceiver[];
  readonly kinds: readonly WayKind[];
  readonly draft: DraftState;
  readonly errors: FieldErrors;
}

const HERE = '/configuration/receivers';

/** Who can be told, and how. */
export function receiversBody(site: Site, reader: Reader, view: ReceiversView): Html {
  const { receivers, kinds, draft, errors } = view;
  return html`<div class="stack">${errorSummary(errors)}
${formsHead(site, reader, { title: 'Receivers', at: HERE, draft })}
${receivers.map((one) => receiverCard(site, reader, one, view))}
${
  receivers.length === 0 &&
  html`<div class="card empty"><h2>Nobody can be told yet.</h2><p>A receiver is a name for one or
more ways out: a mail address, a chat, a pager. Routes send alarms to it.</p></div>`
}
<section class="card" aria-labelledby="add"><h2 id="add">Add a receiver</h2>
<form method="get" action="${site.prefix}${HERE}/form" class="verbs"><label
for="new-kind">It is told by</label> ${kindSelect('new-kind', kinds)}
<button>Go on</button></form></section></div>`;
}

const kindSelect = (id: string, kinds: readonly WayKind[]): Html =>
  html`<select id="${id}" name="kind">${kinds.map(
    ({ name, summary }) => html`<option value="${name}">${name}: ${summary}</option>`,
  )}</select>`;

function receiverCard(
  site: Site,
  reader: Reader,
  { name, ways, routes }: OutlinedReceiver,
  { kinds, draft }: ReceiversView,
): Html {
  const to = (more: Record<string, string>): string =>
    `${site.prefix}${HERE}/form?${new URLSearchParams({ receiver: name, ...more })}`;
  const id = `add-${encodeURIComponent(name)}`;
  const remove = (label: string, way: Record<string, string>): Html => html`<form method="post"
action="${site.prefix}${HERE}/remove">${formKeys(reader)}<input type="hidden" name="from"
value="${draft.mark}"><input type="hidden" name="receiver" value="${name}">${Object.entries(
    way,
  ).map(
    ([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`,
  )}<button aria-label="${label}">Remove</button></form>`;
  return html`<section class="card" id="receiver-${encodeURIComponent(name)}"
aria-label="Receiver ${name}"><div class="card-head"><h2>${name}</h2><span class="quiet">${
    routes.length === 0 ? 'no route names it' : `named by ${counted(routes.length, 'route')}`
  }</span><span class="room"></span><a class="button" href="${to({})}"
aria-label="Rename ${name}">Rename</a>${remove(`Remove the receiver ${name}`, {})}</div>
<ul class="plain-list">${ways.map(({ kind, index }) => {
    const way = `${kind} ${index + 1} of ${name}`;
    return html`<li class="card-head"><b>${kind}</b> <span class="quiet">${
      ways.filter((one) => one.kind === kind).length > 1 && `number ${index + 1}`
    }</span><span class="room"></span><a class="button" href="${to({ kind, index: `${index}` })}"
aria-label="Change ${way}">Change</a>${remove(`Remove ${way}`, { kind, index: `${index}` })}</li>`;
  })}${ways.length === 0 && html`<li class="quiet">No way out: it tells nobody.</li>`}</ul>
<details><summary>Add a way</summary><form method="get" action="${site.prefix}${HERE}/form"
class="verbs"><input type="hidden" name="receiver" value="${name}"><label for="${id}">By</label>
${kindSelect(id, kinds)} <button>Go on</button></form></details></section>`;
}

/** A form for one mapping of the configuration. */
export interface PlaceForm {
  readonly title: string;
  /** Its place in the navigation of the configuration. */
  readonly at: string;
  /** Where the form is sent, behind the prefix. */
  readonly action: string;
  /** What says where in the configuration it is, as it came. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Name of a receiver that is added with its first way; undefined where none is. */
  readonly receiverName: string | undefined;
  readonly fields: readonly ConfigField[];
  readonly summary: string;
  /** It can say what it would do to the alarms open now. */
  readonly asks: boolean;
  /** A test can be sent with what it holds. */
  readonly sends: boolean;
}

/** The form as it is drawn. */
export interface PlaceFormView extends PlaceForm {
  readonly errors: FieldErrors;
  readonly draft: DraftState;
  /** What changed in force, or in the draft, since the form was opened. */
  readonly meanwhile: readonly ComparedLine[] | undefined;
  /** What came of a question. */
  readonly outcome: ((site: Site) => Html) | undefined;
}

export function placeFormBody(site: Site, reader: Reader, view: PlaceFormView): Html {
  const { title, at, action, hidden, receiverName, fields, summary, errors, draft } = view;
  return html`<div class="stack">${errorSummary(errors)}
${formsHead(site, reader, { title, at, draft })}
${
  view.meanwhile &&
  html`<section class="card stack" aria-labelledby="meanwhile"><h2 id="meanwhile">What changed
meanwhile</h2>${comparison(view.meanwhile, 'What changed meanwhile')}</section>`
}
${view.outcome?.(site)}
<form method="post" action="${site.prefix}${action}" novalidate class="card form config-form"${
    view.asks && html` data-counts`
  }>
${formKeys(reader)}<input type="hidden" name="from" value="${draft.mark}">${Object.entries(
    hidden,
  ).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${summary !== '' && html`<p class="quiet">${summary}</p>`}
${
  receiverName !== undefined &&
  formField(
    errors,
    { name: 'receiver', label: 'Name', hint: 'Routes name it so.' },
    (marks) => html`<input${marks} autocomplete="off" spellcheck="false" value="${receiverName}">`,
  )
}
${configFields(fields, errors)}
<div class="verbs"><button name="do" value="keep" class="main">Keep in the draft</button>
${view.asks && html`<button name="do" value="look">What would it change now?</button>`}
${view.sends && html`<button name="do" value="send" aria-describedby="sends">Send a test</button>`}
<a class="button" href="${site.prefix}${at}">Leave it</a></div>
${view.asks && html`<p id="would" role="status" class="quiet"></p>`}
${
  view.sends &&
  html`<p id="sent" role="status"></p><p id="sends" class="quiet small">A test goes out with what
stands here now, and says that nothing is wrong. Nothing is kept by it; the audit log has that you
tried.</p>`
}</form></div>`;
}
