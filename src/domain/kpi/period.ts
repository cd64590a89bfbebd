import type { Instant } from '../../base/time.ts';
import type { AlarmId } from '../alarm/event.ts';
import type { Severity } from '../alarm/severity.ts';
import type { Rates } from './rates.ts';

/** What is asked: whole minutes since 1970, half-open. Without a team: all of them. */
export interface KpiAsk {
  readonly from: number;
  readonly to: number;
  readonly team?: string;
}

/** One that came often. */
export interface Frequent {
  readonly id: AlarmId;
  readonly resource: string;
  readonly type: string;
  readonly raised: number;
  readonly chattered: number;
}

export interface KpiCounts {
  readonly raised: number;
  readonly hidden: number;
  readonly cleared: number;
  readonly fleeting: number;
  readonly alone: number;
}

/** An hour in which something was announced. */
export interface KpiHour {
  /** Since 1970, UTC. */
  readonly hour: number;
  readonly announced: number;
}

/** What the store counted of a period. */
export interface KpiPeriod {
  /** The first minute anything was counted in; undefined when nothing ever was. */
  readonly since: Instant | undefined;
  readonly rates: Rates;
  readonly counts: KpiCounts;
  /** Announced. */
  readonly severities: Readonly<Record<Severity, number>>;
  /** Announced, the most first. */
  readonly teams: readonly { readonly team: string; readonly announced: number }[];
  readonly hours: readonly KpiHour[];
  /** Acknowledgements by class of ACK_BOUNDS_S, the open class last. */
  readonly acks: readonly number[];
  readonly acksByHour: readonly { readonly hour: number; readonly acks: readonly number[] }[];
  readonly acksByTeam: readonly { readonly team: string; readonly acks: readonly number[] }[];
  /** Those that came back, the most first. Of all teams: an alarm is counted by itself. */
  readonly frequent: readonly Frequent[];
  readonly chattering: number;
}

/** Alarms that came often, of one answer. */
export const FREQUENT_MAX = 20;

/** Teams of one answer. */
export const TEAMS_TOLD_MAX = 50;
