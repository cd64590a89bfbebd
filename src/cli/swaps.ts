import { listOf, objectOf, type Somebody } from './answers.ts';
import { connect } from './client.ts';
import type { Command, Option } from './command.ts';
import { endsById } from './ends-by-id.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { drawn, timeText } from './on-call.ts';
import { JSON_OPTION, needed, neededTime, REASON, timeOf } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { printable } from './terminal.ts';

const time = (name: string, help: string): Option => ({ name, type: 'text', value: 'TIME', help });

interface SwapAnswer {
  readonly id: string;
  readonly schedule: string;
  readonly person: Somebody;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly taken: { readonly by: Somebody } | null;
}

const COLUMNS = ['ID', 'SCHEDULE', 'WHO ASKS', 'FROM', 'UNTIL', 'TAKEN BY', 'WHY'];

const list: Command = {
  name: 'list',
  summary: 'Requests that somebody takes shifts over.',
  args: [{ name: 'SCHEDULE', help: 'Only of this one.', optional: true }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin swaps list', does: 'Those that are not over, taken ones too.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const [name] = given.args;
    const query = name === undefined ? '' : `?schedule=${encodeURIComponent(name)}`;
    const all = listOf<SwapAnswer>(client, await client.get(`/api/v1/swaps${query}`), 'items');
    if (given.flag('json')) return wroteJson(world.stdout, all);
    const rows = all.map(({ id, schedule, person, from, to, reason, taken }) => [
      ...[id, schedule, person.name, timeText(from), timeText(to), taken?.by.name ?? '', reason],
    ]);
    if (rows.length === 0) world.stdout.write('Nobody asks for a swap.\n');
    else world.stdout.write(drawn(COLUMNS, rows, world));
    return 0;
  },
};

const ask: Command = {
  name: 'ask',
  summary: 'Asks that somebody takes your shifts of a time over.',
  args: [{ name: 'SCHEDULE', help: 'As `tocsin schedules list` shows it.' }],
  options: [
    time('from', 'When it begins. Needed.'),
    time('until', 'When it is over. Needed.'),
    { name: 'person', type: 'text', value: 'USER', help: 'Whose shifts. Default: yours.' },
    REASON,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin swaps ask noc-first --from 18:00 --until 23:00 -r "A wedding"',
      does: 'Until somebody takes it you are on call as before.',
    },
  ],
  async run(given, world) {
    const [schedule = ''] = given.args;
    const from = neededTime(given, world, 'from');
    const to = neededTime(given, world, 'until');
    const reason = needed(given, 'reason');
    const person = given.text('person');
    const body = { from, to, reason, ...(person === '' ? {} : { person }) };
    const client = await connect(given, world);
    const path = `/api/v1/schedules/${encodeURIComponent(schedule)}/swaps`;
    const made = objectOf(client, await client.send('POST', path, body), 'the answer');
    world.stdout.write(`${printable(String(made.id))}\n`);
    return 0;
  },
};

const take: Command = {
  name: 'take',
  summary: 'You take a request, or a part of it; prints the override that comes of it.',
  args: [{ name: 'ID', help: 'As `tocsin swaps list` shows it.' }],
  options: [time('from', 'Only from then on.'), time('until', 'Only until then.'), ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin swaps take sw4711 --until 20:00', does: 'The rest is still asked for.' },
  ],
  async run(given, world) {
    const [id = ''] = given.args;
    const [from, to] = [timeOf(given, world, 'from'), timeOf(given, world, 'until')];
    const body = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const client = await connect(given, world);
    const path = `/api/v1/swaps/${encodeURIComponent(id)}/take`;
    const made = objectOf(client, await client.send('POST', path, body), 'the answer');
    world.stdout.write(`${printable(String(made.id))}\n`);
    return 0;
  },
};

const withdraw = endsById({
  name: 'withdraw',
  summary: 'It is not asked for any more.',
  idHelp: 'As `tocsin swaps list` shows it.',
  example: { line: 'tocsin swaps withdraw sw4711 -r "Called off"', does: 'Nobody took it.' },
  ...{ path: '/api/v1/swaps', done: 'withdrawn' },
});

export const swaps: Command = {
  name: 'swaps',
  summary: 'Requests that somebody takes shifts over.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin swaps list', does: 'See --help.' }],
  below: [list, ask, take, withdraw],
  run: () => Promise.reject(usage('tocsin swaps needs a command')),
};
