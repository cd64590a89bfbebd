import { hours, type Millis, millis, minutes } from '../../base/time.ts';

export const SLO_LIMITS = {
  slos_max: 500,
  /** Rows of one objective: pairs of windows. */
  rows_max: 8,
  expression_chars_max: 4_096,
  /** Looks at a row that are remembered: `for` is at most so many times `every`. */
  notes_max: 1_500,
} as const;

/** What a row raises: somebody is woken, or finds it in the morning. */
export type BurnLevel = 'page' | 'ticket';
export const BURN_LEVELS: readonly BurnLevel[] = ['page', 'ticket'];

/** Raises when the error ratio of both windows is above `burn` times the budget, for so long. */
export interface BurnRow {
  readonly long: Millis;
  readonly short: Millis;
  /** 1 spends the budget exactly within the period. */
  readonly burn: number;
  readonly raise: BurnLevel;
  readonly holds: Millis;
}

/** A row as a share of the budget (per cent) that is spent within the long window. */
export type BudgetRow = Omit<BurnRow, 'burn'> & { readonly budgetPercent: number };

/** The SRE workbook's table ("Alerting on SLOs"), and the row of one day that generators add. */
export const DEFAULT_ROWS: readonly BudgetRow[] = [
  row(hours(1), minutes(5), 2, 'page', minutes(2)),
  row(hours(6), minutes(30), 5, 'page', minutes(15)),
  row(hours(24), hours(2), 10, 'ticket', hours(1)),
  row(hours(72), hours(6), 10, 'ticket', hours(3)),
];

function row(
  long: Millis,
  short: Millis,
  budgetPercent: number,
  raise: BurnLevel,
  holds: Millis,
): BudgetRow {
  return { long, short, budgetPercent, raise, holds };
}

/** The burn rate that spends `budgetPercent` of a period's budget within `long`. */
export const burnFor = (budgetPercent: number, period: Millis, long: Millis): number =>
  (budgetPercent * (period / long)) / 100;

/** The share of events that may be bad, 0..1: of 99.9 % exactly 0.001. */
export const budgetOf = (objective: number): number => Math.round((100 - objective) * 1e9) / 1e11;

/** How many times faster than allowed: 1 spends the budget exactly within the period. */
export const burnOf = (ratio: number, budget: number): number => ratio / budget;

/** The error ratio above which a row raises. */
export const thresholdOf = (burn: number, budget: number): number => burn * budget;

/** How long a share of the budget lasts; undefined when this burn never spends a whole one. */
export function exhaustion(period: Millis, burn: number, left = 1): Millis | undefined {
  return burn < 1 ? undefined : millis((Math.max(0, left) * period) / burn);
}

/**
 * Why a row cannot raise what it should; '' when it can. Below a burn of 1 the budget is never
 * spent; a threshold of a ratio of 1 or more is never passed.
 */
export function rowFault(burn: number, budget: number): string {
  if (burn < 1) return `a burn rate of ${short(burn)} never spends the budget: take other windows`;
  const threshold = thresholdOf(burn, budget);
  if (threshold < 1) return '';
  return `a burn rate of ${short(burn)} would be ${short(threshold * 100)} % errors: never passed`;
}

/** At most three digits behind the point. */
export const short = (n: number): string => String(Math.round(n * 1000) / 1000);

/** Rows of the workbook's table for this period and budget; those that cannot be, with why. */
export function defaultRows(period: Millis, budget: number) {
  const all = DEFAULT_ROWS.map(({ budgetPercent, ...one }) => {
    const burn = burnFor(budgetPercent, period, one.long);
    return { row: { ...one, burn }, fault: one.long > period ? LONGER : rowFault(burn, budget) };
  });
  return {
    rows: all.filter(({ fault }) => fault === '').map((one) => one.row),
    leftOut: all
      .filter(({ fault }) => fault !== '')
      .map(({ row: { long }, fault }) => ({ long, why: fault })),
  };
}

const LONGER = 'the window is longer than the period';
