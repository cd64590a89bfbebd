import { DeskError } from '../base/errors.ts';
import { refusalFailure } from '../base/refusal.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { ruleOf } from '../domain/incident/rule.ts';
import { teamOf } from '../domain/memory/action.ts';
import type { NewPerson, People, Person } from '../ports/people.ts';
import type { Desk } from './desk.ts';
import type { AccountAct, Role } from './entry.ts';

/** A person and what the fold says of them. */
export interface Account extends Person {
  readonly role: Role;
  readonly disabled: boolean;
}

/**
 * What is done to people. The fold knows ids and roles only; names, logins and passwords are in
 * `people`. Each verb keeps the two together, also when the desk stops between them.
 */
export interface Accounts {
  readonly people: People;
  /** Everybody with a role here who was not erased. */
  list(): readonly Account[];
  find(id: UserId): Account | undefined;
  /** How to call `id` on a screen: a name, a token's label, or the id when nothing else is left. */
  name(id: UserId | ''): string;
  /** Throws LOGIN_TAKEN, FIELD_INVALID, ACTION_REFUSED. */
  add(by: UserId | 'self', person: NewPerson, role: Role): Promise<Account>;
  /** Gives a person that `people` knows this role here; the last admin keeps theirs. */
  admit(id: UserId, role: Role): Promise<Account>;
  setRole(by: UserId, id: UserId, role: Role): Promise<Account>;
  setDisabled(by: UserId, id: UserId, disabled: boolean): Promise<Account>;
  /** Ends the account and removes name, login and address; what the person did stays. */
  erase(by: UserId, id: UserId): Promise<void>;
  /** True until somebody who may sign in is an admin. */
  needsFirstAdmin(): boolean;
}

export function openAccounts(desk: Desk, people: People): Accounts {
  const find = (id: UserId): Account | undefined => {
    const [person, user] = [people.person(id), desk.memory.get('users', id)];
    return person && user && { ...person, role: user.role, disabled: user.disabled };
  };
  const must = (id: UserId): Account => {
    const account = find(id);
    if (account === undefined) throw new DeskError('NOT_FOUND', { what: `user ${id}` });
    return account;
  };
  const act = async (by: UserId, what: AccountAct) => {
    const { refused } = await desk.act(by, what);
    if (refused !== undefined) throw refusalFailure(refused);
  };
  const list = () => people.all().flatMap(({ id }) => find(id) ?? []);
  const admins = () => list().filter((a) => a.role === 'admin' && !a.disabled);
  // The desk keeps one admin, but that may be the command line of its machine: people need one too.
  const isLastAdmin = (id: UserId): boolean => {
    const [only, another] = admins();
    return only?.id === id && another === undefined;
  };
  const keepAnAdmin = (id: UserId) => {
    if (isLastAdmin(id))
      throw new DeskError('ACTION_REFUSED', {
        why: 'This is the last admin. Make another one first.',
      });
  };

  return {
    people,
    list,
    find,
    name: (id) => nameOf(desk, people, id),
    async add(by, person, role) {
      clearLeftOver(desk, people, person.login);
      const { id } = await people.add(person);
      await act(by === 'self' ? id : by, { verb: 'user.add', user: id, role });
      return must(id);
    },
    async admit(id, role) {
      const user = desk.memory.get('users', id);
      if (user === undefined) await act(id, { verb: 'user.add', user: id, role });
      else if (user.role !== role && !isLastAdmin(id))
        await act(id, { verb: 'user.role', user: id, role });
      return must(id);
    },
    async setRole(by, id, role) {
      must(id);
      if (role !== 'admin') keepAnAdmin(id);
      await act(by, { verb: 'user.role', user: id, role });
      return must(id);
    },
    async setDisabled(by, id, disabled) {
      must(id);
      if (disabled) keepAnAdmin(id);
      await act(by, { verb: disabled ? 'user.disable' : 'user.enable', user: id });
      if (disabled) people.endSessionsOf(id);
      return must(id);
    },
    async erase(by, id) {
      must(id);
      keepAnAdmin(id);
      await act(by, { verb: 'user.disable', user: id });
      for (const { id: contact } of desk.memory.pages.contactsOf(id)) {
        await desk.act(by, { verb: 'contact.remove', contact });
      }
      for (const view of [...desk.memory.all('listViews')]) {
        if (view.owner !== id || view.sharedWith !== 'mine') continue;
        await desk.act(by, { verb: 'view.remove', person: id, view: view.id });
      }
      people.erase(id);
    },
    needsFirstAdmin: () => admins().length === 0,
  };
}

/** A name kept just before the desk stopped, and so without a role, must not block its login. */
function clearLeftOver(desk: Desk, people: People, login: string): void {
  const person = login === '' ? undefined : people.byLogin(login);
  if (person && desk.memory.get('users', person.id) === undefined) people.erase(person.id);
}

const TOKEN = 'token:';

function nameOf(desk: Desk, people: People, id: UserId | ''): string {
  if (id === '') return '';
  const rule = ruleOf(id);
  if (rule !== undefined) return `rule ${rule}`;
  const team = teamOf(id);
  if (team !== undefined) return `team ${team}`;
  if (!id.startsWith(TOKEN)) return people.person(id)?.name || id;
  const [key, { memory }] = [id.slice(TOKEN.length), desk];
  const held = memory.get('tokens', key);
  const token = held ?? memory.get('pastTokens', key);
  if (token === undefined) return id;
  const owner = people.person(token.owner)?.name || token.owner;
  return `${owner} (${held ? 'token' : 'revoked token'} ${token.label})`;
}
