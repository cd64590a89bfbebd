import { instantText } from '../base/time.ts';
import { counted } from '../desk/views/words.ts';
import { listOf, objectOf, type Somebody } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, Option, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { drawn, timeText } from './on-call.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { printable } from './terminal.ts';
import { parseWhen, whenExpected } from './when.ts';

const PATH = '/api/v1/handovers';
const JSON_OPTION: Option = { name: 'json', type: 'flag', help: 'One JSON document.' };
const ID = { name: 'ID', help: 'As `tocsin handovers list` shows it.' };
const text = (name: string, value: string, help: string): Option => ({
  ...{ name, type: 'text', value, help },
});

interface NoteAnswer {
  readonly id: string;
  readonly state: string;
  readonly author: Somebody;
  readonly from: string;
  readonly to: string;
  readonly items: readonly unknown[];
  readonly receiverText: string;
  readonly accepted: { readonly by: Somebody } | null;
  readonly plain: string;
}

const COLUMNS = ['ID', 'OF', 'FROM', 'UNTIL', 'ITEMS', 'TO', 'ACCEPTED BY'];

const list: Command = {
  name: 'list',
  summary: 'Hand-over notes; without options those that nobody has accepted yet.',
  args: [],
  options: [
    { name: 'accepted', type: 'flag', help: 'Those that were accepted.' },
    { name: 'drafts', type: 'flag', help: 'Drafts of yours.' },
    text('words', 'TEXT', 'Only with all of these words.'),
    text('team', 'NAME', 'Only of this team.'),
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin handovers list --accepted --words vendor', does: 'Past ones.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const show = given.flag('accepted') ? 'accepted' : given.flag('drafts') ? 'draft' : 'waiting';
    const query = new URLSearchParams({ show });
    for (const name of ['words', 'team'])
      if (given.text(name) !== '') query.set(name, given.text(name));
    const all = listOf<NoteAnswer>(client, await client.get(`${PATH}?${query}`), 'items');
    if (given.flag('json')) return wroteJson(world.stdout, all);
    const rows = all.map(({ id, author, from, to, items, receiverText, accepted }) => [
      ...[id, author.name, timeText(from), timeText(to), String(items.length)],
      ...[receiverText, accepted?.by.name ?? ''],
    ]);
    if (rows.length === 0) world.stdout.write('There is none.\n');
    else world.stdout.write(drawn(COLUMNS, rows, world));
    return 0;
  },
};

const show: Command = {
  name: 'show',
  summary: 'A whole note, as text.',
  args: [ID],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin handovers show h4711', does: 'To read it, or to print it.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const note = objectOf(client, await client.get(pathOf(given)), 'the answer');
    if (given.flag('json')) return wroteJson(world.stdout, note);
    const lines = String(note.plain).trimEnd().split('\n');
    world.stdout.write(`${lines.map(printable).join('\n')}\n`);
    return 0;
  },
};

const draft: Command = {
  name: 'draft',
  summary: 'The desk drafts a note of your shift; prints its id.',
  args: [],
  options: [
    text('since', 'TIME', 'When it began. Default: your turn by the rota.'),
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin handovers draft --since 06:00', does: 'Nobody else sees it yet.' }],
  async run(given, world) {
    const since = given.text('since');
    const at = since === '' ? undefined : parseWhen(since, world.clock.now());
    if (since !== '' && at === undefined) throw usage(`--since: "${since}" is not ${whenExpected}`);
    const client = await connect(given, world);
    const body = at === undefined ? {} : { since: instantText(at) };
    return told(client, world, await client.send('POST', PATH, body));
  },
};

const write: Command = {
  name: 'write',
  summary: 'Gives a draft of yours another text.',
  args: [ID],
  options: [
    { ...text('text', 'TEXT', 'The whole text. Needed.'), short: 't' },
    { name: 'again', type: 'flag', help: 'Its items are drafted anew, too.' },
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin handovers write h4711 -t "Quiet."', does: 'Its items stay.' }],
  async run(given, world) {
    const body = { text: needed(given, 'text'), again: given.flag('again') };
    const client = await connect(given, world);
    return told(client, world, await client.send('POST', pathOf(given), body));
  },
};

const offer: Command = {
  name: 'offer',
  summary: 'Hands a draft of yours over.',
  args: [ID],
  options: [
    text('person', 'USER', 'To this person.'),
    text('team', 'NAME', 'To any member of this team.'),
    text('schedule', 'NAME', 'To whoever is next there.'),
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin handovers offer h4711 --schedule noc-first', does: 'One of them accepts it.' },
  ],
  async run(given, world) {
    const to = ['person', 'team', 'schedule'].flatMap((name) =>
      given.text(name) === '' ? [] : [[name, given.text(name)] as const],
    );
    if (to.length !== 1) throw usage('say one of --person, --team and --schedule');
    const client = await connect(given, world);
    const path = `${pathOf(given)}/offer`;
    return told(client, world, await client.send('POST', path, Object.fromEntries(to)));
  },
};

const ask: Command = {
  name: 'ask',
  summary: 'Asks back about a note, or answers.',
  args: [ID],
  options: [{ ...text('text', 'TEXT', 'What to ask. Needed.'), short: 't' }, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin handovers ask h4711 -t "Which vendor?"', does: 'Both see it.' }],
  async run(given, world) {
    const body = { text: needed(given, 'text') };
    const client = await connect(given, world);
    return told(client, world, await client.send('POST', `${pathOf(given)}/ask`, body));
  },
};

const accept: Command = {
  name: 'accept',
  summary: 'Takes a shift over, with the alarms that go with it.',
  args: [ID],
  options: DESK_OPTIONS,
  examples: [
    { line: 'tocsin handovers accept h4711', does: 'It tells what did not change hands.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    await client.send('POST', `${pathOf(given)}/accept`);
    const note = objectOf(client, await client.get(pathOf(given)), 'the answer');
    const { taken = [], left = [] } = (note.accepted ?? {}) as {
      readonly taken?: readonly string[];
      readonly left?: readonly { readonly alarm: string; readonly why: string }[];
    };
    world.stdout.write(`accepted, ${counted(taken.length, 'alarm')} taken over\n`);
    for (const { alarm, why } of left) world.stdout.write(`not ${printable(`${alarm}: ${why}`)}\n`);
    return 0;
  },
};

const withdraw: Command = {
  name: 'withdraw',
  summary: 'What is handed over becomes a draft again; a draft is dropped.',
  args: [ID],
  options: DESK_OPTIONS,
  examples: [{ line: 'tocsin handovers withdraw h4711', does: 'While nobody has accepted it.' }],
  async run(given, world) {
    const client = await connect(given, world);
    return told(client, world, await client.send('DELETE', pathOf(given)));
  },
};

const pathOf = (given: Given): string => `${PATH}/${encodeURIComponent(given.args[0] ?? '')}`;

function needed(given: Given, option: string): string {
  const said = given.text(option).trim();
  if (said === '') throw usage(`say --${option}`);
  return said;
}

function told(client: Client, world: World, answer: unknown): number {
  const { id } = objectOf(client, answer, 'the answer');
  world.stdout.write(`${printable(String(id))}\n`);
  return 0;
}

export const handovers: Command = {
  name: 'handovers',
  summary: 'What a shift tells the next one: drafted, handed over, accepted.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin handovers list', does: 'See --help.' }],
  below: [list, show, draft, write, offer, ask, accept, withdraw],
  run: () => Promise.reject(usage('tocsin handovers needs a command')),
};
