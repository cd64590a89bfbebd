import type { Millis } from '../../base/time.ts';
import type { Term } from '../alarm/matcher-syntax.ts';

/**
 * What a configuration says about routing, ready for the fold: inheritance is resolved, defaults
 * are filled in, secrets and channel settings are left out. Plain JSON: it travels in the entry
 * of its revision.
 */
export interface RoutingPlan {
  readonly root: PlanRoute;
  readonly receivers: readonly PlanReceiver[];
  readonly inhibitions: readonly PlanInhibition[];
  readonly intervals: readonly PlanInterval[];
}

/** One node of the route tree. Durations, receiver and grouping are its own by now. */
export interface PlanRoute {
  /**
   * Names the route for as long as its matchers stay: Alertmanager's key (`{}/{team="ops"}`), and
   * `#2`, `#3` … after it where an earlier route has the same one.
   */
  readonly id: string;
  /** Alertmanager's key of the route, which stands in group keys: `{}/{team="ops"}`. */
  readonly key: string;
  readonly receiver: string;
  readonly matchers: readonly Term[];
  readonly continue: boolean;
  /** Sorted names; with `groupByAll` (`['...']`) every label. */
  readonly groupBy: readonly string[];
  readonly groupByAll: boolean;
  readonly groupWait: Millis;
  readonly groupInterval: Millis;
  readonly repeatInterval: Millis;
  /** Names of intervals in which nothing is sent / outside which nothing is sent. */
  readonly muteIntervals: readonly string[];
  readonly activeIntervals: readonly string[];
  /** What an acknowledgement does to notifications of this route. */
  readonly onAcknowledge: OnAcknowledge;
  /** Labels of the route itself, for templates (Alertmanager 0.34). */
  readonly labels: Readonly<Record<string, string>>;
  readonly routes: readonly PlanRoute[];
}

/**
 * stop-repeats   what was announced is not repeated; a first notification still goes (default)
 * stop-all       an acknowledged alarm causes no notification of its own, only its resolve
 * nothing        as Alertmanager, which knows no acknowledgement
 */
export type OnAcknowledge = 'stop-repeats' | 'stop-all' | 'nothing';

export interface PlanReceiver {
  readonly name: string;
  /** Its ways out, in the order of Alertmanager's own integration lists. */
  readonly ways: readonly PlanWay[];
}

/** One entry of a `<kind>_configs` list of a receiver. */
export interface PlanWay {
  /** Name of the channel: `webhook`, `email`, `slack` … */
  readonly kind: string;
  /** Place in its list, from 0. */
  readonly index: number;
  readonly sendResolved: boolean;
  /** Of kind `escalation`: name of the policy by which people are paged. */
  readonly policy?: string;
}

export interface PlanInhibition {
  /** '' when the rule has no name. */
  readonly name: string;
  readonly source: readonly Term[];
  readonly target: readonly Term[];
  readonly equal: readonly string[];
}

/** A named time interval: it holds when one of its spans does. */
export interface PlanInterval {
  readonly name: string;
  readonly spans: readonly PlanSpan[];
}

/** Fields AND, list items OR; an empty list allows everything. */
export interface PlanSpan {
  /** Minutes from midnight; the end is exclusive, 1440 is the end of the day. */
  readonly times: readonly Range[];
  /** 0 = Sunday … 6 = Saturday, both ends inclusive. */
  readonly weekdays: readonly Range[];
  /** 1 … 31, or -31 … -1 from the end of the month; inclusive. */
  readonly daysOfMonth: readonly Range[];
  /** 1 … 12, inclusive. */
  readonly months: readonly Range[];
  readonly years: readonly Range[];
  /** IANA name, looked up in the zone tables of the fold; 'UTC' by default. */
  readonly zone: string;
}

export type Range = readonly [from: number, to: number];

/**
 * Offsets of one zone over a stretch of time: how a zone enters the fold, which may not ask the
 * machine. `offsets[i]` minutes east of UTC hold from `from[i]` on, until `from[i + 1]`.
 */
export interface ZoneTable {
  readonly id: string;
  readonly from: readonly number[];
  readonly offsets: readonly number[];
  /** First moment the table says nothing about; beyond it the last offset goes on. */
  readonly until: number;
}

export const PLAN_LIMITS = {
  routes_max: 100_000,
  route_depth_max: 64,
  receivers_max: 10_000,
  ways_per_receiver_max: 100,
  inhibitions_max: 10_000,
  /** Maximum of a duration in the file: 10 years. */
  duration_days_max: 3_650,
} as const;
