import { days, type Instant } from '../../base/time.ts';
import { type Alarm, isRaised, type Priority } from '../../domain/alarm/alarm.ts';
import { labelValue, type Matcher } from '../../domain/alarm/matcher.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import { compareRules, type Rule } from '../../domain/rules/rule.ts';
import type { Store } from '../../ports/store.ts';
import type { Memory } from '../desk.ts';
import { askedOf, dressed } from '../refresh.ts';
import type { Sliced } from './merge.ts';

export const TRIAL_LIMITS = {
  /** Alarms that are named. */
  examples_max: 10,
  days_max: 90,
  /** Alarms of history that are looked at; with more the count is a lower bound. */
  history_alarms_max: 20_000,
} as const;

/** Alarms looked at between two pauses: about a millisecond. */
const LOOKED_AT_ONCE = 500;
const HISTORY_PAGE = 1_000;

/** What matchers fit, and the first few of it. */
export interface Fitting {
  readonly count: number;
  /** False: there was more to look at than `history_alarms_max`. */
  readonly whole: boolean;
  readonly examples: readonly Alarm[];
}

/** A test of what the source said of an alarm, with what the inventory adds. */
export type Fits = (alarm: Alarm) => boolean;

export const fitting =
  (matchers: readonly Matcher[]): Fits =>
  (alarm) => {
    const about = askedOf(alarm);
    return matchers.every(({ name, matches }) =>
      matches(about.value(name) || labelValue(alarm.context, name)),
    );
  };

/** Raised alarms that fit now. */
export function* fittingNow(memory: Pick<Memory, 'all'>, fits: Fits): Sliced<Fitting> {
  const examples: Alarm[] = [];
  let [count, looked] = [0, 0];
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm) || !fits(alarm)) continue;
    count++;
    if (examples.length < TRIAL_LIMITS.examples_max) examples.push(alarm);
  }
  return { count, whole: true, examples };
}

/** Alarms of history, open ones too, whose last episode began since then. */
export async function fittingSince(
  store: Pick<Store, 'search'>,
  since: Instant,
  fits: Fits,
): Promise<Fitting> {
  const examples: Alarm[] = [];
  let [count, looked] = [0, 0];
  let cursor: string | undefined;
  do {
    // No label is looked up: what the inventory adds, and `alertname`, are in no index of history.
    const what = { words: '', condition: 'any', labels: [] } as const;
    const page = await store.search({ ...what, cursor, limit: HISTORY_PAGE });
    for (const { alarm } of page.items) {
      looked++;
      if (alarm.condition.since < since || !fits(alarm)) continue;
      count++;
      if (examples.length < TRIAL_LIMITS.examples_max) examples.push(alarm);
    }
    // Newest episode first, in the order the desk learned of them: a page of older ones is the end.
    const last = page.items.at(-1)?.alarm.condition.since ?? since;
    cursor = last < since - LATE_MAX ? undefined : page.next;
  } while (cursor !== undefined && looked < TRIAL_LIMITS.history_alarms_max);
  return { count, whole: cursor === undefined, examples };
}

/** A sender may tell of a beginning this long ago. */
const LATE_MAX = days(1);

/** What a rule would make of an alarm, together with the rules that hold. */
export interface Seen {
  readonly severity: Severity;
  readonly text: string;
  readonly priority: Priority | undefined;
  readonly hidden: boolean;
}

export function seenUnder(
  memory: Pick<Memory, 'enrichment'>,
  rule: Rule,
  alarm: Alarm,
  now: Instant,
): Seen {
  const about = askedOf(alarm);
  const found = memory.enrichment.find(about, now);
  const others = found.rules.filter(({ id }) => id !== rule.id);
  const rules = [...others, rule].sort(compareRules);
  const moment = { position: alarm.revision, at: now };
  const is = dressed(alarm, about, { ...found, rules }, moment).alarm;
  return {
    severity: is.severity,
    text: is.text,
    priority: is.ruled?.priority,
    hidden: is.suppressions.some(({ kind }) => kind === 'design'),
  };
}
