import { basename, resolve } from 'node:path';
import { DeskError } from '../base/errors.ts';
import { readConfig } from '../config/read.ts';
import { diffLines } from '../config/revisions.ts';
import { listOf, objectOf } from './answers.ts';
import { textOfFile } from './check.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import {
  type ConfigAnswer,
  configInForce,
  type DiffLineAnswer,
  diffSum,
  diffText,
  type RevisionAnswer,
  revisionText,
  type SavedAnswer,
  sayInForce,
  wroteJson,
} from './revision-lines.ts';
import { paintFor, printable } from './terminal.ts';

const EXIT_FAULTS = 2;

/** Lines of the comparison shown before a file is applied. */
const LINES_SHOWN_MAX = 40;

export const apply: Command = {
  name: 'apply',
  summary: 'Puts a configuration file in force, as a new revision.',
  about:
    'Checks the file, shows what changes, and saves it. Nobody’s work is overwritten: when ' +
    'another revision was saved since this file was applied last, nothing is done until you say ' +
    '--based-on with the revision in force. Addresses of ways that are new in the file pass the ' +
    'guard for private addresses; those in the file the desk was started with do not.',
  args: [{ name: 'FILE', help: 'The configuration: an alertmanager.yml.' }],
  options: [
    { name: 'why', type: 'text', value: 'TEXT', help: 'What it is for. Stands in the list.' },
    {
      name: 'based-on',
      type: 'text',
      value: 'REVISION',
      help: 'The revision this file was made from: the one in force.',
    },
    { name: 'dry-run', type: 'flag', help: 'Shows what would change, and stops.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin apply alertmanager.yml --why "Oslo has its own team"', does: 'And in force.' },
    { line: 'tocsin apply alertmanager.yml --dry-run', does: 'Only looks.' },
  ],
  async run(given, world) {
    const [file = ''] = given.args;
    const why = given.text('why').trim();
    if (why === '' && !given.flag('dry-run')) throw usage('say what it is for: --why TEXT');
    const text = await textOfFile(resolve(world.cwd, file), file);
    const client = await connect(given, world);
    if (!(await isGood(client, world, file, text))) return EXIT_FAULTS;
    const held = await configInForce(client);
    const lines = changesOf(held, file, text, world);
    if (!given.flag('json')) showChanges(held, lines, world);
    if (given.flag('dry-run')) return given.flag('json') ? wroteJson(world.stdout, lines) : 0;
    const basedOn = await baseOf(client, given, world, held, lines);
    const edit = { text, why, basedOn, file: basename(file) };
    const saved = await client.send('PUT', '/api/v1/config', edit);
    if (given.flag('json')) return wroteJson(world.stdout, saved);
    sayInForce(objectOf(client, saved, 'it') as unknown as SavedAnswer, world);
    return 0;
  },
};

interface Fault {
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** Asks the desk, which knows its own templates and secrets; says every fault. */
export async function isGood(
  client: Client,
  world: World,
  file: string,
  text: string,
): Promise<boolean> {
  const checked = await client.send('POST', '/api/v1/config/check', { text });
  const faults = listOf<Fault>(client, checked, 'faults');
  for (const { line, column, why } of faults) {
    world.stderr.write(`${printable(`${file}:${line}:${column}: ${why}`)}\n`);
  }
  return faults.length === 0;
}

/** Secrets are hidden first: none is ever shown, and a new one is no change of the text. */
function changesOf(
  held: ConfigAnswer,
  file: string,
  text: string,
  world: World,
): readonly DiffLineAnswer[] | undefined {
  const read = readConfig(text, file, world.channels, { isShown: true });
  return 'faults' in read ? undefined : diffLines(held.text, read.text);
}

function showChanges(
  held: ConfigAnswer,
  lines: readonly DiffLineAnswer[] | undefined,
  world: World,
): void {
  const { stdout } = world;
  if (!held.revision || !lines) return;
  const sum = diffSum(lines);
  const against = `against ${revisionText(held.revision, world)}`;
  if (sum === '') return stdout.write(`the same text as ${held.revision.id}\n`);
  stdout.write(diffText(lines, paintFor(stdout, world.env), LINES_SHOWN_MAX));
  stdout.write(`${sum}, ${against}\n`);
}

/** The revision the file was made from, or the refusal to guess. */
async function baseOf(
  client: Client,
  given: Given,
  world: World,
  { revision: held }: ConfigAnswer,
  lines: readonly DiffLineAnswer[] | undefined,
): Promise<string> {
  if (given.has('based-on')) return given.text('based-on');
  if (!held || (lines && diffSum(lines) === '')) return held?.id ?? '';
  const [file = ''] = given.args;
  const from = `apply ${basename(file)}`;
  if (held.from === from && held.restores === null) return held.id;
  const refused = (why: string): DeskError =>
    new DeskError('ACTION_REFUSED', { why: `Nothing was applied. ${why}` });
  if (held.from === resolve(world.cwd, file))
    throw refused('The desk was started with this very file: tocsin reload reads it again.');
  const all = await client.get('/api/v1/config/revisions');
  const mine = listOf<RevisionAnswer>(client, all, 'items').find((r) => r.from === from);
  const since = mine
    ? `was saved after this file was applied last: see tocsin revisions diff ${mine.id} ${held.id}`
    : 'is in force, and no file of this name was applied before';
  const then = `Take over what you want to keep, then add --based-on ${held.id}`;
  throw refused(`${revisionText(held, world)} ${since}. ${then}`);
}
