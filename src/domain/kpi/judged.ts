import type { Severity } from '../alarm/severity.ts';
import type { Rates } from './rates.ts';

/** Below this a product must not judge (ISA-18.2-2016 cl. 16): too few days say nothing. */
export const DAYS_MIN = 30;

/**
 * acceptable   within the target
 * manageable   beyond it, within the most that one operator can bear
 * excessive    beyond both
 * unknown      not enough data
 */
export type Verdict = 'acceptable' | 'manageable' | 'excessive' | 'unknown';

export type KpiName =
  | 'per day'
  | 'per hour'
  | 'per 10 minutes'
  | 'hours above 30'
  | '10 minutes above 10'
  | 'most in 10 minutes'
  | 'time in flood'
  | 'share of the top ten'
  | 'chattering'
  | 'fleeting'
  | 'stale';

/** Targets per operator console: ISA-18.2-2016 table 7; `most` is its "maximum manageable". */
export interface Target {
  readonly name: KpiName;
  readonly unit: 'alarms' | 'share';
  readonly target: number;
  readonly most: number;
}

export const TARGETS: readonly Target[] = [
  { name: 'per day', unit: 'alarms', target: 150, most: 300 },
  { name: 'per hour', unit: 'alarms', target: 6, most: 12 },
  { name: 'per 10 minutes', unit: 'alarms', target: 1, most: 2 },
  { name: 'hours above 30', unit: 'share', target: 0.01, most: 0.01 },
  { name: '10 minutes above 10', unit: 'share', target: 0.01, most: 0.01 },
  { name: 'most in 10 minutes', unit: 'alarms', target: 10, most: 10 },
  { name: 'time in flood', unit: 'share', target: 0.01, most: 0.01 },
  { name: 'share of the top ten', unit: 'share', target: 0.01, most: 0.05 },
  { name: 'chattering', unit: 'alarms', target: 0, most: 0 },
  { name: 'fleeting', unit: 'alarms', target: 0, most: 0 },
  { name: 'stale', unit: 'alarms', target: 4, most: 4 },
];

export interface Judged extends Target {
  readonly value: number;
  readonly verdict: Verdict;
}

export interface Measured {
  readonly rates: Rates;
  /** Of all raises, those of the ten alarms that came most often; 0 to 1. */
  readonly topTen: number;
  /** Alarms that chattered, raises that were fleeting, alarms that stand for over a day. */
  readonly chattering: number;
  readonly fleeting: number;
  readonly stale: number;
}

/** Every figure with its target. What is true of a moment (stale) is judged at once. */
export function judged(measured: Measured, days: number): readonly Judged[] {
  const { rates, topTen, chattering, fleeting, stale } = measured;
  const values: Readonly<Record<KpiName, number>> = {
    'per day': rates.perDay,
    'per hour': rates.perHour,
    'per 10 minutes': rates.perTenMinutes,
    'hours above 30': rates.hoursAbove30,
    '10 minutes above 10': rates.tensAbove10,
    'most in 10 minutes': rates.tenMax,
    'time in flood': rates.inFlood,
    'share of the top ten': topTen,
    chattering,
    fleeting,
    stale,
  };
  return TARGETS.map((target) => {
    const value = values[target.name];
    const isKnown = days >= DAYS_MIN || target.name === 'stale';
    return { ...target, value, verdict: isKnown ? verdictOn(value, target) : 'unknown' };
  });
}

const verdictOn = (value: number, { target, most }: Target): Verdict =>
  value <= target ? 'acceptable' : value <= most ? 'manageable' : 'excessive';

/** Which severities make a level of priority, and its target share (ISA-18.2, four levels). */
export const PRIORITY_SHARES: readonly {
  readonly severities: readonly Severity[];
  readonly share: number;
}[] = [
  { severities: ['critical'], share: 0.01 },
  { severities: ['major'], share: 0.05 },
  { severities: ['minor'], share: 0.15 },
  { severities: ['warning', 'indeterminate'], share: 0.8 },
];
