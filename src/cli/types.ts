import { listOf, objectOf, type Somebody } from './answers.ts';
import { connect } from './client.ts';
import type { Command, Given, Option } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { paintFor, printable, table, widthOf } from './terminal.ts';
import { type TypeAnswer, typeFacts } from './type-lines.ts';

const TYPES = '/api/v1/types';

interface TypeViewAnswer {
  readonly type: string;
  readonly record: (TypeAnswer & { readonly by: Somebody | null }) | null;
  readonly special: readonly TypeAnswer[];
  readonly raised: number;
  readonly reports: number;
  readonly lastAt: string | null;
}

const list: Command = {
  name: 'list',
  summary: 'Every type that is seen or described; those not described yet come first.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin types list', does: 'How often each is seen, and what it means.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.get(TYPES);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const rows = listOf<TypeViewAnswer>(client, answer, 'items').map((one) => [
      one.type,
      String(one.raised),
      String(one.reports),
      one.lastAt ?? '',
      one.record?.owner ?? '',
      one.record?.meaning ?? one.special[0]?.meaning ?? 'not described yet',
    ]);
    const columns = ['TYPE', 'RAISED', 'REPORTS', 'LAST', 'OWNER', 'MEANING'];
    const titles = columns.map((title) => ({ title }));
    const paint = paintFor(world.stdout, world.env);
    world.stdout.write(table(titles, rows, widthOf(world.stdout), paint));
    return 0;
  },
};

const show: Command = {
  name: 'show',
  summary: 'What was decided about a type.',
  args: [{ name: 'TYPE', help: 'As `tocsin types list` shows it.' }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin types show link.down', does: 'What it means, what to do.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const [type = ''] = given.args;
    const items = listOf<TypeViewAnswer>(client, await client.get(TYPES), 'items');
    const found = items.find((one) => one.type === type);
    if (given.flag('json')) return wroteJson(world.stdout, found ?? null);
    const records = [...(found?.record ? [found.record] : []), ...(found?.special ?? [])];
    if (records.length === 0) {
      world.stdout.write(`${printable(type)} is not described yet: tocsin types set --help\n`);
      return 4;
    }
    for (const record of records) {
      world.stdout.write(`${printable(record.id)}\n`);
      for (const [name, value] of typeFacts(record)) {
        world.stdout.write(`  ${name.padEnd(14)} ${printable(value)}\n`);
      }
    }
    return 0;
  },
};

const TEXTS: readonly (readonly [name: string, field: string, value: string, help: string])[] = [
  ['qualifier', 'qualifier', 'PATTERN', 'Only for alarms whose whole qualifier it fits (RE2).'],
  ['means', 'meaning', 'TEXT', 'What it means.'],
  ['action', 'action', 'TEXT', 'What to do.'],
  ['consequence', 'consequence', 'TEXT', 'What comes of it when nobody does it.'],
  ['owner', 'owner', 'NAME', 'Who answers for it.'],
  ['runbook', 'runbook', 'URL', 'Where the steps are written down.'],
  ['why', 'reason', 'TEXT', 'Why it was decided so.'],
];

const LENGTHS: readonly (readonly [name: string, field: string, help: string])[] = [
  ['respond-within', 'respondWithin', 'Within which somebody must have done something.'],
  ['on-delay', 'onDelay', 'A raise has to last so long before anybody is told.'],
  ['off-delay', 'offDelay', 'A clear has to last so long to be the end of an alarm.'],
];

const set: Command = {
  name: 'set',
  summary: 'Writes down what was decided about a type; an older record is replaced.',
  args: [{ name: 'TYPE', help: 'link.down speaks for link.down.optical as well.' }],
  options: [
    ...TEXTS.map(([name, , value, help]): Option => ({ name, type: 'text', value, help })),
    ...LENGTHS.map(([name, , help]): Option => ({ name, type: 'duration', value: 'TIME', help })),
    {
      name: 'will-clear',
      type: 'text',
      value: 'yes|no',
      help: 'Whether its source clears it.',
      choices: ['yes', 'no'],
    },
    { name: 'severity', type: 'list', value: 'NAME', help: 'One it may have; may be repeated.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin types set link.down --means "A port lost its light" --why "review of May"',
      does: 'The least there is to say.',
    },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.send('PUT', TYPES, wanted(given));
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    world.stdout.write(`described: ${printable(String(objectOf(client, answer, 'it').id))}\n`);
    return 0;
  },
};

function wanted(given: Given): object {
  if (given.text('means') === '') throw usage('say what it means: --means TEXT');
  if (given.text('why') === '') throw usage('say why it was decided so: --why TEXT');
  const texts = TEXTS.filter(([name]) => given.has(name)).map(([name, field]) => [
    field,
    given.text(name),
  ]);
  const lengths = LENGTHS.filter(([name]) => given.has(name)).map(([name, field]) => [
    field,
    given.duration(name),
  ]);
  const clear = given.text('will-clear');
  return {
    type: given.args[0] ?? '',
    ...Object.fromEntries([...texts, ...lengths]),
    ...(clear === '' ? {} : { willClear: clear === 'yes' }),
    severities: given.all('severity'),
  };
}

const remove: Command = {
  name: 'remove',
  summary: 'Takes a record back.',
  args: [{ name: 'ID', help: 'The type, or "TYPE QUALIFIER" as `tocsin types show` has it.' }],
  options: [
    { name: 'why', type: 'text', value: 'TEXT', help: 'What for.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin types remove link.down --why "split in two"', does: 'Gone.' }],
  async run(given, world) {
    const why = given.text('why').trim();
    if (why === '') throw usage('say what for: --why TEXT');
    const client = await connect(given, world);
    const [id = ''] = given.args;
    const answer = await client.send('POST', `${TYPES}/${encodeURIComponent(id)}/remove`, { why });
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    world.stdout.write(`removed: ${printable(id)}\n`);
    return 0;
  },
};

export const types: Command = {
  name: 'types',
  summary: 'Types of alarms and what was decided about them: list, show, set, remove.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin types list', does: 'See types set --help.' }],
  below: [list, show, set, remove],
  run: () => Promise.reject(usage('tocsin types needs a command')),
};
