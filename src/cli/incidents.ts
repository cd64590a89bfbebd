import { resolve } from 'node:path';
import { listOf, objectOf } from './answers.ts';
import { textOfFile } from './check.ts';
import { connect } from './client.ts';
import type { Command, Given, Option, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { agoText } from './memory-lines.ts';
import { JSON_OPTION, needed } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { type Column, paintFor, printable, table, widthOf } from './terminal.ts';

const PATH = '/api/v1/incidents';
const PAGE_MAX = 1_000;

const ID = { name: 'ID', help: 'As `tocsin incidents list` shows it.' };
const ALARMS = { name: 'ALARM', help: 'As `tocsin alarms` shows it.', many: true as const };
const NOTE: Option = {
  name: 'note',
  short: 'm',
  type: 'text',
  value: 'TEXT',
  help: 'What the next shift should know.',
};

interface IncidentAnswer {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly severity: string | null;
  readonly worst: string;
  readonly lead: { readonly name: string } | null;
  readonly openedAt: string;
  readonly alarms: number;
  readonly raised: number;
  readonly summary: string;
}

interface LineAnswer {
  readonly at: string;
  readonly what: string;
  readonly by: string;
  readonly text: string;
  readonly alarm: { readonly resource: string; readonly type: string } | null;
}

const list: Command = {
  name: 'list',
  summary: 'Lists incidents, the newest first.',
  args: [],
  options: [
    { name: 'closed', type: 'flag', help: 'Those that are over instead.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin incidents list', does: 'What trouble is there?' }],
  async run(given, world) {
    const client = await connect(given, world);
    const states = given.flag('closed') ? ['closed', 'merged'] : ['open'];
    const query = states.map((state) => ['state', state] as const);
    const page = await client.get(PATH, [['limit', String(PAGE_MAX)], ...query]);
    if (given.flag('json')) return wroteJson(world.stdout, page);
    world.stdout.write(drawn(listOf<IncidentAnswer>(client, page, 'items'), world));
    return 0;
  },
};

function drawn(found: readonly IncidentAnswer[], world: World): string {
  if (found.length === 0) return 'There is no such incident.\n';
  const columns: readonly Column[] = [
    { title: 'ID', least: 4 },
    { title: 'SEVERITY', least: 8 },
    { title: 'RAISED', least: 6 },
    { title: 'LEAD', least: 8 },
    { title: 'OPENED', least: 8 },
    { title: 'TITLE', least: 16 },
  ];
  const now = world.clock.now();
  const rows = found.map((i) => [
    i.id,
    i.severity ?? `was ${i.worst}`,
    `${i.raised}/${i.alarms}`,
    i.lead?.name ?? '',
    agoText(i.openedAt, now),
    i.summary === '' ? i.title : `${i.title}: ${i.summary}`,
  ]);
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}

const show: Command = {
  name: 'show',
  summary: 'Shows one incident with its alarms and its timeline.',
  args: [ID],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin incidents show i4711', does: 'What happened so far?' }],
  async run(given, world) {
    const client = await connect(given, world);
    const whole = await client.get(`${PATH}/${encodeURIComponent(given.args[0] ?? '')}`);
    if (given.flag('json')) return wroteJson(world.stdout, whole);
    const { title, state, summary, rule } = objectOf(client, whole, 'the answer');
    const members = listOf<{ alarm: string; resource: string; type: string; raised: boolean }>(
      client,
      whole,
      'members',
    );
    const lines = listOf<LineAnswer>(client, whole, 'timeline');
    const now = world.clock.now();
    const text = [
      `${String(title)} (${String(state)})`,
      ...(summary === '' ? [] : [String(summary)]),
      ...(rule === null ? [] : [ruleText(rule as RuleAnswer)]),
      ...members.map((m) => `  ${m.alarm}  ${m.type} ${m.resource}${m.raised ? '' : ', over'}`),
      ...lines.map((line) => {
        const about = line.alarm ? ` ${line.alarm.type} ${line.alarm.resource}` : '';
        const who = line.by === '' ? '' : ` by ${line.by}`;
        return `  ${agoText(line.at, now)}  ${line.what}${about}${who}: ${line.text}`;
      }),
    ];
    world.stdout.write(text.map((line) => `${printable(line)}\n`).join(''));
    return 0;
  },
};

interface RuleAnswer {
  readonly name: string;
  readonly beyond: number;
}

const ruleText = ({ name, beyond }: RuleAnswer): string =>
  `opened by rule ${name}${beyond === 0 ? '' : `; full, ${beyond} raises stand outside`}`;

const open: Command = {
  name: 'open',
  summary: 'Opens an incident from alarms that share a cause.',
  args: [ALARMS],
  options: [
    { name: 'title', short: 't', type: 'text', value: 'TEXT', help: 'The trouble. Needed.' },
    { name: 'lead', type: 'text', value: 'ID', help: 'Who leads: the id of a user.' },
    NOTE,
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin incidents open 6b1c5d5be5d8f0aa -t "Paris is cut off"',
      does: 'Prints its id.',
    },
  ],
  async run(given, world) {
    const title = needed(given, 'title');
    const [lead, note] = [given.text('lead'), given.text('note')];
    const client = await connect(given, world);
    const made = await client.send('POST', PATH, { alarms: given.args, title, lead, note });
    if (given.flag('json')) return wroteJson(world.stdout, made);
    world.stdout.write(`${printable(String(objectOf(client, made, 'the answer').id))}\n`);
    return 0;
  },
};

/** One thing done to an incident, named by its first word. */
async function does(given: Given, world: World, what: string, body: object): Promise<number> {
  const client = await connect(given, world);
  const [id = ''] = given.args;
  await client.send('POST', `${PATH}/${encodeURIComponent(id)}/${what}`, body);
  world.stdout.write(`${what}  ${printable(id)}\n`);
  return 0;
}

const says = (name: 'note' | 'close' | 'reopen', summary: string, does_: string): Command => ({
  name,
  summary,
  args: [ID],
  options: [NOTE, ...DESK_OPTIONS],
  examples: [{ line: `tocsin incidents ${name} i4711 -m "Optics replaced"`, does: does_ }],
  run: (given, world) => does(given, world, name, { note: needed(given, 'note') }),
});

const moves = (name: 'join' | 'leave', summary: string): Command => ({
  name,
  summary,
  args: [ID, ALARMS],
  options: [NOTE, ...DESK_OPTIONS],
  examples: [{ line: `tocsin incidents ${name} i4711 6b1c5d5be5d8f0aa`, does: 'It is noted.' }],
  run: (given, world) =>
    does(given, world, name, { alarms: given.args.slice(1), note: given.text('note') }),
});

const merge: Command = {
  name: 'merge',
  summary: 'Makes one incident part of another.',
  args: [ID, { name: 'INTO', help: 'The one that stays.' }],
  options: [NOTE, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin incidents merge i4711 i4705', does: 'They were the same.' }],
  run: (given, world) =>
    does(given, world, 'merge', { into: given.args[1] ?? '', note: given.text('note') }),
};

interface TriedAnswer {
  readonly rule: string;
  readonly title: string;
  readonly openedAt: string;
  readonly alarms: number;
  readonly why: string;
}

const tryRules: Command = {
  name: 'try',
  summary: 'Says which incidents the rules of a file would have opened of the alarms in memory.',
  args: [{ name: 'FILE', help: 'A configuration; without it the rules in force.', optional: true }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin incidents try alertmanager.yml', does: 'Before it is applied.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const [file] = given.args;
    const text = file === undefined ? undefined : await textOfFile(resolve(world.cwd, file), file);
    const answer = await client.send('POST', `${PATH}/try`, text === undefined ? {} : { text });
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const { opened, alarms, gathered } = objectOf(client, answer, 'the answer');
    const now = world.clock.now();
    const lines = listOf<TriedAnswer>(client, answer, 'incidents').map(
      (one) => `  ${agoText(one.openedAt, now)}  ${one.title}: ${one.alarms} alarms, ${one.why}`,
    );
    const said = `would have opened ${opened} incidents with ${gathered} out of ${alarms} alarms`;
    world.stdout.write([said, ...lines].map((line) => `${printable(line)}\n`).join(''));
    return 0;
  },
};

export const incidents: Command = {
  name: 'incidents',
  summary: 'Troubles with their alarms and people: list, show, open, join, leave, note, close …',
  args: [],
  options: [],
  examples: [{ line: 'tocsin incidents list', does: 'See incidents open --help.' }],
  below: [
    list,
    show,
    open,
    tryRules,
    moves('join', 'Takes alarms in that are part of no other open incident.'),
    moves('leave', 'Lets alarms go that have another cause.'),
    says('note', 'Writes something down in its timeline.', 'For everybody who opens it.'),
    says('close', 'Closes it, with a summary.', 'A return within a day opens it again.'),
    says('reopen', 'Opens it again; say why.', 'It was not over.'),
    merge,
  ],
  run: () => Promise.reject(usage('tocsin incidents needs a command')),
};
