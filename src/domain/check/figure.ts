import { type Instant, instantText, type Millis } from '../../base/time.ts';
import type { Severity } from '../alarm/severity.ts';
import { grouped, lengthText } from './words.ts';

export const FIGURE_LIMITS = {
  /** Groups of one figure: books, shops, regions. */
  groups_max: 1_000,
  /** Points of one group that a run hands on; older ones are in the history. */
  points_per_run_max: 1_000,
  /** Points of one group that are kept. */
  points_kept_max: 10_000,
  /** Different times and groups of one feed. */
  series_max: 1_000_000,
  /** How far beside the same moment of the period before a value still counts: a tenth of it. */
  period_slack_share: 10,
} as const;

/** What a figure is made of where several rows have one time. */
export type Take = 'last' | 'sum' | 'mean' | 'min' | 'max' | 'count';
export const TAKES: readonly Take[] = ['last', 'sum', 'mean', 'min', 'max', 'count'];

/** Passed when the value is beyond it, not when it is on it. */
export interface Bounds {
  readonly above?: number;
  readonly below?: number;
}

export interface FigureRule {
  readonly unit: string;
  /** Beyond these the alarm is raised. */
  readonly raise: Bounds;
  /** How far it must come back to clear; where absent, to the limit itself. */
  readonly clear: Bounds;
  /** A warning before the limit. */
  readonly warn: Bounds;
  readonly compare: { readonly before: Millis; readonly changeMax: number } | undefined;
  /** The newest value is older than this: late, which is not zero. */
  readonly lateAfter: Millis | undefined;
  /** A value is judged only once it is so old: until then it may still change. */
  readonly settle: Millis;
}

/** One value and the moment it is of: its own, not when it arrived. */
export interface Point {
  readonly at: Instant;
  readonly value: number;
}

export type Level = 'good' | 'warning' | 'raised';

/**
 * What a value makes of a level. Two limits keep a value that swings around one of them from
 * raising and clearing with every look.
 */
export function levelOf({ raise, clear, warn }: FigureRule, before: Level, value: number): Level {
  if (isBeyond(raise, value)) return 'raised';
  const back = { ...raise, ...clear };
  if (before === 'raised' && isBeyond(back, value)) return 'raised';
  return isBeyond(warn, value) ? 'warning' : 'good';
}

const isBeyond = ({ above, below }: Bounds, value: number): boolean =>
  (above !== undefined && value > above) || (below !== undefined && value < below);

/** One thing to say about a figure. */
export interface FigureFinding {
  readonly type: 'figure.limit' | 'figure.warning' | 'figure.changed' | 'figure.late';
  readonly severity: Severity;
  readonly text: string;
}

/** What is known of one group of a figure when it is judged. */
export interface FigureState {
  /** The newest value that is old enough to be judged. */
  readonly newest: Point | undefined;
  readonly before: Level;
  /** The value of the same moment of the period before. */
  readonly compared: number | undefined;
  readonly now: Instant;
}

/** The newest point that may be judged. */
export const settled = (
  points: readonly Point[],
  settle: Millis,
  now: Instant,
): Point | undefined => points.findLast(({ at }) => at <= now - settle);

/** Missing is not zero: without a value the figure is late, and nothing else is said of it. */
export function judgeFigure(
  rule: FigureRule,
  severity: Severity,
  { newest, before, compared, now }: FigureState,
): readonly FigureFinding[] {
  const { lateAfter } = rule;
  if (!newest) {
    const text = 'there is no value';
    return lateAfter === undefined ? [] : [{ type: 'figure.late', severity, text }];
  }
  if (lateAfter !== undefined && now - newest.at > lateAfter) {
    const age = lengthText((now - newest.at) as Millis);
    const text = `the newest value is of ${momentText(newest.at)}, ${age} old`;
    return [{ type: 'figure.late', severity, text: `${text}; at most ${lengthText(lateAfter)}` }];
  }
  const found: FigureFinding[] = [];
  const level = levelOf(rule, before, newest.value);
  const value = valueText(newest.value, rule.unit);
  const at = `at ${momentText(newest.at)}`;
  if (level === 'raised') {
    const says = limitText(rule, newest.value);
    found.push({ type: 'figure.limit', severity, text: `${value} ${at}: ${says}` });
  } else if (level === 'warning') {
    const text = `${value} ${at}, near the limit${nearText(rule, newest.value)}`;
    found.push({ type: 'figure.warning', severity: 'warning', text });
  }
  const change = changeOf(rule, newest.value, compared);
  if (change !== undefined)
    found.push({ type: 'figure.changed', severity, text: `${value} ${at}: ${change}` });
  return found;
}

function limitText({ raise, clear, unit }: FigureRule, value: number): string {
  const { above, below } = raise;
  const text = (limit: number): string => valueText(limit, unit);
  if (above !== undefined && value > above) return `above ${text(above)}`;
  if (below !== undefined && value < below) return `below ${text(below)}`;
  const isHigh = above !== undefined && value > (clear.above ?? above);
  const back = isHigh ? (clear.above ?? above ?? 0) : (clear.below ?? below ?? 0);
  return `was beyond the limit, clears at ${text(back)}`;
}

function nearText({ raise, warn, unit }: FigureRule, value: number): string {
  const isHigh = warn.above !== undefined && value > warn.above;
  const limit = isHigh ? raise.above : raise.below;
  return limit === undefined ? '' : ` of ${valueText(limit, unit)}`;
}

function changeOf({ compare, unit }: FigureRule, value: number, compared: number | undefined) {
  if (!compare || compared === undefined) return undefined;
  const change =
    compared === 0 ? (value === 0 ? 0 : 100) : ((value - compared) / Math.abs(compared)) * 100;
  if (Math.abs(change) <= compare.changeMax) return undefined;
  const sign = change > 0 ? '+' : '';
  const before = `${valueText(compared, unit)} ${lengthText(compare.before)} before`;
  return `${sign}${change.toFixed(1)} % against ${before}, at most ${compare.changeMax} %`;
}

const momentText = (at: Instant): string => instantText(at).slice(0, 16).replace('T', ' ');

const SIGNS: Readonly<Record<string, string>> = { GBP: '£', EUR: '€', USD: '$', JPY: '¥' };

/** `£100,000`, `-£1.5`, `12 ms` */
export function valueText(value: number, unit: string): string {
  const text = grouped(Math.abs(Math.round(value * 1e6) / 1e6));
  const minus = value < 0 ? '-' : '';
  const sign = SIGNS[unit];
  if (sign !== undefined) return `${minus}${sign}${text}`;
  return unit === '' ? `${minus}${text}` : `${minus}${text} ${unit}`;
}
