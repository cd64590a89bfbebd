import { type Instant, instantText, type Millis, millis } from '../../base/time.ts';
import { compilePattern, type Pattern } from '../../domain/alarm/pattern.ts';
import { grouped, lengthText } from '../../domain/check/words.ts';
import { ByteTable } from './byte-table.ts';
import { cellText, type Row } from './cells.ts';
import { CheckFault } from './fault.ts';
import { Key } from './key.ts';
import { numberIn, timeIn } from './numbers.ts';

/**
 * Looks at the rows of one template, all its groups at once: `group` is the place of the
 * parameters a row belongs to. That is why 1,000 tests cost one pass and not 1,000.
 */
export interface Judge {
  /** Columns it reads; the places are handed to `bind` when the table is open. */
  readonly columns: readonly string[];
  bind(places: readonly number[]): void;
  /** Is this row bad? */
  row(row: Row, group: number): boolean;
  /** What is wrong with the group as a whole, once all rows were seen; '' for nothing. */
  end(group: number): string | Broken;
}

/** It could not be judged. */
export interface Broken {
  readonly broken: string;
}

const nothing = (): string => '';

export function notNull(column: string): Judge {
  let at = 0;
  return {
    columns: [column],
    bind: ([place = 0]) => {
      at = place;
    },
    row: (row) => row.starts[at] === row.ends[at],
    end: nothing,
  };
}

export function unique(columns: readonly string[], groups: number): Judge {
  const seen = new ByteTable();
  const key = new Key();
  let at: readonly number[] = [];
  return {
    columns,
    bind: (places) => {
      at = places;
    },
    row: (row, group) => {
      if (!key.read(row, at, groups > 1 ? group : -1)) return false;
      const before = seen.size;
      seen.add(key.bytes, key.start, key.end);
      return seen.size === before;
    },
    end: nothing,
  };
}

/** What a group allows; NaN where it has no such limit. */
export interface Range {
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export function range(column: string, { min, max }: Range): Judge {
  let at = 0;
  return {
    columns: [column],
    bind: ([place = 0]) => {
      at = place;
    },
    row: (row, group) => {
      const [start, end] = [row.starts[at] as number, row.ends[at] as number];
      if (start === end) return false;
      const value = numberIn(row.bytes, start, end);
      // Not a number is bad; a limit that is NaN is below and above nothing.
      return (
        Number.isNaN(value) || value < (min[group] as number) || value > (max[group] as number)
      );
    },
    end: nothing,
  };
}

/** `allowed`: the values of each group. */
export function set(column: string, allowed: readonly (readonly string[])[]): Judge {
  const known = new ByteTable();
  const sets = allowed.map((values) => new Set(values.map((value) => known.addText(value))));
  let at = 0;
  return {
    columns: [column],
    bind: ([place = 0]) => {
      at = place;
    },
    row: (row, group) => {
      const [start, end] = [row.starts[at] as number, row.ends[at] as number];
      if (start === end) return false;
      return !(sets[group] as Set<number>).has(known.find(row.bytes, start, end));
    },
    end: nothing,
  };
}

/** Different texts whose answer is remembered; further ones are asked each time. */
const REMEMBERED_TEXTS_MAX = 65_536;

export function pattern(column: string, patterns: readonly string[]): Judge {
  const compiled = new Map<string, Pattern>();
  const ofGroup = patterns.map((source) => {
    const held = compiled.get(source) ?? compilePattern(source);
    if ('error' in held) throw new CheckFault(`"${source}" is no pattern: ${held.error}`);
    compiled.set(source, held);
    return held;
  });
  const isOne = compiled.size === 1;
  const texts = new ByteTable();
  /** By text: 1 good, 2 bad. */
  const answers = new Uint8Array(REMEMBERED_TEXTS_MAX);
  let at = 0;
  return {
    columns: [column],
    bind: ([place = 0]) => {
      at = place;
    },
    row: (row, group) => {
      const [start, end] = [row.starts[at] as number, row.ends[at] as number];
      if (start === end) return false;
      const has = ofGroup[group] as Pattern;
      if (!isOne) return !has.matches(cellText(row, at));
      let text = texts.find(row.bytes, start, end);
      if (text < 0 && texts.size < REMEMBERED_TEXTS_MAX) text = texts.add(row.bytes, start, end);
      if (text < 0) return !has.matches(cellText(row, at));
      if (answers[text] === 0) answers[text] = has.matches(cellText(row, at)) ? 1 : 2;
      return answers[text] === 2;
    },
    end: nothing,
  };
}

/** A count against limits and the run before; NaN where there is none. */
export interface RowLimits extends Range {
  readonly before: Float64Array;
  /** Per cent. */
  readonly changeMax: number | undefined;
}

export function rowCount(counts: Float64Array, limits: RowLimits): Judge {
  return {
    columns: [],
    bind: () => {},
    row: (_row, group) => {
      counts[group] = (counts[group] as number) + 1;
      return false;
    },
    end: (group) => {
      const count = counts[group] as number;
      const { changeMax } = limits;
      const [min = 0, max = 0, before = 0] = [
        limits.min[group],
        limits.max[group],
        limits.before[group],
      ];
      if (count < min) return `${grouped(count)} rows, at least ${grouped(min)} expected`;
      if (count > max) return `${grouped(count)} rows, at most ${grouped(max)} expected`;
      if (changeMax === undefined || Number.isNaN(before)) return '';
      const change = before === 0 ? (count === 0 ? 0 : 100) : ((count - before) / before) * 100;
      if (Math.abs(change) <= changeMax) return '';
      const says = `${grouped(count)} rows, ${grouped(before)} the time before`;
      const told = `${change > 0 ? '+' : ''}${change.toFixed(1)} %`;
      return `${says}: ${told}, at most ${changeMax} % expected`;
    },
  };
}

/** Adds up by group (Neumaier: a million small amounts lose nothing on a large one). */
export class Sums implements Judge {
  readonly columns: readonly string[];
  readonly notNumbers: Float64Array;
  readonly #sums: Float64Array;
  readonly #rests: Float64Array;
  #at = 0;
  /** What is to be said of a group at the end. */
  judge: (group: number) => string | Broken = nothing;

  constructor(column: string, groups: number) {
    this.columns = [column];
    this.#sums = new Float64Array(groups);
    this.#rests = new Float64Array(groups);
    this.notNumbers = new Float64Array(groups);
  }

  bind([place = 0]: readonly number[]): void {
    this.#at = place;
  }

  row(row: Row, group: number): boolean {
    const [start, end] = [row.starts[this.#at] as number, row.ends[this.#at] as number];
    if (start === end) return false;
    const value = numberIn(row.bytes, start, end);
    if (Number.isNaN(value)) {
      this.notNumbers[group] = (this.notNumbers[group] as number) + 1;
      return true;
    }
    const sum = this.#sums[group] as number;
    const next = sum + value;
    const rest = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    this.#sums[group] = next;
    this.#rests[group] = (this.#rests[group] as number) + rest;
    return false;
  }

  of(group: number): number {
    return (this.#sums[group] as number) + (this.#rests[group] as number);
  }

  end(group: number): string | Broken {
    return this.judge(group);
  }
}

export function fresh(column: string, ageMax: Millis, groups: number, now: Instant): Judge {
  const newest = new Float64Array(groups).fill(Number.NEGATIVE_INFINITY);
  let at = 0;
  return {
    columns: [column],
    bind: ([place = 0]) => {
      at = place;
    },
    row: (row, group) => {
      const [start, end] = [row.starts[at] as number, row.ends[at] as number];
      if (start === end) return false;
      const time = timeIn(row.bytes, start, end);
      if (Number.isNaN(time)) return true;
      if (time > (newest[group] as number)) newest[group] = time;
      return false;
    },
    end: (group) => {
      const time = newest[group] as number;
      if (time === Number.NEGATIVE_INFINITY) return 'no row has a time';
      const age = now - time;
      if (age <= ageMax) return '';
      const at = instantText(time as Instant).replace('.000Z', 'Z');
      const old = lengthText(millis(age));
      return `the newest row is of ${at}, ${old} old; at most ${lengthText(ageMax)}`;
    },
  };
}
