import { randomUUID } from 'node:crypto';
import { DeskError } from '../base/errors.ts';
import { refusalFailure, refusalText } from '../base/refusal.ts';
import { minutes } from '../base/time.ts';
import { fieldLabels } from '../console/form-errors.ts';
import { stretch } from '../console/pager.ts';
import { CONTACT_FIELDS, contactsBody, onePageBody, pagesBody } from '../console/pages-page.ts';
import type { Contacts } from '../desk/contacts.ts';
import type { PageAct } from '../desk/page-acts.ts';
import { listPages, PAGE_STATES, pageTitle } from '../desk/views/pages.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import {
  CONTACT_KINDS,
  type ContactId,
  PAGE_LIMITS,
  type PageId,
} from '../domain/escalation/page.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, ownerOf, VIEWER } from './api/parts.ts';
import { field } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import { sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';

export interface PagesPageParts extends RoutingPageParts {
  readonly contacts: Contacts;
}

const DONE: Readonly<Record<string, string>> = {
  added: 'It is added. Send a test to it now: at three in the morning it must work.',
  removed: 'It is removed.',
  tested: 'A test is on its way. When it arrived, this page says so; enter its code beside it.',
  verified: 'It is verified: pages go there for sure.',
};

const POST = { method: 'POST', form: true } as const;

/** Pages, and where the reader is told. */
export const pagesPages = (parts: PagesPageParts): Route[] => [
  {
    method: 'GET',
    path: '/pages',
    access: VIEWER,
    summary: 'Who is being paged, and who comes next.',
    handle: (asked) => showAll(parts, asked),
  },
  {
    method: 'GET',
    path: '/pages/:id',
    access: VIEWER,
    summary: 'One page: its way so far.',
    handle: (asked) => showOne(parts, asked),
  },
  {
    ...POST,
    path: '/pages/:id/answer',
    access: OPERATOR,
    summary: 'Answers a page.',
    handle: (asked) => act(parts, asked, 'page.answer'),
  },
  {
    ...POST,
    path: '/pages/:id/climb',
    access: OPERATOR,
    summary: 'Sends a page on to the next ones.',
    handle: (asked) => act(parts, asked, 'page.climb'),
  },
  {
    method: 'GET',
    path: '/me',
    access: VIEWER,
    summary: 'Where you are told when you are paged.',
    handle: (asked) => me(parts, asked),
  },
  {
    ...POST,
    path: '/me/contacts',
    access: VIEWER,
    summary: 'Adds an address of yours.',
    kept: { labels: fieldLabels(CONTACT_FIELDS) },
    handle: (asked) => add(parts, asked),
  },
  {
    ...POST,
    path: '/me/contacts/:id/test',
    access: VIEWER,
    summary: 'Sends a test to an address of yours.',
    handle: (asked) =>
      change(parts, asked, 'tested', (by, id) => parts.contacts.test(by, id).then(() => {})),
  },
  {
    ...POST,
    path: '/me/contacts/:id/verify',
    access: VIEWER,
    summary: 'Shows with a code that what arrives there is read.',
    handle: (asked) =>
      change(parts, asked, 'verified', (by, id) =>
        parts.contacts.verify(by, id, field(asked.json, 'code')),
      ),
  },
  {
    ...POST,
    path: '/me/contacts/:id/remove',
    access: VIEWER,
    summary: 'Removes an address of yours.',
    handle: (asked) => change(parts, asked, 'removed', (by, id) => parts.contacts.remove(by, id)),
  },
];

function showAll({ desk, site, accounts, draw }: PagesPageParts, asked: Asked): Answer {
  const { memory, clock } = desk;
  const all = listPages(memory, PAGE_STATES);
  const view = {
    pages: stretch(all, asked.query),
    isUsed: (memory.get('duties', 'duty')?.duty.policies.length ?? 0) > 0,
    fault: '',
    nameOf: (id: UserId): string => accounts.name(id),
    now: clock.now(),
  };
  return draw(asked, { title: 'Pages', at: '/pages' }, (reader) => pagesBody(site, reader, view));
}

function showOne(parts: PagesPageParts, asked: Asked, fault = '', status = 200): Answer {
  const { desk, site, accounts, draw } = parts;
  const { memory, clock } = desk;
  const page = memory.get('pages', asked.params.id ?? '');
  if (!page) throw new DeskError('NOT_FOUND', { what: 'such page' });
  const view = {
    page,
    kindOf: (contact: string) => memory.get('contacts', contact)?.kind ?? 'a removed address',
    fault: fault === '' ? '' : sentence(fault),
    nameOf: (id: UserId): string => accounts.name(id),
    now: clock.now(),
  };
  const drawn = { title: pageTitle(page), at: '/pages', status };
  return draw(asked, drawn, (reader) => onePageBody(site, reader, view));
}

async function act(parts: PagesPageParts, asked: Asked, verb: PageAct['verb']): Promise<Answer> {
  const page = (asked.params.id ?? '') as PageId;
  const reason = field(asked.json, 'reason').trim();
  if (verb === 'page.climb' && reason === '') return showOne(parts, asked, 'say why', 422);
  const what: PageAct =
    verb === 'page.climb' ? { verb, page, reason } : { verb, page, how: 'desk', note: '' };
  const once = formOnce(asked, [verb, page, reason]);
  const { refused } = await parts.desk.act(byOf(asked.actor), what, once);
  if (refused !== undefined)
    return showOne(parts, asked, refusalText(refused), refusalFailure(refused).status);
  return seeOther(`${parts.site.prefix}/pages/${page}`);
}

function me(parts: PagesPageParts, asked: Asked, fault = '', status = 200): Answer {
  const { contacts, desk, site, draw } = parts;
  const view = {
    contacts: contacts.of(ownerOf(asked.actor)),
    done: fault === '' ? (DONE[asked.query.get('done') ?? ''] ?? '') : '',
    fault: fault === '' ? '' : sentence(fault),
    now: desk.clock.now(),
  };
  const drawn = { title: 'How you are told', at: '/pages', status };
  return draw(asked, drawn, (reader) => contactsBody(site, reader, view));
}

async function add(parts: PagesPageParts, asked: Asked): Promise<Answer> {
  const text = (name: string): string => field(asked.json, name).trim();
  const kind = CONTACT_KINDS.find((one) => one === text('kind'));
  const delay = Number(text('delay') || '0');
  if (!kind) return me(parts, asked, 'kind: choose one', 422);
  const most = PAGE_LIMITS.contact_delay_hours_max * 60;
  if (!Number.isInteger(delay) || delay < 0 || delay > most)
    return me(parts, asked, `delay: 0 to ${most} expected`, 422);
  const contact = {
    person: ownerOf(asked.actor),
    kind,
    address: text('address'),
    delay: minutes(delay),
  };
  return done(parts, asked, 'added', () =>
    parts.contacts.add(byOf(asked.actor), randomUUID() as string as ContactId, contact),
  );
}

async function change(
  parts: PagesPageParts,
  asked: Asked,
  what: string,
  does: (by: UserId, id: ContactId) => Promise<void>,
): Promise<Answer> {
  const contact = parts.desk.memory.get('contacts', asked.params.id ?? '');
  if (contact?.person !== ownerOf(asked.actor))
    throw new DeskError('NOT_FOUND', { what: 'such address of yours' });
  return done(parts, asked, what, () => does(byOf(asked.actor), contact.id));
}

async function done(
  parts: PagesPageParts,
  asked: Asked,
  what: string,
  does: () => Promise<void>,
): Promise<Answer> {
  try {
    await does();
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    return me(parts, asked, error.message, error.status);
  }
  return seeOther(`${parts.site.prefix}/me?done=${what}`);
}
