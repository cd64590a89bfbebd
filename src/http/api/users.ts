import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { instantText } from '../../base/time.ts';
import type { Account } from '../../desk/accounts.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { json } from '../answer.ts';
import { roleCovers } from '../door.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { ADMIN, API, type ApiParts, byOf, OPERATOR, ownerOf, roleOf, VIEWER } from './parts.ts';
import { nullable, role, somebody, time } from './shapes.ts';

const user = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    role,
    disabled: Type.Boolean(),
    login: nullable(Type.String({ description: 'For admins; null for others.' })),
    email: nullable(Type.String({ description: 'For admins; null for others.' })),
    createdAt: time('When they were added.'),
  },
  { $id: 'User' },
);

const strict = { additionalProperties: false };
const text = Type.String({ maxLength: 256, default: '' });

const newUser = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: 256 }),
    name: Type.Optional(text),
    email: Type.Optional(text),
    role,
    password: Type.Optional(Type.String({ maxLength: 4_096, description: 'Without: a link.' })),
  },
  strict,
);

const changedUser = Type.Object(
  {
    role: Type.Optional(role),
    disabled: Type.Optional(Type.Boolean()),
    name: Type.Optional(text),
    email: Type.Optional(text),
  },
  strict,
);

const link = Type.String({ description: 'One-time address that sets a password. Shown once.' });

const USER = `${API}/users/:id`;

export const userRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/me`,
    access: VIEWER,
    summary: 'Who is asking, and what they may do.',
    answerSchema: Type.Object({ user: somebody, role, by: Type.String() }),
    handle: ({ actor }) => {
      const id = ownerOf(actor);
      const name = parts.accounts.name(id);
      return json(200, { user: { id, name }, role: roleOf(actor), by: byOf(actor) });
    },
  },
  {
    method: 'GET',
    path: `${API}/users`,
    access: OPERATOR,
    summary: 'Everybody who may sign in.',
    answerSchema: Type.Object({ items: Type.Array(user) }),
    handle: ({ actor }) => {
      const whole = roleOf(actor) === 'admin';
      return json(200, { items: parts.accounts.list().map((a) => userJson(a, whole)) });
    },
  },
  {
    method: 'POST',
    path: `${API}/users`,
    access: ADMIN,
    summary: 'Adds a user. Without a password the answer has a link where they set one.',
    bodySchema: newUser,
    answerSchema: Type.Object({ user, link: nullable(link) }),
    handle: (asked) => add(parts, asked),
  },
  {
    method: 'PATCH',
    path: USER,
    access: ADMIN,
    summary: 'Changes role, name or address of a user, or disables and enables them.',
    bodySchema: changedUser,
    answerSchema: Type.Object({ user }),
    handle: (asked) => change(parts, asked),
  },
  {
    method: 'DELETE',
    path: USER,
    access: ADMIN,
    summary: 'Erases a user: name, login and address are gone, what they did stays.',
    handle: async (asked) => {
      await parts.accounts.erase(byOf(asked.actor), userId(asked));
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: `${USER}/link`,
    access: ADMIN,
    summary: 'Makes a one-time link where a user sets a new password.',
    answerSchema: Type.Object({ link }),
    handle: (asked) => {
      const account = parts.accounts.find(userId(asked));
      if (account === undefined) throw new DeskError('NOT_FOUND', { what: 'such user' });
      return json(200, { link: linkFor(parts, account.id) });
    },
  },
];

const userId = (asked: Asked): UserId => (asked.params.id ?? '') as UserId;

const linkFor = ({ accounts, homeUrl }: ApiParts, id: UserId): string =>
  `${homeUrl()}/welcome?link=${accounts.people.newLink({ is: 'password', user: id })}`;

async function add(parts: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof newUser>;
  const { login, name = '', email = '', password = '' } = given;
  const by = byOf(asked.actor);
  const account = await parts.accounts.add(by, { login, name, email, password }, given.role);
  const invited = password === '' ? linkFor(parts, account.id) : null;
  return json(201, { user: userJson(account, true), link: invited });
}

async function change(parts: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof changedUser>;
  const { accounts } = parts;
  const [by, id] = [byOf(asked.actor), userId(asked)];
  const was = accounts.find(id);
  if (was === undefined) throw new DeskError('NOT_FOUND', { what: 'such user' });
  if (given.role !== undefined && given.role !== was.role)
    await accounts.setRole(by, id, given.role);
  if (given.disabled !== undefined && given.disabled !== was.disabled)
    await accounts.setDisabled(by, id, given.disabled);
  if (given.name !== undefined || given.email !== undefined)
    accounts.people.rename(id, { name: given.name ?? was.name, email: given.email ?? was.email });
  return json(200, { user: userJson(accounts.find(id) ?? was, true) });
}

const userJson = (account: Account, whole: boolean) => ({
  id: account.id,
  name: account.name,
  role: account.role,
  disabled: account.disabled,
  login: whole ? account.login : null,
  email: whole ? account.email : null,
  createdAt: instantText(account.createdAt),
});

/** True when `actor` may see and change what belongs to `owner`. */
export const mayTouch = (asked: Asked, owner: UserId): boolean => {
  const has = roleOf(asked.actor);
  return ownerOf(asked.actor) === owner || (has !== undefined && roleCovers(has, 'admin'));
};
