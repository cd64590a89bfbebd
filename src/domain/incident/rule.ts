import { hours, type Instant, type Millis } from '../../base/time.ts';
import type { Alarm, Episode, UserId } from '../alarm/alarm.ts';
import type { AlarmId } from '../alarm/event.ts';
import type { Term } from '../alarm/matcher-syntax.ts';
import type { Severity } from '../alarm/severity.ts';

/**
 * open     as long as it is open and one of its alarms stands, or the last came within the window
 * window   only within the window of the last one that came
 * never    nothing joins; enough new ones are another incident
 */
export type JoinsWhile = 'open' | 'window' | 'never';

export const JOINS_WHILE: readonly JoinsWhile[] = ['open', 'window', 'never'];

/** Which alarms are one trouble. Plain JSON: it travels in the entry of its revision. */
export interface IncidentRule {
  readonly name: string;
  readonly matchers: readonly Term[];
  /** Labels and fields of the inventory; alarms with the same values belong together. */
  readonly groupBy: readonly string[];
  /** Alarms count together when no more than this lies between the first and the last. */
  readonly window: Millis;
  /** So many alarms, on so many resources, open it. */
  readonly alarmsMin: number;
  readonly resourcesMin: number;
  readonly severityMin: Severity;
  /** With `{site}`, `{count}` and others, see TITLE_WORDS. */
  readonly title: string;
  readonly join: JoinsWhile;
  /** What comes so short a time after the close opens it again. */
  readonly reopenWithin: Millis;
  readonly alarmsMax: number;
  readonly lead?: { readonly person: UserId } | { readonly schedule: string };
  /** The next rules are asked too, as long as this one has opened nothing for the alarm. */
  readonly continue: boolean;
}

export interface IncidentPlan {
  readonly rules: readonly IncidentRule[];
}

export const INCIDENT_RULE_LIMITS = {
  rules_max: 200,
  group_by_max: 8,
  /** The most alarms a rule may wait for; so many at most wait in one group. */
  alarms_min_max: 100,
  /** Groups that wait for more alarms; at it no new one is begun, and the desk says so. */
  gatherings_max: 20_000,
} as const;

export const REOPEN_WITHIN_DEFAULT: Millis = hours(1);

/** An alarm that was raised, and waits whether there are enough of its like. */
export interface Waiting {
  readonly alarm: AlarmId;
  readonly episode: Episode;
  readonly resource: string;
  /** When the desk heard of it. */
  readonly at: Instant;
}

/** Alarms of one group of a rule that are not an incident yet. */
export interface Gathering {
  /** See `groupKey`. */
  readonly id: string;
  readonly rule: string;
  /** Oldest first. */
  readonly waiting: readonly Waiting[];
  /** From then on none of them counts any more. */
  readonly until: Instant;
}

/** The values an alarm is grouped by; undefined when one is missing: then it stands alone. */
export function groupValues(
  { groupBy }: IncidentRule,
  value: (name: string) => string,
): Readonly<Record<string, string>> | undefined {
  const values: Record<string, string> = {};
  for (const name of groupBy) {
    const text = value(name);
    if (text === '') return undefined;
    values[name] = text;
  }
  return values;
}

/** Names one group of one rule for as long as the rule groups by the same fields. */
export const groupKey = (
  { name }: IncidentRule,
  values: Readonly<Record<string, string>>,
): string => JSON.stringify([name, values]);

export type Gathered =
  | { readonly is: 'waits'; readonly waiting: readonly Waiting[] }
  | { readonly is: 'opens'; readonly with: readonly Waiting[] };

/**
 * One more alarm of a group: either there are enough now, or it waits. Those that were raised too
 * long ago, and those that `stands` says no more of, are forgotten: what is over opens nothing.
 */
export function gathered(
  rule: IncidentRule,
  before: readonly Waiting[],
  news: Waiting,
  stands: (one: Waiting) => boolean,
): Gathered {
  const first = news.at - rule.window;
  const others = before.filter((one) => one.at >= first && one.alarm !== news.alarm && stands(one));
  const all = [...others, news].slice(-INCIDENT_RULE_LIMITS.alarms_min_max);
  const resources = new Set(all.map(({ resource }) => resource)).size;
  return all.length >= rule.alarmsMin && resources >= rule.resourcesMin
    ? { is: 'opens', with: all }
    : { is: 'waits', waiting: all };
}

/** What a title may name beside the fields it is grouped by. */
export const TITLE_WORDS: readonly string[] = [
  'rule',
  'values',
  'count',
  'resources',
  'severity',
  'type',
  'resource',
];

/** `{site}` and the like in a title, in order. */
export const namesInTitle = (title: string): readonly string[] =>
  [...title.matchAll(TITLE_NAME)].map(([, name = '']) => name);

const TITLE_NAME = /\{([^{}]*)\}/g;

/** The title of an incident that begins with these alarms, the first first. */
export function titleOf(
  rule: IncidentRule,
  values: Readonly<Record<string, string>>,
  alarms: readonly Pick<Alarm, 'resource' | 'type'>[],
  worst: Severity,
): string {
  const [first] = alarms;
  const words: Readonly<Record<string, string>> = {
    rule: rule.name,
    values: Object.values(values).join(', '),
    count: String(alarms.length),
    resources: String(new Set(alarms.map(({ resource }) => resource)).size),
    severity: worst,
    type: first?.type ?? '',
    resource: first?.resource ?? '',
    ...values,
  };
  return rule.title.replace(TITLE_NAME, (_, name: string) => words[name] ?? '').trim();
}

/** `site="nbg", service="dns"`; `all alarms` where a rule groups by nothing. */
export function valuesText(values: Readonly<Record<string, string>>): string {
  const said = Object.entries(values).map(([name, value]) => `${name}="${value}"`);
  return said.length === 0 ? 'all alarms of the rule' : said.join(', ');
}

/** In whose name a rule acts. */
export const byRule = (name: string): UserId => `rule:${name}` as UserId;

/** The rule that acted, by `byRule`; undefined when it was somebody else. */
export const ruleOf = (by: string): string | undefined =>
  by.startsWith('rule:') ? by.slice('rule:'.length) : undefined;
