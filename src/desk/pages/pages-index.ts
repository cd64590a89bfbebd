import type { UserId } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Contact, ContactId, Page, PageId } from '../../domain/escalation/page.ts';
import { type GroupId, type WayRef, wayText } from '../../domain/routing/notice.ts';

const placeOf = (group: GroupId, to: WayRef): string => `${group}/${wayText(to)}`;

/** A page that may still be answered. */
export const isLive = (page: Page): boolean => page.is === 'open' || page.is === 'unanswered';

/** Which pages wait for an answer, by where they came from and what they are about; contacts. */
export class PagesIndex {
  readonly #byWay = new Map<string, PageId>();
  readonly #byAlarm = new Map<AlarmId, Set<PageId>>();
  readonly #byHeld = new Map<ContactId, Set<PageId>>();
  readonly #contacts = new Map<UserId, Map<string, Contact>>();

  /** Keeps the index in step with one row. */
  note(was: Page | undefined, is: Page | undefined): void {
    if (was && isLive(was)) {
      this.#byWay.delete(placeOf(was.group, was.to));
      for (const { alarm } of was.alerts) this.#leave(alarm, was.id);
      for (const { is: now, contact } of was.told) {
        if (now === 'held') this.#byHeld.get(contact)?.delete(was.id);
      }
    }
    if (is && isLive(is)) {
      this.#byWay.set(placeOf(is.group, is.to), is.id);
      for (const { alarm } of is.alerts) {
        const ids = this.#byAlarm.get(alarm);
        if (ids) ids.add(is.id);
        else this.#byAlarm.set(alarm, new Set([is.id]));
      }
      for (const { is: now, contact } of is.told) {
        if (now !== 'held') continue;
        const ids = this.#byHeld.get(contact) ?? new Set<PageId>();
        this.#byHeld.set(contact, ids.add(is.id));
      }
    }
  }

  noteContact(was: Contact | undefined, is: Contact | undefined): void {
    if (was) this.#contacts.get(was.person)?.delete(was.id);
    if (!is) return;
    const own = this.#contacts.get(is.person) ?? new Map<string, Contact>();
    this.#contacts.set(is.person, own.set(is.id, is));
  }

  /** A person's, in the order in which they are told; of equals the one that was added first. */
  contactsOf(person: UserId): readonly Contact[] {
    const own = this.#contacts.get(person)?.values() ?? [];
    return [...own].sort((a, b) => a.delay - b.delay || a.n - b.n || (a.id < b.id ? -1 : 1));
  }

  /** Pages that may still be answered, in no order. */
  live(): Iterable<PageId> {
    return this.#byWay.values();
  }

  /** Live pages with a message that is held back for a contact, in no order. */
  heldFor(contact: ContactId): readonly PageId[] {
    return [...(this.#byHeld.get(contact) ?? [])];
  }

  get isEmpty(): boolean {
    return this.#byWay.size === 0;
  }

  /** The page a group's way waits on. */
  liveOf(group: GroupId, to: WayRef): PageId | undefined {
    return this.#byWay.get(placeOf(group, to));
  }

  /** Live pages about an alarm, in the order of their ids. */
  about(alarm: AlarmId): readonly PageId[] {
    const ids = this.#byAlarm.get(alarm);
    return ids ? [...ids].sort() : [];
  }

  #leave(alarm: AlarmId, page: PageId): void {
    const ids = this.#byAlarm.get(alarm);
    ids?.delete(page);
    if (ids?.size === 0) this.#byAlarm.delete(alarm);
  }
}
