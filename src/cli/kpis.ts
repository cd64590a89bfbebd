import { after, days, instantText, type Millis } from '../base/time.ts';
import { objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Option } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { drawTable } from './terminal.ts';

const DAYS_DEFAULT = 30;
const DAYS_MAX = 400;

const OPTIONS: readonly Option[] = [
  {
    name: 'days',
    type: 'number',
    value: 'N',
    help: `The last N days; ${DAYS_DEFAULT} by default.`,
  },
  { name: 'team', type: 'text', value: 'NAME', help: 'Alarms of one team only.' },
  JSON_OPTION,
  ...DESK_OPTIONS,
];

interface KpisAnswer {
  readonly days: number;
  readonly figures: readonly {
    readonly name: string;
    readonly unit: 'alarms' | 'share';
    readonly value: number;
    readonly target: number;
    readonly most: number;
    readonly verdict: string;
  }[];
  readonly frequent: readonly {
    readonly resource: string;
    readonly type: string;
    readonly raised: number;
    readonly chattered: number;
  }[];
}

const drawnOf = (client: Client, answer: unknown): KpisAnswer =>
  objectOf(client, answer, 'key figures') as unknown as KpisAnswer;

export const kpis: Command = {
  name: 'kpis',
  summary: 'Key figures of alarm management, with their targets (ISA-18.2).',
  args: [],
  options: OPTIONS,
  examples: [
    { line: 'tocsin kpis', does: 'Of the last 30 days.' },
    { line: 'tocsin kpis --days 90 --team net --json', does: 'For a report.' },
  ],
  async run(given, world) {
    const length = given.number('days') ?? DAYS_DEFAULT;
    if (!(Number.isInteger(length) && length >= 1 && length <= DAYS_MAX))
      throw usage(`--days: a whole number from 1 to ${DAYS_MAX} expected`);
    const client = await connect(given, world);
    const from = after(world.clock.now(), -days(length) as Millis);
    const query = new URLSearchParams({ from: instantText(from) });
    const team = given.text('team');
    if (team !== undefined) query.set('team', team);
    const answer = await client.get(`/api/v1/kpis?${query}`);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const { days: counted, figures, frequent } = drawnOf(client, answer);
    const shown = (unit: string, n: number): string =>
      unit === 'share' ? `${+(n * 100).toFixed(1)} %` : String(+n.toFixed(2));
    const rows = figures.map(({ name, unit, value, target, most, verdict }) => [
      ...[name, shown(unit, value), shown(unit, target), shown(unit, most), verdict],
    ]);
    drawTable(world, ['FIGURE', 'IS', 'TARGET', 'AT MOST', 'VERDICT'], rows);
    if (counted < DAYS_DEFAULT)
      world.stdout.write(`Counted in ${counted.toFixed(1)} days: a verdict takes 30.\n`);
    if (frequent.length > 0) {
      world.stdout.write('\nWhat came most often:\n');
      drawTable(
        world,
        ['RESOURCE', 'TYPE', 'RAISED', 'CHATTERED'],
        frequent.map((one) => [
          ...[one.resource, one.type, String(one.raised), String(one.chattered)],
        ]),
      );
    }
    return 0;
  },
};
