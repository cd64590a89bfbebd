import { basename, resolve } from 'node:path';
import { parseInstant } from '../base/time.ts';
import { listOf, objectOf, type Somebody } from './answers.ts';
import { textOfFile } from './check.ts';
import { type Client, connect } from './client.ts';
import type { Argument, Command, Given, Option, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { type InputAnswer, inputLines, type TriedAnswer, triedLines } from './rules-lines.ts';
import { paintFor, printable } from './terminal.ts';
import { whenText } from './when.ts';

const EXIT_FAULTS = 2;

const WHY: Option = { name: 'why', type: 'text', value: 'TEXT', help: 'What for. It is kept.' };
const SOURCE: Argument = { name: 'SOURCE', help: 'A source with rules of its own: webhook.' };
const FILE: Argument = { name: 'FILE', help: 'The text of rules; - for standard input.' };

interface SavedAnswer {
  readonly id: string;
  readonly at: string;
  readonly by: Somebody | null;
  readonly why: string;
}

const pathOf = (given: Given, rest: string): string =>
  `/api/v1/sources/${encodeURIComponent(given.args[0] ?? '')}/${rest}`;

const textIn = (name: string, world: World): Promise<string> =>
  name === '-' ? world.stdin() : textOfFile(resolve(world.cwd, name), name);

function whyIn(given: Given): string {
  const why = given.text('why').trim();
  if (why === '') throw usage('say what for: --why TEXT');
  return why;
}

const show: Command = {
  name: 'show',
  summary: 'Prints the rules of a source that hold, or an example.',
  about: 'The text goes to standard output, who saved it to standard error.',
  args: [SOURCE],
  options: [
    { name: 'id', type: 'text', value: 'ID', help: 'One of the last texts: r12.' },
    { name: 'example', type: 'flag', help: 'A text to begin with.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin rules show webhook > webhook.yml', does: 'To work on it.' },
    { line: 'tocsin rules show webhook --example', does: 'What such a text looks like.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const id = given.text('id');
    const path = pathOf(given, id === '' ? 'rules' : `rules/${encodeURIComponent(id)}`);
    const answer = objectOf(client, await client.get(path), 'the rules');
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const saved = id === '' ? listOf<SavedAnswer>(client, answer, 'saved') : [answer as never];
    if (given.flag('example')) world.stdout.write(String(answer.example));
    else if (saved[0] === undefined) {
      world.stderr.write('nobody has written rules yet; --example shows a text to begin with\n');
    } else {
      world.stderr.write(`${savedText(saved[0])}\n`);
      world.stdout.write(String(answer.text));
    }
    return 0;
  },
};

function savedText({ id, at, by, why }: SavedAnswer): string {
  const when = parseInstant(at);
  const who = by ? `, ${by.name}` : '';
  return printable(`${id}, ${when === undefined ? at : whenText(when)}${who}: ${why}`);
}

const tryOut: Command = {
  name: 'try',
  summary: 'Says what received inputs would become under a text. Changes nothing.',
  about:
    'Reads what waits because nobody understood it, and what arrived lately. Exit code 2 when ' +
    'the text has faults.',
  args: [SOURCE, FILE],
  options: [
    { name: 'input', type: 'list', value: 'FILE', help: 'Read this too; may be repeated.' },
    {
      name: 'content-type',
      type: 'text',
      value: 'TYPE',
      default: 'application/json',
      help: 'Of the inputs given.',
    },
    { name: 'door', type: 'text', value: 'NAME', help: 'They came to /in/NAME.' },
    { name: 'all', type: 'flag', help: 'Those that become the same too.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin rules try webhook webhook.yml', does: 'On what the desk received.' },
    {
      line: 'tocsin rules try webhook webhook.yml --input body.json --door shop',
      does: 'On a body of yours as well.',
    },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const [, file = ''] = given.args;
    const door = given.text('door');
    const inputs = await Promise.all(
      given.all('input').map(async (name) => ({
        body: await textIn(name, world),
        contentType: given.text('content-type'),
        ...(door === '' ? {} : { params: { name: door } }),
      })),
    );
    const body = { text: await textIn(file, world), inputs };
    const answer = await client.send('POST', pathOf(given, 'rules/try'), body);
    const faults = listOf<FaultAnswer>(client, answer, 'faults');
    if (given.flag('json')) wroteJson(world.stdout, answer);
    else if (faults.length > 0) sayFaults(world, file, faults);
    else {
      const results = listOf<TriedAnswer>(client, answer, 'results');
      const paint = paintFor(world.stdout, world.env);
      world.stdout.write(triedLines(results, given.flag('all'), paint));
    }
    return faults.length > 0 ? EXIT_FAULTS : 0;
  },
};

interface FaultAnswer {
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

function sayFaults(world: World, file: string, faults: readonly FaultAnswer[]): void {
  const name = file === '-' ? 'standard input' : basename(file);
  for (const { line, column, why } of faults)
    world.stderr.write(`${printable(`${name}:${line}:${column}: ${why}`)}\n`);
}

const save: Command = {
  name: 'save',
  summary: 'Saves the rules of a source: they hold from the next input on.',
  about: 'A text with faults is not saved: exit code 2, and every fault with line and column.',
  args: [SOURCE, FILE],
  options: [
    WHY,
    {
      name: 'based-on',
      type: 'text',
      value: 'ID',
      help: 'Only if this text still holds: r12.',
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin rules save webhook webhook.yml --why "the shop speaks"', does: 'Saved.' },
  ],
  async run(given, world) {
    const why = whyIn(given);
    const client = await connect(given, world);
    const [, file = ''] = given.args;
    const text = await textIn(file, world);
    const path = pathOf(given, 'rules');
    const tried = await client.send('POST', `${path}/try`, { text, samples: [] });
    const faults = listOf<FaultAnswer>(client, tried, 'faults');
    if (faults.length > 0) {
      sayFaults(world, file, faults);
      return EXIT_FAULTS;
    }
    const basedOn = given.has('based-on') ? { basedOn: given.text('based-on') } : {};
    const answer = await client.send('PUT', path, { text, why, ...basedOn });
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const { id, unread } = objectOf(client, answer, 'the rules');
    world.stdout.write(`saved as ${String(id)}\n`);
    if (unread !== 0) {
      const name = printable(given.args[0] ?? '');
      world.stderr.write(`${String(unread)} wait to be understood: tocsin rules read ${name}\n`);
    }
    return 0;
  },
};

const inputsCommand = (name: 'seen' | 'unread', summary: string): Command => ({
  name,
  summary,
  args: [SOURCE],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: `tocsin rules ${name} webhook`, does: 'Newest first, without secrets.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.get(pathOf(given, name));
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const items = listOf<InputAnswer>(client, answer, 'items');
    world.stdout.write(inputLines(items, paintFor(world.stdout, world.env)));
    return 0;
  },
});

const read: Command = {
  name: 'read',
  summary: 'Reads what waits anew; what is understood by now leaves the queue.',
  args: [SOURCE, { name: 'ID', help: 'Default: all that wait.', optional: true, many: true }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin rules read webhook', does: 'After the rules were mended.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const [, ...ids] = given.args;
    const body = ids.length > 0 ? { ids } : {};
    const answer = await client.send('POST', pathOf(given, 'unread/read'), body);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const { read: done, events, left, stopped } = objectOf(client, answer, 'the answer');
    const text = `${String(done)} understood (${String(events)} events), ${String(left)} still not`;
    world.stdout.write(`${text}${stopped ? `; stopped: ${printable(String(stopped))}` : ''}\n`);
    return stopped ? 1 : 0;
  },
};

const drop: Command = {
  name: 'drop',
  summary: 'Takes inputs that wait out of the queue, unread.',
  args: [SOURCE, { name: 'ID', help: 'As `tocsin rules unread` shows it.', many: true }],
  options: [WHY, JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin rules drop webhook u12 --why "a test"', does: 'It is audited.' }],
  async run(given, world) {
    const why = whyIn(given);
    const client: Client = await connect(given, world);
    const [, ...ids] = given.args;
    const answer = await client.send('POST', pathOf(given, 'unread/drop'), { ids, why });
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    world.stdout.write(`${String(objectOf(client, answer, 'the answer').dropped)} dropped\n`);
    return 0;
  },
};

export const rules: Command = {
  name: 'rules',
  summary: 'Rules of your own for a source: show, try, save; seen, unread, read, drop.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin rules try webhook webhook.yml', does: 'See rules try --help.' }],
  below: [
    show,
    tryOut,
    save,
    inputsCommand('seen', 'Lists what a source received lately.'),
    inputsCommand('unread', 'Lists what nobody understood and waits for rules.'),
    read,
    drop,
  ],
  run: () => Promise.reject(usage('tocsin rules needs a command')),
};
