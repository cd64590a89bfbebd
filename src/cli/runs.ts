import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { agoText } from './memory-lines.ts';
import { JSON_OPTION, needed, REASON } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { drawTable, printable } from './terminal.ts';
import { timeAsked } from './when-asked.ts';

const PATH = '/api/v1/runs';
const ID = { name: 'ID', help: 'As `tocsin runs list` shows it.' };

interface RunAnswer {
  readonly id: string;
  readonly runbook: string;
  readonly title: string;
  readonly is: string;
  readonly waitsFor: string;
  readonly by: { readonly name: string } | null;
  readonly why: string;
  readonly startedAt: string;
  readonly step: number;
  readonly stepsTotal: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly title: string; readonly says: string; readonly is: string }[];
  readonly tries: readonly {
    readonly step: number;
    readonly is: string;
    readonly by: { readonly name: string } | null;
    readonly note: string;
    readonly input: string;
    readonly output: string;
  }[];
}

interface BookAnswer {
  readonly file: string;
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly for: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
  readonly steps: readonly { readonly title: string; readonly is: string }[];
  readonly faults: readonly { readonly line: number; readonly why: string }[];
}

const say = (world: World, line: string): void => world.stdout.write(`${printable(line)}\n`);

async function booksIn(client: Client, alarm = ''): Promise<readonly BookAnswer[]> {
  const answer = await client.get('/api/v1/runbooks', alarm === '' ? [] : [['alarm', alarm]]);
  return listOf<BookAnswer>(client, answer, 'items');
}

const listBooks: Command = {
  name: 'list',
  summary: 'Lists runbooks, and what is wrong with a file.',
  args: [],
  options: [
    { name: 'alarm', type: 'text', value: 'ID', help: 'Only those that are for this alarm.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin runbooks list', does: 'What could the desk do for me?' }],
  async run(given, world) {
    const items = await booksIn(await connect(given, world), given.text('alarm'));
    if (given.flag('json')) return wroteJson(world.stdout, { items });
    const good = items.filter(({ faults }) => faults.length === 0);
    const rows = good.map((one) => [
      one.name,
      one.title,
      String(one.steps.length),
      one.parameters.map(({ name }) => name).join(' '),
    ]);
    if (rows.length > 0) drawTable(world, ['RUNBOOK', 'TITLE', 'STEPS', 'PARAMETERS'], rows);
    else say(world, 'There is no runbook.');
    for (const { file, faults } of items)
      for (const { line, why } of faults) say(world, `${file}:${line}: ${why}`);
    return 0;
  },
};

const showBook: Command = {
  name: 'show',
  summary: 'One runbook: what it is for, its parameters, its steps.',
  args: [{ name: 'NAME', help: 'As `tocsin runbooks list` shows it.' }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin runbooks show restart-port', does: 'Before it is run.' }],
  async run(given, world) {
    const [name = ''] = given.args;
    const book = (await booksIn(await connect(given, world))).find((one) => one.name === name);
    if (!book) throw usage(`there is no runbook ${name}: tocsin runbooks list`);
    if (given.flag('json')) return wroteJson(world.stdout, book);
    say(world, `${book.name}: ${book.title}`);
    for (const line of book.says === '' ? [] : book.says.split('\n')) say(world, line);
    for (const matchers of book.for) say(world, `for ${matchers}`);
    for (const { name: of, type, required, description, choices } of book.parameters) {
      const one = choices.length > 0 ? `one of ${choices.join(', ')}` : type;
      say(world, `-p ${of}=…  ${one}${required ? ', needed' : ''}  ${description}`);
    }
    for (const [i, step] of book.steps.entries())
      say(world, `${i + 1}. ${step.title} (${step.is})`);
    return 0;
  },
};

export const runbooks: Command = {
  name: 'runbooks',
  summary: 'What the desk can go through when somebody says so: list, show.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin runbooks list', does: 'See runbooks show --help.' }],
  below: [listBooks, showBook],
  run: () => Promise.reject(usage('tocsin runbooks needs a command')),
};

const list: Command = {
  name: 'list',
  summary: 'Lists runs, newest first: who ran what, when, why.',
  args: [],
  options: [
    { name: 'runbook', type: 'text', value: 'NAME', help: 'Of this runbook.' },
    { name: 'alarm', type: 'text', value: 'ID', help: 'For this alarm.' },
    { name: 'by', type: 'text', value: 'USER', help: 'Started by: login or id.' },
    { name: 'from', type: 'text', value: 'TIME', help: 'Begun then or later.' },
    { name: 'until', type: 'text', value: 'TIME', help: 'Begun before.' },
    { name: 'is', type: 'text', value: 'STATE', help: 'running, done, failed or stopped.' },
    { name: 'text', type: 'text', value: 'TEXT', help: 'With this in its why, notes or answers.' },
    { name: 'limit', type: 'number', default: '50', help: 'At most so many.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin runs list --is running', does: 'What is going on?' },
    { line: 'tocsin runs list --text "status 500"', does: 'Where did a request come back so?' },
    { line: 'tocsin runs list --by nora --from 2026-03-01', does: 'What did Nora run since then?' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const wanted = ['runbook', 'alarm', 'by', 'is', 'text'] as const;
    const said = wanted.map((name) => [name, given.text(name)] as const);
    const span = [
      ...timeAsked(world, 'from', 'from', given.text('from')),
      ...timeAsked(world, 'until', 'to', given.text('until')),
    ];
    const query = [...said, ...span, ['limit', String(given.number('limit'))] as const];
    const answer = await client.get(
      PATH,
      query.filter(([, value]) => value !== ''),
    );
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const now = world.clock.now();
    const rows = listOf<RunAnswer>(client, answer, 'items').map((one) => [
      one.id,
      one.runbook,
      stateText(one),
      one.by?.name ?? '',
      agoText(one.startedAt, now),
      one.why,
    ]);
    if (rows.length === 0) say(world, 'There is no such run.');
    else drawTable(world, ['ID', 'RUNBOOK', 'STATE', 'BY', 'STARTED', 'WHY'], rows);
    return 0;
  },
};

function stateText({ is, waitsFor, step, stepsTotal }: RunAnswer): string {
  const at = `step ${step + 1} of ${stepsTotal}`;
  if (is !== 'running') return is === 'done' ? is : `${is} at ${at}`;
  return waitsFor === 'person' ? `waits for you, ${at}` : `running, ${at}`;
}

function told(given: Given, world: World, client: Client, answer: unknown): number {
  if (given.flag('json')) return wroteJson(world.stdout, answer);
  const run = objectOf(client, answer, 'a run') as unknown as RunAnswer;
  say(world, `${run.id}  ${run.title}: ${stateText(run)}`);
  say(world, `by ${run.by?.name ?? 'nobody'}, ${run.startedAt}: ${run.why}`);
  for (const [name, value] of Object.entries(run.parameters)) say(world, `${name}=${value}`);
  for (const [i, step] of run.steps.entries()) {
    const tries = run.tries.filter((one) => one.step === i);
    say(world, `${i + 1}. ${step.title} (${step.is}) ${tries.at(-1)?.is ?? ''}`);
    for (const { is, by, note, input, output } of tries) {
      const who = by ? `${by.name}: ` : '';
      const lines = [input, output, note === '' && who === '' ? '' : `${who}${note || is}`];
      for (const line of lines.flatMap((text) => (text === '' ? [] : text.split('\n'))))
        say(world, `   ${line}`);
    }
    const isNext = run.is === 'running' && i === run.step;
    if (isNext && step.says !== '')
      for (const line of step.says.split('\n')) say(world, `   ${line}`);
  }
  return 0;
}

const start: Command = {
  name: 'start',
  summary: 'Starts a run; nothing begins unless all parameters are good.',
  args: [{ name: 'RUNBOOK', help: 'As `tocsin runbooks list` shows it.' }],
  options: [
    REASON,
    {
      name: 'parameter',
      short: 'p',
      type: 'list',
      value: 'NAME=VALUE',
      help: 'A parameter; once for each.',
    },
    { name: 'alarm', type: 'text', value: 'ID', help: 'The alarm it is for.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin runs start restart-port -p port=7 -r "It hangs"',
      does: 'What waits for a person waits for you.',
    },
  ],
  async run(given, world) {
    const [runbook = ''] = given.args;
    const why = needed(given, 'reason');
    const parameters: Record<string, string> = {};
    for (const one of given.all('parameter')) {
      const at = one.indexOf('=');
      if (at < 1) throw usage(`-p ${one}: NAME=VALUE expected`);
      parameters[one.slice(0, at)] = one.slice(at + 1);
    }
    const alarm = given.text('alarm');
    const client = await connect(given, world);
    const asked = { runbook, why, parameters, ...(alarm === '' ? {} : { alarm }) };
    return told(given, world, client, await client.send('POST', PATH, asked));
  },
};

const pathOf = (given: Given): string => `${PATH}/${encodeURIComponent(given.args[0] ?? '')}`;

const show: Command = {
  name: 'show',
  summary: 'One run: its steps, what was sent, what came back.',
  args: [ID],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin runs show run812', does: 'How far is it?' }],
  async run(given, world) {
    const client = await connect(given, world);
    return told(given, world, client, await client.get(pathOf(given)));
  },
};

const tick: Command = {
  name: 'tick',
  summary: 'Says that the step that waits for you is done, or is to be tried again.',
  args: [ID],
  options: [
    { name: 'note', short: 'm', type: 'text', value: 'TEXT', help: 'What you saw.' },
    {
      name: 'step',
      type: 'number',
      value: 'N',
      help: 'The step you saw. Default: the one it is at.',
    },
    {
      name: 'again',
      type: 'flag',
      help: 'Tries a step again that failed or that nobody knows of.',
    },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin runs tick run812 -m "The light is green"', does: 'It goes on.' },
    { line: 'tocsin runs tick run812 --again', does: 'The far side is back.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const path = pathOf(given);
    const saw = given.has('step') ? given.number('step') - 1 : undefined;
    const at = objectOf(client, await client.get(path), 'a run') as unknown as RunAnswer;
    const how = given.flag('again') ? 'again' : 'done';
    const said = { step: saw ?? at.step, how, note: given.text('note') };
    return told(given, world, client, await client.send('POST', `${path}/tick`, said));
  },
};

const stop: Command = {
  name: 'stop',
  summary: 'Stops a run; what was done stays done.',
  args: [ID],
  options: [REASON, JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin runs stop run812 -r "Done by hand"', does: 'It is written down.' }],
  async run(given, world) {
    const why = needed(given, 'reason');
    const client = await connect(given, world);
    return told(given, world, client, await client.send('POST', `${pathOf(given)}/stop`, { why }));
  },
};

export const runs: Command = {
  name: 'runs',
  summary: 'Runs of runbooks, and who ran what, when, why: list, start, show, tick, stop.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin runs list', does: 'See runs start --help.' }],
  below: [list, start, show, tick, stop],
  run: () => Promise.reject(usage('tocsin runs needs a command')),
};
