import { type Instant, parseInstant } from '../base/time.ts';
import { severityOf } from './alarm-line.ts';
import { type AlarmAnswer, alarmOf, listOf, objectOf } from './answers.ts';
import { type Client, connect, type Query } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { usage } from './parse.ts';
import { ageText, type Column, type Paint, paintFor, table, widthOf } from './terminal.ts';
import { watch } from './watch.ts';

/** Of one answer of the API; a longer list is fetched page by page. */
const PAGE_MAX = 1_000;
export const ALARMS_LISTED_MAX = 1_000_000;

export const alarms: Command = {
  name: 'alarms',
  summary: 'Lists what is wrong: the worst first.',
  args: [],
  options: [
    {
      name: 'filter',
      short: 'f',
      type: 'list',
      value: 'MATCHER',
      help: 'As in Alertmanager: site="osl", severity=~"critical|major".',
    },
    {
      name: 'state',
      type: 'text',
      choices: ['raised', 'cleared', 'any'],
      default: 'raised',
      help: 'What the source says. Cleared ones come from history, newest first.',
    },
    {
      name: 'search',
      short: 's',
      type: 'text',
      value: 'WORDS',
      help: 'Words, all of which are in it.',
    },
    {
      name: 'sort',
      type: 'text',
      choices: ['severity', 'newest', 'oldest', 'resource', 'changed'],
      help: 'Order of raised ones. Default: severity.',
    },
    { name: 'limit', type: 'number', default: '100', help: 'At most so many.' },
    { name: 'watch', short: 'w', type: 'flag', help: 'Goes on with every change until Ctrl-C.' },
    { name: 'json', type: 'flag', help: 'One JSON line for each alarm.' },
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin alarms', does: 'What is wrong now.' },
    {
      line: 'tocsin alarms --filter \'site="osl"\' --filter \'@severity=~"critical|major"\'',
      does: 'The bad ones in Oslo. @severity is the severity of the alarm, severity a label.',
    },
    { line: 'tocsin alarms --watch', does: 'And everything that happens from now on.' },
    { line: 'tocsin alarms --state any --search "fibre cut"', does: 'In the whole history.' },
  ],
  async run(given, world) {
    const limit = given.number('limit');
    if (limit < 1 || limit > ALARMS_LISTED_MAX)
      throw usage(`--limit: between 1 and ${ALARMS_LISTED_MAX}`);
    const client = await connect(given, world);
    if (given.flag('watch')) return watch(client, given, world, () => list(client, given, world));
    await list(client, given, world);
    return 0;
  },
};

async function list(client: Client, given: Given, world: World): Promise<void> {
  const limit = given.number('limit');
  const found: AlarmAnswer[] = [];
  let cursor = '';
  let total: unknown;
  do {
    const size = Math.min(PAGE_MAX, limit - found.length);
    const page = await client.get('/api/v1/alarms', [
      ...queryOf(given),
      ['limit', String(size)],
      ...(cursor === '' ? [] : [['cursor', cursor] as const]),
    ]);
    for (const item of listOf(client, page, 'items')) found.push(alarmOf(client, item));
    const { next, total: all } = objectOf(client, page, 'the answer');
    cursor = typeof next === 'string' ? next : '';
    total ??= all;
  } while (cursor !== '' && found.length < limit);
  if (given.flag('json')) {
    for (const alarm of found) world.stdout.write(`${JSON.stringify(alarm)}\n`);
    return;
  }
  const paint = paintFor(world.stdout, world.env);
  world.stdout.write(drawn(found, world, paint));
  const more = typeof total === 'number' && total > found.length;
  const end = cursor === '' ? '' : 'There are more: --limit.';
  const shown = more ? `${found.length} of ${total} shown; --limit shows more.` : end;
  if (shown !== '') world.stderr.write(`${shown}\n`);
}

function queryOf(given: Given): Query {
  const one = (name: string, option: string): Query =>
    given.text(option) === '' ? [] : [[name, given.text(option)]];
  return [
    ...given.all('filter').map((matcher) => ['filter', matcher] as const),
    ...one('state', 'state'),
    ...one('q', 'search'),
    ...one('sort', 'sort'),
  ];
}

function drawn(found: readonly AlarmAnswer[], world: World, paint: Paint): string {
  if (found.length === 0) return 'Nothing. All is quiet, or the filter fits nothing.\n';
  const columns: readonly Column[] = [
    { title: 'SEVERITY', least: 8, paint: (cell, n) => paint(severityOf(found[n]), cell) },
    { title: 'AGE', least: 6 },
    { title: 'ID', least: 16 },
    { title: 'STATE', least: 7 },
    { title: 'RESOURCE', least: 12 },
    { title: 'TEXT', least: 20 },
  ];
  const rows = found.map((alarm) => rowOf(alarm, world.clock.now()));
  return table(columns, rows, widthOf(world.stdout), paint);
}

const rowOf = (alarm: AlarmAnswer, now: Instant): string[] => [
  alarm.severity,
  ageText(Math.max(0, now - (parseInstant(alarm.condition.since) ?? now))),
  alarm.id,
  alarm.standing,
  alarm.resource,
  alarm.text,
];
