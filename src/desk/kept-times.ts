import type { Instant } from '../base/time.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import {
  type Columns,
  emptyColumn,
  type Observed,
  STAGES,
  type TimeColumn,
} from '../domain/slo/own-times.ts';

/** `[kind, start, [[k, count, [alarm, at, ms], …], …] for each stage]` */
type Line = readonly [Columns, number, readonly (readonly CellLine[])[]];
type CellLine = readonly [
  k: number,
  count: number,
  ...named: (readonly [string, number, number])[],
];

/** A column as a line of the file that keeps them over a restart. */
export function timesLine([kind, { start, stages }]: readonly [Columns, TimeColumn]): string {
  const cells = STAGES.map((stage) => {
    const { counts, named } = stages.get(stage) ?? NOTHING;
    return [...counts].map(([k, count]) => [
      k,
      count,
      ...(named.get(k) ?? []).map(({ alarm, at, tookMs }) => [alarm, at, rounded(tookMs)]),
    ]);
  });
  return JSON.stringify([kind, start, cells]);
}

const NOTHING: Observed = { counts: new Map(), named: new Map() };

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Undefined for a line that no program of ours wrote. */
export function timesOfLine(line: string): readonly [Columns, TimeColumn] | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isLine(read)) return undefined;
  const [kind, start, cells] = read;
  const column = emptyColumn(start as Instant);
  for (const [i, stage] of STAGES.entries()) {
    const of = column.stages.get(stage);
    for (const [k, count, ...named] of cells[i] ?? []) {
      of?.counts.set(k, count);
      if (named.length === 0) continue;
      const some = named.map(([alarm, at, tookMs]) => ({
        alarm: alarm as AlarmId,
        at: at as Instant,
        tookMs,
      }));
      of?.named.set(k, some);
    }
  }
  return [kind, column];
}

const isCount = (n: unknown): n is number => Number.isFinite(n) && Number(n) >= 0;

const isNamed = (one: unknown): boolean =>
  Array.isArray(one) && typeof one[0] === 'string' && isCount(one[1]) && isCount(one[2]);

function isCell(cell: unknown): boolean {
  if (!Array.isArray(cell)) return false;
  const [k, count, ...named] = cell as readonly unknown[];
  return Number.isInteger(k) && isCount(count) && named.every(isNamed);
}

function isLine(read: unknown): read is Line {
  if (!Array.isArray(read)) return false;
  const [kind, start, cells] = read as readonly unknown[];
  const isKind = kind === 'minutes' || kind === 'hours';
  return (
    isKind &&
    isCount(start) &&
    Array.isArray(cells) &&
    cells.length === STAGES.length &&
    cells.every((stage) => Array.isArray(stage) && stage.every(isCell))
  );
}
