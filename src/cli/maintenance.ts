import { type Instant, instantText, parseInstant } from '../base/time.ts';
import { hereZone } from '../config/zones.ts';
import { listOf, objectOf } from './answers.ts';
import { connect, type Query } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { endsById } from './ends-by-id.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { importCalendar } from './maintenance-import.ts';
import { JSON_OPTION, needed, REASON } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { matcherOf } from './silence.ts';
import { type Column, paintFor, printable, table, widthOf } from './terminal.ts';
import { parseWhen, whenExpected, whenText } from './when.ts';

const PATH = '/api/v1/maintenances';
const PAGE_MAX = 1_000;

const WINDOWS_SHOWN = 5;

interface WindowAnswer {
  readonly from: string;
  readonly to: string;
}

interface WorkAnswer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly matchers: readonly string[];
  readonly things: readonly string[];
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly reason: string;
  readonly hides: number;
  readonly overran: { readonly alarms: number } | null;
}

const list: Command = {
  name: 'list',
  summary: 'Lists planned work: what runs, what is to come, and what it hides.',
  args: [],
  options: [
    { name: 'past', type: 'flag', help: 'What is over instead, with what it left behind.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin maintenance list --past', does: 'Did anything overrun?' }],
  async run(given, world) {
    const client = await connect(given, world);
    const states: Query = given.flag('past') ? [['state', 'past']] : [];
    const page = await client.get(PATH, [['limit', String(PAGE_MAX)], ...states]);
    if (given.flag('json')) return wroteJson(world.stdout, page);
    world.stdout.write(drawn(listOf<WorkAnswer>(client, page, 'items'), world));
    return 0;
  },
};

function drawn(found: readonly WorkAnswer[], world: World): string {
  if (found.length === 0) return 'There is no such planned work.\n';
  const columns: readonly Column[] = [
    { title: 'ID', least: 4 },
    { title: 'STATE', least: 7 },
    { title: 'FROM', least: 16 },
    { title: 'UNTIL', least: 16 },
    { title: 'HIDES', least: 5 },
    { title: 'NAME', least: 12 },
    { title: 'WHAT', least: 16 },
    { title: 'REASON', least: 16 },
  ];
  const rows = found.map((w) => {
    const state = w.overran ? `overran: ${w.overran.alarms} still raised` : w.state;
    const what = [...w.matchers, ...w.things].join(' ');
    const [from, to] = [timeText(w.window?.from), timeText(w.window?.to)];
    return [w.id, state, from, to, String(w.hides), w.name, what, w.reason];
  });
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}

function timeText(text: string | undefined): string {
  const at = text === undefined ? undefined : parseInstant(text);
  return at === undefined ? '' : whenText(at);
}

const add: Command = {
  name: 'add',
  summary: 'Plans work: what fits is quiet in its window, its state goes on underneath.',
  about:
    'At its end, what is still raised is told as new. A word without an operator is an ' +
    'alertname. --preview says what it would hide now, and plans nothing.',
  args: [
    { name: 'MATCHER', help: 'site=nbg, device=core-1; or --thing', many: true, optional: true },
  ],
  options: [
    { name: 'name', type: 'text', value: 'TEXT', help: 'What people call it: CHG 4711. Needed.' },
    REASON,
    { name: 'owner', type: 'text', value: 'NAME', help: 'Who does the work.' },
    {
      name: 'from',
      type: 'text',
      value: 'TIME',
      help: 'When it begins: 22:00, "2026-03-01 22:00", RFC 3339. Default: now.',
    },
    {
      name: 'until',
      type: 'text',
      value: 'TIME',
      help: 'When it is over; with --every: for good.',
    },
    { name: 'for', type: 'duration', help: 'How long it takes: 4h.' },
    {
      name: 'every',
      type: 'text',
      value: 'WHEN',
      help: 'Again and again: day, "2 weeks on MO,TH", "month on 2TU", "month on -1".',
    },
    { name: 'times', type: 'number', value: 'N', help: 'With --every: how often in all.' },
    {
      name: 'zone',
      type: 'text',
      value: 'ZONE',
      help: "With --every: whose clock. Default: this machine's.",
    },
    { name: 'thing', type: 'list', value: 'KEY', help: 'device:core-1, with all its parts.' },
    { name: 'id', type: 'text', value: 'ID', help: 'Change this plan instead of a new one.' },
    { name: 'preview', type: 'flag', help: 'Only say what it would hide now.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin maintenance add site=nbg --name "CHG 4711" --from 22:00 --for 4h -r "New card"',
      does: 'Tonight.',
    },
    {
      line:
        'tocsin maintenance add site=nbg --name Patches -r Updates ' +
        '--every "month on 2TU" --from 22:00 --for 4h',
      does: 'Each second Tuesday of a month. With --preview it says when.',
    },
  ],
  async run(given, world) {
    const matchers = given.args.map(matcherOf);
    if (given.flag('preview')) return preview(given, world, matchers);
    const when = whenOf(given, world);
    const body = {
      ...(given.text('id') === '' ? {} : { id: given.text('id') }),
      name: needed(given, 'name'),
      matchers,
      things: given.all('thing'),
      ...when,
      reason: needed(given, 'reason'),
      owner: given.text('owner'),
    };
    const client = await connect(given, world);
    const made = await client.send('POST', PATH, body);
    if (given.flag('json')) return wroteJson(world.stdout, made);
    const id = printable(String(objectOf(client, made, 'the answer').id));
    const whole = await client.get(`${PATH}/${encodeURIComponent(id)}`, []);
    const windows = listOf<WindowAnswer>(client, whole, 'windows').slice(0, WINDOWS_SHOWN);
    world.stdout.write(`${id}\n${windows.map(windowLine).join('')}`);
    return 0;
  },
};

async function preview(given: Given, world: World, matchers: readonly string[]): Promise<number> {
  const client = await connect(given, world);
  const recurs = given.text('every') === '' ? {} : { recurs: recursOf(given, world) };
  const seen = await client.send('POST', `${PATH}/try`, { matchers, ...recurs });
  if (given.flag('json')) return wroteJson(world.stdout, seen);
  const { hides } = objectOf(client, seen, 'the answer');
  const examples = listOf<{ resource: string; text: string }>(client, seen, 'examples');
  const lines = examples.map(({ resource, text }) => `  ${printable(`${resource}  ${text}`)}\n`);
  const alarms = `${String(hides)} alarm${hides === 1 ? '' : 's'}`;
  const windows = listOf<WindowAnswer>(client, seen, 'windows').map(windowLine);
  const next = windows.length === 0 ? '' : `next\n  ${windows.join('  ')}`;
  world.stdout.write(`would hide ${alarms} now\n${lines.join('')}${next}`);
  return 0;
}

const windowLine = ({ from, to }: WindowAnswer): string => `${timeText(from)} to ${timeText(to)}\n`;

/** The part of the body that says when. */
function whenOf(given: Given, world: World): object {
  if (given.text('every') !== '') return { recurs: recursOf(given, world) };
  if (given.has('times') || given.text('zone') !== '') {
    throw usage('--times and --zone go with --every');
  }
  return { windows: [windowOf(given, world)] };
}

const DAY_AND_CLOCK = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?$/;

/** Times of what comes again are those of the clock on the wall, and stay as they were typed. */
function recursOf(given: Given, world: World): object {
  const length = given.duration('for');
  if (length === undefined) throw usage('--every needs --for');
  const until = given.text('until');
  return {
    every: given.text('every'),
    from: firstOf(given, world.clock.now()),
    minutes: Math.ceil(length / 60_000),
    zone: given.text('zone') || hereZone(),
    ...(until === '' ? {} : { until: until.replace(' ', 'T') }),
    ...(given.has('times') ? { times: given.number('times') } : {}),
  };
}

function firstOf(given: Given, now: Instant): string {
  const typed = given.text('from');
  if (DAY_AND_CLOCK.test(typed)) return typed.replace(' ', 'T');
  if (typed !== '' && !/^\d{1,2}:\d\d$/.test(typed)) {
    throw usage('--from: 22:00 or "2026-03-01 22:00" expected with --every');
  }
  return whenText(momentOf(given, 'from', now) ?? now).replace(' ', 'T');
}

function windowOf(given: Given, world: World): { readonly from: string; readonly to: string } {
  const now = world.clock.now();
  const from = momentOf(given, 'from', now) ?? now;
  const length = given.duration('for');
  const until = momentOf(given, 'until', from);
  if ((length === undefined) === (until === undefined)) throw usage('give --for or --until');
  const to = until ?? ((from + (length ?? 0)) as Instant);
  return { from: instantText(from), to: instantText(to) };
}

function momentOf(given: Given, name: string, now: Instant): Instant | undefined {
  const text = given.text(name);
  if (text === '') return undefined;
  const at = parseWhen(text, now);
  if (at === undefined) throw usage(`--${name}: "${text}" is not a time; write ${whenExpected}`);
  return at;
}

const end = endsById({
  name: 'end',
  summary: 'Ends planned work now and for good; what is still raised is told as new.',
  idHelp: 'As `tocsin maintenance list` shows it.',
  example: { line: 'tocsin maintenance end m12 -r "done early"', does: 'It is audited.' },
  ...{ path: PATH, act: 'end', done: 'ended' },
});

export const maintenance: Command = {
  name: 'maintenance',
  summary: 'Planned work during which what it touches is quiet: list, add, import, end.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin maintenance list', does: 'See maintenance add --help.' }],
  below: [list, add, importCalendar, end],
  run: () => Promise.reject(usage('tocsin maintenance needs a command')),
};
