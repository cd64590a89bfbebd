import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Memory } from '../desk/desk.ts';
import { isOwnColumn, type OwnColumn } from '../desk/views/columns.ts';
import { isNew, isOverdue, type Mark, marksOf } from '../desk/views/marks.ts';
import type { Muted } from '../desk/views/muted.ts';
import {
  counted,
  grouped,
  handlingPhrase,
  type NameOf,
  phraseText,
  STANDING_SAYS,
} from '../desk/views/words.ts';
import { type Alarm, isRaised, type Standing, standing } from '../domain/alarm/alarm.ts';
import { alarmValue } from '../domain/alarm/matcher.ts';
import { columnClass, columnWords } from './list-columns.ts';
import { mutedTag } from './muted-tag.ts';
import { glyph, severityMark, timeTag } from './parts.ts';
import type { Site } from './site.ts';

export interface RowContext {
  readonly site: Site;
  readonly nameOf: NameOf;
  /** What somebody types for a person; the id where there is no login. */
  readonly loginOf: (id: string) => string;
  readonly now: Instant;
  /** Why nobody is told of it; undefined while somebody would be. */
  readonly mutedOf: (id: Alarm['id']) => Muted | undefined;
  readonly memory: Pick<Memory, 'remembered' | 'inventory' | 'get'>;
}

/** What a box or a button sends: the alarm, and the episode that stood there. */
export const targetText = (a: Alarm): string => `${a.id}.${a.episode}`;

/** Characters of a ticket's address that stand in a row; the whole is under the pointer. */
const TICKET_CHARS_MAX = 24;

/**
 * One row. The page and the stream send exactly this, the same for every reader: what a viewer
 * may not do is hidden by the page, and refused by the desk.
 */
export function alarmRow(context: RowContext, a: Alarm, columns: readonly string[]): Html {
  const { memory, now } = context;
  const caution = cautionOn(memory, a);
  const stands = standing(a);
  const aging = isRaised(a) && html` data-since="${a.condition.since}"`;
  const drawing: Drawing = { ...context, a, stands, caution };
  return html`<tr id="a-${a.id}" data-id="${a.id}" class="${a.severity} ${stands}${
    isOverdue(a, now) && ' overdue'
  }"${aging}${caution !== '' && html` data-caution="${caution}"`}><td
class="c-pick act"><label><input type="checkbox" name="on" value="${targetText(a)}"
aria-label="Select ${a.resource}: ${a.text}"></label></td>${columns.map((name) =>
    isOwnColumn(name) ? CELLS[name](drawing) : labelCell(drawing, name),
  )}</tr>`;
}

interface Drawing extends RowContext {
  readonly a: Alarm;
  readonly stands: Standing;
  readonly caution: string;
}

type Cell = (drawing: Drawing) => Html;

/** A cell that a phone shows with its heading, where it is not empty. */
const named = (name: string, title: string, inner: Html | string | false): Html => html`<td
class="${columnClass(name)}"${title !== '' && html` title="${title}"`}${
  inner !== '' && inner !== false && html` data-h="${columnWords(name)}"`
}>${inner}</td>`;

const labelCell = ({ a }: Drawing, name: string): Html => {
  const value = alarmValue(a, name);
  return named(name, value, value);
};

const CELLS: Readonly<Record<OwnColumn, Cell>> = {
  '@severity': ({ a, stands }) => html`<td
class="c-sev">${severityMark(a.severity, stands)}${priorityMark(a)}</td>`,
  '@standing': (drawing) => html`<td class="c-state">${standingMark(drawing)}</td>`,
  '@resource': ({ site, a }) => html`<td
class="c-res" title="${a.resource}"><a
class="lines" href="${site.prefix}/alarms/${a.id}">${a.resource}</a></td>`,
  '@text': ({ a, now, caution, memory, nameOf, mutedOf }) => html`<td
class="c-text" title="${a.type}: ${a.text}"><span
class="lines">${
    caution !== '' && html`<span class="tag caution" title="${caution}">caution</span> `
  }${mutedTag({ memory, nameOf, now }, a, mutedOf(a.id))}${marksOf(a, now).map(
    markTag,
  )}<span class="type">${a.type}</span>${a.text}</span></td>`,
  '@age': ({ a, now }) => html`<td
class="c-age">${timeTag(a.condition.since, 'age', now)}</td>`,
  '@count': ({ a }) => html`<td
class="c-count">${
    a.occurrences > 1 && html`<span title="${reports(a)}">×${grouped(a.occurrences)}</span>`
  }</td>`,
  '@who': (drawing) => html`<td class="c-who">${who(drawing)}</td>`,
  '@changed': ({ a, now }) => named('@changed', '', timeTag(a.changedAt, 'age', now)),
  '@ticket': ({ a }) => named('@ticket', '', a.ticket !== '' && ticketLink(a.ticket)),
  '@note': ({ a }) => named('@note', noteOf(a), noteOf(a) !== '' && lines(noteOf(a))),
  '@assignee': ({ a, nameOf }) =>
    named('@assignee', '', a.assignee === undefined ? '' : nameOf(a.assignee)),
  '@incident': (drawing) => named('@incident', '', incidentLink(drawing)),
  '@type': ({ a }) => named('@type', a.type, a.type),
  '@source': ({ a }) => named('@source', a.source, a.source),
};

const lines = (text: string): Html => html`<span class="lines">${text}</span>`;

/** What to know before touching it; '' when there is nothing. */
const cautionOn = ({ remembered, inventory }: RowContext['memory'], a: Alarm): string =>
  remembered
    .cautionsOn(a, inventory)
    .map(({ text }) => text)
    .join('; ');

const markTag = ({ kind, word, says }: Mark): Html =>
  html`<span class="tag ${kind}" title="${says}">${kind !== 'other' && glyph(kind)}${word}</span> `;

const isShelved = (a: Alarm): boolean => a.suppressions.some(({ kind }) => kind === 'shelf');

/** What whoever has it, or hid it, wrote about it. */
const noteOf = (a: Alarm): string =>
  isShelved(a) || a.handling.is === 'none' ? (a.suppressions[0]?.reason ?? '') : a.handling.note;

const priorityMark = ({ ruled }: Alarm): Html | false =>
  ruled?.priority !== undefined &&
  html` <span class="tag"
title="priority ${ruled.priority} of 5, given by a rule">P${ruled.priority}</span>`;

const reports = (a: Alarm): string =>
  `${counted(a.occurrences, 'report')} in ${counted(a.episodes, 'episode')}`;

function standingMark({ a, stands, nameOf, now }: Drawing): Html {
  const title = `${STANDING_SAYS[stands]}; ${phraseText(handlingPhrase(a, nameOf))}`;
  const wanted = stands === 'waiting' && a.assignee !== undefined ? nameOf(a.assignee) : '';
  const word = stands === 'shelved' && !isShelved(a) ? 'hidden' : stands;
  const assigned = html` <span class="quiet" title="assigned to ${wanted}">· ${wanted}</span>`;
  const fresh = html` <span class="tag new"
title="raised less than two minutes ago">${glyph('new')}new</span>`;
  return html`<span class="standing ${stands}"
title="${title}">${glyph(stands)}${word}</span>${isNew(a, now) && fresh}${
    wanted !== '' && assigned
  }`;
}

/** The end of its address: what people call it. Only what a browser may follow is a link. */
function ticketLink(ticket: string): Html {
  const end = ticket.replace(/\/+$/, '');
  const words = end.slice(end.lastIndexOf('/') + 1).slice(-TICKET_CHARS_MAX);
  return /^https?:\/\//i.test(ticket)
    ? html`<a href="${ticket}" title="${ticket}" rel="noreferrer noopener">${words}</a>`
    : html`<span title="${ticket}">${words}</span>`;
}

function incidentLink({ a, memory, site }: Drawing): Html | false {
  const id = memory.remembered.openIncidentOf(a.id);
  const incident = id === undefined ? undefined : memory.get('incidents', id);
  return (
    incident !== undefined &&
    html`<a class="lines" href="${site.prefix}/incidents/${incident.id}">${incident.title}</a>`
  );
}

/** Who has it, and the ticket; where nobody has it, the button with which one takes it. */
function who({ a, stands, nameOf }: Drawing): Html {
  const ticket = a.ticket !== '' && html` <span class="tag" title="${a.ticket}">ticket</span>`;
  if (stands === 'waiting' || stands === 'unseen') {
    return html`<button class="act" name="one"
value="acknowledge.${targetText(a)}">Acknowledge</button>${ticket}`;
  }
  if (isShelved(a)) {
    return html`<button class="act" name="one"
value="unshelve.${targetText(a)}">Unshelve</button>${ticket}`;
  }
  if (a.handling.is === 'none') return html`${ticket}`;
  return html`<span title="${a.handling.note}">${nameOf(a.handling.by)}</span>${ticket}`;
}
