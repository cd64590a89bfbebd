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

/** The expression for one window: of a bare selector, how much its counters rose in all. */
export function queryFor(query: string, window: Millis): string {
  const length = `${window / 1000}s`;
  const whole = query.includes(WINDOW) ? query : `sum(increase(${query}[${WINDOW}]))`;
  return whole.replaceAll(WINDOW, length);
}
