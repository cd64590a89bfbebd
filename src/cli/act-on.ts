import { FAILURES, type FailureCode } from '../base/errors.ts';
import { type AlarmVerb, ENTRY_LIMITS } from '../desk/entry.ts';
import { listOf, type ResultAnswer } from './answers.ts';
import { connect } from './client.ts';
import type { Argument, Given, Option, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { usage } from './parse.ts';
import { paintFor, printable } from './terminal.ts';

export const IDS: Argument = {
  name: 'ID',
  many: true,
  help: 'The alarm, as `tocsin alarms` shows it. `-` reads ids from standard input.',
};

export const ACT_OPTIONS: readonly Option[] = [
  {
    name: 'episode',
    type: 'number',
    value: 'N',
    help: 'The episode you saw: if the alarm was raised anew since, nothing is done. For one ID.',
  },
  { name: 'json', type: 'flag', help: 'One JSON line for each alarm.' },
  ...DESK_OPTIONS,
];

export const NOTE: Option = {
  name: 'note',
  short: 'm',
  type: 'text',
  value: 'TEXT',
  help: 'What the next shift should know.',
};

const EXIT_BY_CODE = 5;

/** Does one thing to all the alarms named; says how it went for each. */
export async function actOn(
  given: Given,
  world: World,
  verb: AlarmVerb,
  fields: Readonly<Record<string, string | number>>,
  done: string,
): Promise<number> {
  const ids = await idsOf(given, world);
  if (given.has('episode') && ids.length !== 1) throw usage('--episode goes with one ID');
  const episode = given.has('episode') ? { episode: given.number('episode') } : {};
  const client = await connect(given, world);
  const results: ResultAnswer[] = [];
  for (let from = 0; from < ids.length; from += ENTRY_LIMITS.targets_max) {
    const on = ids.slice(from, from + ENTRY_LIMITS.targets_max).map((id) => ({ id, ...episode }));
    const body = { verb, on, ...fields };
    const answer = await client.send('POST', '/api/v1/alarms/actions', body);
    results.push(...listOf<ResultAnswer>(client, answer, 'results'));
  }
  for (const result of results) tell(given, world, result, done);
  const refused = results.find((r) => !r.ok);
  return refused === undefined ? 0 : exitOf(refused.code ?? '');
}

const exitOf = (code: string): number =>
  Object.hasOwn(FAILURES, code) ? FAILURES[code as FailureCode].exit : EXIT_BY_CODE;

function tell(given: Given, world: World, result: ResultAnswer, done: string): void {
  if (given.flag('json')) {
    world.stdout.write(`${JSON.stringify(result)}\n`);
  } else if (result.ok) {
    world.stdout.write(`${done}  ${printable(result.id)}\n`);
  } else {
    const paint = paintFor(world.stderr, world.env);
    const why = printable(result.why ?? 'refused');
    world.stderr.write(`${paint('major', `error[${result.code}]:`)} ${why}\n`);
  }
}

/** More than a person can mean; a pipe gone wrong is stopped here. */
export const IDS_MAX = 100_000;

async function idsOf(given: Given, world: World): Promise<readonly string[]> {
  if (!given.args.includes('-')) return given.args;
  if (given.args.length > 1) throw usage('`-` stands alone: ids come from standard input');
  const ids = (await world.stdin()).split(/\s+/).filter((word) => word !== '');
  if (ids.length === 0) throw usage('standard input had no ids');
  if (ids.length > IDS_MAX) throw usage(`at most ${IDS_MAX} ids at once; there were ${ids.length}`);
  return ids;
}
