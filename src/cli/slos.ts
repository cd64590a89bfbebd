import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Argument, Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { pause } from './pause.ts';
import { wroteJson } from './revision-lines.ts';
import { drawTable, printable } from './terminal.ts';

const SLO: Argument = { name: 'SLO', help: 'Its name in the configuration.' };

/** Exit code when the objective burns, its budget is spent, or nothing is known: for scripts. */
const EXIT_NOT_GOOD = 1;

/** How often a look that takes long is asked after. */
const ASK_EVERY_MS = 1_000;

interface SloAnswer {
  readonly name: string;
  readonly objective: number;
  readonly period: string;
  readonly state: string;
  readonly budgetLeft: number | null;
  readonly goneInSeconds: number | null;
  readonly text: string;
  readonly timetable: string;
  readonly source: string;
  readonly windows: readonly WindowAnswer[];
  readonly rows: readonly RowAnswer[];
  readonly leftOut: readonly { readonly long: string; readonly why: string }[];
}

interface WindowAnswer {
  readonly window: string;
  readonly ratio: number | null;
  readonly burn: number | null;
  readonly bad: number | null;
  readonly total: number | null;
  readonly why: string;
}

interface RowAnswer {
  readonly long: string;
  readonly short: string;
  readonly burn: number;
  readonly raises: string;
  readonly for: string;
  readonly is: string;
  readonly isRaised: boolean;
  readonly why: string;
}

const pathOf = (name: string): string => `/api/v1/slos/${encodeURIComponent(name)}`;

const percent = (share: number | null, digits: number): string =>
  share === null ? '-' : `${(share * 100).toFixed(digits)} %`;

const times = (burn: number | null): string => (burn === null ? '-' : `${burn.toFixed(2)}x`);

const list: Command = {
  name: 'list',
  summary: 'Lists objectives, the worst first.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin slos list', does: 'What burns, and what is left of each budget.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.get('/api/v1/slos');
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const rows = listOf<SloAnswer>(client, answer, 'items').map((one) => [
      one.name,
      one.state,
      `${one.objective} %`,
      one.period,
      percent(one.budgetLeft, 1),
      one.text,
    ]);
    drawTable(world, ['SLO', 'STATE', 'OBJECTIVE', 'PERIOD', 'BUDGET LEFT', 'SAYS'], rows);
    return 0;
  },
};

const show: Command = {
  name: 'show',
  summary: 'One objective: its windows, its rows, its budget.',
  args: [SLO],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin slos show checkout', does: 'The burn rate of each window.' }],
  async run(given, world) {
    const client = await connect(given, world);
    return told(given, world, client, await client.get(pathOf(given.args[0] ?? '')));
  },
};

const run: Command = {
  name: 'run',
  summary: 'Looks at an objective now, asking for every window.',
  about: 'Exit code 1 when it is not good. What it finds raises and clears alarms as always.',
  args: [SLO],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin slos run checkout', does: 'After the roll-back.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const path = pathOf(given.args[0] ?? '');
    let answer = await client.send('POST', `${path}/run`, {});
    while (isRunning(client, answer) && !world.signal.aborted) {
      await pause(world, ASK_EVERY_MS);
      answer = await client.get(path);
    }
    return told(given, world, client, answer);
  },
};

const isRunning = (client: Client, answer: unknown): boolean =>
  objectOf(client, answer, 'an objective').isRunning === true;

function told(given: Given, world: World, client: Client, answer: unknown): number {
  const slo = objectOf(client, answer, 'an objective') as unknown as SloAnswer;
  const exit = slo.state === 'good' ? 0 : EXIT_NOT_GOOD;
  if (given.flag('json')) {
    wroteJson(world.stdout, answer);
    return exit;
  }
  const say = (line: string): void => {
    world.stdout.write(`${printable(line)}\n`);
  };
  say(`${slo.name}: ${slo.state}. ${slo.text}`);
  say(`${slo.objective} % over ${slo.period}, ${slo.timetable}, asks ${slo.source}`);
  say('');
  drawTable(
    world,
    ['WINDOW', 'ERRORS', 'BURN', 'BAD', 'ALL', ''],
    slo.windows.map(({ window, ratio, burn, bad, total, why }) => [
      ...[window, percent(ratio, 4), times(burn)],
      ...[bad === null ? '-' : String(Math.round(bad))],
      ...[total === null ? '-' : String(Math.round(total)), why],
    ]),
  );
  say('');
  drawTable(
    world,
    ['RAISES', 'ABOVE', 'OVER', 'FOR', 'IS', ''],
    slo.rows.map((row) => [
      ...[row.raises, times(row.burn), `${row.long} and ${row.short}`, row.for],
      ...[row.isRaised ? 'raised' : row.is, row.why],
    ]),
  );
  for (const { long, why } of slo.leftOut) say(`no row of ${long}: ${why}`);
  return exit;
}

export const slos: Command = {
  name: 'slos',
  summary: 'Objectives, their burn rates and budgets: list, show, run.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin slos list', does: 'See slos show --help, slos run --help.' }],
  below: [list, show, run],
  run: () => Promise.reject(usage('tocsin slos needs a command')),
};
