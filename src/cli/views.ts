import { listOf, objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command, Option } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { type Column, paintFor, table, widthOf } from './terminal.ts';

interface ViewAnswer {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly owner: { readonly name: string };
  readonly sharedWith: string;
  readonly team: string;
  readonly start: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: 'NAME' },
  { title: 'WHOSE' },
  { title: 'START' },
  { title: 'ADDRESS' },
  { title: 'ID' },
];

const whose = ({ sharedWith, team, owner }: ViewAnswer): string =>
  sharedWith === 'mine' ? 'mine' : sharedWith === 'team' ? `team ${team}` : `all, by ${owner.name}`;

const list: Command = {
  name: 'list',
  summary: 'Lists the views you may open, with their addresses.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin views list', does: 'Yours, your teams’, everybody’s.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const all = listOf<ViewAnswer>(client, await client.get('/api/v1/views'), 'items');
    if (given.flag('json')) world.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    else if (all.length === 0) world.stdout.write('None. Save one: tocsin views save\n');
    else {
      const rows = all.map((v) => [v.name, whose(v), v.start ? 'yes' : '', v.url, v.id]);
      const paint = paintFor(world.stdout, world.env);
      world.stdout.write(table(COLUMNS, rows, widthOf(world.stdout), paint));
    }
    return 0;
  },
};

const TEAM: Option = { name: 'team', type: 'text', value: 'NAME', help: 'For a team of yours.' };

const save: Command = {
  name: 'save',
  summary: 'Saves a view of the list under a name.',
  args: [
    { name: 'NAME', help: 'What its tab says.' },
    { name: 'QUERY', help: 'The query part of the list’s address: what follows the `?`.' },
  ],
  options: [
    { name: 'shared', type: 'flag', help: 'For everybody.' },
    TEAM,
    { name: 'id', type: 'text', value: 'ID', help: 'Changes this one instead.' },
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin views save Nürnberg \'q=site="nbg"&group=service\'', does: 'For yourself.' },
    { line: "tocsin views save Core 'q=core' --team noc", does: 'For your team.' },
  ],
  async run(given, world) {
    const [name = '', query = ''] = given.args;
    const [team, id] = [given.text('team'), given.text('id')];
    if (team !== '' && given.flag('shared')) throw usage('--team or --shared, not both');
    const sharedWith = team !== '' ? 'team' : given.flag('shared') ? 'shared' : 'mine';
    const client = await connect(given, world);
    const body = { name, query, sharedWith, team, ...(id === '' ? {} : { id }) };
    const made = objectOf(client, await client.send('POST', '/api/v1/views', body), 'it');
    world.stdout.write(`Saved ${String(made['id'])}. It is a tab above the list.\n`);
    return 0;
  },
};

const remove: Command = {
  name: 'remove',
  summary: 'Removes a view of yours; an admin removes any.',
  args: [{ name: 'ID', help: 'Its id: tocsin views list.' }],
  options: DESK_OPTIONS,
  examples: [{ line: 'tocsin views remove v4711', does: 'Its tab goes from everybody’s list.' }],
  async run(given, world) {
    const client = await connect(given, world);
    await client.send('DELETE', `/api/v1/views/${encodeURIComponent(given.args[0] ?? '')}`);
    world.stdout.write('It is removed.\n');
    return 0;
  },
};

const start: Command = {
  name: 'start',
  summary: 'Opens your list with a view, or, without one, with what is open.',
  args: [{ name: 'ID', help: 'Its id: tocsin views list. `none`: as for everybody.' }],
  options: DESK_OPTIONS,
  examples: [{ line: 'tocsin views start v4711', does: 'The first page you see from now on.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const id = given.args[0] ?? '';
    const [which, on] = id === 'none' ? ['none', false] : [id, true];
    await client.send('POST', `/api/v1/views/${encodeURIComponent(which)}/start`, { on });
    world.stdout.write(on ? 'Your list opens with it.\n' : 'Your list opens with what is open.\n');
    return 0;
  },
};

/** `tocsin views list|save|remove|start`. */
export const views: Command = {
  name: 'views',
  summary: 'Saved views of the alarm list: list, save, remove, start.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin views list', does: 'What you may open.' }],
  below: [list, save, remove, start],
  run: () => Promise.reject(usage('tocsin views needs a command')),
};
