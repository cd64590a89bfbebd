import { randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { minutes } from '../../base/time.ts';
import { type AddressedContact, openContacts } from '../../desk/contacts.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import {
  CONTACT_KINDS,
  type ContactId,
  PAGE_LIMITS,
  usedOf,
} from '../../domain/escalation/page.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Asked, Route } from '../route.ts';
import { maybeText } from './drawn.ts';
import { API, type ApiParts, byOf, ownerOf, roleOf, VIEWER } from './parts.ts';
import { maybeTime, nullable, somebody, words } from './shapes.ts';

const CONTACTS = `${API}/contacts`;
const MINUTE_MS = 60_000;

const shape = Type.Object(
  {
    id: Type.String(),
    person: somebody,
    kind: words(CONTACT_KINDS),
    address: Type.String(),
    delayMinutes: Type.Integer({ description: 'Told so long after a page reached the person.' }),
    failing: nullable(Type.String({ description: 'What the last try said, while tries fail.' })),
    lastSentAt: maybeTime('When something arrived there last.'),
    verifiedAt: maybeTime('When the person showed that they read it; null: not yet.'),
    isUsed: Type.Boolean({ description: 'Not verified while another is: no page goes there.' }),
  },
  { $id: 'Contact' },
);

const query = Type.Object(
  { person: Type.Optional(Type.String({ description: 'Default: you. Others: for admins.' })) },
  { additionalProperties: false },
);

const body = Type.Object(
  {
    person: Type.Optional(Type.String({ description: 'Default: you. Others: for admins.' })),
    kind: words(CONTACT_KINDS),
    address: Type.String({
      description: 'A mail address, the number of a chat, https://ntfy.sh/topic, or a webhook.',
    }),
    delayMinutes: Type.Optional(
      Type.Integer({ minimum: 0, maximum: PAGE_LIMITS.contact_delay_hours_max * 60 }),
    ),
  },
  { additionalProperties: false },
);

const codeBody = Type.Object(
  { code: Type.String({ maxLength: 32, description: 'As it stands in the message.' }) },
  { additionalProperties: false },
);

const made = Type.Object({ id: Type.String() });

/** Where people are told who are paged. Everybody sees and changes their own, an admin all. */
export function contactRoutes(given: ApiParts): Route[] {
  const parts = { ...given, contacts: openContacts(given.desk, given.accounts.people) };
  return [
    {
      method: 'GET',
      path: CONTACTS,
      access: VIEWER,
      summary: 'Where a person is told when they are paged, and whether it works.',
      querySchema: query,
      answerSchema: Type.Object({ items: Type.Array(shape) }),
      handle: (asked) => {
        const { person } = readQuery(query, asked.query);
        const found = parts.contacts.of(whose(asked, person));
        const used = new Set(usedOf(found.map(({ contact }) => contact)));
        return json(200, {
          items: found.map((one) => ({
            ...contactJson(parts, one),
            isUsed: used.has(one.contact),
          })),
        });
      },
    },
    {
      method: 'POST',
      path: CONTACTS,
      access: VIEWER,
      summary: 'Adds an address where a person is told when they are paged.',
      bodySchema: body,
      answerSchema: made,
      handle: async (asked) => {
        const { person, kind, address, delayMinutes = 0 } = asked.json as Static<typeof body>;
        const id = randomUUID() as string as ContactId;
        const delay = minutes(delayMinutes);
        const contact = { person: whose(asked, person), kind, address, delay };
        await parts.contacts.add(byOf(asked.actor), id, contact);
        return json(201, { id });
      },
    },
    {
      method: 'DELETE',
      path: `${CONTACTS}/:id`,
      access: VIEWER,
      summary: 'Removes an address.',
      answerSchema: made,
      handle: async (asked) => {
        const id = own(parts, asked);
        await parts.contacts.remove(byOf(asked.actor), id);
        return json(200, { id });
      },
    },
    {
      method: 'POST',
      path: `${CONTACTS}/:id/test`,
      access: VIEWER,
      summary: 'Sends a test message there, with a code while it is not verified.',
      answerSchema: Type.Object({ delivery: Type.String() }),
      handle: async (asked) => {
        const delivery = await parts.contacts.test(byOf(asked.actor), own(parts, asked));
        return json(202, { delivery });
      },
    },
    {
      method: 'POST',
      path: `${CONTACTS}/:id/verify`,
      access: VIEWER,
      summary: 'Shows with the code of the test message that it was read.',
      bodySchema: codeBody,
      answerSchema: made,
      handle: async (asked) => {
        const id = own(parts, asked);
        const { code } = asked.json as Static<typeof codeBody>;
        await parts.contacts.verify(byOf(asked.actor), id, code);
        return json(200, { id });
      },
    },
  ];
}

/** The person meant, if the one who asks may see their addresses. */
function whose({ actor }: Asked, person: string | undefined): UserId {
  const self = ownerOf(actor);
  if (person === undefined || person === self) return self;
  if (roleOf(actor) !== 'admin') throw new DeskError('NOT_ALLOWED', { need: 'admin' });
  return person as UserId;
}

function own({ desk }: ApiParts, asked: Asked): ContactId {
  const contact = desk.memory.get('contacts', asked.params.id ?? '');
  if (!contact) throw new DeskError('NOT_FOUND', { what: 'such contact' });
  whose(asked, contact.person);
  return contact.id;
}

function contactJson({ accounts }: ApiParts, { contact, address, health }: AddressedContact) {
  const { id, person, kind, delay } = contact;
  const failing = health?.failingSince === undefined ? null : health.lastError;
  const sent = health?.lastSentAt;
  return {
    id,
    person: { id: person, name: accounts.name(person) },
    kind,
    address,
    delayMinutes: delay / MINUTE_MS,
    failing,
    lastSentAt: maybeText(sent),
    verifiedAt: maybeText(contact.verifiedAt),
  };
}
