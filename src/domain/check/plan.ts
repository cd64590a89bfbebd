import type { Millis } from '../../base/time.ts';
import type { Severity } from '../alarm/severity.ts';
import type { DataSetRule } from './data-set.ts';
import type { FigureRule, Take } from './figure.ts';
import type { Parameters, TestTemplate } from './test.ts';

/** When something is run: every so often, or at the minutes of a cron expression in a zone. */
export type Timetable =
  | { readonly every: Millis }
  | { readonly cron: string; readonly zone: string };

/** What everything that is watched has: what it is called, when it is run, whose it is. */
export interface Watched {
  readonly name: string;
  readonly timetable: Timetable;
  /** A run that takes longer is ended. */
  readonly timeout: Millis;
  readonly severity: Severity;
  readonly description: string;
  /** Owner, team and others, for routes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Data sources it reads, its own first. */
  readonly sources: readonly string[];
}

/** A suite of tests over one table: templates times parameters. */
export interface DataCheck extends Watched {
  readonly is: 'data';
  readonly parameters: readonly Parameters[];
  readonly tests: readonly TestTemplate[];
}

/** A figure, or one for each value of some columns. */
export interface FigureCheck extends Watched {
  readonly is: 'figure';
  readonly column: string;
  readonly take: Take;
  readonly time: string;
  readonly by: readonly string[];
  readonly where: Parameters;
  readonly rule: FigureRule;
}

/** A data set: when data comes, and when it is due. */
export interface DataSetCheck extends Watched {
  readonly is: 'data set';
  /** Column of the times; '' for the time of the file. */
  readonly time: string;
  readonly rule: DataSetRule;
}

export type Check = DataCheck | FigureCheck | DataSetCheck;
