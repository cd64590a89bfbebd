import { parseInstant } from '../base/time.ts';
import { listOf, objectOf, type Somebody } from './answers.ts';
import { connect } from './client.ts';
import type { Command, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { type Column, paintFor, printable, table, widthOf } from './terminal.ts';
import { whenText } from './when.ts';
import { timeAsked } from './when-asked.ts';

interface DutyAnswer {
  readonly schedule: string;
  readonly coverage: string;
  readonly now: readonly Somebody[];
  readonly next: { readonly at: string; readonly people: readonly Somebody[] } | null;
  readonly gapAt: string | null;
}

interface Span {
  readonly from: string;
  readonly to: string;
}

export const oncall: Command = {
  name: 'oncall',
  summary: 'Who is on call now and next, for every schedule.',
  args: [{ name: 'SCHEDULE', help: 'Only this one.', optional: true }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [
    { line: 'tocsin oncall', does: 'Times are of this machine’s clock.' },
    { line: 'tocsin oncall noc-first --json', does: 'For a script.' },
  ],
  async run(given, world) {
    const client = await connect(given, world);
    const all = listOf<DutyAnswer>(client, await client.get('/api/v1/oncall'), 'items');
    const [name] = given.args;
    const found = name === undefined ? all : all.filter((one) => one.schedule === name);
    if (given.flag('json')) return wroteJson(world.stdout, found);
    if (found.length === 0) {
      world.stdout.write(
        name === undefined
          ? 'There are no schedules: write them into the configuration.\n'
          : `There is no schedule ${printable(name)}.\n`,
      );
      return name === undefined ? 0 : 4;
    }
    const rows = found.map(({ schedule, coverage, now, next, gapAt }) => [
      ...[schedule, now.length === 0 ? coverage : names(now)],
      ...[timeText(next?.at), next ? names(next.people) || 'nobody' : '', timeText(gapAt)],
    ]);
    world.stdout.write(drawn(['SCHEDULE', 'NOW', 'UNTIL', 'NEXT', 'GAP AT'], rows, world));
    return 0;
  },
};

interface ScheduleAnswer {
  readonly name: string;
  readonly zone: string;
  readonly layers: number;
}

interface WholeAnswer {
  readonly overrides: readonly (Span & {
    readonly id: string;
    readonly is: string;
    readonly person: Somebody | null;
    readonly by: Somebody | null;
    readonly reason: string;
  })[];
}

interface ShiftAnswer extends Span {
  readonly person: Somebody;
  readonly layer: string;
}

const list: Command = {
  name: 'list',
  summary: 'The schedules of the configuration in force.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin schedules list', does: 'Names and zones.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const answer = await client.get('/api/v1/schedules');
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const rows = listOf<ScheduleAnswer>(client, answer, 'items').map((one) => [
      ...[one.name, one.zone, String(one.layers)],
    ]);
    if (rows.length === 0) world.stdout.write('There are no schedules.\n');
    else world.stdout.write(drawn(['NAME', 'ZONE', 'LAYERS'], rows, world));
    return 0;
  },
};

const show: Command = {
  name: 'show',
  summary: 'Shifts, gaps and overrides of a schedule.',
  args: [{ name: 'SCHEDULE', help: 'As `tocsin schedules list` shows it.' }],
  options: [
    { name: 'from', type: 'text', value: 'TIME', help: 'Default: now.' },
    { name: 'until', type: 'text', value: 'TIME', help: 'Default: 14 days after that.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin schedules show noc-first', does: 'Two weeks from now.' },
    { line: 'tocsin schedules show noc-first --from 2026-12-24 --until 2027-01-02', does: 'Then.' },
  ],
  async run(given, world) {
    const [name = ''] = given.args;
    const span = [
      ...timeAsked(world, 'from', 'from', given.text('from')),
      ...timeAsked(world, 'until', 'to', given.text('until')),
    ];
    const client = await connect(given, world);
    const answer = await client.get(`/api/v1/schedules/${encodeURIComponent(name)}`, span);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const shifts = listOf<ShiftAnswer>(client, answer, 'shifts').map((one) => ({
      ...one,
      who: one.person.name,
    }));
    const gaps = listOf<Span>(client, answer, 'gaps').map((gap) => ({
      ...gap,
      who: 'NOBODY',
      layer: '',
    }));
    const rows = [...shifts, ...gaps]
      .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
      .map(({ from, to, who, layer }) => [timeText(from), timeText(to), who, layer]);
    world.stdout.write(drawn(['FROM', 'UNTIL', 'WHO', 'LAYER'], rows, world));
    const overrides = listOf<WholeAnswer['overrides'][number]>(client, answer, 'overrides');
    for (const one of overrides) world.stdout.write(`${printable(overrideText(one))}\n`);
    return 0;
  },
};

const calendar: Command = {
  name: 'calendar',
  summary: 'Makes the secret address of a calendar: of a schedule, or of your own shifts.',
  about:
    'For phones and mail programs, which fetch it again and again. Who has the address can read ' +
    'it; `tocsin tokens revoke` ends that.',
  args: [{ name: 'SCHEDULE', help: 'Without it: your own shifts.', optional: true }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin schedules calendar noc-first', does: 'Everybody’s shifts.' }],
  async run(given, world) {
    const [schedule] = given.args;
    const client = await connect(given, world);
    const body = schedule === undefined ? {} : { schedule };
    const made = await client.send('POST', '/api/v1/calendars', body);
    if (given.flag('json')) return wroteJson(world.stdout, made);
    world.stdout.write(`${printable(String(objectOf(client, made, 'the answer').url))}\n`);
    return 0;
  },
};

export const schedules: Command = {
  name: 'schedules',
  summary: 'Schedules: their shifts, gaps and overrides.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin schedules show noc-first', does: 'See schedules show --help.' }],
  below: [list, show, calendar],
  run: () => Promise.reject(usage('tocsin schedules needs a command')),
};

/** `o17 replace ada by bob, 2026-… to 2026-…: a wedding` */
function overrideText(one: WholeAnswer['overrides'][number]): string {
  const who = [one.person?.name, one.by?.name].filter((name) => name !== undefined);
  const span = `${timeText(one.from)} to ${timeText(one.to)}`;
  return `${one.id}  ${one.is} ${who.join(' by ') || 'nobody'}, ${span}: ${one.reason}`;
}

const names = (people: readonly Somebody[]): string => people.map(({ name }) => name).join(', ');

export function timeText(text: string | null | undefined): string {
  const at = parseInstant(text ?? '');
  return at === undefined ? '' : whenText(at);
}

export function drawn(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  world: World,
) {
  const columns: readonly Column[] = titles.map((title) => ({ title }));
  return table(columns, rows, widthOf(world.stdout), paintFor(world.stdout, world.env));
}
