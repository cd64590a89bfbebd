import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import { compareRules, isPastReview, type Rule } from '../../domain/rules/rule.ts';
import type { Memory } from '../desk.ts';
import type { Sliced } from './merge.ts';

/** Alarms looked at between two pauses: about a millisecond. */
const LOOKED_AT_ONCE = 500;

/** `overdue`: its review is past, so it neither hides nor holds any more. */
export type RuleState = 'on' | 'off' | 'overdue';

export const RULE_STATES: readonly RuleState[] = ['on', 'off', 'overdue'];

export function ruleState(rule: Rule, now: Instant): RuleState {
  if (!rule.enabled) return 'off';
  return isPastReview(rule, now) ? 'overdue' : 'on';
}

/** In the order in which they are asked. */
export const listRules = (memory: Pick<Memory, 'all'>): readonly Rule[] =>
  [...memory.all('rules')].sort(compareRules);

/** Raised alarms by the rule or maintenance that touches them. */
export function* touchedBy(
  memory: Pick<Memory, 'all'>,
  ids: (alarm: Alarm) => readonly string[],
): Sliced<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let looked = 0;
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm)) continue;
    for (const id of ids(alarm)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

export const rulesOn = (alarm: Alarm): readonly string[] => alarm.ruled?.rules ?? [];
