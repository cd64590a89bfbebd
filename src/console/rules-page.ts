import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { SourceText } from '../desk/tables.ts';
import { sameReading, shortId, type TrialInput, type Tried } from '../desk/views/rules-trial.ts';
import { counted, type NameOf } from '../desk/views/words.ts';
import { formKeys, timeTag } from './parts.ts';
import { problemBox } from './revision-page.ts';
import { inputBeginning, pickedInput, readings } from './rules-parts.ts';
import type { Reader, Site } from './site.ts';
import { numbered, type TextFault } from './text-lines.ts';

/** What came of a press of a button. */
export type RulesOutcome =
  | { readonly is: 'faults'; readonly faults: readonly TextFault[]; readonly saving: boolean }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'tried' }
  | { readonly is: 'done'; readonly says: string };

export interface RulesView {
  readonly source: string;
  readonly text: string;
  readonly why: string;
  /** Id of the text it was made from; '' for none. */
  readonly basedOn: string;
  /** Nobody has saved anything yet: the text is the source's example. */
  readonly isExample: boolean;
  /** What there is to try it on, with what it becomes now and with the text of the form. */
  readonly tried: readonly Tried[];
  readonly picked: Tried | undefined;
  /** What rules can name in the picked input. */
  readonly fields: readonly { readonly selector: string; readonly value: string }[];
  readonly unread: number;
  readonly saved: readonly SourceText[];
  readonly outcome: RulesOutcome | undefined;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

const FAULTS_SHOWN_MAX = 50;

/** Rules of people's own: what arrived, the text, and what the one becomes by the other. */
export function rulesBody(site: Site, reader: Reader, view: RulesView): Html {
  const { source, outcome, picked } = view;
  const isAdmin = reader.role === 'admin';
  return html`<div class="stack"><h1>Rules of ${source}</h1>
<p class="quiet">Your own text of rules says what its inputs become. Pick an input, write, try, then
save: a saved text holds from the next input on. <a
href="${site.prefix}/sources">All sources</a></p>
${outcome && outcomeBox(outcome)}
<form method="post" action="${site.prefix}/sources/${encodeURIComponent(source)}/rules"
class="stack" id="rules">${formKeys(reader)}
<input type="hidden" name="based_on" value="${view.basedOn}">
<input type="hidden" name="on" value="${picked?.on.id ?? ''}">
<button name="do" value="try" formnovalidate class="unseen-text" tabindex="-1"
aria-hidden="true">Try</button>
${view.unread > 0 && unreadBox(view, isAdmin)}
<div class="columns rules"><section class="stack" aria-labelledby="arrived">
<h2 id="arrived">What arrived</h2>${inputList(view)}
${picked && pickedInput(picked.on, view.fields, isAdmin)}</section>
<div class="stack">${textCard(view, isAdmin)}
${picked && readings(picked, view.now)}</div></div>
${view.saved.length > 0 && savedTexts(view)}</form>
${
  outcome?.is === 'faults' &&
  html`<section class="stack" aria-labelledby="lines"><h2 id="lines">Your text, line by line</h2>
${numbered(view.text, 'Your text, line by line', outcome.faults)}
<p><a href="#rules-text">Back to the text</a></p></section>`
}</div>`;
}

function outcomeBox(outcome: RulesOutcome): Html | false {
  switch (outcome.is) {
    case 'done':
      return html`<p class="card good" role="status">${outcome.says}</p>`;
    case 'tried':
      return html`<p class="card good" role="status"><b>Nothing is wrong with the text.</b> It is
not saved yet.</p>`;
    case 'refused':
      return problemBox(html`<p><b>Nothing was changed.</b> ${outcome.why}</p>`);
    case 'faults':
      return faultList(outcome);
  }
}

function faultList({ faults, saving }: Extract<RulesOutcome, { is: 'faults' }>): Html {
  const more = faults.length - FAULTS_SHOWN_MAX;
  const items = faults
    .slice(0, FAULTS_SHOWN_MAX)
    .map(({ line, column, why }) =>
      line === 0
        ? html`<li>${why}</li>`
        : html`<li><a href="#line-${line}">Line ${line}, column ${column}</a>: ${why}</li>`,
    );
  const title = faults.length === 1 ? 'There is a fault' : `There are ${faults.length} faults`;
  return problemBox(
    html`${saving && html`<p>Nothing was saved. What is in force stays in force.</p>`}
<ul>${items}</ul>${more > 0 && html`<p>and ${more} more.</p>`}`,
    title,
  );
}

const unreadBox = ({ unread }: RulesView, isAdmin: boolean): Html => html`
<section class="card fault stack" aria-labelledby="unread"><h2 id="unread">${counted(
  unread,
  'input',
)} could not be understood</h2>
<p>They may be alarms. They are kept, in their order, until rules that are saved understand
them.</p>
${
  isAdmin &&
  html`<div><button name="do" value="read" formnovalidate>Read ${counted(
    unread,
    'kept input',
  )} anew</button></div>`
}</section>`;

function inputList({ tried, picked, outcome, now }: RulesView): Html {
  if (tried.length === 0) {
    return html`<p class="card quiet">Nothing arrived since the desk was started. Send something,
then load this page again.</p>`;
  }
  const items = tried.map((one) => {
    const { on } = one;
    const isHere = on.id === picked?.on.id;
    const differs = outcome?.is === 'tried' && one.edited && !sameReading(one.now, one.edited);
    return html`<li><button name="pick" value="${on.id}" formnovalidate${
      isHere && html` aria-current="true"`
    }><span class="quiet">${timeTag(on.at, 'ago', now)} ${whence(on)}</span>
${on.kept && html`<span class="tag bad">not understood${times(on)}</span>`}
${differs && html`<span class="tag good">becomes something else</span>`}
<span class="beginning">${inputBeginning(on)}</span></button></li>`;
  });
  return html`<ul class="inputs" aria-label="What arrived">${items}</ul>`;
}

const times = ({ kept }: TrialInput): string =>
  kept && kept.count > 1 ? `, ${kept.count} times` : '';

const whence = ({ input }: TrialInput): string =>
  [Object.values(input.params ?? {}).join(' '), input.from && `from ${input.from}`]
    .filter(Boolean)
    .join(', ');

function textCard(view: RulesView, isAdmin: boolean): Html {
  const { text, why, basedOn, isExample, outcome } = view;
  const isBad = outcome?.is === 'faults' && html` aria-invalid="true"`;
  return html`<section class="card form wide" aria-labelledby="text"><h2 id="text"><label
for="rules-text">The text${basedOn !== '' && `, made from ${basedOn}`}</label></h2>
${isExample && html`<p class="quiet">Nobody has written rules yet. This is an example.</p>`}
<textarea id="rules-text" name="text" rows="20" wrap="off" spellcheck="false" autocomplete="off"
autocapitalize="off" class="code"${isBad}>
${text}</textarea>
<div class="verbs"><button name="do" value="try" formnovalidate>Try</button>
<span class="quiet">On all that is listed here. Changes nothing.</span></div>
${
  isAdmin
    ? html`<label class="field" for="rules-why">Why</label><input id="rules-why" name="why" required
maxlength="4096" autocomplete="off" value="${why}">
<div class="verbs"><button name="do" value="save" class="main">Save, and put in
force</button></div>`
    : html`<p class="quiet">An admin of this desk saves.</p>`
}</section>`;
}

function savedTexts({ saved, nameOf, now }: RulesView): Html {
  const rows = saved.map(
    (one, i) => html`<tr><td>${shortId(one.id)}${i === 0 && html` <b>in force</b>`}</td>
<td>${timeTag(one.at, 'clock', now)}</td><td>${nameOf(one.by)}</td><td>${one.why}</td>
<td><button name="load" value="${shortId(one.id)}" formnovalidate>Into the form<span
class="unseen-text">, ${shortId(one.id)}</span></button></td></tr>`,
  );
  return html`<details class="card"><summary>The last ${counted(saved.length, 'text')}</summary>
<div class="scroll"><table class="table"><thead><tr><th scope="col">Text</th><th
scope="col">Saved</th><th scope="col">By</th><th scope="col">Why</th><th scope="col"><span
class="unseen-text">Action</span></th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
