import type { Millis } from '../../base/time.ts';
import type { Severity } from '../alarm/severity.ts';
import type { Watched } from '../check/plan.ts';
import type { BurnLevel } from './burn.ts';
import type { SloRule } from './judge.ts';

/** What stands for the length of the window in an expression. */
export const WINDOW = '$window';

/** A service level objective as the configuration has it. */
export interface SloCheck extends Watched {
  readonly is: 'slo';
  readonly service: string;
  /** Counts bad events, or good ones. */
  readonly events: { readonly count: 'bad' | 'good'; readonly query: string };
  readonly total: string;
  readonly rule: SloRule;
  /** Rows of the common table that this period or objective cannot have. */
  readonly leftOut: readonly { readonly long: Millis; readonly why: string }[];
  readonly severities: Readonly<Record<BurnLevel, Severity>>;
}

/** A heat map as the configuration has it. */
export interface HeatPlan {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  /**
   * `classic`: series of cumulative buckets with `le`; `native`: histograms as one series; `otlp`:
   * a metric of a file.
   */
  readonly is: 'classic' | 'native' | 'otlp';
  /** Expression, or name of the metric. */
  readonly query: string;
  /** Of `otlp`: attributes of the points. */
  readonly where: Readonly<Record<string, string>>;
  readonly unit: string;
  /** No cell is shorter: two scrapes at least belong into it. */
  readonly stepMin: Millis;
  readonly timeout: Millis;
}

const SUMS = { all: 'sum', classic: 'sum by (le) ', native: 'sum' } as const;

/** The expression for one window: of a bare selector, how much its counters rose. */
export function queryFor(query: string, window: Millis, sum: keyof typeof SUMS = 'all'): string {
  const length = `${window / 1000}s`;
  const whole = query.includes(WINDOW) ? query : `${SUMS[sum]}(increase(${query}[${WINDOW}]))`;
  return whole.replaceAll(WINDOW, length);
}
