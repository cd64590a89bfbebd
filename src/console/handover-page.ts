import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import {
  AT_SAYS,
  KIND_SAYS,
  LEFT_SAYS,
  receiverText,
  UNTIL_SAYS,
  WHO_SAYS,
} from '../desk/views/handovers.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import {
  HANDOVER_LIMITS,
  type HandoverNote,
  ITEM_KINDS,
  inReadingOrder,
  type NoteItem,
  takenItems,
} from '../domain/handover/note.ts';
import type { Assignable } from './act-bar.ts';
import { errorSummary, type FieldErrors, fieldMarks } from './form-errors.ts';
import { handoverHref } from './handovers-page.ts';
import { noteText } from './note-text.ts';
import { formKeys, severityMark, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface HandoverView {
  readonly note: HandoverNote;
  /** The reader's own to take. */
  readonly isForMe: boolean;
  readonly isMine: boolean;
  readonly isAdmin: boolean;
  /** Whom it can be handed to, the likeliest first: `person:…`, `team:…`, `schedule:…`. */
  readonly receivers: readonly Assignable[];
  /** How an alarm is called that did not change hands. */
  readonly done: string;
  readonly errors: FieldErrors;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** A draft to write on, for its author; for everybody else the note as it was handed over. */
export function handoverBody(site: Site, reader: Reader, view: HandoverView): Html {
  const { note, done, errors } = view;
  const isDraft = note.state.is === 'draft';
  return html`<div class="stack handover">${errorSummary(errors)}<div class="title"><h1>${
    isDraft ? 'Hand over your shift' : html`Hand-over of ${view.nameOf(note.author)}`
  }</h1><span class="quiet">${timeTag(note.from, 'clock', view.now)} to ${timeTag(
    note.to,
    'clock',
    view.now,
  )}. <a href="${handoverHref(site)}">All hand-overs</a></span></div>
${done !== '' && html`<p class="card good" role="status">${done}</p>`}
${isDraft ? writing(site, reader, view) : reading(site, reader, view)}</div>`;
}

/** Everything in one form: whatever is pressed, what was typed is kept. */
function writing(site: Site, reader: Reader, view: HandoverView): Html {
  const { note, receivers } = view;
  return html`<form method="post" action="${handoverHref(site, note.id)}"
class="stack">${formKeys(reader)}<section class="card stack"><label class="field">In your own words
<textarea ${fieldMarks(view.errors, 'text')} rows="8" maxlength="${HANDOVER_LIMITS.text_chars_max}"
placeholder="What the next shift must know. Lines that begin with - become a list."
>${note.text}</textarea></label></section>
${ITEM_KINDS.map((kind) => {
  const items = note.items.filter((item) => item.kind === kind);
  return (
    items.length > 0 &&
    html`<section class="card"><h2>${KIND_SAYS[kind]} <span class="n quiet">${grouped(
      items.length,
    )}</span></h2>${inTwo(items, (item) => draftItem(site, view, item))}</section>`
  );
})}${
  note.more > 0 &&
  html`<p>${counted(note.more, 'thing')} more had no room here: see the <a
href="${site.prefix}/">list</a>.</p>`
}<section class="card stack hand-to"><h2>Hand it over</h2><label class="field">To <select
${fieldMarks(view.errors, 'to')}><option value="">choose who goes on</option>${receivers.map(
    ({ id, name }) => html`<option value="${id}">${name}</option>`,
  )}</select></label><p class="quiet">They read it, ask back, and accept it. Then the alarms that
you ticked are theirs.</p><div class="verbs"><button class="main" name="do" value="offer">Hand
over</button><button name="do" value="save">Save the draft</button><button name="do"
value="again">Draft anew</button><button name="do" value="drop">Drop it</button></div></section>
</form>`;
}

/** Of alarms those that nobody says anything of are one step away: they are on the list as well. */
function inTwo(items: readonly NoteItem[], drawn: (item: NoteItem) => Html): Html {
  const isPlain = ({ kind, take, watch, words }: NoteItem): boolean =>
    kind === 'alarm' && !take && !watch && words === '';
  const [plain, first] = [items.filter(isPlain), items.filter((item) => !isPlain(item))];
  return html`${first.length > 0 && html`<ul class="note-items">${first.map(drawn)}</ul>`}${
    plain.length > 0 &&
    html`<details class="note-rest"><summary>${plain.length} more open, of which nothing is
said</summary><ul class="note-items">${plain.map(drawn)}</ul></details>`
  }`;
}

function draftItem(site: Site, view: HandoverView, item: NoteItem): Html {
  const { id, kind, title, words, watch, take } = item;
  const tick = (name: string, says: string, isOn: boolean): Html =>
    html`<label class="tick"><input type="checkbox" name="${name}" value="${id}"${
      isOn && html` checked`
    } aria-label="${says}: ${title}"> ${says}</label>`;
  return html`<li>${itemHead(site, view, item)}<div class="note-marks"><input
name="words:${id}" value="${words}" maxlength="${HANDOVER_LIMITS.words_chars_max}"
autocomplete="off" aria-label="Your words on ${title}" placeholder="Your words on it">${tick(
    'watch',
    'Watch',
    watch,
  )}${kind === 'alarm' && tick('take', 'They take it over', take)}${tick(
    'out',
    'Leave out',
    false,
  )}</div></li>`;
}

/** What it is, how it stood, whose it is. */
function itemHead(site: Site, { nameOf, now }: HandoverView, item: NoteItem): Html {
  const { kind, severity, title, says, who, at, until } = item;
  const href = hrefOf(site, item);
  const standing = kind === 'alarm' && who === undefined ? 'waiting' : 'acknowledged';
  const facts: Html[] = [
    ...(says === '' ? [] : [html`${says}`]),
    ...(who === undefined ? [] : [html`${WHO_SAYS[kind]} <b>${nameOf(who)}</b>`]),
    ...(at === undefined ? [] : [html`${AT_SAYS[kind]} ${timeTag(at, 'clock', now)}`]),
    ...(until === undefined
      ? []
      : [html`<b>${UNTIL_SAYS(kind)} ${timeTag(until, 'clock', now)}</b>`]),
  ];
  return html`<div class="note-head">${severity && severityMark(severity, standing)}<a
href="${href}">${title}</a> <span class="quiet">${facts.map(
    (fact, i) => html`${i > 0 && '; '}${fact}`,
  )}</span></div>`;
}

function hrefOf({ prefix }: Site, { kind, subject }: NoteItem): string {
  const [first = '', second = ''] = subject.split('/');
  switch (kind) {
    case 'incident':
      return `${prefix}/incidents/${subject}`;
    case 'run':
      return `${prefix}/runs/${subject}`;
    case 'page':
      return `${prefix}/pages/${subject}`;
    case 'action':
      return `${prefix}/actions#${subject}`;
    case 'hidden':
      if (first === 'silence') return `${prefix}/silences`;
      return first === 'maintenance'
        ? `${prefix}/maintenance#${second}`
        : `${prefix}/alarms/${second}`;
    default:
      return `${prefix}/alarms/${first}`;
  }
}

function reading(site: Site, reader: Reader, view: HandoverView): Html {
  const { note } = view;
  const ordered = inReadingOrder(note.items);
  const watched = ordered.filter(({ watch }) => watch);
  const list = (title: string, items: readonly NoteItem[], more = ''): Html | false =>
    items.length > 0 &&
    html`<section class="card${more}"><h2>${title}</h2>${inTwo(items, (item) =>
      readItem(site, view, item),
    )}</section>`;
  return html`${stateCard(site, reader, view)}
${note.text !== '' && html`<section class="card">${noteText(note.text)}</section>`}
${list('Look at this first', watched, ' watched')}
${ITEM_KINDS.map((kind) =>
  list(
    KIND_SAYS[kind],
    ordered.filter((item) => item.kind === kind && !item.watch),
  ),
)}${note.more > 0 && html`<p>And ${counted(note.more, 'thing')} more that had no room here.</p>`}
${talkCard(site, reader, view)}`;
}

const readItem = (site: Site, view: HandoverView, item: NoteItem): Html =>
  html`<li>${itemHead(site, view, item)}${
    item.words !== '' && html`<p class="note-words">${item.words}</p>`
  }${item.take && html`<p class="quiet">${takenWords(view, item)}</p>`}</li>`;

/** What became of an alarm that was to change hands. */
function takenWords({ note: { state }, nameOf }: HandoverView, { subject }: NoteItem): string {
  if (state.is !== 'accepted') return 'To be taken over with this note.';
  if (state.taken.some((id) => id === subject)) return `Taken over by ${nameOf(state.by)}.`;
  const left = state.left.find(({ alarm }) => alarm === subject);
  if (!left) return '';
  const who = left.who === undefined ? LEFT_SAYS[left.why] : `${nameOf(left.who)} has it`;
  return `Not taken over: ${who}.`;
}

/** Who must do what now, or who did it. */
function stateCard(site: Site, reader: Reader, view: HandoverView): Html | false {
  const { note, nameOf, now, isForMe, isMine, isAdmin } = view;
  const { state } = note;
  if (state.is === 'draft') return false;
  const to = receiverText(state.to, nameOf);
  if (state.is === 'accepted') {
    const { taken, left } = state;
    return html`<section class="card good"><p><b>${nameOf(state.by)}</b> accepted it ${timeTag(
      state.at,
      'clock',
      now,
    )}. It was handed to ${to}.</p>${
      taken.length + left.length > 0 &&
      html`<p>${counted(taken.length, 'alarm')} changed hands${
        left.length > 0 && html`; <b>${counted(left.length, 'alarm')} did not</b>: why stands there`
      }.</p>`
    }</section>`;
  }
  const taken = takenItems(note).length;
  return html`<section class="card hand-waits"><p>Handed to <b>${to}</b> ${timeTag(
    state.at,
    'ago',
    now,
  )}; nobody has accepted it yet.</p>${
    isForMe &&
    mayAct(reader) &&
    html`<form method="post" action="${handoverHref(site, note.id)}/accept">${formKeys(
      reader,
    )}<button class="main">Accept the shift${
      taken > 0 && ` and ${counted(taken, 'alarm')}`
    }</button></form>`
  }${
    (isMine || isAdmin) &&
    mayAct(reader) &&
    html`<form method="post" action="${handoverHref(site, note.id)}/withdraw">${formKeys(
      reader,
    )}<button>Take it back</button></form>`
  }</section>`;
}

/** Questions and answers, the oldest first. */
function talkCard(site: Site, reader: Reader, view: HandoverView): Html | false {
  const { note, nameOf, now, isForMe, isMine } = view;
  const { talk, id } = note;
  const mayTalk = (isForMe || (isMine && talk.length > 0)) && mayAct(reader);
  if (talk.length === 0 && !mayTalk) return false;
  return html`<section class="card stack" id="talk"><h2>Questions and answers</h2>${
    talk.length > 0 &&
    html`<ol class="note-talk">${talk.map(
      ({ by, at, text }) =>
        html`<li><b>${nameOf(by)}</b> <span class="quiet">${timeTag(
          at,
          'clock',
          now,
        )}</span>${noteText(text)}</li>`,
    )}</ol>`
  }${
    mayTalk &&
    html`<form method="post" action="${handoverHref(site, id)}/ask" class="form">${formKeys(
      reader,
    )}<label class="field">${isMine ? 'Your answer' : 'Your question'}
<textarea ${fieldMarks(view.errors, 'text')} rows="2" required
maxlength="${HANDOVER_LIMITS.talk_chars_max}"></textarea></label><div
class="verbs"><button>${isMine ? 'Answer' : 'Ask back'}</button></div></form>`
  }</section>`;
}
