import type { Parameters } from '../../domain/check/test.ts';
import { ByteTable } from './byte-table.ts';
import { cellText, type Row, type RowSink } from './cells.ts';
import { EVIDENCE_LIMITS, type EvidenceWriter } from './evidence.ts';
import type { Judge } from './judges.ts';
import { Key } from './key.ts';

/** One test of a run: a template with one row of parameters. */
export interface TestCase {
  readonly name: string;
  readonly kind: string;
  readonly parameters: Parameters;
  /** Its place among the parameters: its subject. */
  readonly subject: number;
  verdict: 'passed' | 'failed' | 'broken';
  text: string;
}

/** The rows of one table parted by the values of some columns; no columns: one group of all. */
export class Partition {
  readonly columns: readonly string[];
  readonly judging: Judging[] = [];
  /** A column is missing: no row belongs anywhere. */
  isBroken = false;
  readonly #groups = new ByteTable();
  readonly #key = new Key();
  #places: readonly number[] = [];

  constructor(columns: readonly string[]) {
    this.columns = columns;
  }

  /** The group of rows with these values in the columns, a new one if it is new. */
  groupOf(values: readonly string[]): number {
    if (this.columns.length === 0) return 0;
    this.#key.ofTexts(values);
    return this.#groups.add(this.#key.bytes, this.#key.start, this.#key.end);
  }

  get size(): number {
    return this.columns.length === 0 ? 1 : this.#groups.size;
  }

  bind(places: readonly number[]): void {
    this.#places = places;
  }

  row(row: Row): void {
    if (this.isBroken) return;
    let group = 0;
    if (this.columns.length > 0) {
      this.#key.read(row, this.#places);
      group = this.#groups.find(this.#key.bytes, this.#key.start, this.#key.end);
      if (group < 0) return;
    }
    for (const one of this.judging) one.row(row, group);
  }
}

/** A judge, and what it found in each group. */
export class Judging {
  readonly judge: Judge;
  /** By group; undefined where this template has no such parameters. */
  readonly cases: readonly (TestCase | undefined)[];
  readonly #bad: Float64Array;
  readonly #firstLine: Float64Array;
  readonly #rows: Float64Array;
  readonly #evidence: RowEvidence;
  isBroken = false;

  constructor(judge: Judge, cases: readonly (TestCase | undefined)[], evidence: RowEvidence) {
    this.judge = judge;
    this.cases = cases;
    this.#bad = new Float64Array(cases.length);
    this.#firstLine = new Float64Array(cases.length);
    this.#rows = new Float64Array(cases.length);
    this.#evidence = evidence;
  }

  row(row: Row, group: number): void {
    if (this.isBroken || group >= this.cases.length || this.cases[group] === undefined) return;
    this.#rows[group] = (this.#rows[group] as number) + 1;
    if (!this.judge.row(row, group)) return;
    const bad = (this.#bad[group] as number) + 1;
    this.#bad[group] = bad;
    if (bad === 1) this.#firstLine[group] = row.line;
    if (bad <= EVIDENCE_LIMITS.rows_per_test_max) this.#evidence.note(this.cases[group], row);
  }

  break(why: string): void {
    this.isBroken = true;
    for (const one of this.cases) if (one) Object.assign(one, broken(why));
  }

  end(says: (bad: number, rows: number) => string): void {
    if (this.isBroken) return;
    this.cases.forEach((one, group) => {
      if (!one) return;
      const bad = this.#bad[group] as number;
      const told: string[] = [];
      if (bad > 0) {
        const words = says(bad, this.#rows[group] as number);
        told.push(`${words} (the first in line ${this.#firstLine[group]})`);
      }
      const whole = this.judge.end(group);
      if (typeof whole !== 'string') {
        Object.assign(one, broken(whole.broken));
        return;
      }
      if (whole !== '') told.push(whole);
      one.verdict = told.length > 0 ? 'failed' : 'passed';
      one.text = told.join('; ');
    });
  }
}

export const broken = (text: string) => ({ verdict: 'broken' as const, text });

/** Bad rows as they are found: test, parameters, line, the whole row. */
export class RowEvidence {
  readonly #writer: (head: readonly string[]) => EvidenceWriter;
  #open: EvidenceWriter | undefined;
  columns: readonly string[] = [];

  constructor(writer: (head: readonly string[]) => EvidenceWriter) {
    this.#writer = writer;
  }

  note(test: TestCase | undefined, row: Row): void {
    if (!test) return;
    this.#open ??= this.#writer(['test', 'parameters', 'line', ...this.columns]);
    const { parameters, name } = test;
    const told = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
    const cells = this.columns.map((_, i) => cellText(row, i));
    this.#open.write([name, told.join(' '), String(row.line), ...cells]);
  }

  get writer(): EvidenceWriter | undefined {
    return this.#open;
  }
}

/** Everything that is asked of one table, answered in one pass over it. */
export class Scan implements RowSink {
  readonly partitions: Partition[] = [];
  rows = 0;
  readonly evidence: RowEvidence;

  constructor(evidence: RowEvidence) {
    this.evidence = evidence;
  }

  partition(columns: readonly string[]): Partition {
    const held = this.partitions.find((one) => one.columns.join('\0') === columns.join('\0'));
    if (held) return held;
    const made = new Partition(columns);
    this.partitions.push(made);
    return made;
  }

  head(columns: readonly string[]): void {
    this.evidence.columns = columns;
    const placesOf = (names: readonly string[]) => {
      const places = names.map((name) => columns.indexOf(name));
      const missing = names.find((_, i) => (places[i] as number) < 0);
      return { places, missing };
    };
    const says = (column: string): string => {
      const some = columns.slice(0, 20).join(', ');
      return `there is no column "${column}"; there are: ${some}${columns.length > 20 ? ' …' : ''}`;
    };
    for (const partition of this.partitions) {
      const { places, missing } = placesOf(partition.columns);
      partition.bind(places);
      partition.isBroken = missing !== undefined;
      for (const one of partition.judging) {
        const own = placesOf(one.judge.columns);
        const lacks = missing ?? own.missing;
        if (lacks !== undefined) one.break(says(lacks));
        else one.judge.bind(own.places);
      }
    }
  }

  row(row: Row): void {
    this.rows++;
    for (const partition of this.partitions) partition.row(row);
  }

  break(why: string): void {
    for (const partition of this.partitions) for (const one of partition.judging) one.break(why);
  }
}
