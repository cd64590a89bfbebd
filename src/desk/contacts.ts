import { DeskError } from '../base/errors.ts';
import { type Refusal, refusalFailure } from '../base/refusal.ts';
import type { Millis } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { ContactId, ContactKind } from '../domain/escalation/page.ts';
import { CODE_LIMITS, type People } from '../ports/people.ts';
import type { Desk } from './desk.ts';
import { type ContactView, contactViews } from './views/pages.ts';

/** Where somebody wants to be told. */
export interface NewContact {
  readonly person: UserId;
  readonly kind: ContactKind;
  readonly address: string;
  readonly delay: Millis;
}

/** A contact with its address, for its owner and for admins only. */
export interface AddressedContact extends ContactView {
  /** '' when it is not kept any more. */
  readonly address: string;
}

/**
 * Where people can be told. The fold knows that there is an address, `people` knows which. The
 * address is kept first: a stop in between leaves one that nothing asks for.
 */
export interface Contacts {
  of(person: UserId): readonly AddressedContact[];
  /** Throws FIELD_INVALID, ACTION_REFUSED. `id` makes a retry the same contact. */
  add(by: UserId, id: ContactId, contact: NewContact): Promise<void>;
  /** Throws ACTION_REFUSED. */
  remove(by: UserId, id: ContactId): Promise<void>;
  /**
   * Sends a test there, with a code while it is not verified; the id of the delivery. Throws
   * ACTION_REFUSED.
   */
  test(by: UserId, id: ContactId): Promise<string>;
  /** They have read the code there. Throws ACTION_REFUSED. */
  verify(by: UserId, id: ContactId, code: string): Promise<void>;
}

export function openContacts(desk: Desk, people: People): Contacts {
  const done = (refused: Refusal | undefined): void => {
    if (refused !== undefined) throw refusalFailure(refused);
  };
  return {
    of: (person) =>
      contactViews(desk.memory, person).map((view) => ({
        ...view,
        address: people.address(view.contact.id)?.address ?? '',
      })),
    async add(by, id, { address, ...contact }) {
      const expected = whatIsExpected(contact.kind, address);
      if (expected !== undefined)
        throw new DeskError('FIELD_INVALID', { field: 'address', expected });
      people.setAddress({ id, user: contact.person, kind: contact.kind, address });
      const { refused } = await desk.act(by, { verb: 'contact.set', contact: id, ...contact });
      if (refused !== undefined) people.dropAddress(id);
      done(refused);
    },
    async remove(by, id) {
      const { refused } = await desk.act(by, { verb: 'contact.remove', contact: id });
      done(refused);
      people.dropAddress(id);
    },
    async test(by, id) {
      if (desk.memory.get('contacts', id)?.verifiedAt === undefined) people.makeCode(id);
      const { refused, made = '' } = await desk.act(by, { verb: 'contact.test', contact: id });
      done(refused);
      return made;
    },
    async verify(by, id, code) {
      const is = people.tryCode(id, code.replace(/\s/g, ''));
      if (is !== 'right') throw new DeskError('ACTION_REFUSED', { why: CODE_SAYS[is] });
      done((await desk.act(by, { verb: 'contact.verify', contact: id })).refused);
    },
  };
}

const isWeb = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
};

/** Undefined: it is an address of that kind. */
function whatIsExpected(kind: ContactKind, address: string): string | undefined {
  switch (kind) {
    case 'email':
      return /^[^\s@<>,]+@[^\s@<>,]+$/.test(address) ? undefined : 'a mail address';
    case 'telegram':
      return /^-?\d{1,15}$/.test(address) ? undefined : 'the number of a chat';
    case 'ntfy':
      return isWeb(address) && /^\/[\w-]{1,64}$/.test(URL.parse(address)?.pathname ?? '')
        ? undefined
        : 'a topic with its server: https://ntfy.sh/my-topic';
    case 'webhook':
      return isWeb(address) ? undefined : 'an address that begins with https:// or http://';
  }
}

const { life_minutes, tries_max } = CODE_LIMITS;

const CODE_SAYS = {
  wrong: 'This is not the code. It is in the newest test message to that address.',
  none: `No code holds: each lives ${life_minutes} minutes and ${tries_max} tries. Test it again.`,
} as const;
