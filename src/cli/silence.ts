import { parseInstant } from '../base/time.ts';
import { parseMatcher } from '../domain/alarm/matcher.ts';
import { listOf, objectOf, type Somebody } from './answers.ts';
import { type Client, connect, type Query } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { type Column, paintFor, printable, table, widthOf } from './terminal.ts';
import { END_OPTIONS, endOf } from './until.ts';
import { whenText } from './when.ts';

/** Of one answer of the API; a longer list is fetched page by page. */
const PAGE_MAX = 1_000;

interface SilenceAnswer {
  readonly id: string;
  readonly state: string;
  readonly matchers: readonly string[];
  readonly endsAt: string;
  readonly createdBy: string;
  readonly by: Somebody;
  readonly comment: string;
  readonly hides: number;
}

const list: Command = {
  name: 'list',
  summary: 'Lists silences and how many alarms each keeps quiet now.',
  args: [],
  options: [
    { name: 'expired', type: 'flag', help: 'Those that have ended instead.' },
    { name: 'json', type: 'flag', help: 'One JSON line for each silence.' },
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin silence list', does: 'Active and pending, the next to end first.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const found = await allSilences(client, given.flag('expired') ? ['expired'] : []);
    if (given.flag('json')) {
      for (const silence of found) world.stdout.write(`${JSON.stringify(silence)}\n`);
    } else world.stdout.write(drawn(found, world));
    return 0;
  },
};

async function allSilences(
  client: Client,
  states: readonly string[],
): Promise<readonly SilenceAnswer[]> {
  const found: SilenceAnswer[] = [];
  let cursor = '';
  do {
    const query: Query = [
      ['limit', String(PAGE_MAX)],
      ...states.map((state) => ['state', state] as const),
      ...(cursor === '' ? [] : [['cursor', cursor] as const]),
    ];
    const page = await client.get('/api/v1/silences', query);
    found.push(...listOf<SilenceAnswer>(client, page, 'items'));
    const { next } = objectOf(client, page, 'the answer');
    cursor = typeof next === 'string' ? next : '';
  } while (cursor !== '');
  return found;
}

function drawn(found: readonly SilenceAnswer[], world: World): string {
  if (found.length === 0) return 'There are no such silences.\n';
  const columns: readonly Column[] = [
    { title: 'STATE', least: 7 },
    { title: 'QUIET', least: 5 },
    { title: 'UNTIL', least: 16 },
    { title: 'BY', least: 6 },
    { title: 'ID', least: 36 },
    { title: 'MATCHERS', least: 16 },
    { title: 'COMMENT', least: 16 },
  ];
  const rows = found.map((s) => {
    const until = parseInstant(s.endsAt);
    const by = s.createdBy || s.by.name;
    const ends = until === undefined ? s.endsAt : whenText(until);
    return [s.state, String(s.hides), ends, by, s.id, s.matchers.join(' '), s.comment];
  });
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}

const add: Command = {
  name: 'add',
  summary: 'Silences what fits all the matchers, with a comment and an end.',
  about:
    'A word without an operator is an alertname, as with amtool. --preview says what it would ' +
    'keep quiet now, and does nothing.',
  args: [
    { name: 'MATCHER', help: 'site=nbg, alertname=~"Link.*", severity!=critical', many: true },
  ],
  options: [
    {
      name: 'comment',
      short: 'c',
      type: 'text',
      value: 'TEXT',
      help: 'Why, for the next shift. Needed.',
    },
    ...END_OPTIONS,
    { name: 'author', short: 'a', type: 'text', value: 'NAME', help: 'Default: who you are here.' },
    { name: 'id', type: 'text', value: 'ID', help: 'Change this silence instead of a new one.' },
    { name: 'preview', type: 'flag', help: 'Only say what it would keep quiet.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin silence add site=nbg --for 2h -c "Works on the ring" --preview',
      does: 'What would it keep quiet?',
    },
    {
      line: 'tocsin silence add LinkDown device=core-1 --until 06:00 -c "Card is being changed"',
      does: 'Until the next 06:00.',
    },
  ],
  async run(given, world) {
    const preview = given.flag('preview');
    const comment = given.text('comment') || (preview ? 'preview' : '');
    const endsAt = endOf(given, world);
    if (comment === '') throw usage('tocsin silence add needs --comment: say why');
    if (endsAt === undefined) throw usage('tocsin silence add needs an end: --for or --until');
    const body = {
      matchers: given.args.map(matcherOf),
      comment,
      endsAt,
      ...(given.text('author') === '' ? {} : { createdBy: given.text('author') }),
      ...(given.text('id') === '' ? {} : { id: given.text('id') }),
      ...(preview ? { preview } : {}),
    };
    const client = await connect(given, world);
    const made = await client.send('POST', '/api/v1/silences', body);
    world.stdout.write(
      given.flag('json') ? `${JSON.stringify(made, null, 2)}\n` : madeText(client, made, given),
    );
    return 0;
  },
};

export function matcherOf(text: string): string {
  const plain = /^[\w:.-]+$/.test(text) ? `alertname="${text}"` : text;
  const read = parseMatcher(plain);
  if ('error' in read) throw usage(`"${text}" is no matcher: ${read.error}`);
  return plain;
}

function madeText(client: Client, made: unknown, given: Given): string {
  const { id, hides } = objectOf(client, made, 'the answer');
  const alarms = `${String(hides)} alarm${hides === 1 ? '' : 's'}`;
  if (!given.flag('preview')) return `${printable(String(id))}\nkeeps ${alarms} quiet now\n`;
  const examples = listOf<{ resource: string; text: string }>(client, made, 'examples');
  const lines = examples.map(({ resource, text }) => `  ${printable(`${resource}  ${text}`)}\n`);
  const more = Number(hides) > examples.length ? '  …\n' : '';
  return `would keep ${alarms} quiet now\n${lines.join('')}${more}`;
}

const expire: Command = {
  name: 'expire',
  summary: 'Ends silences now.',
  args: [{ name: 'ID', help: 'As `tocsin silence list` shows it.', many: true }],
  options: [...DESK_OPTIONS],
  examples: [
    {
      line: 'tocsin silence expire 6f0b6a1e-8b5e-4c0a-9d6e-0c4d5f3a2b1c',
      does: 'What it kept quiet is told with the next look.',
    },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    for (const id of given.args) {
      await client.send('DELETE', `/api/v1/silences/${encodeURIComponent(id)}`);
      world.stdout.write(`expired  ${printable(id)}\n`);
    }
    return 0;
  },
};

export const silence: Command = {
  name: 'silence',
  summary: 'Notifies nobody of what fits, for a time: list, add, expire.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin silence list', does: 'See silence add --help.' }],
  below: [list, add, expire],
  run: () => Promise.reject(usage('tocsin silence needs a command')),
};
