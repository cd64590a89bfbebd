import { CONTACT_KINDS } from '../domain/escalation/page.ts';
import { listOf, objectOf } from './answers.ts';
import { connect, type Query } from './client.ts';
import type { Command, Option } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { type Column, paintFor, table, widthOf } from './terminal.ts';

interface ContactAnswer {
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly delayMinutes: number;
  readonly failing: string | null;
  readonly lastSentAt: string | null;
  readonly verifiedAt: string | null;
  readonly isUsed: boolean;
}

const PERSON: Option = {
  name: 'person',
  type: 'text',
  value: 'ID',
  help: 'Somebody else’s, for admins. Default: you.',
};

const list: Command = {
  name: 'list',
  summary: 'Lists where a person is told, and whether it works.',
  args: [],
  options: [PERSON, JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin contacts list', does: 'Your own.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const person = given.text('person');
    const query: Query = person === '' ? [] : [['person', person]];
    const found = await client.get('/api/v1/contacts', query);
    const all = listOf<ContactAnswer>(client, found, 'items');
    if (given.flag('json')) world.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    else if (all.length === 0) {
      world.stdout.write('None: a page would pass this person by. Add one: tocsin contacts add\n');
    } else {
      const columns: readonly Column[] = [
        { title: 'KIND' },
        { title: 'ADDRESS' },
        { title: 'AFTER' },
        { title: 'WORKS' },
        { title: 'VERIFIED' },
        { title: 'ID' },
      ];
      const rows = all.map((c) => [
        c.kind,
        c.address,
        c.delayMinutes === 0 ? 'at once' : `${c.delayMinutes} min`,
        c.failing !== null ? `no: ${c.failing}` : c.lastSentAt === null ? 'not tried' : 'yes',
        verifiedWords(c),
        c.id,
      ]);
      const paint = paintFor(world.stdout, world.env);
      world.stdout.write(table(columns, rows, widthOf(world.stdout), paint));
    }
    return 0;
  },
};

const verifiedWords = ({ verifiedAt, isUsed }: ContactAnswer): string =>
  verifiedAt !== null ? 'yes' : isUsed ? 'no' : 'no, so not used';

const add: Command = {
  name: 'add',
  summary: 'Adds an address where a person is told when they are paged, and sends a test there.',
  args: [
    { name: 'KIND', help: CONTACT_KINDS.join(', ') },
    { name: 'ADDRESS', help: 'A mail address, a chat’s number, https://ntfy.sh/topic, a webhook.' },
  ],
  options: [
    PERSON,
    {
      name: 'after',
      type: 'text',
      value: 'MINUTES',
      default: '0',
      help: 'Told so long after a page reached the person.',
    },
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin contacts add ntfy https://ntfy.sh/nora-4711', does: 'At once.' },
    { line: 'tocsin contacts add email nora@example.org --after 3', does: 'Three minutes later.' },
  ],
  async run(given, world) {
    const [kind, address] = given.args;
    const delayMinutes = Number(given.text('after'));
    if (!Number.isInteger(delayMinutes)) throw usage('--after takes whole minutes');
    const person = given.text('person');
    const client = await connect(given, world);
    const body = { kind, address, delayMinutes, ...(person === '' ? {} : { person }) };
    const made = objectOf(client, await client.send('POST', '/api/v1/contacts', body), 'it');
    const id = String(made['id']);
    await client.send('POST', `/api/v1/contacts/${id}/test`);
    world.stdout.write(
      `Added ${id}. A test with a code is on its way: tocsin contacts verify ${id} CODE\n`,
    );
    return 0;
  },
};

const remove: Command = {
  name: 'remove',
  summary: 'Removes an address.',
  args: [{ name: 'ID', help: 'Its id: tocsin contacts list.' }],
  options: DESK_OPTIONS,
  examples: [{ line: 'tocsin contacts remove 6f0b6a1e', does: 'Nothing is sent there any more.' }],
  async run(given, world) {
    const client = await connect(given, world);
    await client.send('DELETE', `/api/v1/contacts/${encodeURIComponent(given.args[0] ?? '')}`);
    world.stdout.write('It is removed.\n');
    return 0;
  },
};

const verify: Command = {
  name: 'verify',
  summary: 'Shows with the code of the test message that it was read.',
  args: [
    { name: 'ID', help: 'Its id: tocsin contacts list.' },
    { name: 'CODE', help: 'From the message; it lives 15 minutes.' },
  ],
  options: DESK_OPTIONS,
  examples: [{ line: 'tocsin contacts verify 6f0b6a1e 493027', does: 'Pages go there for sure.' }],
  async run(given, world) {
    const [id = '', code = ''] = given.args;
    const client = await connect(given, world);
    await client.send('POST', `/api/v1/contacts/${encodeURIComponent(id)}/verify`, { code });
    world.stdout.write('It is verified.\n');
    return 0;
  },
};

const test: Command = {
  name: 'test',
  summary: 'Sends a test, with a code while the address is not verified.',
  args: [{ name: 'ID', help: 'Its id: tocsin contacts list.' }],
  options: DESK_OPTIONS,
  examples: [{ line: 'tocsin contacts test 6f0b6a1e', does: 'It says that nothing is wrong.' }],
  async run(given, world) {
    const client = await connect(given, world);
    await client.send('POST', `/api/v1/contacts/${encodeURIComponent(given.args[0] ?? '')}/test`);
    world.stdout.write('It is on its way.\n');
    return 0;
  },
};

/** `tocsin contacts list|add|test|verify|remove`. */
export const contacts: Command = {
  name: 'contacts',
  summary: 'Where people are told when they are paged: list, add, test, verify, remove.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin contacts list', does: 'Your own.' }],
  below: [list, add, test, verify, remove],
  run: () => Promise.reject(usage('tocsin contacts needs a command')),
};
