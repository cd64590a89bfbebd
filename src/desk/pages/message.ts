import { after, type Instant } from '../../base/time.ts';
import {
  type Contact,
  isOpen,
  type Page,
  type PageId,
  type Told,
} from '../../domain/escalation/page.ts';
import type { Place } from '../../domain/escalation/policy.ts';
import { fresh, slot } from '../../domain/escalation/throttle.ts';
import type { DeliveryId, NoticePage, WayRef } from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import type { Delivery } from '../tables.ts';
import type { Reached } from './who.ts';

export const climbTimer = (id: PageId): string => `page.climb/${id}`;

/** How a contact is called where ways of receivers are. */
export const wayOf = ({ id, kind }: Pick<Contact, 'id' | 'kind'>): WayRef => ({
  receiver: `contact/${id}`,
  kind,
  index: 0,
});

/**
 * Puts a message into the outbox for one contact of one person, or holds it back when the contact
 * had many of late: it goes with the others then. The page climbs as if it had gone.
 */
export function tell(
  draft: Draft,
  row: Page,
  place: Place,
  { person, why }: Reached,
  contact: Contact,
): Told {
  const { at } = draft.now;
  const dueAt = after(at, contact.delay);
  const held = draft.get('throttles', contact.id) ?? fresh(contact.id);
  const next = slot(held, dueAt);
  draft.put('throttles', contact.id, next.throttle);
  const told = { ...place, at, person, contact: contact.id, why };
  if (next.isHeld) {
    armRelease(draft, contact, next.throttle.planned[0] ?? next.at);
    return { ...told, delivery: undefined, is: 'held', heldUntil: next.at };
  }
  const delivery = send(draft, row, contact, noticePage(row, { person, why }), dueAt);
  return { ...told, delivery, is: 'open' };
}

export const armRelease = (draft: Draft, { id }: Pick<Contact, 'id'>, at: Instant): void =>
  draft.setTimer(`page.release/${id}`, at, { is: 'page.release', contact: id });

export const noticePage = (row: Page, { person, why }: Reached): NoticePage => ({
  ...{ id: row.id, person, why, policy: row.policy.name, receiver: row.to.receiver },
  ...(row.run ? { run: row.run.id } : {}),
});

export function send(
  draft: Draft,
  { group, groupKey, groupLabels, routeLabels, alerts }: Page,
  contact: Contact,
  page: NoticePage,
  dueAt: Instant,
): DeliveryId {
  const { at } = draft.now;
  const said = { group, groupKey, groupLabels, routeLabels, alerts, at };
  return draft.deliver(
    { ...said, to: wayOf(contact), reason: 'page', page },
    { attempts: 0, dueAt, since: dueAt, late: false },
  );
}

/** All pages that a message is about. */
export const pagesIn = ({ id, others = [] }: NoticePage): readonly string[] => [
  id,
  ...others.map((other) => other.id),
];

/** A message ended: every page it was about knows. */
export function pageDelivered(
  draft: Draft,
  { id, notice }: Delivery,
  result: 'sent' | 'shadow' | 'never',
): void {
  const is = result === 'never' ? ('failed' as const) : ('sent' as const);
  for (const page of notice.page ? pagesIn(notice.page) : []) {
    const row = draft.get('pages', page);
    if (!row) continue;
    const told = row.told.map((one) => (one.delivery === id ? { ...one, is } : one));
    toldAnew(draft, { ...row, told });
  }
}

/**
 * What became of messages of a page. When none of this place could be delivered at all, and none is
 * about to be, the page climbs now: waiting would help nobody.
 */
export function toldAnew(draft: Draft, row: Page): void {
  const { round, step } = row.place;
  const isHere = (t: Told): boolean => t.round === round && t.step === step;
  const isLost = row.told.every((t) => !isHere(t) || t.is === 'failed');
  const climbsAt = draft.now.at;
  if (!isOpen(row) || !isLost) return draft.put('pages', row.id, row);
  draft.put('pages', row.id, { ...row, climbsAt });
  draft.setTimer(climbTimer(row.id), climbsAt, { is: 'page.climb', page: row.id });
}
