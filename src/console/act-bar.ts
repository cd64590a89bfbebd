import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { AlarmVerb } from '../desk/entry.ts';
import { grouped, VERB_WORDS } from '../desk/views/words.ts';
import type { UserId } from '../domain/alarm/alarm.ts';

/** For how long: minutes, and the words for it. */
export const SPANS: readonly (readonly [minutes: string, words: string])[] = [
  ['30', '30 minutes'],
  ['60', '1 hour'],
  ['240', '4 hours'],
  ['480', '8 hours'],
  ['1440', '1 day'],
  ['10080', '7 days'],
  ['43200', '30 days'],
];

/** A shelf must end; this is its end when none was chosen. */
export const SHELF_MINUTES_DEFAULT = 60;

/** Somebody an alarm can be given to. */
export interface Assignable {
  readonly id: UserId;
  readonly name: string;
}

const verbButton = (verb: AlarmVerb, key: string, main = false): Html =>
  html`<button name="verb" value="${verb}"${main && html` class="main"`}${
    key !== '' &&
    html`
title="Key ${key}"`
  }>${VERB_WORDS[verb].ask}</button>`;

export const noteField = (): Html =>
  html`<input name="note" maxlength="4096" autocomplete="off" aria-label="Note, or the reason"
placeholder="Note, or the reason for shelving">`;

/** What no time means depends on the act; once that is known, it is said of it alone. */
export const spanField = (): Html =>
  html`<select name="for" aria-label="For how long"><option value="" data-shelve="1 hour, as usual"
data-other="no end">Acknowledge: no end. Shelve: 1 h</option>${SPANS.map(
    ([value, words]) => html`<option
value="${value}">${words}</option>`,
  )}</select>`;

/** Forms elsewhere that begin with what the chosen alarms have in common. */
type Leads = readonly (readonly [at: string, words: string])[];

/** All alarms of the view, on whatever page they stand. */
export interface WholeView {
  /** The query part of its address. */
  readonly text: string;
  readonly total: number;
  /** Since when a change is news to whoever reads this. */
  readonly now: Instant;
}

/** Takes all that match. Scripts offer it once all of the page is ticked, with the look of then. */
const wholeBox = ({ text, total, now }: WholeView): Html => html`<label class="whole"><input
type="checkbox" name="whole" id="whole" value="${now}.${total}"> all <b
data-count="whole">${grouped(total)}</b> that match</label><input type="hidden" name="view"
value="${text}">`;

/** Everything one can do to what was chosen. Stands above the list, always as high. */
export const actBar = (people: readonly Assignable[], leads: Leads, whole: WholeView): Html => html`
<div class="acts act idle" id="acts">
<div class="chosen"><span id="chosen" role="status">Tick rows, then act</span>${wholeBox(
  whole,
)}</div>
${noteField()}
${spanField()}
${verbButton('acknowledge', 'a', true)}${verbButton('comment', 'm')}
${verbButton('shelve', 's')}${verbButton('close', 'c')}
${moreVerbs(people, ['unacknowledge', 'reopen', 'unshelve'], leads)}
</div>`;

/** The rarer verbs, and those that need a field of their own. */
export const moreVerbs = (
  people: readonly Assignable[],
  verbs: readonly AlarmVerb[],
  leads: Leads = [],
): Html => html`
<details><summary>More</summary><div>
${leads.map(([at, words]) => html`<button formaction="${at}" data-leaves>${words} …</button>`)}
${verbs.map((verb) => verbButton(verb, ''))}
<label class="check"><input type="checkbox" name="line" value="2"> Acknowledge for the second
line</label>
<label>Assign to <select name="assignee"><option value="">nobody</option>
${people.map((p) => html`<option value="${p.id}">${p.name}</option>`)}</select></label>
${verbButton('assign', '')}
<label>Ticket <input name="ticket" maxlength="2048" autocomplete="off"
placeholder="https://…"></label>
${verbButton('ticket', '')}
</div></details>`;
