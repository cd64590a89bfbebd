import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Revision } from '../desk/tables.ts';
import { canRestore, fromWords, guardedWays } from '../desk/views/revisions.ts';
import type { NameOf } from '../desk/views/words.ts';
import { formKeys, timeTag } from './parts.ts';
import type { Reader, Site } from './site.ts';
import { type ComparedLine, comparison, numbered } from './text-lines.ts';

const FORM_PLACES = [
  ['/configuration/receivers', 'Receivers'],
  ['/configuration/routes', 'Routes'],
  ['/configuration/rules', 'Rules'],
  ['/configuration/edit', 'Text'],
  ['/configuration/draft', 'Your draft'],
] as const;

/** The pages of the configuration, one below the other in the same order everywhere. */
export const configNav = (site: Site, reader: Reader, at: string): Html => {
  const places = [
    ['/configuration', 'In force'],
    ...(reader.role === 'admin' ? FORM_PLACES : []),
    ['/configuration/revisions', 'Revisions'],
  ];
  return html`<nav class="places" aria-label="Configuration">${places.map(
    ([path, word]) =>
      html`<a href="${site.prefix}${path}"${path === at && html` aria-current="page"`}>${word}</a>`,
  )}</nav>`;
};

/** Something that kept an action from being done, first on the page and in focus. */
export const problemBox = (body: Html, title = 'There is a problem'): Html => html`
<div class="fault problem" role="alert" tabindex="-1" autofocus><h2>${title}</h2>${body}</div>`;

export const revisionLink = (site: Site, id: string): Html =>
  html`<a href="${site.prefix}/configuration/revisions/${id}">${id}</a>`;

/** `Nora, 3 h ago, in the console` */
export const savedBy = (revision: Revision, nameOf: NameOf, now: Instant): Html =>
  html`${nameOf(revision.by)}, ${timeTag(revision.at, 'ago', now)}, ${fromWords(revision.from)}`;

const GUARDED_SAYS =
  'entered in the console or over the API, so private addresses are reached only where ' +
  'notifications.allow_private_addresses of the settings file allows it';

/** Who saved it, why, and what is to be known of it. */
export function revisionFacts(
  site: Site,
  revision: Revision,
  { nameOf, now }: { readonly nameOf: NameOf; readonly now: Instant },
): Html {
  const { why, restores, unused } = revision;
  const guarded = guardedWays(revision);
  return html`<dl class="facts card"><dt>Revision</dt><dd>${revisionLink(site, revision.id)}</dd>
<dt>Saved by</dt><dd>${savedBy(revision, nameOf, now)}</dd>
<dt>Why</dt><dd>${why || html`<span class="quiet">nobody said</span>`}</dd>
${restores !== '' && html`<dt>Restores</dt><dd>${revisionLink(site, restores)}</dd>`}
${
  unused.length > 0 &&
  html`<dt>Does nothing</dt><dd>${unused.join(', ')}: accepted, for files from Alertmanager</dd>`
}
${
  guarded.length > 0 && html`<dt>Guarded</dt><dd>${guarded.join(', ')}: ${GUARDED_SAYS}</dd>`
}</dl>`;
}

export interface RevisionsView {
  /** The one in force first. */
  readonly revisions: readonly Revision[];
  readonly nameOf: NameOf;
  readonly now: Instant;
  /** Two that were chosen to be compared. */
  readonly compared: RevisionsCompared | undefined;
  readonly message: string;
}

export interface RevisionsCompared {
  readonly older: Revision;
  readonly newer: Revision;
  readonly lines: readonly ComparedLine[];
}

/** Every revision that is kept, and the comparison of any two. */
export function revisionsBody(site: Site, reader: Reader, view: RevisionsView): Html {
  const { revisions, compared, message } = view;
  const path = '/configuration/revisions';
  const head = html`<h1>Revisions</h1>${configNav(site, reader, path)}
${message !== '' && problemBox(html`<p>${message}</p>`)}`;
  if (revisions.length === 0) {
    return html`<div class="stack">${head}<div class="card empty"><h2>There is no revision yet.</h2>
<p>Every saved configuration becomes one: who, when, why, and what changed.</p></div></div>`;
  }
  return html`<div class="stack">${head}
${compared && comparedSection(site, compared)}
<form method="get" action="${site.prefix}${path}" class="stack">
${table(site, view)}
${
  revisions.length > 1 && html`<div><button>Compare the two that are chosen</button></div>`
}</form></div>`;
}

const comparedSection = (site: Site, { older, newer, lines }: RevisionsCompared): Html => html`
<section class="card stack" aria-labelledby="compared">
<h2 id="compared">From ${older.id} to ${newer.id}</h2>
${comparison(lines, `From ${older.id} to ${newer.id}`)}
<p>${revisionLink(site, older.id)} ${revisionLink(site, newer.id)}</p></section>`;

function table(site: Site, { revisions, nameOf, now, compared }: RevisionsView): Html {
  const older = compared?.older.id ?? revisions[1]?.id;
  const newer = compared?.newer.id ?? revisions[0]?.id;
  const radio = (name: string, id: string, chosen: string | undefined, word: string): Html =>
    html`<label><input type="radio" name="${name}"
value="${id}"${id === chosen && html` checked`}> ${word}<span
class="unseen-text"> ${id}</span></label>`;
  const rows = revisions.map(
    (r, i) => html`<tr><td>${revisionLink(site, r.id)}${i === 0 && html` <b>in force</b>`}</td>
<td>${timeTag(r.at, 'clock', now)}</td><td>${nameOf(r.by)}<br><span
class="quiet">${fromWords(r.from)}</span></td><td>${
      r.restores !== '' && html`restores ${revisionLink(site, r.restores)}<br>`
    }${r.why}</td><td class="radios">${
      revisions.length > 1 &&
      html`${radio('older', r.id, older, 'from')} ${radio('newer', r.id, newer, 'to')}`
    }</td></tr>`,
  );
  return html`<div class="scroll"><table class="table"><caption
class="unseen-text">Revisions, newest first</caption><thead><tr><th scope="col">Revision</th><th
scope="col">Saved</th><th scope="col">By</th><th scope="col">Why</th><th
scope="col">Compare</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

export interface RevisionView {
  readonly revision: Revision;
  readonly isInForce: boolean;
  readonly before: Revision | undefined;
  /** What it changed against the one before. */
  readonly lines: readonly ComparedLine[];
  readonly nameOf: NameOf;
  readonly now: Instant;
  /** Why it was not restored; '' at first. */
  readonly message: string;
  readonly why: string;
}

/** One revision: its text, what it changed, and the way back to it. */
export function revisionBody(site: Site, reader: Reader, view: RevisionView): Html {
  const { revision, isInForce, before, lines, message } = view;
  return html`<div class="stack"><h1>Revision ${revision.id}${isInForce && ', in force'}</h1>
${configNav(site, reader, '')}
${message !== '' && problemBox(html`<p>${message}</p>`)}
${revisionFacts(site, revision, view)}
${
  before &&
  html`<section class="stack" aria-labelledby="changed">
<h2 id="changed">What it changed since ${before.id}</h2>
${comparison(lines, `From ${before.id} to ${revision.id}`)}</section>`
}
${!isInForce && reader.role === 'admin' && restoreForm(site, reader, view)}
<section class="stack" aria-labelledby="text"><h2 id="text">Its text</h2>
${numbered(revision.text, `Text of ${revision.id}`)}</section></div>`;
}

function restoreForm(site: Site, reader: Reader, { revision, why }: RevisionView): Html {
  if (!canRestore(revision)) {
    return html`<p class="quiet">It is from before routing and can only be looked at.</p>`;
  }
  return html`<form method="post" class="card form"
action="${site.prefix}/configuration/revisions/${revision.id}/restore">${formKeys(reader)}
<h2>Restore it</h2><p>It becomes a new revision and is in force at once, with the secrets it
had.</p><label class="field">Why <input name="why" required maxlength="4096" autocomplete="off"
value="${why}"></label>
<div><button class="main">Restore ${revision.id}</button></div></form>`;
}
