import { basename, extname, resolve } from 'node:path';
import { parseInstant } from '../base/time.ts';
import { listOf, objectOf } from './answers.ts';
import { bytesOfFile } from './check.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, Option, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import {
  type ChangeAnswer,
  type CountsAnswer,
  changesText,
  countsText,
  type EffectAnswer,
  effectText,
  type ReportAnswer,
  reportText,
  type VersionAnswer,
  versionText,
} from './inventory-lines.ts';
import { readNetbox } from './netbox-api.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { paintFor, table, widthOf } from './terminal.ts';
import { whenText } from './when.ts';

const EXIT_FAULTS = 2;

const WHY: Option = { name: 'why', type: 'text', value: 'TEXT', help: 'What for.' };
const FORMATS: Readonly<Record<string, string>> = {
  '.yml': 'yaml',
  '.yaml': 'yaml',
  '.json': 'json',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.xlsx': 'xlsx',
  '.xlsm': 'xlsx',
};

const FILE = {
  name: 'FILE',
  help: 'YAML, JSON, CSV, XLSX, a dump of NetBox, or where a NetBox answers.',
};

const FILE_OPTIONS: readonly Option[] = [
  {
    name: 'feed',
    type: 'text',
    value: 'NAME',
    help: 'Whose things these are; default: the file’s name. A feed owns what it brought.',
  },
  {
    name: 'format',
    type: 'text',
    value: 'FORMAT',
    help: 'Default: by the file’s ending.',
    choices: [...new Set(Object.values(FORMATS)), 'netbox'],
  },
  {
    name: 'kind',
    type: 'text',
    value: 'KIND',
    help: 'What the rows of a table are, where no column says it: device, port, link …',
  },
  { name: 'sheet', type: 'text', value: 'NAME', help: 'Of a workbook; default: its first.' },
];

const pathOf = (feed: string): string => `/api/v1/inventory/feeds/${encodeURIComponent(feed)}`;

interface FeedFile {
  readonly file: string;
  readonly feed: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly query: readonly (readonly [string, string])[];
}

async function fileOf(given: Given, world: World): Promise<FeedFile> {
  const [file = ''] = given.args;
  const ending = extname(file).toLowerCase();
  const isAddress = /^https?:\/\//i.test(file);
  const format = given.text('format') || (isAddress ? 'netbox' : FORMATS[ending]);
  if (format === undefined) {
    throw usage(`say what ${file} is: --format yaml, json, csv, xlsx or netbox`);
  }
  const named = basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9._-]/g, '-');
  const kind = given.text('kind');
  const sheet = given.text('sheet');
  return {
    file,
    feed: given.text('feed') || (isAddress ? 'netbox' : named),
    bytes: isAddress
      ? await readNetbox(file, world)
      : new Uint8Array(await bytesOfFile(resolve(world.cwd, file), file)),
    query: [
      ['format', format],
      ...(kind === '' ? [] : [['kind', kind] as const]),
      ...(sheet === '' ? [] : [['sheet', sheet] as const]),
    ],
  };
}

/** The report goes to standard error, line by line, for people and editors. */
function sayReport({ file }: FeedFile, report: ReportAnswer, world: World): void {
  world.stderr.write(reportText(file, report));
  if (report.leftOut > 0) {
    world.stderr.write(`${report.leftOut} of ${report.rows} rows were left out\n`);
  }
}

export const plan: Command = {
  name: 'plan',
  summary: 'Says what a file would add, change and remove. Changes nothing.',
  about:
    'Every row that is not as it should be is told with its line, what was expected and what ' +
    'would be done. Exit code 2 when a row would be left out.',
  args: [FILE],
  options: [...FILE_OPTIONS, JSON_OPTION, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin inventory plan network.yml', does: 'Before an import.' },
    { line: 'tocsin inventory plan devices.csv --kind device', does: 'A table of devices.' },
  ],
  async run(given, world) {
    const file = await fileOf(given, world);
    const client = await connect(given, world);
    const answer = await client.upload(`${pathOf(file.feed)}/compare`, file.query, file.bytes);
    const told = objectOf(client, answer, 'it');
    const report = told.report as ReportAnswer;
    if (given.flag('json')) wroteJson(world.stdout, answer);
    else {
      sayReport(file, report, world);
      const changes = listOf<ChangeAnswer>(client, answer, 'difference');
      world.stdout.write(changesText(changes, paintFor(world.stdout, world.env)));
      const against = told.basedOn === null ? 'it is new' : `against ${told.basedOn}`;
      const sum = countsText(told.counts as CountsAnswer);
      world.stdout.write(effectText(told.alarms as EffectAnswer));
      world.stdout.write(`feed ${file.feed}, ${against}: ${sum}\n`);
    }
    return report.leftOut > 0 ? EXIT_FAULTS : 0;
  },
};

export const load: Command = {
  name: 'import',
  summary: 'Puts a file in force as a new version of its feed.',
  about:
    'What the feed brought before and the file does not hold is removed; what other feeds ' +
    'brought stays. Look first: tocsin inventory plan FILE.',
  args: [FILE],
  options: [
    ...FILE_OPTIONS,
    WHY,
    {
      name: 'based-on',
      type: 'text',
      value: 'VERSION',
      help: 'Refused when another version is in force by now.',
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin inventory import network.yml --why "the ring in Oslo"', does: 'And in force.' },
    {
      line: 'tocsin inventory import https://netbox.example.org --why "as of tonight"',
      does: 'From NetBox’s API, with the token in NETBOX_TOKEN.',
    },
  ],
  async run(given, world) {
    const why = given.text('why').trim();
    if (why === '') throw usage('say what it is for: --why TEXT');
    const file = await fileOf(given, world);
    const client = await connect(given, world);
    const based = given.has('based-on') ? [['basedOn', given.text('based-on')] as const] : [];
    const query = [
      ...file.query,
      ...based,
      ['why', why],
      ['from', /^https?:/i.test(file.file) ? file.file : basename(file.file)],
    ] as const;
    const answer = await client.upload(`${pathOf(file.feed)}/import`, query, file.bytes);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const told = objectOf(client, answer, 'it');
    sayReport(file, told.report as ReportAnswer, world);
    return sayVersion(told, file.feed, world);
  },
};

function sayVersion(told: Readonly<Record<string, unknown>>, feed: string, world: World): number {
  const version = told.version as VersionAnswer | null;
  const sum = countsText(told.counts as CountsAnswer);
  const id = version?.id ?? 'nothing';
  const text = told.changed === true ? `${id} of ${feed} is in force: ${sum}` : sameText(id, feed);
  world.stdout.write(`${text}\n`);
  return 0;
}

const sameText = (id: string, feed: string): string =>
  `nothing changed: ${id} of ${feed} says the same and stays in force`;

export const versions: Command = {
  name: 'versions',
  summary: 'Lists the versions of a feed; with VERSION, what it changed.',
  args: [
    { name: 'FEED', help: 'As `tocsin inventory show` lists them.' },
    { name: 'VERSION', help: 'One of them.', optional: true },
  ],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin inventory versions network', does: 'Who changed it, when, and why.' },
    { line: 'tocsin inventory versions network v1204', does: 'What that version changed.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const [feed = '', id] = given.args;
    const path = `${pathOf(feed)}/versions`;
    if (id !== undefined) return showVersion(client, given, world, `${path}/${id}`);
    const answer = await client.get(path);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const items = listOf<VersionAnswer>(client, answer, 'items');
    const columns = ['VERSION', 'WHEN', 'WHO', 'FROM', 'CHANGED', 'WHY'];
    const rows = items.map((one) => {
      const at = parseInstant(one.at);
      const { added, changed, removed } = one.counts;
      const when = at === undefined ? one.at : whenText(at);
      const mark = one.inForce ? `${one.id} *` : one.id;
      const why = one.restores === null ? one.why : `restores ${one.restores}: ${one.why}`;
      return [mark, when, one.by?.name ?? '', one.from, `+${added} ~${changed} -${removed}`, why];
    });
    const titles = columns.map((title) => ({ title }));
    const paint = paintFor(world.stdout, world.env);
    world.stdout.write(table(titles, rows, widthOf(world.stdout), paint));
    world.stdout.write('* in force\n');
    return 0;
  },
};

async function showVersion(
  client: Client,
  given: Given,
  world: World,
  path: string,
): Promise<number> {
  const answer = await client.get(path);
  if (given.flag('json')) return wroteJson(world.stdout, answer);
  const version = objectOf(client, answer, 'it').version as VersionAnswer;
  const changes = listOf<ChangeAnswer>(client, answer, 'difference');
  world.stdout.write(`${versionText(version)}\n`);
  world.stdout.write(changesText(changes, paintFor(world.stdout, world.env)));
  world.stdout.write(`${countsText(version.counts)}\n`);
  return 0;
}

export const restore: Command = {
  name: 'restore',
  summary: 'Puts an older version of a feed in force again, as a new one.',
  args: [
    { name: 'FEED', help: 'As `tocsin inventory show` lists them.' },
    { name: 'VERSION', help: 'As `tocsin inventory versions FEED` lists them.' },
  ],
  options: [WHY, JSON_OPTION, ...DESK_OPTIONS],
  examples: [
    {
      line: 'tocsin inventory restore network v1204 --why "half the ports were gone"',
      does: 'Back.',
    },
  ],
  async run(given, world) {
    const [feed = '', id = ''] = given.args;
    return send(given, world, feed, `${pathOf(feed)}/versions/${encodeURIComponent(id)}/restore`);
  },
};

export const empty: Command = {
  name: 'empty',
  summary: 'Takes everything of a feed away. Its versions can be restored.',
  args: [{ name: 'FEED', help: 'As `tocsin inventory show` lists them.' }],
  options: [WHY, JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin inventory empty lab --why "the lab is closed"', does: 'Gone.' }],
  run: (given, world) => {
    const [feed = ''] = given.args;
    return send(given, world, feed, `${pathOf(feed)}/empty`);
  },
};

async function send(given: Given, world: World, feed: string, path: string): Promise<number> {
  const why = given.text('why').trim();
  if (why === '') throw usage('say what for: --why TEXT');
  const client = await connect(given, world);
  const answer = await client.send('POST', path, { why });
  if (given.flag('json')) return wroteJson(world.stdout, answer);
  return sayVersion(objectOf(client, answer, 'it'), feed, world);
}
