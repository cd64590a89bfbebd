import type { Instant } from '../../base/time.ts';
import {
  type Contact,
  type ContactId,
  PAGE_LIMITS,
  type Page,
  type Told,
} from '../../domain/escalation/page.ts';
import { bundled, fresh } from '../../domain/escalation/throttle.ts';
import type { DeliveryId } from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import type { State } from '../state.ts';
import { pageTitle } from '../views/pages.ts';
import { armRelease, noticePage, send, toldAnew } from './message.ts';

/**
 * The time has come of what was held back for a contact: all of it that still waits for an answer
 * goes as one message. Work: `PAGE_LIMITS.bundle_pages_max` pages; the rest goes with the next.
 */
export function release(draft: Draft, state: State, id: ContactId): void {
  const { at } = draft.now;
  const due = heldFor(draft, state, id);
  const [now, rest] = [
    due.slice(0, PAGE_LIMITS.bundle_pages_max),
    due.slice(PAGE_LIMITS.bundle_pages_max),
  ];
  const contact = draft.get('contacts', id);
  const delivery = contact && isThere(draft, contact) ? bundle(draft, now, contact) : undefined;
  const went: Changed = delivery ? { is: 'open', delivery } : { is: 'failed' };
  for (const page of now) mark(draft, page, id, went);
  const held = draft.get('throttles', id) ?? fresh(id);
  const throttle = bundled(held, at, now.length > 0, rest.length > 0);
  const [next] = throttle.planned;
  for (const page of rest) mark(draft, page, id, { is: 'held', heldUntil: next ?? at });
  draft.put('throttles', id, throttle);
  if (next !== undefined) armRelease(draft, { id }, next);
}

const isThere = (draft: Draft, { person }: Contact): boolean =>
  draft.get('users', person)?.disabled === false;

const isDue = (told: Told, contact: ContactId, at: Instant): boolean =>
  told.is === 'held' && told.contact === contact && (told.heldUntil ?? at) <= at;

/** Pages whose message to a contact is due, the oldest first. */
function heldFor(draft: Draft, state: State, contact: ContactId): readonly Page[] {
  const rows = state.pages.heldFor(contact).flatMap((id) => draft.get('pages', id) ?? []);
  return rows
    .filter(({ told }) => told.some((one) => isDue(one, contact, draft.now.at)))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

type Changed = Pick<Told, 'is'> & Partial<Pick<Told, 'delivery' | 'heldUntil'>>;

function mark(draft: Draft, page: Page, contact: ContactId, to: Changed): void {
  const told = page.told.map((one): Told => {
    if (!isDue(one, contact, draft.now.at)) return one;
    const { heldUntil: _, ...rest } = one;
    return { ...rest, ...to };
  });
  toldAnew(draft, { ...page, told });
}

/** One message about all of them; it says what the first says, and names the others. */
function bundle(draft: Draft, pages: readonly Page[], contact: Contact): DeliveryId | undefined {
  const [first, ...more] = pages;
  if (!first) return undefined;
  const why = first.told.find((one) => isDue(one, contact.id, draft.now.at))?.why ?? '';
  const page = noticePage(first, { person: contact.person, why });
  const others = more.map((row) => ({ id: row.id, title: pageTitle(row) }));
  const about = others.length === 0 ? page : { ...page, title: pageTitle(first), others };
  return send(draft, first, contact, about, draft.now.at);
}
