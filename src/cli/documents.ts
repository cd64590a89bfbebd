import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { instantText } from '../base/time.ts';
import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, Option, World } from './command.ts';
import { tryDocuments } from './documents-try.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { agoText } from './memory-lines.ts';
import { JSON_OPTION, needed, REASON } from './options.ts';
import { usage } from './parse.ts';
import { pause } from './pause.ts';
import { wroteJson } from './revision-lines.ts';
import { drawTable, printable } from './terminal.ts';
import { parseWhen, whenExpected } from './when.ts';

const PATH = '/api/v1/documents';
const ID = { name: 'ID', help: 'As `tocsin documents list` shows it.' };

/** A document that takes longer is asked for again: `tocsin documents get ID`. */
const WAIT_TRIES_MAX = 100;
const WAIT_MS = 200;

interface DocumentAnswer {
  readonly id: string;
  readonly template: string;
  readonly title: string;
  readonly is: string;
  readonly by: { readonly name: string } | null;
  readonly askedAt: string;
  readonly incident: string | null;
  readonly version: number;
  readonly asked: Readonly<Record<string, string>>;
  readonly lacks: readonly {
    readonly name: string;
    readonly expected: string;
    readonly where: string;
  }[];
  readonly why: string;
  readonly files: readonly { readonly format: string; readonly bytes: number }[];
}

interface TemplateAnswer {
  readonly file: string;
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  readonly scope: string;
  readonly variables: readonly {
    readonly name: string;
    readonly type: string;
    readonly from: string;
    readonly required: boolean;
    readonly description: string;
    readonly choices: readonly string[];
    readonly columns: readonly string[];
  }[];
  readonly faults: readonly { readonly line: number; readonly why: string }[];
}

const say = (world: World, line: string): void => world.stdout.write(`${printable(line)}\n`);

const templates: Command = {
  name: 'templates',
  summary: 'Lists templates of documents with what they ask for, and what is wrong with a file.',
  args: [],
  options: [
    { name: 'incident', type: 'text', value: 'ID', help: 'Only those that are for it.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin documents templates', does: 'What can be written?' }],
  async run(given, world) {
    const client = await connect(given, world);
    const incident = given.text('incident');
    const query = incident === '' ? [] : [['incident', incident] as const];
    const answer = await client.get('/api/v1/document-templates', query);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const items = listOf<TemplateAnswer>(client, answer, 'items');
    for (const one of items.filter(({ faults }) => faults.length === 0)) {
      say(world, `${one.name}: ${one.title} (${one.kind}, about ${aboutText(one.scope)})`);
      for (const variable of one.variables.filter(({ from }) => from === 'ask')) {
        const { name, type, required, description, choices, columns } = variable;
        const lines = columns.length > 0 ? ` of ${columns.join(' | ')}` : '';
        const kind = choices.length > 0 ? `one of ${choices.join(', ')}` : `${type}${lines}`;
        say(world, `  -v ${name}=…  ${kind}${required ? ', needed' : ''}  ${description}`);
      }
    }
    for (const { file, faults } of items)
      for (const { line, why } of faults) say(world, `${file}:${line}: ${why}`);
    return 0;
  },
};

const aboutText = (scope: string): string => (scope === 'incident' ? 'an incident' : 'a shift');

const list: Command = {
  name: 'list',
  summary: 'Lists documents, newest first.',
  args: [],
  options: [
    { name: 'incident', type: 'text', value: 'ID', help: 'Of this incident.' },
    { name: 'template', type: 'text', value: 'NAME', help: 'Of this template.' },
    { name: 'is', type: 'text', value: 'STATE', help: 'wanted, rendered, failed or waiting.' },
    { name: 'limit', type: 'number', default: '50', help: 'At most so many.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin documents list --incident i812', does: 'Was it reviewed?' }],
  async run(given, world) {
    const client = await connect(given, world);
    const said = ['incident', 'template', 'is'].map((name) => [name, given.text(name)] as const);
    const query = [...said, ['limit', String(given.number('limit'))] as const];
    const answer = await client.get(
      PATH,
      query.filter(([, value]) => value !== ''),
    );
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const now = world.clock.now();
    const rows = listOf<DocumentAnswer>(client, answer, 'items').map((one) => [
      one.id,
      one.version > 1 ? `${one.title} v${one.version}` : one.title,
      one.incident ?? '',
      one.is,
      one.by?.name ?? '',
      agoText(one.askedAt, now),
    ]);
    if (rows.length === 0) say(world, 'There is no such document.');
    else drawTable(world, ['ID', 'TITLE', 'INCIDENT', 'STATE', 'BY', 'ASKED'], rows);
    return 0;
  },
};

function told(given: Given, world: World, client: Client, answer: unknown): number {
  if (given.flag('json')) return wroteJson(world.stdout, answer);
  const one = objectOf(client, answer, 'a document') as unknown as DocumentAnswer;
  say(world, `${one.id}  ${one.title}: ${one.is}${one.why === '' ? '' : `: ${one.why}`}`);
  say(world, `by ${one.by?.name ?? 'nobody'}, ${one.askedAt}`);
  if (one.incident !== null) say(world, `of incident ${one.incident}`);
  for (const { name, expected, where } of one.lacks)
    say(world, `lacks ${name}: ${expected} (${where})`);
  for (const { format, bytes } of one.files)
    say(world, `${format}, ${bytes} bytes: tocsin documents get ${one.id} --format ${format}`);
  return 0;
}

const FORMAT: Option = {
  name: 'format',
  type: 'text',
  default: 'markdown',
  choices: ['markdown', 'html', 'pdf'],
  help: 'How it is to be read.',
};

const OUT: Option = {
  name: 'out',
  short: 'o',
  type: 'text',
  value: 'FILE',
  help: 'Where to put it; without, Markdown and HTML go to the screen.',
};

const ask: Command = {
  name: 'ask',
  summary: 'Asks for a document; all that is missing is told at once, and then nothing begins.',
  args: [{ name: 'TEMPLATE', help: 'As `tocsin documents templates` shows it.' }],
  options: [
    { name: 'incident', type: 'text', value: 'ID', help: 'The incident it is about.' },
    { name: 'since', type: 'text', value: 'TIME', help: 'Begin of the shift. Default: 12 h ago.' },
    {
      name: 'value',
      short: 'v',
      type: 'list',
      value: 'NAME=VALUE',
      help: 'What the template asks for; once for each. A list or table: a line for each.',
    },
    { name: 'waiting', type: 'text', value: 'ID', help: 'The document that waits for these.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin documents ask hand-over -v "watch=core-1 flaps, vendor called"',
      does: 'For whoever comes next.',
    },
  ],
  async run(given, world) {
    const [template = ''] = given.args;
    const values: Record<string, string> = {};
    for (const one of given.all('value')) {
      const at = one.indexOf('=');
      if (at < 1) throw usage(`-v ${one}: NAME=VALUE expected`);
      values[one.slice(0, at)] = one.slice(at + 1);
    }
    const said = given.text('since');
    const since = said === '' ? undefined : parseWhen(said, world.clock.now());
    if (said !== '' && since === undefined) throw usage(`--since ${said}: ${whenExpected}`);
    const [incident, waiting] = [given.text('incident'), given.text('waiting')];
    const asked = {
      template,
      values,
      ...(incident === '' ? {} : { incident }),
      ...(waiting === '' ? {} : { waiting }),
      ...(since === undefined ? {} : { since: instantText(since) }),
    };
    const client = await connect(given, world);
    const made = objectOf(client, await client.send('POST', PATH, asked), 'a document');
    return told(given, world, client, await ended(client, world, String(made.id)));
  },
};

/** The document once it is rendered or has failed; as it is when that takes too long. */
async function ended(client: Client, world: World, id: string): Promise<unknown> {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  for (let tries = 1; ; tries++) {
    const answer = objectOf(client, await client.get(path), 'a document');
    if (answer.is !== 'wanted' || tries >= WAIT_TRIES_MAX) return answer;
    await pause(world, WAIT_MS);
  }
}

const pathOf = (given: Given): string => `${PATH}/${encodeURIComponent(given.args[0] ?? '')}`;

const show: Command = {
  name: 'show',
  summary: 'One document: what it lacks, why it failed, or how it can be read.',
  args: [ID],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin documents show doc812', does: 'Is it there?' }],
  async run(given, world) {
    const client = await connect(given, world);
    return told(given, world, client, await client.get(pathOf(given)));
  },
};

const get: Command = {
  name: 'get',
  summary: 'Fetches a document as Markdown, HTML or PDF.',
  args: [ID],
  options: [FORMAT, OUT, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin documents get doc812', does: 'Reads it here.' },
    { line: 'tocsin documents get doc812 --format pdf -o review.pdf', does: 'For the meeting.' },
  ],
  async run(given, world) {
    const [format, out] = [given.text('format'), given.text('out')];
    if (format === 'pdf' && out === '') throw usage('--format pdf needs --out FILE');
    const client = await connect(given, world);
    const answer = await client.open(`${pathOf(given)}/file`, [['format', format]]);
    const content = new Uint8Array(await answer.arrayBuffer());
    if (out === '') {
      world.stdout.write(new TextDecoder().decode(content));
      return 0;
    }
    try {
      writeFileSync(resolve(world.cwd, out), content);
    } catch (error) {
      const why = error instanceof Error ? error.message : '';
      throw usage(`--out ${out}: ${why}`);
    }
    say(world, `${out}: ${content.length} bytes`);
    return 0;
  },
};

const again: Command = {
  name: 'again',
  summary: 'Tries a document that failed again, with the values that were frozen.',
  args: [ID],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin documents again doc812', does: 'There is memory again.' }],
  async run(given, world) {
    const client = await connect(given, world);
    await client.send('POST', `${pathOf(given)}/again`);
    return told(given, world, client, await ended(client, world, given.args[0] ?? ''));
  },
};

const remove: Command = {
  name: 'remove',
  summary: 'Removes a document and what was rendered of it.',
  args: [ID],
  options: [REASON, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin documents remove doc812 -r "Wrong incident"', does: 'It is gone.' }],
  async run(given, world) {
    const why = needed(given, 'reason');
    const client = await connect(given, world);
    await client.send('POST', `${pathOf(given)}/remove`, { why });
    say(world, `${given.args[0] ?? ''} is removed.`);
    return 0;
  },
};

export const documents: Command = {
  name: 'documents',
  summary: 'Reviews and hand-overs from templates: templates, ask, get, try and others.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin documents templates', does: 'See documents ask --help.' }],
  below: [templates, list, ask, show, get, again, remove, tryDocuments],
  run: () => Promise.reject(usage('tocsin documents needs a command')),
};
