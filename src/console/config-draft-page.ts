import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { PlanReport } from '../desk/plan-report.ts';
import type { Revision } from '../desk/tables.ts';
import type { RerouteView } from '../desk/views/reroute.ts';
import type { NameOf } from '../desk/views/words.ts';
import { errorSummary, type FieldErrors, formField } from './form-errors.ts';
import { formKeys } from './parts.ts';
import { planView } from './plan-view.ts';
import { rerouteBox } from './reroute-box.ts';
import { configNav, revisionLink, savedBy } from './revision-page.ts';
import type { Reader, Site } from './site.ts';
import { type ComparedLine, comparison } from './text-lines.ts';

export interface DraftView {
  /** The revision it was begun from; '' before the first. */
  readonly basedOn: string;
  readonly mark: string;
  readonly changes: readonly string[];
  /** Against what is in force, secrets hidden. */
  readonly lines: readonly ComparedLine[];
  /** In force by now, where that is not what the draft was begun from. */
  readonly overtaken:
    | { readonly now: Revision; readonly theirs: readonly ComparedLine[] | undefined }
    | undefined;
  /** The file that a reload puts back in force; ''. */
  readonly file: string;
  readonly why: string;
  readonly days: number;
  readonly daysMax: number;
  readonly report: PlanReport | undefined;
  readonly rerouted: RerouteView | undefined;
  readonly errors: FieldErrors;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

const HERE = '/configuration/draft';

/** What somebody has changed by forms, before it holds. */
export function draftBody(site: Site, reader: Reader, view: DraftView | undefined): Html {
  const head = html`<h1>Your draft</h1>${configNav(site, reader, HERE)}`;
  if (!view) {
    return html`<div class="stack">${head}<div class="card empty"><h2>You have no draft.</h2>
<p>What you change on the pages of receivers, routes and rules is gathered here first, and holds
once you put it in force.</p></div></div>`;
  }
  const { errors, changes, lines, overtaken, report, days, now } = view;
  return html`<div class="stack">${errorSummary(errors)}${head}
${overtaken && overtakenBox(site, overtaken, view)}
${report && planView(site, report, days, now)}
<section class="card stack" aria-labelledby="what"><h2 id="what">What it changes</h2>
<ul>${changes.map((what) => html`<li>${what}</li>`)}</ul>
${comparison(lines, 'Against what is in force')}
<p class="quiet">Secrets are not shown: a new one looks like the old.</p></section>
${view.rerouted && rerouteBox(site, view.rerouted)}
${verbs(site, reader, view)}</div>`;
}

function overtakenBox(
  site: Site,
  { now, theirs }: NonNullable<DraftView['overtaken']>,
  { basedOn, nameOf, now: at }: DraftView,
): Html {
  return html`<section class="card problem stack" aria-labelledby="overtaken">
<h2 id="overtaken">${nameOf(now.by)} put ${now.id} in force meanwhile</h2>
<p>Your draft was begun from ${basedOn || 'nothing'}. ${revisionLink(site, now.id)} was saved by
${savedBy(now, nameOf, at)}${now.why !== '' && html`: “${now.why}”`}. Your changes can be made on
what is in force now; nothing of yours is lost.</p>
${
  theirs
    ? comparison(theirs, 'What they changed')
    : html`<p>The revision your draft was begun from is not kept any more.</p>`
}</section>`;
}

function verbs(site: Site, reader: Reader, view: DraftView): Html {
  const { mark, why, days, daysMax, errors, overtaken, file } = view;
  return html`<form method="post" action="${site.prefix}${HERE}" novalidate class="card form">
${formKeys(reader)}<input type="hidden" name="from" value="${mark}">
${formField(
  errors,
  { name: 'days', label: 'Try it on the last days', hint: TRY_HINT },
  (marks) => html`<input${marks} type="number" min="1" max="${daysMax}" value="${days}">`,
)}
<div class="verbs"><button name="do" value="try">Try it</button></div>
${formField(
  errors,
  { name: 'why', label: 'Why', hint: 'One line for whoever reads the list of revisions at night.' },
  (marks) => html`<input${marks} maxlength="4096" autocomplete="off" value="${why}">`,
)}
${
  file !== '' &&
  html`<p class="quiet">This desk was started with <code>${file}</code>. Put these changes into that
file too: whoever has it read again replaces what is saved here.</p>`
}
<div class="verbs">${
    overtaken
      ? html`<button name="do" value="carry" class="main">Make my changes on
${overtaken.now.id}</button>`
      : html`<button name="do" value="save" class="main">Put it in force</button>`
  }<button name="do" value="drop">Give the draft up</button></div></form>`;
}

const TRY_HINT =
  'Replays the desk’s own history through it. Takes up to two minutes, sends nothing.';
