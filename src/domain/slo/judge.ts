import type { Instant, Millis } from '../../base/time.ts';
import { millis } from '../../base/time.ts';
import type { Point } from '../check/figure.ts';
import { lengthText } from '../check/words.ts';
import { type BurnLevel, type BurnRow, burnOf, exhaustion, thresholdOf } from './burn.ts';

export interface SloRule {
  /** Per cent of events that are to be good: 99.9. */
  readonly objective: number;
  /** The share of events that may be bad: 0.001. */
  readonly budget: number;
  readonly period: Millis;
  readonly rows: readonly BurnRow[];
  /** Fewer events in the long window are too few to judge by. */
  readonly eventsMin: number;
}

/** What is known of one window. 0 of 0 is no ratio, and what cannot be asked is none either. */
export type Measure =
  | { readonly is: 'known'; readonly bad: number; readonly total: number; readonly at: Instant }
  | { readonly is: 'no traffic'; readonly at: Instant }
  | { readonly is: 'no data'; readonly why: string; readonly at: Instant };

export type Measures = ReadonlyMap<Millis, Measure>;

/** The error ratio, 0..1; undefined where there is none. */
export function ratioOf(measure: Measure | undefined): number | undefined {
  return measure?.is === 'known' ? measure.bad / measure.total : undefined;
}

/** What two counters said of a window. Counters that were reset can make a count negative. */
export function measureOf(bad: number, total: number, at: Instant): Measure {
  if (!Number.isFinite(bad) || !Number.isFinite(total))
    return { is: 'no data', why: 'the answer is no finite number', at };
  if (total <= 0) return { is: 'no traffic', at };
  return { is: 'known', bad: Math.min(Math.max(bad, 0), total), total, at };
}

/** How one row stands. `unknown` is neither good nor bad: what it raised before stays. */
export type RowState =
  | { readonly is: 'over' | 'under'; readonly long: number; readonly short: number }
  | { readonly is: 'unknown'; readonly why: string };

/** Both windows must be above the threshold, not on it. */
export function rowState(rule: SloRule, row: BurnRow, measures: Measures): RowState {
  const [long, short] = [measures.get(row.long), measures.get(row.short)];
  for (const [window, measure] of [
    [row.long, long],
    [row.short, short],
  ] as const) {
    if (measure?.is === 'known') continue;
    const why = measure?.is === 'no data' ? measure.why : 'no traffic';
    return { is: 'unknown', why: `${lengthText(window)}: ${why}` };
  }
  const [longRatio, shortRatio] = [ratioOf(long) ?? 0, ratioOf(short) ?? 0];
  if (long?.is === 'known' && long.total < rule.eventsMin) {
    const few = `${Math.round(long.total)} events, fewer than ${rule.eventsMin}`;
    return { is: 'unknown', why: `${lengthText(row.long)}: ${few}` };
  }
  const threshold = thresholdOf(row.burn, rule.budget);
  const isOver = longRatio > threshold && shortRatio > threshold;
  const burns = { long: burnOf(longRatio, rule.budget), short: burnOf(shortRatio, rule.budget) };
  return { is: isOver ? 'over' : 'under', ...burns };
}

/**
 * Since when a row is over without a break, from what was noted at each look: 1 over, 0 not. What
 * happened in a gap longer than `gapMax` is not known, and begins it anew.
 */
export function overSince(notes: readonly Point[], now: Instant, gapMax: Millis): Instant {
  let since = now;
  for (let i = notes.length - 1; i >= 0; i--) {
    const note = notes[i] as Point;
    if (note.at > now) continue;
    if (note.value === 0 || since - note.at > gapMax) break;
    since = note.at;
  }
  return since;
}

export interface RowView {
  readonly row: BurnRow;
  readonly state: RowState;
  /** Since when it is over; undefined while it is not. */
  readonly since: Instant | undefined;
  readonly isRaised: boolean;
}

export interface BudgetLeft {
  /** 1 is all of it; below 0 more than all was spent. */
  readonly left: number;
  /** At the burn of the worst row, or of the shortest window; undefined when never. */
  readonly goneIn: Millis | undefined;
}

/** How an objective stands. */
export interface SloStanding {
  readonly at: Instant;
  readonly rows: readonly RowView[];
  readonly budget: BudgetLeft | undefined;
  /** What is raised by rows: the highest wins. */
  readonly level: BurnLevel | undefined;
  /** The row that raises it. */
  readonly by: RowView | undefined;
}

export interface JudgeInput {
  readonly measures: Measures;
  /** Since when a row is over, were it over now. */
  readonly since: (row: BurnRow) => Instant;
  /** What the desk holds raised. */
  readonly raised: ReadonlySet<BurnLevel>;
  readonly now: Instant;
}

export function judgeSlo(rule: SloRule, input: JudgeInput): SloStanding {
  const { measures, now, raised } = input;
  const rows = rule.rows.map((row): RowView => {
    const state = rowState(rule, row, measures);
    const since = state.is === 'over' ? input.since(row) : undefined;
    return { row, state, since, isRaised: since !== undefined && now - since >= row.holds };
  });
  const raisedBy = (level: BurnLevel): RowView | undefined =>
    rows.find(({ row, isRaised }) => isRaised && row.raise === level);
  // Nothing is known, so what was raised is neither better nor worse.
  const kept = (level: BurnLevel): RowView | undefined =>
    raised.has(level)
      ? rows.find(({ row, state }) => row.raise === level && state.is === 'unknown')
      : undefined;
  const by = raisedBy('page') ?? kept('page') ?? raisedBy('ticket') ?? kept('ticket');
  return { at: now, rows, budget: budgetLeft(rule, measures, by), level: by?.row.raise, by };
}

/** Of the whole period, as it rolls; undefined while nothing is known of it. */
function budgetLeft(
  rule: SloRule,
  measures: Measures,
  by: RowView | undefined,
): BudgetLeft | undefined {
  const spent = ratioOf(measures.get(rule.period));
  if (spent === undefined) return undefined;
  const left = 1 - burnOf(spent, rule.budget);
  const burn = by?.state.is === 'over' ? by.state.long : currentBurn(rule, measures);
  return { left, goneIn: burn === undefined ? undefined : exhaustion(rule.period, burn, left) };
}

/** Of the shortest of the long windows that has a ratio. */
function currentBurn(rule: SloRule, measures: Measures): number | undefined {
  for (const long of rule.rows.map((row) => row.long).sort((a, b) => a - b)) {
    const ratio = ratioOf(measures.get(long));
    if (ratio !== undefined) return burnOf(ratio, rule.budget);
  }
  return undefined;
}

/** All windows that an objective asks for, the shortest first, the period last. */
export function windowsOf({ rows, period }: SloRule): readonly Millis[] {
  const all = new Set(rows.flatMap(({ long, short }) => [long, short] as number[]));
  return [...all.add(period)].sort((a, b) => a - b).map(millis);
}
