import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { PlanReport } from '../desk/plan-report.ts';
import type { Revision } from '../desk/tables.ts';
import type { NameOf } from '../desk/views/words.ts';
import { formKeys } from './parts.ts';
import { planView } from './plan-view.ts';
import { configNav, problemBox, revisionFacts, revisionLink, savedBy } from './revision-page.ts';
import type { Reader, Site } from './site.ts';
import { type ComparedLine, comparison, numbered, type TextFault } from './text-lines.ts';

const FAULTS_SHOWN_MAX = 50;

export interface ConfigView {
  readonly held: Revision | undefined;
  /** The revision that was just put in force; '' when none was. */
  readonly saved: string;
  /** A file of the administrator's can be read again. */
  readonly mayReload: boolean;
  readonly message: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** What is in force, for everybody. */
export function configBody(site: Site, reader: Reader, view: ConfigView): Html {
  const { held, saved, message } = view;
  const isAdmin = reader.role === 'admin';
  const head = html`<h1>Configuration</h1>${configNav(site, reader, '/configuration')}
${message !== '' && problemBox(html`<p><b>Nothing was changed.</b> ${message}</p>`)}
${
  saved !== '' &&
  saved === held?.id &&
  html`<p class="card good" role="status"><b>${saved} is in force.</b></p>`
}`;
  if (!held) return html`<div class="stack">${head}${nothingYet(site, isAdmin)}</div>`;
  return html`<div class="stack">${head}
${revisionFacts(site, held, view)}
${isAdmin && view.mayReload && reloadForm(site, reader)}
${numbered(held.text, 'The configuration in force')}
${secretWords()}</div>`;
}

const nothingYet = (site: Site, isAdmin: boolean): Html => html`<div class="card empty">
<h2>There is no configuration yet: nobody is told of anything.</h2>
<p>It is an <code>alertmanager.yml</code>: who is told of which alarm, and how. Start the desk with
<code>--config.file</code>, apply one with <code>tocsin apply</code>, or write it here.</p>
${isAdmin && html`<a class="button main" href="${site.prefix}/configuration/edit">Write one</a>`}
</div>`;

const secretWords = (): Html => html`<p class="quiet"><code>&lt;secret&gt;</code> stands for a
secret that the desk keeps encrypted. It is never shown again.</p>`;

const reloadForm = (site: Site, reader: Reader): Html => html`<details class="card">
<summary>Read the file again</summary><form method="post" class="form"
action="${site.prefix}/configuration/reload">${formKeys(reader)}<p>Reads the file that the desk was
started with. A bad one changes nothing; a good one replaces what was saved here since, which stays
in the list of revisions.</p><div><button>Read the file again</button></div></form></details>`;

/** What came of a press of a button of the form. */
export type EditOutcome =
  | { readonly is: 'faults'; readonly faults: readonly TextFault[]; readonly saving: boolean }
  | {
      readonly is: 'good';
      readonly routes: number;
      readonly receivers: readonly string[];
      readonly unused: readonly string[];
      /** Against what is in force. */
      readonly lines: readonly ComparedLine[];
    }
  | { readonly is: 'tried'; readonly report: PlanReport }
  | {
      readonly is: 'conflict';
      readonly now: Revision;
      /** What they changed; undefined when the revision it was made from is not kept any more. */
      readonly theirs: readonly ComparedLine[] | undefined;
      readonly yours: readonly ComparedLine[];
    }
  | { readonly is: 'refused'; readonly why: string; readonly field: 'why' | 'days' | 'text' };

export interface EditView {
  readonly text: string;
  /** Id of the revision the text was made from; '' before the first. */
  readonly basedOn: string;
  readonly why: string;
  readonly days: number;
  readonly daysMax: number;
  readonly outcome: EditOutcome | undefined;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** The text in a form: check it, try it, save it. What was typed is never lost. */
export function editBody(site: Site, reader: Reader, view: EditView): Html {
  const { outcome, text } = view;
  const isBad = outcome?.is === 'faults';
  return html`<div class="stack"><h1>Edit the configuration</h1>
${configNav(site, reader, '/configuration/edit')}
${outcome && outcomeBox(site, outcome, view)}
${form(site, reader, view)}
${
  isBad &&
  html`<section class="stack" aria-labelledby="lines"><h2 id="lines">Your text, line by line</h2>
${numbered(text, 'Your text, line by line', outcome.faults)}
<p><a href="#config-text">Back to the text</a></p></section>`
}</div>`;
}

function outcomeBox(site: Site, outcome: EditOutcome, view: EditView): Html {
  switch (outcome.is) {
    case 'faults':
      return faultList(outcome);
    case 'refused':
      return problemBox(
        html`<p><b>Nothing was saved.</b>
<a href="#config-${outcome.field}">${outcome.why}</a></p>`,
      );
    case 'good':
      return goodBox(outcome);
    case 'tried':
      return planView(site, outcome.report, view.days, view.now);
    case 'conflict':
      return conflictBox(site, outcome, view);
  }
}

function faultList({ faults, saving }: Extract<EditOutcome, { is: 'faults' }>): Html {
  const more = faults.length - FAULTS_SHOWN_MAX;
  const items = faults
    .slice(0, FAULTS_SHOWN_MAX)
    .map(
      ({ line, column, why }) =>
        html`<li><a href="#line-${line}">Line ${line}, column ${column}</a>: ${why}</li>`,
    );
  const title = faults.length === 1 ? 'There is a fault' : `There are ${faults.length} faults`;
  return problemBox(
    html`${saving && html`<p>Nothing was saved. What is in force stays in force.</p>`}
<ul>${items}</ul>${more > 0 && html`<p>and ${more} more.</p>`}`,
    title,
  );
}

function goodBox({ routes, receivers, unused, lines }: Extract<EditOutcome, { is: 'good' }>): Html {
  const routed = `${routes} route${routes === 1 ? '' : 's'}`;
  return html`<section class="card stack" aria-labelledby="good">
<h2 id="good" tabindex="-1" autofocus>Nothing is wrong with it</h2>
<p role="status">${routed}; receivers: ${receivers.join(', ') || 'none'}. It is not saved yet.</p>
${unused.length > 0 && html`<p>Accepted, and does nothing: ${unused.join(', ')}.</p>`}
<h3>Against what is in force</h3>${comparison(lines, 'Against what is in force')}</section>`;
}

function conflictBox(
  site: Site,
  { now, theirs, yours }: Extract<EditOutcome, { is: 'conflict' }>,
  { nameOf, now: at }: EditView,
): Html {
  return html`${problemBox(
    html`<p><b>Nothing was overwritten.</b> ${revisionLink(site, now.id)} is in force now, saved by
${savedBy(now, nameOf, at)}${now.why !== '' && html`: “${now.why}”`}. Your text is kept below. Take
over what you want of theirs; saving then replaces ${now.id}.</p>`,
    `${nameOf(now.by)} saved ${now.id} meanwhile`,
  )}
<section class="card stack" aria-labelledby="theirs"><h2 id="theirs">What they changed</h2>
${
  theirs
    ? comparison(theirs, 'What they changed')
    : html`<p>The revision your text was made from is not kept any more.</p>`
}</section>
<section class="card stack" aria-labelledby="yours">
<h2 id="yours">What your text would change now</h2>
${comparison(yours, 'What your text would change now')}</section>`;
}

function form(site: Site, reader: Reader, view: EditView): Html {
  const { text, basedOn, why, days, daysMax, outcome } = view;
  const wrong = (field: string): Html | false =>
    (outcome?.is === 'refused' && outcome.field === field) ||
    (outcome?.is === 'faults' && field === 'text')
      ? html` aria-invalid="true"`
      : false;
  return html`<form method="post" action="${site.prefix}/configuration/edit" class="form card wide">
${formKeys(reader)}<input type="hidden" name="based_on" value="${basedOn}">
<label class="field" for="config-text">The whole text${
    basedOn === '' ? '' : `, made from ${basedOn}`
  }</label>
<p class="quiet" id="text-hint"><code>&lt;secret&gt;</code> stays what it is; to change a secret,
write the new value in its place: it is kept encrypted and not shown again. When entries of a list
come or go, write the secrets of that list out. Addresses that are new
here are used only if they are public, or allowed in
<code>notifications.allow_private_addresses</code> of the settings file.</p>
<textarea id="config-text" name="text" rows="28" wrap="off" spellcheck="false" autocomplete="off"
autocapitalize="off" class="code" aria-describedby="text-hint"${wrong('text')}>
${text}</textarea>
<div class="verbs"><button name="do" value="check" formnovalidate>Check</button></div>
<div class="verbs"><label for="config-days">Try it on the last</label><input id="config-days"
name="days" type="number" min="1" max="${daysMax}" value="${days}"${wrong('days')}
aria-describedby="days-hint"> days <button name="do" value="try" formnovalidate>Try it</button>
<span class="quiet" id="days-hint">At most ${daysMax}. Takes up to two minutes, sends
nothing.</span>
</div>
<label class="field" for="config-why">Why</label><input id="config-why" name="why" required
maxlength="4096" autocomplete="off" value="${why}" aria-describedby="why-hint"${wrong('why')}>
<p class="quiet" id="why-hint">One line for whoever reads the list of revisions at night.</p>
<div class="verbs"><button name="do" value="save" class="main">Save, and put in force</button>
<a class="button" href="${site.prefix}/configuration">Leave it</a></div></form>`;
}
