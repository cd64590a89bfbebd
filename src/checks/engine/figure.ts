import type { Instant } from '../../base/time.ts';
import { FIGURE_LIMITS, type Point, type Take } from '../../domain/check/figure.ts';
import type { TableSource } from '../../domain/check/source.ts';
import type { Parameters } from '../../domain/check/test.ts';
import { ByteTable } from './byte-table.ts';
import { cellText, type Row, type RowSink } from './cells.ts';
import { CheckFault } from './fault.ts';
import { Key } from './key.ts';
import { numberIn, timeIn } from './numbers.ts';
import { readTable } from './tables.ts';

/** What is read of a table as a figure. */
export interface FigureSpec {
  readonly source: string;
  /** '' for `count`. */
  readonly column: string;
  readonly take: Take;
  /** Column of the values' own time; '' when a value is of the moment it is read. */
  readonly time: string;
  /** Columns whose values are a figure each. */
  readonly by: readonly string[];
  readonly where: Parameters;
}

export interface FigureJob {
  readonly is: 'figure';
  readonly figure: FigureSpec;
  readonly sources: Readonly<Record<string, TableSource>>;
  readonly now: Instant;
}

/** The points of one group, oldest first; the last of them when there are too many. */
export interface FigureGroup {
  readonly by: Parameters;
  readonly points: readonly Point[];
}

export interface FigureResult {
  readonly is: 'figure';
  readonly groups: readonly FigureGroup[];
  readonly rows: number;
  /** Cells that are no number, or rows without a time. */
  readonly unread: number;
}

/** Reads a figure out of a table in one pass. */
export async function runFigure({ figure, sources, now }: FigureJob): Promise<FigureResult> {
  const source = sources[figure.source];
  if (!source) throw new CheckFault(`there is no data source "${figure.source}"`);
  const series = new Series(figure, now);
  await readTable(source, series);
  return series.result();
}

/** Places of the columns a figure reads. */
interface Places {
  readonly value: number;
  readonly time: number;
  readonly by: readonly number[];
  readonly where: readonly (readonly [place: number, value: string])[];
}

/** Values added up by group and time. */
class Series implements RowSink {
  readonly #figure: FigureSpec;
  readonly #now: Instant;
  readonly #groups = new ByteTable();
  readonly #names: Parameters[] = [];
  readonly #moments = new Map<string, number>();
  readonly #of: { group: number; at: number; value: number; count: number }[] = [];
  readonly #key = new Key();
  #places: Places = { value: -1, time: -1, by: [], where: [] };
  #rows = 0;
  #unread = 0;

  constructor(figure: FigureSpec, now: Instant) {
    this.#figure = figure;
    this.#now = now;
  }

  head(columns: readonly string[]): void {
    const place = (name: string): number => {
      const at = columns.indexOf(name);
      if (at < 0) throw new CheckFault(`there is no column "${name}"; there are: ${columns}`);
      return at;
    };
    const { column, time, by, where } = this.#figure;
    this.#places = {
      value: column === '' ? -1 : place(column),
      time: time === '' ? -1 : place(time),
      by: by.map(place),
      where: Object.entries(where).map(([name, value]) => [place(name), value]),
    };
  }

  row(row: Row): void {
    this.#rows++;
    const { where, value: column, time } = this.#places;
    for (const [place, wanted] of where) if (cellText(row, place) !== wanted) return;
    const value = column < 0 ? 1 : this.#number(row, column);
    const at = time < 0 ? this.#now : timeIn(row.bytes, row.starts[time] ?? 0, row.ends[time] ?? 0);
    if (value === undefined) return;
    if (Number.isNaN(value) || Number.isNaN(at)) {
      this.#unread++;
      return;
    }
    this.#add(this.#groupOf(row), at, value);
  }

  /** Undefined for an empty cell: no value is not zero. */
  #number(row: Row, column: number): number | undefined {
    const [start = 0, end = 0] = [row.starts[column], row.ends[column]];
    return start === end ? undefined : numberIn(row.bytes, start, end);
  }

  #groupOf(row: Row): number {
    const { by } = this.#places;
    if (by.length === 0) {
      if (this.#names.length === 0) this.#names.push({});
      return 0;
    }
    this.#key.read(row, by);
    const group = this.#groups.add(this.#key.bytes, this.#key.start, this.#key.end);
    if (group < this.#names.length) return group;
    if (group >= FIGURE_LIMITS.groups_max)
      throw new CheckFault(`more than ${FIGURE_LIMITS.groups_max} groups by ${this.#figure.by}`);
    const names = by.map((place, i) => [this.#figure.by[i] ?? '', cellText(row, place)] as const);
    this.#names.push(Object.fromEntries(names));
    return group;
  }

  #add(group: number, at: number, value: number): void {
    const key = `${group} ${at}`;
    const place = this.#moments.get(key);
    const one = place === undefined ? undefined : this.#of[place];
    if (!one) {
      if (this.#of.length >= FIGURE_LIMITS.series_max)
        throw new CheckFault(`more than ${FIGURE_LIMITS.series_max} times and groups`);
      this.#moments.set(key, this.#of.length);
      this.#of.push({ group, at, value, count: 1 });
      return;
    }
    one.count++;
    const { take } = this.#figure;
    if (take === 'last') one.value = value;
    else if (take === 'min') one.value = Math.min(one.value, value);
    else if (take === 'max') one.value = Math.max(one.value, value);
    else one.value += value;
  }

  result(): FigureResult {
    const points: Point[][] = this.#names.map(() => []);
    for (const { group, at, value, count } of this.#of) {
      const whole = this.#figure.take === 'mean' ? value / count : value;
      points[group]?.push({ at: at as Instant, value: whole });
    }
    const groups = this.#names.map((by, i) => {
      const all = (points[i] ?? []).sort((a, b) => a.at - b.at);
      return { by, points: all.slice(-FIGURE_LIMITS.points_per_run_max) };
    });
    return { is: 'figure', groups, rows: this.#rows, unread: this.#unread };
  }
}
