import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Memory } from '../desk/desk.ts';
import { isOverdue, marksOf } from '../desk/views/marks.ts';
import {
  counted,
  grouped,
  handlingPhrase,
  type NameOf,
  phraseText,
  STANDING_SAYS,
} from '../desk/views/words.ts';
import { type Alarm, type Standing, standing } from '../domain/alarm/alarm.ts';
import { severityMark, timeTag } from './parts.ts';
import type { Site } from './site.ts';

export interface RowContext {
  readonly site: Site;
  readonly nameOf: NameOf;
  readonly now: Instant;
  readonly memory: Pick<Memory, 'remembered' | 'inventory'>;
}

/** What a box or a button sends: the alarm, and the episode that stood there. */
export const targetText = (a: Alarm): string => `${a.id}.${a.episode}`;

/**
 * One row. The page and the stream send exactly this, the same for every reader: what a viewer
 * may not do is hidden by the page, and refused by the desk.
 */
export function alarmRow({ site, nameOf, now, memory }: RowContext, a: Alarm): Html {
  const caution = cautionOn(memory, a);
  const stands = standing(a);
  const href = `${site.prefix}/alarms/${a.id}`;
  return html`<tr id="a-${a.id}" data-id="${a.id}" class="${a.severity} ${stands}${
    isOverdue(a, now) && ' overdue'
  }"${caution !== '' && html` data-caution="${caution}"`}><td
class="c-pick act"><label><input type="checkbox" name="on" value="${targetText(a)}"
aria-label="Select ${a.resource}: ${a.text}"></label></td><td
class="c-sev">${severityMark(a.severity, stands)}${priorityMark(a)}</td><td
class="c-state">${standingMark(a, stands, nameOf)}</td><td
class="c-res" title="${a.resource}"><a
class="lines" href="${href}">${a.resource}</a></td><td
class="c-text" title="${a.type}: ${a.text}"><span
class="lines">${
    caution !== '' && html`<span class="tag caution" title="${caution}">caution</span> `
  }${marks(a, now)}<span class="type">${a.type}</span>${a.text}</span></td><td
class="c-age">${timeTag(a.condition.since, 'age', now)}</td><td
class="c-count">${
    a.occurrences > 1 && html`<span title="${reports(a)}">×${grouped(a.occurrences)}</span>`
  }</td><td class="c-who">${who(a, stands, nameOf)}</td></tr>`;
}

/** What to know before touching it; '' when there is nothing. */
const cautionOn = ({ remembered, inventory }: RowContext['memory'], a: Alarm): string =>
  remembered
    .cautionsOn(a, inventory)
    .map(({ text }) => text)
    .join('; ');

const marks = (a: Alarm, now: Instant): readonly Html[] =>
  marksOf(a, now).map((mark) => html`<span class="tag" title="${mark.says}">${mark.word}</span> `);

const isShelved = (a: Alarm): boolean => a.suppressions.some(({ kind }) => kind === 'shelf');

const priorityMark = ({ ruled }: Alarm): Html | false =>
  ruled?.priority !== undefined &&
  html` <span class="tag"
title="priority ${ruled.priority} of 5, given by a rule">P${ruled.priority}</span>`;

const reports = (a: Alarm): string =>
  `${counted(a.occurrences, 'report')} in ${counted(a.episodes, 'episode')}`;

function standingMark(a: Alarm, stands: Standing, nameOf: NameOf): Html {
  const title = `${STANDING_SAYS[stands]}; ${phraseText(handlingPhrase(a, nameOf))}`;
  const wanted = stands === 'waiting' && a.assignee !== undefined ? nameOf(a.assignee) : '';
  const word = stands === 'shelved' && !isShelved(a) ? 'hidden' : stands;
  const assigned = html` <span class="quiet" title="assigned to ${wanted}">· ${wanted}</span>`;
  return html`<span class="standing ${stands}" title="${title}">${word}</span>${
    wanted !== '' && assigned
  }`;
}

/** Who has it, and the ticket; where nobody has it, the button with which one takes it. */
function who(a: Alarm, stands: Standing, nameOf: NameOf): Html {
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
