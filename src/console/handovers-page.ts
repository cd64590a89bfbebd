import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { OwnShift } from '../desk/views/handover-draft.ts';
import type { HandoverList, HandoversAsked } from '../desk/views/handovers.ts';
import { HANDOVER_LISTS, receiverText } from '../desk/views/handovers.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import { type HandoverNote, takenItems } from '../domain/handover/note.ts';
import { errorSummary, type FieldErrors, fieldMarks } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface HandoversView {
  readonly asked: HandoversAsked;
  readonly notes: Stretch<HandoverNote>;
  readonly counts: Readonly<Record<HandoverList, number>>;
  /** Waits for the reader. */
  readonly forMe: readonly HandoverNote[];
  /** What the reader began and did not hand over. */
  readonly drafts: readonly HandoverNote[];
  readonly shift: OwnShift | undefined;
  readonly teams: readonly string[];
  readonly errors: FieldErrors;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

export const handoverHref = ({ prefix }: Site, id = ''): string =>
  `${prefix}/hand-overs${id === '' ? '' : `/${id}`}`;

/** What shifts told the next ones, and the begin of one more. */
export function handoversBody(site: Site, reader: Reader, view: HandoversView): Html {
  const { forMe, asked } = view;
  return html`<div class="stack">${errorSummary(view.errors)}<div class="title">
<h1>Hand-overs</h1><span class="quiet">What a shift tells the next one. It counts
once the next one has accepted it.</span></div>
${
  forMe.length > 0 &&
  html`<section class="card hand-waits"><h2>${
    forMe.length === 1 ? 'A shift is handed to you' : 'Shifts are handed to you'
  }</h2><ul class="plain-list">${forMe.map((one) => waits(site, view, one))}</ul></section>`
}
${mayAct(reader) && beginForm(site, reader, view)}
<section class="stack"><h2>Notes</h2><div class="facets"><ul class="facet"
aria-label="Which notes">${HANDOVER_LISTS.map(
    (is) =>
      html`<li><a href="${listHref(site, { ...asked, show: is })}"${
        is === asked.show && html` aria-current="true"`
      }>${LIST_WORDS[is]}<span class="n">${grouped(view.counts[is])}</span></a></li>`,
  )}</ul></div>
${searchForm(site, view)}
${view.notes.total === 0 ? none(view) : table(site, view)}${pager(
  site,
  reader,
  view.notes,
)}</section></div>`;
}

const LIST_WORDS: Readonly<Record<HandoverList, string>> = {
  waiting: 'waiting to be accepted',
  accepted: 'accepted',
  draft: 'your drafts',
};

function listHref(site: Site, { show, words, team }: HandoversAsked): string {
  const query = new URLSearchParams({ show, ...(words && { words }), ...(team && { team }) });
  return `${handoverHref(site)}?${query}`;
}

const waits = (site: Site, { nameOf, now }: HandoversView, note: HandoverNote): Html =>
  html`<li><a class="button main" href="${handoverHref(site, note.id)}">Read it</a> <b>${nameOf(
    note.author,
  )}</b> <span class="quiet">${
    note.state.is === 'draft' ? '' : timeTag(note.state.at, 'ago', now)
  }, ${counted(takenItems(note).length, 'alarm')} to take over</span></li>`;

/** One's own shift is known from the rota; else its begin is chosen. */
function beginForm(site: Site, reader: Reader, view: HandoversView): Html {
  const { shift, drafts, now } = view;
  return html`<section class="card" id="new"><h2>Hand over your shift</h2>${
    drafts.length > 0 &&
    html`<p>You have begun ${drafts.map(
      (one, i) =>
        html`${i > 0 && ', '}<a href="${handoverHref(site, one.id)}">a draft from ${timeTag(
          one.changedAt,
          'ago',
          now,
        )}</a>`,
    )}.</p>`
  }<p class="quiet">The desk writes a draft from what happened. You add your own words, then say who
goes on.</p><form method="post" action="${handoverHref(site)}" class="filters">${formKeys(
    reader,
  )}<label class="field">Your shift began <select name="begin">${
    shift &&
    html`<option value="rota">with your turn in ${shift.schedule}, ${clockText(shift.from)}
UTC</option>`
  }<option value="8">8 hours ago</option><option value="12">12 hours ago</option><option
value="24">24 hours ago</option></select></label><label class="field">or exactly then (UTC) <input
type="datetime-local" ${fieldMarks(
    view.errors,
    'since',
  )}></label><div class="verbs"><button class="main">Draft
it</button></div></form></section>`;
}

const clockText = (at: Instant): string =>
  new Date(at).toISOString().slice(0, 16).replace('T', ' ');

const searchForm = (site: Site, { asked, teams }: HandoversView): Html => html`<form
action="${handoverHref(site)}" class="filters"><input type="hidden" name="show"
value="${asked.show}"><label class="field">Words <input name="words" type="search"
value="${asked.words}" maxlength="256" autocomplete="off"></label>${
  teams.length > 0 &&
  html`<label class="field">Team <select name="team"><option value="">any</option>${teams.map(
    (team) => html`<option${team === asked.team && html` selected`}>${team}</option>`,
  )}</select></label>`
}<button>Search</button></form>`;

function none({ asked }: HandoversView): Html {
  if (asked.words !== '' || asked.team !== '') return html`<p>No note has all of that.</p>`;
  return html`<div class="card empty"><h2>${EMPTY[asked.show]}</h2><p>Whoever goes hands over here;
whoever comes reads, asks back, and accepts.</p></div>`;
}

const EMPTY: Readonly<Record<HandoverList, string>> = {
  waiting: 'No shift waits to be accepted.',
  accepted: 'No shift was handed over yet.',
  draft: 'You have begun no note.',
};

const table = (site: Site, view: HandoversView): Html => html`<div class="scroll"><table
class="table"><caption class="unseen-text">Hand-over notes</caption><thead><tr><th
scope="col">Shift</th><th scope="col">Of</th><th scope="col">To</th><th scope="col">What</th><th
scope="col">Accepted by</th></tr></thead><tbody>${view.notes.rows.map((note) =>
  row(site, view, note),
)}</tbody></table></div>`;

function row(site: Site, { nameOf, now }: HandoversView, note: HandoverNote): Html {
  const { id, from, to, author, state, items, text } = note;
  const watched = items.filter(({ watch }) => watch).length;
  return html`<tr id="${id}"><td><a href="${handoverHref(site, id)}">${timeTag(
    from,
    'clock',
    now,
  )} to ${timeTag(to, 'clock', now)}</a></td><td data-h="Of"><b>${nameOf(author)}</b></td>
<td data-h="To">${state.is === 'draft' ? '' : receiverText(state.to, nameOf)}</td>
<td>${firstLine(text)}<br><span class="quiet">${counted(items.length, 'item')}${
    watched > 0 && `, ${watched} to watch`
  }</span></td><td data-h="Accepted by">${
    state.is === 'accepted'
      ? html`<b>${nameOf(state.by)}</b> ${timeTag(state.at, 'ago', now)}`
      : state.is === 'offered'
        ? html`<b class="bad">nobody yet</b>`
        : 'a draft'
  }</td></tr>`;
}

const LINE_CHARS = 160;

function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? '';
  const plain = line.replace(/^[#\s*-]+/, '');
  return plain.length > LINE_CHARS ? `${plain.slice(0, LINE_CHARS)}…` : plain;
}
