import { parseInstant } from '../base/time.ts';
import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import {
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
import { paintFor, table, widthOf } from './terminal.ts';
import { whenText } from './when.ts';

const pathOf = (id: string): string => `/api/v1/config/revisions/${encodeURIComponent(id)}`;

const list: Command = {
  name: 'list',
  summary: 'Lists every revision that is kept, newest first.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin revisions list', does: 'Who changed what, when, and why.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.get('/api/v1/config/revisions');
    const items = listOf<RevisionAnswer>(client, answer, 'items');
    if (given.flag('json')) return wroteJson(world.stdout, items);
    if (items.length === 0) {
      world.stdout.write('no revision yet: tocsin apply FILE makes the first\n');
      return 0;
    }
    const columns = ['REVISION', 'WHEN', 'WHO', 'FROM', 'WHY'].map((title) => ({ title }));
    const rows = items.map((r) => {
      const at = parseInstant(r.at);
      const when = at === undefined ? r.at : whenText(at);
      const why = [...(r.restores === null ? [] : [`restores ${r.restores}`]), r.why];
      const id = r.inForce ? `${r.id} *` : r.id;
      return [id, when, r.by?.name ?? '', r.from, why.filter(Boolean).join(': ')];
    });
    const paint = paintFor(world.stdout, world.env);
    world.stdout.write(table(columns, rows, widthOf(world.stdout), paint));
    world.stdout.write('* in force\n');
    return 0;
  },
};

const show: Command = {
  name: 'show',
  summary: 'Prints the text of a revision.',
  about: 'The text goes to standard output, who saved it to standard error. Secrets are <secret>.',
  args: [{ name: 'REVISION', help: 'Default: the one in force.', optional: true }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin revisions show', does: 'What is in force.' },
    { line: 'tocsin revisions show r12 > alertmanager.yml', does: 'To work on an older one.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const id = given.args[0] ?? (await inForce(client));
    const answer = objectOf(client, await client.get(pathOf(id)), 'the revision');
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const head = answer as unknown as RevisionAnswer;
    world.stderr.write(`${revisionText(head, world)}${head.inForce ? ', in force' : ''}\n`);
    world.stdout.write(String(answer.text));
    return 0;
  },
};

async function inForce(client: Client): Promise<string> {
  const { revision } = await configInForce(client);
  if (!revision) throw usage('there is no revision yet; tocsin apply FILE makes the first');
  return revision.id;
}

const diff: Command = {
  name: 'diff',
  summary: 'Compares two revisions, line by line.',
  args: [
    { name: 'OLDER', help: 'Default: the one before the newer.', optional: true },
    { name: 'NEWER', help: 'Default: the one in force.', optional: true },
  ],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin revisions diff', does: 'What the last change was.' },
    { line: 'tocsin revisions diff r12', does: 'Everything that changed since r12.' },
    { line: 'tocsin revisions diff r12 r15', does: 'From one to the other.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const [older, newer] = given.args;
    const id = newer ?? (await inForce(client));
    const query = older === undefined ? [] : [['against', older] as const];
    const answer = objectOf(client, await client.get(`${pathOf(id)}/diff`, query), 'it');
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const lines = listOf<DiffLineAnswer>(client, answer, 'lines');
    const paint = paintFor(world.stdout, world.env);
    const name = (side: unknown): string =>
      side === null ? 'nothing' : revisionText(side as RevisionAnswer, world);
    world.stdout.write(`from  ${name(answer.before)}\nto    ${name(answer.after)}\n`);
    world.stdout.write(diffText(lines, paint));
    world.stdout.write(`${diffSum(lines) || 'the same text'}\n`);
    return 0;
  },
};

const restore: Command = {
  name: 'restore',
  summary: 'Puts an older revision in force again, as a new one.',
  about: 'Secrets come back with it, as long as the desk still keeps them.',
  args: [{ name: 'REVISION', help: 'As `tocsin revisions list` shows it.' }],
  options: [
    { name: 'why', type: 'text', value: 'TEXT', help: 'What for. Stands in the list.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin revisions restore r12 --why "r15 sent everything twice"', does: 'Back.' },
  ],
  async run(given, world) {
    const why = given.text('why').trim();
    if (why === '') throw usage('say what for: --why TEXT');
    const client = await connect(given, world);
    const saved = await client.send('POST', `${pathOf(given.args[0] ?? '')}/restore`, { why });
    if (given.flag('json')) return wroteJson(world.stdout, saved);
    sayInForce(objectOf(client, saved, 'it') as unknown as SavedAnswer, world);
    return 0;
  },
};

export const revisions: Command = {
  name: 'revisions',
  summary: 'Saved states of the configuration: list, show, diff, restore.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin revisions list', does: 'See revisions list --help.' }],
  below: [list, show, diff, restore],
  run: () => Promise.reject(usage('tocsin revisions needs a command')),
};
