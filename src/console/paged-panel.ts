import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import { nextText } from '../desk/views/pages.ts';
import type { NameOf } from '../desk/views/words.ts';
import type { Page } from '../domain/escalation/page.ts';
import { timeTag } from './parts.ts';
import type { Site } from './site.ts';

/** Who was woken for an alarm, and who came; absent where nobody was. */
export function pagedPanel(
  site: Site,
  pages: readonly Page[],
  nameOf: NameOf,
  now: Instant,
): Html | false {
  if (pages.length === 0) return false;
  return html`<section class="card woken"><h2>Who was woken</h2><ul class="plain-list">${pages.map(
    (page) => html`<li>${paged(page, nameOf, now)} <a
href="${site.prefix}/pages/${page.id}">The page</a></li>`,
  )}</ul></section>`;
}

/** `Ada Marek 02:14, Bob Lund 02:19: answered by Bob Lund 2 min ago, from the message.` */
function paged(page: Page, nameOf: NameOf, now: Instant): Html {
  const { told, answer, climbsAt } = page;
  const first = new Map(told.map((one) => [one.person, one.at] as const).reverse());
  const people = [...first].sort((a, b) => a[1] - b[1]);
  const who = people.map(
    ([person, at], i) =>
      html`${i > 0 && ', '}<b>${nameOf(person)}</b> ${timeTag(at, 'clock', now)}`,
  );
  const end = answer
    ? html`<b>${nameOf(answer.by)}</b> answered ${timeTag(answer.at, 'ago', now)}${
        answer.how === 'message' && ', from the message'
      }.`
    : climbsAt !== undefined
      ? html`nobody has answered; ${nextSaid(page, nameOf)} ${timeTag(climbsAt, 'left', now)}.`
      : page.is === 'unanswered'
        ? html`<span class="bad">nobody answered.</span>`
        : html`it is over.`;
  return html`${people.length === 0 ? 'Nobody could be told' : who}: ${end}`;
}

function nextSaid(page: Page, nameOf: NameOf): Html {
  const next = nextText(page, nameOf);
  return next === '' ? html`it ends` : html`<b>${next}</b> is told`;
}
