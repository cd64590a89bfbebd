import { STEPS } from '../domain/memory/action.ts';
import { listOf, objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command, World } from './command.ts';
import { endsById } from './ends-by-id.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import type { ActionAnswer } from './memory-lines.ts';
import { JSON_OPTION, timeOf } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { type Column, paintFor, printable, table, widthOf } from './terminal.ts';

const PATH = '/api/v1/actions';
const PAGE_MAX = 1_000;

const list: Command = {
  name: 'list',
  summary: 'Lists follow-up work, the most pressing first.',
  args: [],
  options: [
    { name: 'ended', type: 'flag', help: 'What is done or dropped instead.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin actions list', does: 'What is overdue, and what keeps coming back?' }],
  async run(given, world) {
    const client = await connect(given, world);
    const states = given.flag('ended') ? ['done', 'dropped'] : ['open'];
    const query = states.map((state) => ['state', state] as const);
    const page = await client.get(PATH, [['limit', String(PAGE_MAX)], ...query]);
    if (given.flag('json')) return wroteJson(world.stdout, page);
    world.stdout.write(drawn(listOf<ActionAnswer>(client, page, 'items'), world));
    return 0;
  },
};

function drawn(found: readonly ActionAnswer[], world: World): string {
  if (found.length === 0) return 'There is no such action.\n';
  const columns: readonly Column[] = [
    { title: 'ID', least: 4 },
    { title: 'STEP', least: 7 },
    { title: 'DUE', least: 10 },
    { title: 'TITLE', least: 16 },
    { title: 'ALARM', least: 12 },
    { title: 'HOW LONG', least: 16 },
  ];
  const rows = found.map((a) => {
    const due = a.dueAt === null ? '' : `${a.dueAt.slice(0, 10)}${a.overdue ? ' late' : ''}`;
    const about = a.about ? `${a.about.type} ${a.about.resource}` : '';
    return [a.id, a.step, due, a.title, about, a.says];
  });
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}

const add: Command = {
  name: 'add',
  summary: 'Opens an action on an alarm, a decision or an incident: each return makes it press.',
  args: [{ name: 'TITLE', help: 'What must be done.' }],
  options: [
    { name: 'alarm', type: 'text', value: 'ID', help: 'The alarm it follows from.' },
    { name: 'decision', type: 'text', value: 'ID', help: 'Or the decision.' },
    { name: 'incident', type: 'text', value: 'ID', help: 'Or the incident.' },
    { name: 'detail', type: 'text', value: 'TEXT', help: 'More words.' },
    {
      name: 'owner',
      type: 'text',
      value: 'ID',
      help: 'Who does it: the id of a user, or team:NAME.',
    },
    { name: 'due', type: 'text', value: 'TIME', help: 'By when: 2026-03-01.' },
    {
      name: 'step',
      type: 'text',
      value: 'STEP',
      help: 'How soon.',
      default: 'planned',
      choices: STEPS,
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin actions add "Replace the optics" --alarm 6b1c5d5be5d8f0aa --due 2026-03-01',
      does: 'It rises each time the alarm comes back.',
    },
  ],
  async run(given, world) {
    const dueAt = timeOf(given, world, 'due');
    const about = ['alarm', 'decision', 'incident'].filter((name) => given.text(name) !== '');
    const body = {
      title: given.args[0] ?? '',
      detail: given.text('detail'),
      owner: given.text('owner'),
      step: given.text('step'),
      ...(dueAt === undefined ? {} : { dueAt }),
      ...Object.fromEntries(about.map((name) => [name, given.text(name)])),
    };
    const client = await connect(given, world);
    const made = await client.send('POST', PATH, body);
    if (given.flag('json')) return wroteJson(world.stdout, made);
    world.stdout.write(`${printable(String(objectOf(client, made, 'the answer').id))}\n`);
    return 0;
  },
};

const ending = (name: 'done' | 'drop', how: 'done' | 'dropped', summary: string): Command =>
  endsById({
    ...{ name, summary, done: how },
    idHelp: 'As `tocsin actions list` shows it.',
    example: { line: `tocsin actions ${name} a4711 -r "New optics are in"`, does: 'It is kept.' },
    ...{ path: PATH, act: 'end', body: { how } },
  });

export const actions: Command = {
  name: 'actions',
  summary: 'Follow-up work that rises each time its alarm comes back: list, add, done, drop.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin actions list', does: 'See actions add --help.' }],
  below: [
    list,
    add,
    ending('done', 'done', 'It is done; say what was done.'),
    ending('drop', 'dropped', 'It will not be done; say why not.'),
  ],
  run: () => Promise.reject(usage('tocsin actions needs a command')),
};
