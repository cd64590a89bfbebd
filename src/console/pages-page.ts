import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { AddressedContact } from '../desk/contacts.ts';
import { isLive } from '../desk/pages/pages-index.ts';
import { nextText, pageTitle } from '../desk/views/pages.ts';
import { counted, type NameOf } from '../desk/views/words.ts';
import type { Standing } from '../domain/alarm/alarm.ts';
import { CONTACT_KINDS, type Page, type Told, usedOf } from '../domain/escalation/page.ts';
import { errorSummary, type FieldNames, faultErrors, fieldMarks } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, severityMark, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface PagesView {
  /** Those that wait first. */
  readonly pages: Stretch<Page>;
  /** Whether any receiver leads to an escalation policy. */
  readonly isUsed: boolean;
  readonly fault: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

const WORDS: Readonly<Record<Page['is'], readonly [kind: string, word: string]>> = {
  open: ['active', 'waits'],
  unanswered: ['failed', 'nobody answered'],
  answered: ['good', 'answered'],
  ended: ['expired', 'over'],
};

const STANDINGS: Readonly<Record<Page['is'], Standing>> = {
  open: 'waiting',
  unanswered: 'waiting',
  answered: 'acknowledged',
  ended: 'cleared',
};

const state = ({ is }: Page): Html => {
  const [kind, word] = WORDS[is];
  return html`<span class="state ${kind}">${word}</span>`;
};

/** Who is being woken, by what, and who comes next. */
export function pagesBody(site: Site, reader: Reader, view: PagesView): Html {
  const { pages, fault } = view;
  return html`<div class="stack">${errorSummary(faultErrors(fault, {}))}
<div class="title"><h1>Pages</h1><span class="quiet">Who is being
asked to answer, and who comes next. <a href="${site.prefix}/me">How you are told</a></span></div>
${
  pages.total === 0
    ? nothing(view)
    : html`<div class="scroll"><table class="table"><caption class="unseen-text">Pages</caption>
<thead><tr><th scope="col">State</th><th scope="col">About</th><th scope="col">Told</th><th
scope="col">Next</th><th scope="col"><span class="unseen-text">Actions</span></th></tr></thead>
<tbody>${pages.rows.map((page) => row(site, reader, view, page))}</tbody></table></div>${pager(
        site,
        reader,
        pages,
      )}`
}</div>`;
}

const nothing = ({ isUsed }: PagesView): Html =>
  html`<div class="card empty"><h2>Nobody has been paged.</h2>${
    isUsed
      ? html`<p>When an alarm reaches a receiver with an escalation policy, it stands here until
somebody answers.</p>`
      : html`<p>No receiver pages anybody yet. Write <code>schedules</code> and
<code>escalation_policies</code> into the configuration, and <code>escalation_configs</code> under
a receiver.</p>`
  }</div>`;

function row(site: Site, reader: Reader, view: PagesView, page: Page): Html {
  const { nameOf, now } = view;
  const [first] = page.alerts;
  const people = [...new Set(page.told.map(({ person }) => nameOf(person)))];
  const next = nextText(page, nameOf);
  const { climbsAt, answer } = page;
  return html`<tr><td>${state(page)}</td>
<td>${first && severityMark(first.severity, STANDINGS[page.is])} <a
href="${site.prefix}/pages/${page.id}">${pageTitle(page)}</a><br><span class="quiet">${
    page.policy.name
  }, ${timeTag(page.at, 'ago', now)}</span></td>
<td data-h="Told">${people.length === 0 ? html`<b>nobody</b>` : people.join(', ')}${
    answer && html`<br><b>${nameOf(answer.by)}</b> has it`
  }</td>
<td data-h="Next">${
    climbsAt !== undefined &&
    html`${next === '' ? 'nobody is left' : next}<br>${timeTag(climbsAt, 'left', now)}`
  }</td>
<td>${mayAct(reader) && isLive(page) && take(site, reader, page)}</td></tr>`;
}

const take = (site: Site, reader: Reader, page: Page): Html =>
  html`<form method="post" action="${site.prefix}/pages/${page.id}/answer">${formKeys(reader)}
<button class="main" aria-label="I have it: ${pageTitle(page)}">I have it</button></form>`;

export interface OnePageView {
  readonly page: Page;
  readonly kindOf: (contact: Told['contact']) => string;
  readonly fault: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

const NOBODY = 'Everybody was told, and nobody answered.';

/** One page: what it is about, its way so far, and what is to come. */
export function onePageBody(site: Site, reader: Reader, view: OnePageView): Html {
  const { page, fault, nameOf, now } = view;
  const { answer, climbsAt, policy, place } = page;
  const next = nextText(page, nameOf);
  return html`<div class="stack">${errorSummary(faultErrors(fault, {}))}
<div class="title"><h1>${pageTitle(page)}</h1>${state(page)}</div>
<div class="card stack"><p>${
    answer
      ? html`<b>${nameOf(answer.by)}</b> answered ${timeTag(answer.at, 'ago', now)}${
          answer.how === 'message' && ' from the message'
        }.`
      : climbsAt === undefined
        ? html`${page.is === 'unanswered' ? NOBODY : 'It is over.'}`
        : html`Step ${place.step + 1} of ${policy.steps.length}, round ${place.round} of ${
            policy.repeat + 1
          }. ${next === '' ? 'Nobody is left to tell' : html`<b>${next}</b> is told`} ${timeTag(
            climbsAt,
            'left',
            now,
          )}.`
  }</p>
${
  isLive(page) &&
  mayAct(reader) &&
  html`<div class="bar">${take(site, reader, page)}${
    page.is === 'open' &&
    html`<details><summary>Send it on now</summary><form method="post"
action="${site.prefix}/pages/${page.id}/climb">${formKeys(reader)}<label class="field">Why <input
name="reason" required maxlength="4096" autocomplete="off"></label>
<button>Send it on</button></form></details>`
  }</div>`
}</div>
<h2>About</h2><ul class="plain-list card">${page.alerts.map(
    ({ alarm, severity, text, labels }) => html`<li>${severityMark(severity, 'waiting')} <a
href="${site.prefix}/${page.run ? 'runs' : 'alarms'}/${alarm}">${
      page.run && 'Run: '
    }${labels['alertname'] ?? ''} ${labels['instance'] ?? ''}</a> ${text}</li>`,
  )}${page.moreAlerts > 0 && html`<li>and ${counted(page.moreAlerts, 'alarm')} more</li>`}</ul>
<h2>Its way</h2>${way(view)}</div>`;
}

const TOLD_WORDS: Readonly<Record<Told['is'], string>> = {
  open: 'on its way',
  held: 'held back',
  sent: 'sent',
  failed: 'could not be delivered',
  withdrawn: 'taken back: it was answered or over',
};

function way({ page, kindOf, nameOf, now }: OnePageView): Html {
  const lines = [
    ...page.told.map((t) => ({
      at: t.at,
      place: `round ${t.round}, step ${t.step + 1}`,
      who: nameOf(t.person),
      says: html`${t.why}; by ${kindOf(t.contact)}: ${TOLD_WORDS[t.is]}${
        t.heldUntil !== undefined &&
        html` until ${timeTag(t.heldUntil, 'clock', now)}: too many at once, they go together`
      }`,
    })),
    ...page.empty.map((e) => ({
      at: e.at,
      place: `round ${e.round}, step ${e.step + 1}`,
      who: 'nobody',
      says: html`${e.why}`,
    })),
  ].sort((a, b) => a.at - b.at);
  if (lines.length === 0) return html`<p class="card">Nobody was told.</p>`;
  return html`<div class="scroll"><table class="table"><caption class="unseen-text">Who was
told</caption><thead><tr><th scope="col">When</th><th scope="col">Where</th><th
scope="col">Who</th><th scope="col">How</th></tr></thead><tbody>${lines.map(
    ({ at, place, who, says }) => html`<tr><td>${timeTag(at, 'clock', now)}</td><td>${place}</td>
<td><b>${who}</b></td><td>${says}</td></tr>`,
  )}</tbody></table></div>`;
}

export interface ContactsView {
  readonly contacts: readonly AddressedContact[];
  readonly done: string;
  readonly fault: string;
  readonly now: Instant;
}

const KIND_WORDS: Readonly<Record<(typeof CONTACT_KINDS)[number], string>> = {
  email: 'E-mail: an address',
  ntfy: 'ntfy: https://ntfy.sh/your-topic',
  telegram: 'Telegram: the number of your chat with the bot',
  webhook: 'Webhook: https://…',
};

export const CONTACT_FIELDS: FieldNames = {
  kind: ['kind', 'Kind'],
  address: ['address', 'Address'],
  delay: ['delay', 'Minutes'],
};

/** Where the reader is told when paged. */
export function contactsBody(site: Site, reader: Reader, view: ContactsView): Html {
  const { contacts, done, fault } = view;
  const at = (name: string): Html => fieldMarks(faultErrors(fault, CONTACT_FIELDS), name);
  return html`<div class="stack">${errorSummary(faultErrors(fault, CONTACT_FIELDS))}
<div class="title"><h1>How you are told</h1><span
class="quiet">Used when a page wants your answer.</span></div>
${done !== '' && html`<p class="card good" role="status">${done}</p>`}
${
  contacts.length === 0
    ? html`<div class="card empty"><h2>Nobody can wake you.</h2><p>Add an address below and send a
test to it. Without one a page passes you by and wakes the next.</p></div>`
    : html`<div class="scroll"><table class="table"><caption class="unseen-text">Your
addresses</caption><thead><tr><th scope="col">Kind</th><th scope="col">Address</th><th
scope="col">When</th><th scope="col">Works?</th><th scope="col">Verified?</th><th
scope="col"><span
class="unseen-text">Actions</span></th></tr></thead><tbody>${contacts.map((one) =>
        contactRow(site, reader, view, one),
      )}</tbody></table></div>`
}
<form class="card form" method="post" action="${site.prefix}/me/contacts">${formKeys(reader)}
<h2>Add an address</h2>
<label class="field">Kind <select ${at('kind')}>${CONTACT_KINDS.map(
    (kind) => html`<option value="${kind}">${KIND_WORDS[kind]}</option>`,
  )}</select></label>
<label class="field">Address <input ${at('address')} required maxlength="2048" autocomplete="off"
spellcheck="false"></label>
<label class="field">Minutes after a page reached you <input ${at('delay')} type="number" min="0"
max="1440" value="0"></label>
<button class="main">Add</button></form></div>`;
}

function contactRow(
  site: Site,
  reader: Reader,
  { now, contacts }: ContactsView,
  { contact, address, health }: AddressedContact,
): Html {
  const isUsed = usedOf(contacts.map((one) => one.contact)).includes(contact);
  const minutes = contact.delay / 60_000;
  const action = (what: string, word: string, main = false): Html =>
    html`<form method="post" action="${site.prefix}/me/contacts/${contact.id}/${what}">${formKeys(
      reader,
    )}
<button${main && html` class="main"`} aria-label="${word} ${address}">${word}</button></form>`;
  return html`<tr><td>${contact.kind}</td><td>${address}</td>
<td data-h="When">${minutes === 0 ? 'at once' : `after ${counted(minutes, 'minute')}`}</td>
<td data-h="Works?">${
    health?.failingSince !== undefined
      ? html`<b>no</b>, since ${timeTag(health.failingSince, 'ago', now)}: ${health.lastError}`
      : health?.lastSentAt !== undefined
        ? html`yes, last ${timeTag(health.lastSentAt, 'ago', now)}`
        : 'not tried yet: send a test'
  }</td>
<td data-h="Verified?">${
    contact.verifiedAt !== undefined
      ? html`yes, ${timeTag(contact.verifiedAt, 'ago', now)}`
      : html`no${!isUsed && ': not used while another is'}
<form class="bar" method="post" action="${site.prefix}/me/contacts/${contact.id}/verify">${formKeys(
          reader,
        )}<label class="field">Code of the test <input name="code" required maxlength="32" size="8"
inputmode="numeric" autocomplete="one-time-code"></label>
<button aria-label="Verify ${address}">Verify</button></form>`
  }</td>
<td><div class="bar">${action('test', 'Test', true)}${action('remove', 'Remove')}</div></td></tr>`;
}
