import { listOf, objectOf, type Somebody } from './answers.ts';
import { connect } from './client.ts';
import type { Command } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { paintFor, table, widthOf } from './terminal.ts';
import { END_OPTIONS, endOf } from './until.ts';

interface TokenAnswer {
  readonly id: string;
  readonly label: string;
  readonly owner: Somebody | null;
  readonly scope: string;
  readonly until: string | null;
}

const list: Command = {
  name: 'list',
  summary: 'Lists your tokens; for an admin, all.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin tokens list', does: 'Secrets are never shown again.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const all = listOf<TokenAnswer>(client, await client.get('/api/v1/tokens'), 'items');
    if (given.flag('json')) {
      world.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
      return 0;
    }
    const columns = ['ID', 'SCOPE', 'OWNER', 'UNTIL', 'LABEL'].map((title) => ({ title }));
    const rows = all.map((t) => [t.id, t.scope, t.owner?.name ?? '', t.until ?? 'never', t.label]);
    const paint = paintFor(world.stdout, world.env);
    world.stdout.write(table(columns, rows, widthOf(world.stdout), paint));
    return 0;
  },
};

const add: Command = {
  name: 'add',
  summary: 'Makes a token of yours; its secret is shown once.',
  args: [{ name: 'LABEL', help: 'What it is for: "prometheus in Oslo".' }],
  options: [
    {
      name: 'scope',
      type: 'text',
      value: 'SCOPE',
      default: 'role',
      help: 'role: all you may do. ingest:NAME or ingest:*: hand in only. wall: show /wall only.',
    },
    ...END_OPTIONS,
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin tokens add "prometheus in Oslo" --scope ingest:alertmanager',
      does: 'For a sender: it can hand in alarms and nothing else.',
    },
    { line: 'tocsin tokens add "my laptop" --for 90d > ~/.tocsin-token', does: 'For yourself.' },
  ],
  async run(given, world) {
    const until = endOf(given, world);
    const client = await connect(given, world);
    const body = {
      label: given.args[0],
      scope: given.text('scope'),
      ...(until === undefined ? {} : { until }),
    };
    const answer = objectOf(
      client,
      await client.send('POST', '/api/v1/tokens', body),
      'the answer',
    );
    if (given.flag('json')) {
      world.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
      return 0;
    }
    world.stdout.write(`${String(answer.secret)}\n`);
    world.stderr.write('Keep it: it is shown this once.\n');
    return 0;
  },
};

const revoke: Command = {
  name: 'revoke',
  summary: 'Ends a token at once.',
  args: [{ name: 'ID', help: 'As `tocsin tokens list` shows it.' }],
  options: [...DESK_OPTIONS],
  examples: [{ line: 'tocsin tokens revoke 4be1c0aa91d2e377', does: 'It works no longer.' }],
  async run(given, world) {
    const client = await connect(given, world);
    await client.send('DELETE', `/api/v1/tokens/${encodeURIComponent(given.args[0] ?? '')}`);
    world.stdout.write(`revoked  ${given.args[0]}\n`);
    return 0;
  },
};

export const tokens: Command = {
  name: 'tokens',
  summary: 'Keys for programs: list, add, revoke.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin tokens add "my laptop" --for 90d', does: 'See tokens add --help.' }],
  below: [list, add, revoke],
  run: () => Promise.reject(usage('tocsin tokens needs a command')),
};
