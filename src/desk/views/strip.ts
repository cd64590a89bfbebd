import { between, days, hours, type Instant, type Millis, millis } from '../../base/time.ts';
import type { Episode } from '../../domain/alarm/alarm.ts';
import type { Course, EpisodeCourse, Stay, Stretch } from '../../domain/alarm/course.ts';
import { rank, type Severity } from '../../domain/alarm/severity.ts';

export const STRIP_RANGES = ['24h', '7d', '90d'] as const;

export type StripRange = (typeof STRIP_RANGES)[number];

const LENGTHS: Readonly<Record<StripRange, Millis>> = {
  '24h': hours(24),
  '7d': days(7),
  '90d': days(90),
};

/** Cells of a strip: of four minutes, of 28, of six hours. The worst of a cell is drawn. */
export const STRIP_CELLS = 360;

/** Lines of the table that says the same in words; older ones are counted. */
const STRIP_ROWS_MAX = 100;

/** Some cells of a strip. */
export interface StripRun {
  readonly cell: number;
  readonly cells: number;
  readonly from: Instant;
  /** Undefined: it lasts. */
  readonly to: Instant | undefined;
}

/** Cells that look alike: one stay, or so many that they fall on one another. */
export interface StripBlock extends StripRun {
  readonly severity: Severity;
  readonly stays: number;
  /** The newest of its episodes. */
  readonly episode: Episode;
}

export interface StripRow extends Stay {
  readonly episode: Episode;
}

/** How bad an alarm was over a time. */
export interface Strip {
  readonly range: StripRange;
  readonly from: Instant;
  readonly to: Instant;
  readonly blocks: readonly StripBlock[];
  /** Somebody had it. */
  readonly held: readonly StripRun[];
  readonly hidden: readonly StripRun[];
  /** Its source had gone silent: nobody knows whether it was well. */
  readonly unverified: readonly StripRun[];
  /** History does not reach back to here. */
  readonly unknown: readonly StripRun[];
  readonly raised: Millis;
  readonly episodes: number;
  readonly worst: Severity | undefined;
  /** Newest first. */
  readonly rows: readonly StripRow[];
  readonly rowsLeft: number;
}

export const rangeNamed = (text: string): StripRange =>
  STRIP_RANGES.find((range) => range === text) ?? '24h';

export const rangeStart = (range: StripRange, now: Instant): Instant =>
  (now - LENGTHS[range]) as Instant;

/** `isCut`: there are older turns than the course was made of. */
export function stripOf(course: Course, range: StripRange, now: Instant, isCut: boolean): Strip {
  const window: Window = { from: rangeStart(range, now), to: now };
  const episodes = course.episodes.filter((one) => isWithin(one, window));
  const rows = episodes.flatMap(({ episode, stays }) =>
    stays.filter((stay) => isWithin(stay, window)).map((stay) => ({ ...stay, episode })),
  );
  return {
    range,
    ...window,
    blocks: blocksOf(rows, window),
    held: runsOf(
      episodes.flatMap(({ held }) => held),
      window,
    ),
    hidden: runsOf(course.hidden, window),
    unverified: runsOf(silencesIn(course.episodes), window),
    unknown: runsOf(unknownBefore(course.episodes[0], isCut), window),
    raised: millis(rows.reduce((sum, row) => sum + lengthIn(row, window), 0)),
    episodes: episodes.length,
    worst: rows.reduce<Severity | undefined>(worse, undefined),
    rows: rows.slice(-STRIP_ROWS_MAX).reverse(),
    rowsLeft: Math.max(0, rows.length - STRIP_ROWS_MAX),
  };
}

interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

const worse = (a: Severity | undefined, { severity: b }: Stay): Severity =>
  a === undefined || rank(b) > rank(a) ? b : a;

const isWithin = ({ from, to }: Stretch, window: Window): boolean =>
  from <= window.to && (to === undefined || to > window.from);

const lengthIn = ({ from, to = Infinity as Instant }: Stretch, window: Window): number =>
  Math.max(0, Math.min(to, window.to) - Math.max(from, window.from));

/** The first and the last cell of a stretch; however short it is, it has one. */
function cellsOf({ from, to = Infinity as Instant }: Stretch, window: Window): [number, number] {
  const size = between(window.from, window.to) / STRIP_CELLS;
  const cell = (at: number): number => (at - window.from) / size;
  const first = Math.min(STRIP_CELLS - 1, Math.max(0, Math.floor(cell(from))));
  const last = Math.min(STRIP_CELLS, Math.ceil(cell(to))) - 1;
  return [first, Math.max(first, last)];
}

interface Cell {
  readonly first: number;
  readonly last: number;
  readonly severity: Severity;
}

/** Alike are neighbours of one stay, and neighbours of one severity that are of several each. */
function blocksOf(rows: readonly StripRow[], window: Window): readonly StripBlock[] {
  const cells = new Map<number, Cell>();
  rows.forEach((row, i) => {
    const [first, last] = cellsOf(row, window);
    for (let cell = first; cell <= last; cell++) {
      const there = cells.get(cell);
      const severity = worse(there?.severity, row);
      cells.set(cell, { first: there?.first ?? i, last: i, severity });
    }
  });
  const blocks: (Cell & { readonly cell: number; cells: number; last: number })[] = [];
  for (const [cell, is] of [...cells].sort(([a], [b]) => a - b)) {
    const before = blocks.at(-1);
    if (before && before.cell + before.cells === cell && isAlike(before, is)) {
      before.cells++;
      before.last = is.last;
    } else blocks.push({ ...is, cell, cells: 1 });
  }
  return blocks.flatMap(({ cell, cells: wide, first, last, severity }) => {
    const [begin, end] = [rows[first], rows[last]];
    if (!begin || !end) return [];
    const { from } = begin;
    const { to, episode } = end;
    return [{ cell, cells: wide, from, to, severity, stays: last - first + 1, episode }];
  });
}

const isAlike = (a: Cell, b: Cell): boolean =>
  a.severity === b.severity &&
  (a.first === a.last ? b.first === a.first && b.last === a.last : b.first !== b.last);

/** Stretches that touch in a cell are one run. They are in order and do not overlap. */
function runsOf(stretches: readonly Stretch[], window: Window): readonly StripRun[] {
  const runs: { cell: number; cells: number; from: Instant; to: Instant | undefined }[] = [];
  for (const stretch of stretches) {
    if (!isWithin(stretch, window)) continue;
    const [first, last] = cellsOf(stretch, window);
    const before = runs.at(-1);
    if (before && before.cell + before.cells >= first) {
      before.cells = Math.max(before.cells, last + 1 - before.cell);
      before.to = stretch.to;
    } else runs.push({ cell: first, cells: last + 1 - first, ...stretch });
  }
  return runs;
}

/** From where a source went silent until it spoke again. */
const silencesIn = (episodes: readonly EpisodeCourse[]): readonly Stretch[] =>
  episodes.flatMap(({ end, to, verifiedAt }, i) =>
    end === 'unverified' && to !== undefined
      ? [{ from: to, to: verifiedAt ?? episodes[i + 1]?.from }]
      : [],
  );

const unknownBefore = (oldest: EpisodeCourse | undefined, isCut: boolean): readonly Stretch[] =>
  oldest && (isCut || !oldest.isWhole) ? [{ from: 0 as Instant, to: oldest.from }] : [];
