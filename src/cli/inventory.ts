import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { empty, load, plan, restore, versions } from './inventory-feeds.ts';
import { type ThingAnswer, type VersionAnswer, versionText } from './inventory-lines.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { paintFor, printable, table, widthOf } from './terminal.ts';

const INVENTORY = '/api/v1/inventory';

interface Some {
  readonly keys: readonly string[];
  readonly total: number;
}

const show: Command = {
  name: 'show',
  summary: 'The feeds and how much there is; with KEY, one thing and its neighbours.',
  args: [{ name: 'KEY', help: 'kind:id, as `tocsin inventory list` shows it.', optional: true }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin inventory show', does: 'What there is, and where it came from.' },
    { line: 'tocsin inventory show device:rt1.osl', does: 'Its ports, links, what needs it.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const [key] = given.args;
    if (key === undefined) return showAll(client, given, world);
    const answer = await client.get(`${INVENTORY}/things/${encodeURIComponent(key)}`);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    world.stdout.write(thingText(client, answer, world));
    return 0;
  },
};

async function showAll(client: Client, given: Given, world: World): Promise<number> {
  const answer = await client.get(INVENTORY);
  if (given.flag('json')) return wroteJson(world.stdout, answer);
  const { kinds, things } = objectOf(client, answer, 'it');
  const feeds = listOf<{ feed: string; version: VersionAnswer }>(client, answer, 'feeds');
  if (feeds.length === 0) {
    world.stdout.write('nothing yet: tocsin inventory import FILE brings the first things\n');
    return 0;
  }
  const each = Object.entries(kinds as Readonly<Record<string, number>>);
  world.stdout.write(`${things} things: ${each.map(([kind, n]) => `${n} ${kind}`).join(', ')}\n`);
  const rows = feeds.map(({ feed, version }) => [
    feed,
    String(version.counts.things),
    versionText(version),
  ]);
  const columns = ['FEED', 'THINGS', 'VERSION'].map((title) => ({ title }));
  const paint = paintFor(world.stdout, world.env);
  world.stdout.write(table(columns, rows, widthOf(world.stdout), paint));
  return 0;
}

interface Fact {
  readonly name: string;
  readonly value: string;
}

function thingText(client: Client, answer: unknown, world: World): string {
  const told = objectOf(client, answer, 'it');
  const thing = told.thing as ThingAnswer;
  const paint = paintFor(world.stdout, world.env);
  const alarms = listOf<{ id: string; severity: string; text: string }>(client, answer, 'alarms');
  const links = listOf<{ link: string; other: string | null }>(client, answer, 'links');
  const facts: Fact[] = [
    { name: 'called', value: [thing.title ?? '', ...(thing.names ?? [])].join(' ').trim() },
    { name: 'part of', value: (told.above as readonly string[]).join(' < ') },
    { name: 'owner', value: thing.owner ?? '' },
    ...pairs(thing.attributes),
    { name: 'parts', value: someText(told.parts as Some) },
    ...links.map(({ link, other }) => ({ name: 'link', value: `${link} to ${other ?? '?'}` })),
    { name: 'needs', value: someText(told.dependsOn as Some) },
    { name: 'needed by', value: someText(told.dependents as Some) },
    { name: 'feeds', value: (told.feeds as readonly string[]).join(', ') },
    ...pairs(told.context as ThingAnswer['labels'], '  '),
    ...alarms.map(({ id, severity, text }) => ({ name: severity, value: `${id}  ${text}` })),
  ];
  return [`${paint('bold', printable(thing.key))}\n`, ...facts.map((fact) => line(fact))].join('');
}

const pairs = (labels: ThingAnswer['labels'] = {}, indent = ''): Fact[] =>
  Object.entries(labels).map(([name, value]) => ({ name: `${indent}${name}`, value }));

const someText = ({ keys, total }: Some): string =>
  `${keys.join(' ')}${total > keys.length ? ` and ${total - keys.length} more` : ''}`;

const line = ({ name, value }: Fact): string =>
  value === '' ? '' : `  ${printable(name).padEnd(14)} ${printable(value)}\n`;

const list: Command = {
  name: 'list',
  summary: 'Finds things by words in their names and facts.',
  args: [{ name: 'WORD', help: 'All of them have to fit.', optional: true, many: true }],
  options: [
    { name: 'kind', type: 'text', value: 'KIND', help: 'Only these: device, port, link …' },
    { name: 'feed', type: 'text', value: 'NAME', help: 'Only what this feed brought.' },
    { name: 'limit', type: 'number', value: 'N', help: 'At most so many.', default: '100' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin inventory list juniper --kind device', does: 'By any fact.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const query = [
      ['words', given.args.join(' ')] as const,
      ...['limit', 'kind', 'feed'].flatMap((name) => {
        const value = given.text(name);
        return value === '' ? [] : [[name, value] as const];
      }),
    ];
    const answer = await client.get(`${INVENTORY}/things`, query);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const items = listOf<ThingAnswer>(client, answer, 'items');
    const rows = items.map(({ key, title = '', names = [], partOf = '' }) => [
      key,
      partOf,
      [title, ...names].join(' ').trim(),
    ]);
    const columns = ['KEY', 'PART OF', 'CALLED'].map((title) => ({ title }));
    const paint = paintFor(world.stdout, world.env);
    world.stdout.write(table(columns, rows, widthOf(world.stdout), paint));
    const total = Number(objectOf(client, answer, 'it').total);
    if (total > items.length) world.stderr.write(`${items.length} of ${total} shown (--limit)\n`);
    return 0;
  },
};

const find: Command = {
  name: 'find',
  summary: 'Says which thing an alarm would be about, and what it would learn from it.',
  args: [{ name: 'RESOURCE', help: 'device/port, host:9100, an address.', optional: true }],
  options: [
    { name: 'label', short: 'l', type: 'list', value: 'NAME=VALUE', help: 'What it carries.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin inventory find 192.0.2.1/if-514', does: 'As a trap names it.' },
    { line: 'tocsin inventory find -l instance=web1:9100', does: 'As Prometheus does.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const labels = given.all('label').map((pair) => ['label', pair] as const);
    const query = [['resource', given.args[0] ?? ''] as const, ...labels];
    const answer = await client.get(`${INVENTORY}/find`, query);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const { thing, context } = objectOf(client, answer, 'it');
    const facts = pairs(context as ThingAnswer['labels']);
    const called =
      thing === null ? 'nothing of the inventory is called so' : (thing as ThingAnswer).key;
    world.stdout.write(`${printable(called)}\n${facts.map(line).join('')}`);
    // A lookup table needs no thing to have something to say.
    if (thing === null && facts.length === 0) return 4;
    return 0;
  },
};

export const inventory: Command = {
  name: 'inventory',
  summary: 'What there is to go wrong: list, show, find, plan, import, versions, restore.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin inventory show', does: 'See inventory import --help.' }],
  below: [show, list, find, plan, load, versions, restore, empty],
  run: () => Promise.reject(usage('tocsin inventory needs a command')),
};
