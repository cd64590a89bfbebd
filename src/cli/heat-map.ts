import { hours, type Instant, instantText } from '../base/time.ts';
import { objectOf } from './answers.ts';
import { connect } from './client.ts';
import type { Command } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { wroteJson } from './revision-lines.ts';
import { printable } from './terminal.ts';

/** From little to much. */
const SHADES = ' .:-=+*#%@';

/** The last cells are drawn: a line holds no more. */
const CELLS_MAX = 64;

interface HeatAnswer {
  readonly unit: string;
  readonly stepSeconds: number;
  readonly rows: readonly { readonly lower: number | string; readonly upper: number | string }[];
  readonly columns: readonly {
    readonly to: string;
    readonly isKnown: boolean;
    readonly total: number;
    readonly counts: readonly number[];
    readonly quantiles: readonly {
      readonly q: number;
      readonly value: number | null;
      readonly isAtLeast: boolean;
    }[];
  }[];
}

export const heatMap: Command = {
  name: 'heat-map',
  summary: 'Draws a heat map of the configuration: how a histogram spreads over time.',
  about: 'Time runs to the right, values upward; ? is a cell without data.',
  args: [{ name: 'NAME', help: 'Its name in the configuration.' }],
  options: [
    { name: 'hours', type: 'number', default: '6', help: 'How far it looks back.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin heat-map latency --hours 1', does: 'The last hour.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const to = world.clock.now();
    const from = (to - hours(given.number('hours'))) as Instant;
    const query = new URLSearchParams({ from: instantText(from), to: instantText(to) });
    const name = encodeURIComponent(given.args[0] ?? '');
    const answer = await client.get(`/api/v1/heat-maps/${name}?${query}`);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const map = objectOf(client, answer, 'a heat map') as unknown as HeatAnswer;
    for (const line of drawn(map)) world.stdout.write(`${printable(line)}\n`);
    return 0;
  },
};

function drawn({ unit, rows, columns, stepSeconds }: HeatAnswer): readonly string[] {
  if (columns.every(({ isKnown }) => !isKnown)) return ['There is no data.'];
  const some = columns.slice(-CELLS_MAX);
  const most = Math.max(...some.flatMap(({ counts }) => counts), 1);
  const shade = (count: number): string => {
    if (count <= 0) return SHADES[0] ?? '';
    const share = Math.log(count + 1) / Math.log(most + 1);
    return SHADES[Math.max(1, Math.min(SHADES.length - 1, Math.ceil(share * 9)))] ?? '';
  };
  const labels = rows.map(({ lower, upper }) =>
    upper === '+Inf' ? `> ${valueText(lower, unit)}` : valueText(upper, unit),
  );
  const wide = Math.max(0, ...labels.map(({ length }) => length));
  const lines = rows.map((_, i) => {
    const cells = some.map(({ isKnown, counts }) => (isKnown ? shade(counts[i] ?? 0) : '?'));
    return `${(labels[i] ?? '').padStart(wide)} |${cells.join('')}|`;
  });
  const [first, last] = [some[0], some.at(-1)];
  const times = `${clockText(first?.to)} to ${clockText(last?.to)} UTC, a cell is ${stepSeconds} s`;
  const newest = some.findLast(({ total }) => total > 0);
  const says = (newest?.quantiles ?? []).map(({ q, value, isAtLeast }) => {
    const text = value === null ? '-' : valueText(value, unit);
    return `p${q * 100} ${isAtLeast ? '>= ' : ''}${text}`;
  });
  return [...lines.reverse(), times, ...(says.length > 0 ? [`last: ${says.join(', ')}`] : [])];
}

const clockText = (at: string | undefined): string => (at ?? '').slice(0, 16).replace('T', ' ');

const valueText = (value: number | string, unit: string): string =>
  `${typeof value === 'number' ? Number(value.toPrecision(3)) : value} ${unit}`.trim();
