import { resolve } from 'node:path';
import { DeskError, FAILURES } from '../base/errors.ts';
import { type Instant, parseInstant } from '../base/time.ts';
import type { PlanExample, PlanReport, PlanTelling } from '../desk/plan-report.ts';
import {
  noticesText,
  PLAN_CHANGE_WORDS,
  planChanges,
  planVerdict,
  stoppedText,
} from '../desk/views/plan-words.ts';
import { grouped } from '../desk/views/words.ts';
import { objectOf } from './answers.ts';
import { isGood } from './apply.ts';
import { textOfFile } from './check.ts';
import { type Client, connect, parsedFrom, Refused, strange } from './client.ts';
import type { Command, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { progressFor } from './progress.ts';
import { wroteJson } from './revision-lines.ts';
import { readLines } from './sse.ts';
import { ageText, type Paint, paintFor, printable } from './terminal.ts';
import { whenText } from './when.ts';

const EXIT_FAULTS = 2;
const EXIT_CHANGES = 8;
const DAYS_MAX = 30;

export const plan: Command = {
  name: 'plan',
  summary: 'Says who would be told differently by a configuration file.',
  about:
    'The desk replays its own last days through the file and through what is in force, and ' +
    'compares who is told of which alarm, and when. Nothing is sent and nothing is changed. ' +
    'Operators’ acknowledgements and silences of that time count as they were.',
  args: [{ name: 'FILE', help: 'The configuration: an alertmanager.yml.' }],
  options: [
    { name: 'days', type: 'number', default: '7', help: `How far back, at most ${DAYS_MAX}.` },
    {
      name: 'detailed-exitcode',
      type: 'flag',
      help: `Exit code ${EXIT_CHANGES} when somebody would be told differently, 0 when not.`,
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin plan alertmanager.yml', does: 'Before tocsin apply.' },
    { line: 'tocsin plan alertmanager.yml --days 30 --json | jq .changes', does: 'For a script.' },
  ],
  async run(given, world) {
    const [file = ''] = given.args;
    const days = given.number('days');
    if (days < 1 || days > DAYS_MAX) throw usage(`--days: from 1 to ${DAYS_MAX}`);
    const text = await textOfFile(resolve(world.cwd, file), file);
    const client = await connect(given, world);
    if (!(await isGood(client, world, file, text))) return EXIT_FAULTS;
    const json = await trial(client, world, { text, days });
    if (given.flag('json')) wroteJson(world.stdout, json);
    else world.stdout.write(reportText(reportOf(client, json), world, days));
    const { same, episodes } = reportOf(client, json);
    return given.flag('detailed-exitcode') && same !== episodes ? EXIT_CHANGES : 0;
  },
};

/** Lines of `{done}`, then `{report}` or `{problem}`. */
async function trial(client: Client, world: World, body: object): Promise<unknown> {
  const answer = await client.stream('POST', '/api/v1/config/plan', body);
  const progress = progressFor(world, 'replaying');
  let last = '{}';
  for await (const line of readLines(answer.body ?? empty())) {
    last = line;
    const { done } = objectOf(client, parsedFrom(client, line), 'a line');
    if (typeof done === 'number') progress.show(done);
  }
  progress.end();
  const { report, problem } = objectOf(client, parsedFrom(client, last), 'a line');
  if (problem !== undefined) throw refusedBy(client, problem);
  if (report === undefined) throw strange(client, 'the trial ended without a report');
  return report;
}

async function* empty(): AsyncGenerator<Uint8Array> {}

function refusedBy(client: Client, problem: unknown): Error {
  const { code, title } = objectOf(client, problem, 'the problem');
  const known = Object.entries(FAILURES).find(([name]) => name === code);
  return new Refused(String(code), known?.[1].exit ?? 1, String(title));
}

/** Times are texts on the way. */
function reportOf(client: Client, json: unknown): PlanReport {
  const instant = (text: unknown): Instant => {
    const at = typeof text === 'string' ? parseInstant(text) : undefined;
    if (at === undefined)
      throw new DeskError('ANSWER_STRANGE', { what: client.url, why: 'a time' });
    return at;
  };
  const report = objectOf(client, json, 'the report') as unknown as PlanReport;
  const place = (of: PlanReport['from']) => ({ ...of, at: instant(of.at) });
  const told = (all: readonly PlanTelling[]) => all.map((t) => ({ ...t, at: instant(t.at) }));
  return {
    ...report,
    from: place(report.from),
    to: place(report.to),
    examples: report.examples.map((e) => ({ ...e, old: told(e.old), new: told(e.new) })),
  };
}

function reportText(report: PlanReport, world: World, days: number): string {
  const paint = paintFor(world.stdout, world.env);
  const changes = planChanges(report);
  const lines = [
    paint('bold', planVerdict(report)),
    ...changes.map(({ count, says }) => `${grouped(count).padStart(7)}  ${says}`),
    ...(report.same > 0 && changes.length > 0
      ? [`${grouped(report.same).padStart(7)}  as before`]
      : []),
    ...(report.episodes > 0 ? [noticesText(report)] : []),
    `Replayed: the last ${days} day${days === 1 ? '' : 's'}, ${grouped(report.entries)} entries ` +
      `in ${(report.tookMs / 1_000).toFixed(1)} s.`,
    ...(stoppedText(report) === ''
      ? []
      : [paint('major', `${stoppedText(report)} It came to ${whenText(report.to.at)}.`)]),
  ];
  if (report.examples.length > 0) lines.push('', paint('bold', 'For instance'));
  for (const example of report.examples) lines.push(...exampleText(example, paint));
  return lines.map((line) => `${line}\n`).join('');
}

function exampleText(example: PlanExample, paint: Paint): readonly string[] {
  const { change, text, labels, old, new: fresh } = example;
  const at = Math.min(...[...old, ...fresh].map((t) => t.at)) as Instant;
  const name =
    text ||
    Object.entries(labels)
      .map(([n, v]) => `${n}="${v}"`)
      .join(', ');
  const short = PLAN_CHANGE_WORDS[change].short.padEnd(13);
  return [
    `  ${paint(change === 'lost' ? 'major' : 'dim', short)}  ${whenText(at)}  ${printable(name)}`,
    `  ${' '.repeat(13)}  ${printable(fromTo(example))}`,
  ];
}

/** `ops → night`; when only the time differs, by how much. */
function fromTo({ change, old, new: fresh }: PlanExample): string {
  const names = (all: readonly PlanTelling[]): string =>
    all.map((t) => t.receiver).join(', ') || 'nobody';
  if (change !== 'later' && change !== 'earlier') return `${names(old)} → ${names(fresh)}`;
  const first = (all: readonly PlanTelling[]): number => Math.min(...all.map((t) => t.at));
  return `${names(fresh)}, ${ageText(Math.abs(first(fresh) - first(old)))} ${change}`;
}
