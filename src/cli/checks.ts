import { type Instant, parseInstant } from '../base/time.ts';
import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Argument, Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { pause } from './pause.ts';
import { wroteJson } from './revision-lines.ts';
import { ageText, drawTable, printable } from './terminal.ts';

const CHECK: Argument = { name: 'CHECK', help: 'Its name in the configuration.' };

/** Exit code when the last run did not pass: for scripts. */
const EXIT_NOT_PASSED = 1;

/** How often a run that takes long is asked after. */
const ASK_EVERY_MS = 1_000;

interface CheckAnswer {
  readonly name: string;
  readonly timetable: string;
  readonly tests: number;
  readonly sources: readonly string[];
  readonly next: string | null;
  readonly isRunning: boolean;
  readonly runs: number;
  readonly last: {
    readonly verdict: string;
    readonly at: string;
    readonly text: string;
    readonly failed: number;
    readonly broken: number;
    readonly tookMs: number;
  } | null;
}

interface RunAnswer {
  readonly run: string;
  readonly at: string;
  readonly verdict: string;
  readonly tests: number;
  readonly failed: number;
  readonly broken: number;
  readonly rows: number;
  readonly tookMs: number;
  readonly evidence: readonly {
    readonly file: string;
    readonly what: string;
    readonly rows: number;
  }[];
}

const pathOf = (name: string): string => `/api/v1/checks/${encodeURIComponent(name)}`;

const ago = (at: string | null, now: Instant): string => {
  const instant = parseInstant(at ?? '');
  if (instant === undefined) return '';
  return instant > now ? `in ${ageText(instant - now)}` : `${ageText(now - instant)} ago`;
};

const list: Command = {
  name: 'list',
  summary: 'Lists checks, those with something wrong first.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin checks list', does: 'What is tested, when, and how it came out.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.get('/api/v1/checks');
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const now = world.clock.now();
    const rows = listOf<CheckAnswer>(client, answer, 'items').map((one) => [
      one.name,
      one.isRunning ? 'running' : (one.last?.verdict ?? 'not run'),
      ago(one.last?.at ?? null, now),
      ago(one.next, now),
      String(one.tests),
      one.last ? String(one.last.failed + one.last.broken) : '',
      one.timetable,
    ]);
    const titles = ['CHECK', 'VERDICT', 'LAST', 'NEXT', 'TESTS', 'NOT PASSED', 'WHEN'];
    drawTable(world, titles, rows);
    return 0;
  },
};

const run: Command = {
  name: 'run',
  summary: 'Runs a check now, waits for it, and says how it came out.',
  about: 'Exit code 1 when it did not pass. What it finds raises and clears alarms as always.',
  args: [CHECK],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin checks run trades', does: 'After the feed was mended.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const path = pathOf(given.args[0] ?? '');
    let answer = await client.send('POST', `${path}/run`, {});
    while (checkOf(client, answer).isRunning && !world.signal.aborted) {
      await pause(world, ASK_EVERY_MS);
      answer = await client.get(path);
    }
    return told(given, world, checkOf(client, answer));
  },
};

const checkOf = (client: Client, answer: unknown): CheckAnswer =>
  objectOf(client, answer, 'a check') as unknown as CheckAnswer;

function told(given: Given, world: World, check: CheckAnswer): number {
  if (given.flag('json')) wroteJson(world.stdout, check);
  else if (check.last === null) world.stdout.write(`${check.name} was not run yet\n`);
  else {
    const { verdict, text, tookMs } = check.last;
    world.stdout.write(printable(`${check.name} ${verdict} in ${tookMs} ms: ${text}`));
    world.stdout.write('\n');
  }
  return check.last === null || check.last.verdict === 'passed' ? 0 : EXIT_NOT_PASSED;
}

const show: Command = {
  name: 'show',
  summary: 'One check: how it came out, its last runs, the evidence that is kept.',
  args: [CHECK],
  options: [
    { name: 'limit', type: 'number', default: '10', help: 'At most so many runs.' },
    { name: 'evidence', type: 'text', value: 'FILE', help: 'Prints this file of evidence.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin checks show trades', does: 'With the names of its files of evidence.' },
    {
      line: 'tocsin checks show trades --evidence 20260301T073000000Z-rows-1.csv > bad.csv',
      does: 'The rows that failed.',
    },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const path = pathOf(given.args[0] ?? '');
    const file = given.text('evidence');
    if (file !== '') {
      const answer = await client.open(`${path}/evidence/${encodeURIComponent(file)}`);
      world.stdout.write(await answer.text());
      return 0;
    }
    const check = checkOf(client, await client.get(path));
    const answer = await client.get(`${path}/runs?limit=${given.number('limit')}`);
    const runs = listOf<RunAnswer>(client, answer, 'items');
    if (given.flag('json')) return wroteJson(world.stdout, { ...check, runs });
    const now = world.clock.now();
    const exit = told(given, world, check);
    world.stdout.write(
      printable(
        `${check.timetable}, next ${ago(check.next, now)}, reads ${check.sources.join(', ')}`,
      ),
    );
    world.stdout.write('\n\n');
    const rows = runs.map((one) => [
      ago(one.at, now),
      one.verdict,
      `${one.failed + one.broken} of ${one.tests}`,
      String(one.rows),
      `${one.tookMs} ms`,
      one.evidence.map((e) => `${e.file} (${e.rows})`).join(', '),
    ]);
    drawTable(world, ['WHEN', 'VERDICT', 'NOT PASSED', 'ROWS', 'TOOK', 'EVIDENCE'], rows);
    return exit;
  },
};

export const checks: Command = {
  name: 'checks',
  summary: 'What the desk tests by itself: list, run, show.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin checks list', does: 'See checks run --help, checks show --help.' }],
  below: [list, run, show],
  run: () => Promise.reject(usage('tocsin checks needs a command')),
};
