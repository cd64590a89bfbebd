import { resolve } from 'node:path';
import { DeskError } from '../base/errors.ts';
import { loadConfig } from '../config/read.ts';
import { labelSubject, readLabelWords } from '../desk/views/label-set.ts';
import { routeWay } from '../desk/views/route-steps.ts';
import type { Labels } from '../domain/alarm/event.ts';
import { compileTree } from '../domain/routing/tree.ts';
import { listOf, objectOf } from './answers.ts';
import { textOfFile } from './check.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { localTimes } from './local-times.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { type RouteStepAnswer, routeLines } from './route-lines.ts';
import { type Paint, paintFor, printable } from './terminal.ts';

/** The receivers are not those of --verify. */
const EXIT_OTHERS = 1;

const test: Command = {
  name: 'test',
  summary: 'Says where an alarm with these labels would go.',
  about:
    'The first line names the receivers, in the order of the routes. Below it every route that ' +
    'was looked at: * takes it, + matched, - did not, with the matcher that failed.',
  args: [{ name: 'LABEL=VALUE', help: 'The labels of the alarm.', many: true, optional: true }],
  options: [
    {
      name: 'config.file',
      type: 'text',
      value: 'FILE',
      help: 'Try this configuration instead of the one a desk runs with; no desk is asked.',
    },
    {
      name: 'verify',
      type: 'text',
      value: 'RECEIVERS',
      help: 'Comma between. Exit code 1 unless it goes to exactly these, in this order.',
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin routes test team=ops severity=critical', does: 'On the running desk.' },
    {
      line: 'tocsin routes test --config.file=new.yml --verify=ops,field team=ops site=nbg',
      does: 'In a pipeline, before the file is applied.',
    },
  ],
  async run(given, world) {
    const set = readLabelWords(given.args);
    if ('why' in set) throw usage(set.why);
    const trial = given.has('config.file')
      ? await tryFile(given, world, set.labels)
      : await tryDesk(given, world, set.labels);
    if (given.flag('json')) world.stdout.write(`${JSON.stringify(trial.whole, null, 2)}\n`);
    else world.stdout.write(trialText(trial, paintFor(world.stdout, world.env)));
    const verify = given.text('verify');
    if (verify === '' || verify === trial.receivers.join(',')) return 0;
    world.stderr.write(`it goes to ${trial.receivers.join(',')}, not to ${printable(verify)}\n`);
    return EXIT_OTHERS;
  },
};

interface Trial {
  readonly receivers: readonly string[];
  readonly steps: readonly RouteStepAnswer[];
  readonly leftOut: number;
  readonly mutes: readonly string[];
  readonly whole: unknown;
}

async function tryDesk(given: Given, world: World, labels: Labels): Promise<Trial> {
  const client = await connect(given, world);
  const whole = await client.send('POST', '/api/v1/routes/test', { labels });
  return {
    receivers: listOf<string>(client, whole, 'receivers'),
    steps: listOf<RouteStepAnswer>(client, whole, 'routes'),
    leftOut: Number(objectOf(client, whole, 'the answer').routesLeftOut),
    mutes: listOf<{ says: string }>(client, whole, 'mutes').map(({ says }) =>
      localTimes(says, world.clock.now()),
    ),
    whole,
  };
}

async function tryFile(given: Given, world: World, labels: Labels): Promise<Trial> {
  const file = given.text('config.file');
  const text = await textOfFile(resolve(world.cwd, file), file);
  const tree = compileTree(loadConfig(text, file, world.channels).plan);
  if ('error' in tree) throw new DeskError('SETTINGS_INVALID', { file, why: `${tree.error}.` });
  const { steps, leftOut, taken } = routeWay(tree, labelSubject(labels));
  const receivers = taken.map(({ receiver }) => receiver.name);
  const told = steps.map((step) => ({ ...step, failed: step.failed ?? null }));
  const whole = { labels, receivers, routes: told, routesLeftOut: leftOut };
  return { receivers, steps: told, leftOut, mutes: [], whole };
}

function trialText({ receivers, steps, leftOut, mutes }: Trial, paint: Paint): string {
  const lines = [
    paint('bold', printable(receivers.join(','))),
    ...mutes.map((says) => printable(`  but now it would be ${says}`)),
    ...routeLines(steps).map(([indent, words]) => ' '.repeat(indent) + printable(words)),
    ...(leftOut > 0 ? [`  and ${leftOut} routes more that did not match`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const show: Command = {
  name: 'show',
  summary: 'Shows the route tree: receivers, timers, and how many alarms sit where.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin routes show', does: 'As the running desk has it.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const told = await client.get('/api/v1/routes');
    if (given.flag('json')) world.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    else world.stdout.write(treeText(client, told, paintFor(world.stdout, world.env)));
    return 0;
  },
};

interface RouteAnswer {
  readonly depth: number;
  readonly matchers: string;
  readonly receiver: string;
  readonly ways: readonly string[];
  readonly continues: boolean;
  readonly groupBy: readonly string[];
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly muteIntervals: readonly string[];
  readonly activeIntervals: readonly string[];
  readonly closed: boolean;
  readonly onAcknowledge: string;
  readonly raised: number;
}

function treeText(client: Client, told: unknown, paint: Paint): string {
  const routes = listOf<RouteAnswer>(client, told, 'routes');
  if (routes.length === 0) return 'There is no routing: apply a configuration.\n';
  const { revision, leftOut } = objectOf(client, told, 'the answer');
  const lines = routes.flatMap((route) => routeText(route, paint));
  if (Number(leftOut) > 0) lines.push(`and ${String(leftOut)} routes more`);
  return `revision ${String(revision)}\n${lines.join('\n')}\n`;
}

function routeText(r: RouteAnswer, paint: Paint): readonly string[] {
  const pad = '  '.repeat(r.depth);
  const name = r.matchers === '{}' ? 'everything' : r.matchers;
  const way = r.ways.length === 0 ? ' (tells nobody)' : '';
  const on = r.continues ? ', goes on' : '';
  const head = `${name} -> ${r.receiver}${way}${on}: ${r.raised} raised`;
  const group = r.groupBy.length === 0 ? 'one group' : `by ${r.groupBy.join(', ')}`;
  const more = [
    `${group}; wait ${r.groupWait}, interval ${r.groupInterval}, repeat ${r.repeatInterval}`,
    ...(r.muteIntervals.length > 0 ? [`mute ${r.muteIntervals.join(', ')}`] : []),
    ...(r.activeIntervals.length > 0 ? [`active ${r.activeIntervals.join(', ')}`] : []),
    ...(r.closed ? ['quiet now'] : []),
    ...(r.onAcknowledge === 'stop-repeats' ? [] : [`on_acknowledge ${r.onAcknowledge}`]),
  ].join('; ');
  return [`${pad}${paint('bold', printable(head))}`, `${pad}  ${paint('dim', printable(more))}`];
}

export const routes: Command = {
  name: 'routes',
  summary: 'Who is told of what: show, test.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin routes test team=ops', does: 'See routes test --help.' }],
  below: [show, test],
  run: () => Promise.reject(usage('tocsin routes needs a command')),
};
