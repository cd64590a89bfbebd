import { parseInstant } from '../base/time.ts';
import { listOf, objectOf, type Somebody } from './answers.ts';
import { connect } from './client.ts';
import type { Command, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { usage } from './parse.ts';
import { type Column, paintFor, printable, table, widthOf } from './terminal.ts';
import { whenText } from './when.ts';

interface PageAnswer {
  readonly id: string;
  readonly is: string;
  readonly title: string;
  readonly at: string;
  readonly policy: string;
  readonly next: string;
  readonly climbsAt: string | null;
  readonly answer: { readonly by: Somebody } | null;
  readonly told: readonly { readonly person: Somebody; readonly is: string }[];
}

const LISTED_MAX = 1_000;

const list: Command = {
  name: 'list',
  summary: 'Lists who is being paged, and who comes next.',
  args: [],
  options: [
    { name: 'all', type: 'flag', help: 'Those that are over too.' },
    { name: 'json', type: 'flag', help: 'One JSON line for each page.' },
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin pages list', does: 'What waits for an answer.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const waiting = given.flag('all') ? [] : ['open', 'unanswered'];
    const found = await client.get('/api/v1/pages', [
      ['limit', String(LISTED_MAX)],
      ...waiting.map((is) => ['is', is] as const),
    ]);
    const pages = listOf<PageAnswer>(client, found, 'items');
    if (given.flag('json')) {
      for (const page of pages) world.stdout.write(`${JSON.stringify(page)}\n`);
    } else world.stdout.write(drawn(pages, world));
    return 0;
  },
};

function drawn(pages: readonly PageAnswer[], world: World): string {
  if (pages.length === 0) return 'Nobody is being paged.\n';
  const columns: readonly Column[] = [
    { title: 'ID', least: 8 },
    { title: 'STATE', least: 10 },
    { title: 'ABOUT', least: 16 },
    { title: 'TOLD', least: 8 },
    { title: 'ANSWERED BY', least: 11 },
    { title: 'NEXT', least: 8 },
    { title: 'AT', least: 16 },
  ];
  const rows = pages.map((p) => {
    const told = [...new Set(p.told.map(({ person }) => person.name))].join(', ');
    const climbs = p.climbsAt === null ? undefined : parseInstant(p.climbsAt);
    const at = climbs === undefined ? '' : whenText(climbs);
    return [p.id, p.is, p.title, told || 'nobody', p.answer?.by.name ?? '', p.next, at];
  });
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}

const ID = { name: 'PAGE', help: 'Its id: tocsin pages list.' };

const answer: Command = {
  name: 'answer',
  summary: 'Answers a page: all of it that nobody has is acknowledged by you.',
  args: [ID],
  options: [
    { name: 'note', short: 'n', type: 'text', value: 'TEXT', help: 'What you are doing about it.' },
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin pages answer pg4711.0 -n "on my way"', does: 'Nobody else is woken.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const [id = ''] = given.args;
    const path = `/api/v1/pages/${encodeURIComponent(id)}/answer`;
    const did = await client.send('POST', path, { note: given.text('note') });
    const { id: page } = objectOf(client, did, 'the answer');
    world.stdout.write(`You have ${printable(String(page))}. Nobody else is woken for it.\n`);
    return 0;
  },
};

const climb: Command = {
  name: 'climb',
  summary: 'Sends a page on to the next ones now.',
  args: [ID],
  options: [
    { name: 'reason', short: 'r', type: 'text', value: 'TEXT', help: 'Why. Needed.' },
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin pages climb pg4711.0 -r "no network here"', does: 'The next ones are told.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const [id = ''] = given.args;
    const path = `/api/v1/pages/${encodeURIComponent(id)}/climb`;
    await client.send('POST', path, { reason: given.text('reason') });
    world.stdout.write('The next ones are told.\n');
    return 0;
  },
};

/** `tocsin pages list|answer|climb`. */
export const pages: Command = {
  name: 'pages',
  summary: 'Who is being paged; answers a page or sends it on.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin pages list', does: 'What waits for an answer.' }],
  below: [list, answer, climb],
  run: () => Promise.reject(usage('tocsin pages needs a command')),
};
