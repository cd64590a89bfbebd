import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeskError } from '../base/errors.ts';
import { meant } from '../base/near.ts';
import type { Role } from '../desk/entry.ts';
import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Argument, Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { paintFor, table, widthOf } from './terminal.ts';

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];
const WHO: Argument = { name: 'USER', help: 'Login or id.' };

interface UserAnswer {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly disabled: boolean;
  readonly login: string | null;
  readonly email: string | null;
}

const list: Command = {
  name: 'list',
  summary: 'Lists who may sign in.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin users list', does: 'Everybody, with their role.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const all = await allUsers(client);
    if (given.flag('json')) return wrote(world, all);
    const columns = ['LOGIN', 'ROLE', 'STATE', 'NAME', 'ID'].map((title) => ({ title }));
    const rows = all.map((u) => [
      u.login ?? '',
      u.role,
      u.disabled ? 'disabled' : 'active',
      u.name,
      u.id,
    ]);
    const paint = paintFor(world.stdout, world.env);
    world.stdout.write(table(columns, rows, widthOf(world.stdout), paint));
    return 0;
  },
};

const add: Command = {
  name: 'add',
  summary: 'Adds a user; prints a one-time link where they set a password.',
  args: [{ name: 'LOGIN', help: 'What they type to sign in.' }],
  options: [
    { name: 'role', type: 'text', choices: ROLES, default: 'operator', help: 'What they may do.' },
    { name: 'name', type: 'text', value: 'TEXT', help: 'How they are called on the screen.' },
    { name: 'email', type: 'text', value: 'ADDRESS', help: 'Where they are written to.' },
    {
      name: 'password-file',
      type: 'text',
      value: 'FILE',
      help: 'Sets a password at once instead of a link; `-` reads it from standard input.',
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin users add nora --role operator --name "Nora Lind"', does: 'With a link.' },
    { line: 'pass show nora | tocsin users add nora --password-file -', does: 'With a password.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const password = await passwordOf(given, world);
    const body = {
      login: given.args[0],
      role: given.text('role'),
      name: given.text('name'),
      email: given.text('email'),
      ...(password === undefined ? {} : { password }),
    };
    const answer = objectOf(client, await client.send('POST', '/api/v1/users', body), 'the answer');
    if (given.flag('json')) return wrote(world, answer);
    world.stdout.write(`added  ${given.args[0]}\n`);
    if (typeof answer.link === 'string')
      world.stdout.write(`They set their password here, once:\n${answer.link}\n`);
    return 0;
  },
};

async function passwordOf(given: Given, world: World): Promise<string | undefined> {
  const file = given.text('password-file');
  if (file === '') return undefined;
  const text =
    file === '-'
      ? await world.stdin()
      : await readFile(resolve(world.cwd, file), 'utf8').catch((error) => {
          throw new DeskError('SETTINGS_INVALID', { file, why: 'it cannot be read.' }, error);
        });
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw usage('--password-file: it is empty');
  return password;
}

const role: Command = {
  name: 'role',
  summary: 'Gives a user another role.',
  args: [WHO, { name: 'ROLE', help: ROLES.join(', '), choices: ROLES }],
  options: [...DESK_OPTIONS],
  examples: [{ line: 'tocsin users role nora admin', does: 'From now on.' }],
  run: (given, world) => change(given, world, { role: given.args[1] }, `is ${given.args[1]} now`),
};

const disable: Command = {
  name: 'disable',
  summary: 'Shuts a user out at once; what they did stays.',
  args: [WHO],
  options: [...DESK_OPTIONS],
  examples: [{ line: 'tocsin users disable nora', does: 'Sessions and tokens end too.' }],
  run: (given, world) => change(given, world, { disabled: true }, 'is shut out'),
};

const enable: Command = {
  name: 'enable',
  summary: 'Lets a disabled user in again.',
  args: [WHO],
  options: [...DESK_OPTIONS],
  examples: [{ line: 'tocsin users enable nora', does: 'With the role they had.' }],
  run: (given, world) => change(given, world, { disabled: false }, 'may sign in again'),
};

const link: Command = {
  name: 'link',
  summary: 'Makes a one-time link where a user sets a new password.',
  args: [WHO],
  options: [...DESK_OPTIONS],
  examples: [{ line: 'tocsin users link nora', does: 'When a password was forgotten.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const { id } = await userOf(client, given.args[0] ?? '');
    const path = `/api/v1/users/${encodeURIComponent(id)}/link`;
    const answer = objectOf(client, await client.send('POST', path), 'the answer');
    world.stdout.write(`${String(answer.link)}\n`);
    return 0;
  },
};

const erase: Command = {
  name: 'erase',
  summary: 'Removes name, login and address of a user for good.',
  args: [WHO],
  options: [{ name: 'yes', type: 'flag', help: 'Needed: it cannot be undone.' }, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin users erase nora --yes', does: 'What she did stays, without a name.' },
  ],
  async run(given, world) {
    if (!given.flag('yes')) throw usage('this cannot be undone: add --yes');
    const client = await connect(given, world);
    const { id } = await userOf(client, given.args[0] ?? '');
    await client.send('DELETE', `/api/v1/users/${encodeURIComponent(id)}`);
    world.stdout.write(`erased  ${id}\n`);
    return 0;
  },
};

export const users: Command = {
  name: 'users',
  summary: 'Who may sign in: list, add, role, disable, enable, link, erase.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin users add nora --role operator', does: 'See users add --help.' }],
  below: [list, add, role, disable, enable, link, erase],
  run: () => Promise.reject(usage('tocsin users needs a command')),
};

/** Fetched whole: a desk has people by the hundred. */
async function allUsers(client: Client): Promise<readonly UserAnswer[]> {
  return listOf<UserAnswer>(client, await client.get('/api/v1/users'), 'items');
}

async function userOf(client: Client, typed: string): Promise<UserAnswer> {
  const all = await allUsers(client);
  const found = all.find((u) => u.login === typed) ?? all.find((u) => u.id === typed);
  if (found !== undefined) return found;
  const hint = meant(
    typed,
    all.flatMap((u) => u.login ?? []),
  ).replace('?', '');
  throw new DeskError('NOT_FOUND', { what: `user ${typed}${hint}` });
}

async function change(
  given: Given,
  world: World,
  to: Readonly<Record<string, unknown>>,
  says: string,
): Promise<number> {
  const client = await connect(given, world);
  const { id } = await userOf(client, given.args[0] ?? '');
  await client.send('PATCH', `/api/v1/users/${encodeURIComponent(id)}`, to);
  world.stdout.write(`${given.args[0]} ${says}\n`);
  return 0;
}

function wrote(world: World, value: unknown): number {
  world.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  return 0;
}
