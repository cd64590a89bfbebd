import { type Html, html } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import { valueText } from '../desk/views/documents.ts';
import { counted, type NameOf } from '../desk/views/words.ts';
import {
  DOCUMENT_LIMITS,
  type Document,
  type DocumentIs,
  FORMATS,
  type Format,
} from '../domain/document/document.ts';
import {
  ASK,
  type DocumentTemplate,
  type TemplateFile,
  type Variable,
} from '../domain/document/template.ts';
import {
  expectedOf,
  isBlank,
  type Lack,
  VALUE_LIMITS,
  type Values,
} from '../domain/document/value.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Assignable } from './act-bar.ts';
import { errorSummary, faultErrors } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface DocumentContext {
  readonly site: Site;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

export interface DocumentsView {
  readonly documents: Stretch<Document>;
  readonly files: readonly TemplateFile[];
  /** Only documents of this incident, and templates that are for it. */
  readonly incident: Incident | undefined;
}

/** What was written, and what can be. */
export function documentsBody(context: DocumentContext, reader: Reader, view: DocumentsView): Html {
  const { site } = context;
  const { documents, files, incident } = view;
  return html`<div class="stack"><div class="title"><h1>Documents</h1><span class="quiet">Reviews,
hand-overs and what else is written: whole, or not at all.</span></div>${
    incident &&
    html`<p>Of <a
href="${site.prefix}/incidents/${incident.id}">${incident.id} ${incident.title}</a>.
<a href="${site.prefix}/documents">All documents</a></p>`
  }
<section><h2>Write one</h2><ul class="plain-list card">${files.map((one) =>
    templateLine(site, reader, one, incident),
  )}</ul></section>
<section><h2>Written</h2>${
    documents.total === 0
      ? html`<div class="card empty"><h2>There is no document yet.</h2><p>The desk fills in what it
knows and asks for the rest. A review is begun on the page of an incident, a hand-over
above.</p></div>`
      : documentTable(context, documents.rows)
  }${pager(site, reader, documents)}
</section></div>`;
}

function templateLine(
  site: Site,
  reader: Reader,
  one: TemplateFile,
  incident: Incident | undefined,
): Html {
  if ('faults' in one)
    return html`<li class="fault">${one.faults.map(
      ({ line, why }) => html`${one.file}:${line}: ${why}<br>`,
    )}</li>`;
  const { name, title, scope } = one.template;
  const isHere = scope === 'shift' || incident !== undefined;
  if (!isHere)
    return html`<li>${title} <span
class="quiet">${name}: begun on the page of an incident</span></li>`;
  const href = writeHref(site, name, incident?.id);
  return html`<li>${mayAct(reader) ? html`<a href="${href}">${title}</a>` : title} <span
class="quiet">${name}</span></li>`;
}

export const writeHref = ({ prefix }: Site, template: string, incident = ''): string =>
  `${prefix}/documents/write/${encodeURIComponent(template)}${
    incident === '' ? '' : `?incident=${encodeURIComponent(incident)}`
  }`;

const STATE_WORDS: Readonly<Record<DocumentIs, string>> = {
  wanted: 'is being rendered',
  rendered: 'written',
  failed: 'failed',
  waiting: 'waits for you',
};

const documentTable = (context: DocumentContext, all: readonly Document[]): Html => html`
<div class="scroll"><table class="table"><caption class="unseen-text">Documents</caption><thead><tr>
<th scope="col">Document</th><th scope="col">State</th><th scope="col">About</th><th
scope="col">By</th><th scope="col">Asked</th></tr></thead><tbody>${all.map(
  (one) => html`<tr><td>${documentLink(context, one)}</td>
<td data-h="State">${STATE_WORDS[one.is]}</td><td data-h="About">${aboutText(context, one)}</td>
<td data-h="By">${one.by ? context.nameOf(one.by) : ''}</td>
<td data-h="Asked">${timeTag(one.wantedAt, 'ago', context.now)}</td></tr>`,
)}</tbody></table></div>`;

export const documentLink = ({ site }: Pick<DocumentContext, 'site'>, one: Document): Html =>
  html`<a href="${site.prefix}/documents/${one.id}">${one.title ?? one.template}${
    (one.version ?? 1) > 1 && `, version ${one.version}`
  }</a> <span class="quiet">${one.id}</span>`;

function aboutText({ site, now }: DocumentContext, { incident, since }: Document): Html {
  if (incident) return html`<a href="${site.prefix}/incidents/${incident}">${incident}</a>`;
  return since === undefined ? html`` : html`since ${timeTag(since, 'clock', now)}`;
}

const FORMAT_WORDS: Readonly<Record<Format, string>> = {
  html: 'Read it',
  pdf: 'PDF',
  markdown: 'Markdown',
};

/** One document: where it is, what it lacks, how it can be read. */
export function documentBody(
  context: DocumentContext,
  reader: Reader,
  document: Document,
  fault: string,
): Html {
  const { site, nameOf, now } = context;
  const { id, is, by, wantedAt, endedAt, detail, lacks = [], asked = {} } = document;
  const at = `${site.prefix}/documents/${id}`;
  const facts: readonly (readonly [string, Html | string])[] = [
    ['State', is === 'failed' ? `failed: ${detail}` : STATE_WORDS[is]],
    ['About', aboutText(context, document)],
    ['Asked', html`${timeTag(wantedAt, 'clock', now)} by ${by ? nameOf(by) : 'nobody'}`],
    ...(endedAt === undefined ? [] : [['Ended', timeTag(endedAt, 'clock', now)] as const]),
    ...Object.entries(asked).map(([name, said]) => [wordsOf(name), said] as const),
  ];
  return html`<div class="stack">${errorSummary(faultErrors(fault, {}))}
<p><a href="${site.prefix}/documents">← All documents</a></p>
<h1>${document.title ?? document.template}</h1>
${is === 'rendered' && readLinks(at, document)}
${is === 'wanted' && html`<p role="status">It is being rendered. Load the page again.</p>`}
${is === 'waiting' && waits(context, reader, document, lacks)}
<dl class="facts card">${facts.map(([term, says]) => html`<dt>${term}</dt><dd>${says}</dd>`)}</dl>
${
  mayAct(reader) &&
  html`<div class="columns">${
    is === 'failed' &&
    html`<form method="post" action="${at}/again" class="card form">${formKeys(reader)}<p>The values
are kept: nothing has to be filled in again.</p><div class="verbs"><button class="main">Try
again</button></div></form>`
  }<details class="card"><summary>Remove it</summary><form method="post" action="${at}/remove"
class="form">${formKeys(reader)}<label class="field">Why <input name="why" required
maxlength="${DOCUMENT_LIMITS.why_chars_max}"></label><div class="verbs"><button>Remove it for
good</button></div></form></details></div>`
}</div>`;
}

const readLinks = (at: string, { files = {} }: Document): Html =>
  html`<p class="verbs">${['html' as const, ...FORMATS.filter((format) => format !== 'html')].map(
    (format) => {
      const file = files[format];
      const inline = format === 'markdown' ? '' : '&inline=true';
      return (
        file &&
        html`<a class="button${format === 'html' && ' main'}"
href="${at}/file?format=${format}${inline}">${FORMAT_WORDS[format]}</a> `
      );
    },
  )}</p>`;

function waits(
  { site }: DocumentContext,
  reader: Reader,
  { id, template, incident }: Document,
  lacks: readonly Lack[],
): Html {
  const more = `${incident === undefined ? '?' : '&'}waiting=${id}`;
  const href = `${writeHref(site, template, incident)}${more}`;
  return html`<section class="card"><h2>${
    lacks.length === 0 ? 'Look it over' : `It lacks ${counted(lacks.length, 'thing')}`
  }</h2><ul class="recalled">${lacks.map(
    ({ name, expected, where }) => html`<li><b>${wordsOf(name)}</b>: ${expected} <span
class="quiet">(${where})</span></li>`,
  )}</ul>${
    mayAct(reader) && html`<p><a class="button main" href="${href}">Go on with it</a></p>`
  }</section>`;
}

export interface WriteView {
  readonly template: DocumentTemplate;
  readonly incident: Incident | undefined;
  readonly since: Instant | undefined;
  readonly waiting: string;
  /** As it was typed. */
  readonly given: Readonly<Record<string, string>>;
  readonly values: Values;
  /** What is missing or wrong; said only once somebody tried. */
  readonly lacks: readonly Lack[];
  readonly isTried: boolean;
  readonly people: readonly Assignable[];
  readonly fault: string;
}

/** The form: what the desk fills in, and what only a person knows. */
export function writeBody(context: DocumentContext, reader: Reader, view: WriteView): Html {
  const { site } = context;
  const { template, incident, since, waiting, isTried, lacks, fault } = view;
  const asks = template.variables.filter(({ from }) => from === ASK);
  const known = template.variables.filter(({ from }) => from !== ASK);
  const told = isTried ? lacks : lacks.filter(({ name }) => asks.every((one) => one.name !== name));
  return html`<div class="stack">${errorSummary(faultErrors(fault, {}))}
<p><a href="${site.prefix}/documents">← All documents</a></p>
<div class="title"><h1>${template.title}</h1>${
    incident &&
    html`<span class="quiet">of <a
href="${site.prefix}/incidents/${incident.id}">${incident.id} ${incident.title}</a></span>`
  }</div>
${told.length > 0 && summary(site, told, incident, isTried)}
<form method="post" action="${writeHref(site, template.name)}" class="card form"
novalidate>${formKeys(reader)}
<input type="hidden" name="incident" value="${incident?.id ?? ''}">
<input type="hidden" name="waiting" value="${waiting}">
${
  template.scope === 'shift' &&
  since !== undefined &&
  html`<label class="field" id="f-since">Since (UTC) <input name="since" autocomplete="off"
value="${minuteText(since)}"></label>`
}
${asks.map((one) => askField(one, view))}
<div class="verbs"><button class="main">Write it</button></div></form>
<section class="card"><h2>The desk fills in</h2><dl class="facts">${known.map((one) =>
    knownLine(context, view, one),
  )}</dl></section></div>`;
}

/** Everything at once, each with a way to its field. */
const summary = (
  { prefix }: Site,
  lacks: readonly Lack[],
  incident: Incident | undefined,
  isTried: boolean,
): Html => html`<div class="fault problem" role="alert" id="lacks"${
  isTried && html` tabindex="-1" autofocus`
}><p><b>${
  isTried ? 'Nothing was written.' : 'Not yet.'
} ${counted(lacks.length, 'thing')} ${lacks.length === 1 ? 'is' : 'are'} missing or wrong:</b></p>
<ul>${lacks.map(({ name, expected, where }) => {
  const isHere = where === `fill in ${name}` || name === 'since';
  const href = isHere ? `#f-${name}` : incident && `${prefix}/incidents/${incident.id}`;
  const words = wordsOf(name);
  return html`<li>${href ? html`<a href="${href}">${words}</a>` : words}: ${expected}${
    !isHere && ` (${where})`
  }</li>`;
})}</ul></div>`;

const wordsOf = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;

const minuteText = (at: Instant): string => instantText(at).slice(0, 16).replace('T', ' ');

function askField(variable: Variable, view: WriteView): Html {
  const { name, type, required, description, choices, preset } = variable;
  const lack = view.isTried ? view.lacks.find((one) => one.name === name) : undefined;
  const value = view.given[name] ?? preset;
  const hint = [description, type === 'text' || type === 'choice' ? '' : expectedOf(variable)]
    .filter((one) => one !== '')
    .join(' — ');
  const marks = html`name="v.${name}"${
    lack && html` aria-invalid="true" aria-errormessage="e-${name}"`
  }${required && html` aria-required="true"`}`;
  return html`<label class="field" id="f-${name}">${wordsOf(name)}${
    required ? '' : html` <span class="quiet">(may be empty)</span>`
  }${hint !== '' && html`<span class="quiet small">${hint}</span>`}
${control(type, marks, value, choices, required, view.people)}${
  lack &&
  html`<span class="bad" id="e-${name}">${value === '' ? 'It is needed.' : lack.expected}</span>`
}</label>`;
}

function control(
  type: Variable['type'],
  marks: Html,
  value: string,
  choices: readonly string[],
  required: boolean,
  people: readonly Assignable[],
): Html {
  const option = (id: string, words: string): Html =>
    html`<option value="${id}"${id === value && html` selected`}>${words}</option>`;
  if (type === 'choice')
    return html`<select ${marks}>${(required && value !== '' ? choices : ['', ...choices]).map(
      (one) => option(one, one),
    )}</select>`;
  if (type === 'person')
    return html`<select ${marks}>${option('', 'nobody')}${people.map((one) =>
      option(one.id, one.name),
    )}</select>`;
  if (type === 'text' || type === 'list' || type === 'table')
    return html`<textarea ${marks} rows="${type === 'text' ? 3 : 4}"
maxlength="${VALUE_LIMITS.asked_chars_max}">${value}</textarea>`;
  return html`<input ${marks} autocomplete="off" value="${value}">`;
}

function knownLine({ nameOf }: DocumentContext, view: WriteView, variable: Variable): Html {
  const { name, required } = variable;
  const value = view.values[name];
  const said = value && !isBlank(value) ? valueText(value, nameOf) : '';
  const missing = required
    ? html`<span class="bad">missing</span>`
    : html`<span
class="quiet">nothing yet</span>`;
  return html`<dt>${wordsOf(name)}</dt><dd>${said === '' ? missing : said}</dd>`;
}

/** What stands on the page of an incident. */
export function documentsOf(
  context: Pick<DocumentContext, 'site' | 'now'>,
  reader: Reader,
  incident: Incident,
  documents: readonly Document[],
): Html {
  const { site, now } = context;
  const isWritten = documents.some(({ template }) => template === 'review');
  return html`<section class="card"><h2>Documents</h2>${
    documents.length === 0
      ? html`<p class="quiet">No review is written.</p>`
      : html`<ul class="recalled">${documents.map(
          (one) =>
            html`<li>${documentLink(context, one)} <span class="quiet">${
              STATE_WORDS[one.is]
            }, ${timeTag(one.wantedAt, 'ago', now)}</span></li>`,
        )}</ul>`
  }<p class="then">${
    mayAct(reader) &&
    html`<a class="button${!isWritten && incident.state.is === 'closed' && ' main'}"
href="${writeHref(site, 'review', incident.id)}">Write the review</a> `
  }<a href="${site.prefix}/documents?incident=${incident.id}">Other documents</a></p></section>`;
}
