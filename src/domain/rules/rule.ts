import { days, hours, type Instant, type Millis } from '../../base/time.ts';
import type { Priority, UserId } from '../alarm/alarm.ts';
import type { Term } from '../alarm/matcher-syntax.ts';
import type { Severity } from '../alarm/severity.ts';

export type RuleId = string & { readonly __brand: 'RuleId' };

/** What a rule makes of the alarms it matches; of several rules the first says each thing. */
export interface RuleDoes {
  readonly severity?: Severity;
  /** `{text}` stands for what the source said, `{name}` for a label or one of the `@` names. */
  readonly text?: string;
  readonly priority?: Priority;
  /** Hidden until the rule's review: it notifies nobody. */
  readonly hide?: true;
  /** A raise is told only when it stays for so long. */
  readonly hold?: Millis;
}

/** A standing order of the people at the desk: whatever matches is seen so, for this reason. */
export interface Rule {
  readonly id: RuleId;
  readonly name: string;
  readonly matchers: readonly Term[];
  /** Lower ones are asked first; of equal ones the older. */
  readonly order: number;
  readonly does: RuleDoes;
  readonly reason: string;
  /** Who answers for it: a team or a person, as the author wrote it. */
  readonly owner: string;
  readonly by: UserId;
  readonly madeAt: Instant;
  readonly changedAt: Instant;
  /** Somebody must look at it again by then; a rule that hides or holds stops then. */
  readonly reviewAt: Instant;
  readonly enabled: boolean;
}

export const RULE_LIMITS = {
  rules_max: 10_000,
  matchers_max: 64,
  name_chars_max: 128,
  owner_chars_max: 256,
  text_chars_max: 4_096,
  reason_chars_max: 4_096,
  order_max: 1_000_000,
  /** The furthest review. */
  review_days_max: 400,
} as const;

/** Its owner is told so long before the review. */
export const REVIEW_NOTICE: Millis = days(7);
/** A rule that does nothing any more goes so long after its review. */
export const RULE_KEPT: Millis = days(90);
export const HOLD_MAX: Millis = hours(1);

/** Whether it still does this: what hides or holds needs an end, and has one. */
export const isPastReview = ({ reviewAt }: Rule, now: Instant): boolean => now >= reviewAt;

/** Switched off, or past its review with nothing to do but to hide and hold. */
export function isIdle(rule: Rule, now: Instant): boolean {
  const { severity, text, priority } = rule.does;
  const isLasting = severity !== undefined || text !== undefined || priority !== undefined;
  return !rule.enabled || (isPastReview(rule, now) && !isLasting);
}

/** In the order in which they are asked. */
export const compareRules = (a: Rule, b: Rule): number =>
  a.order - b.order || a.madeAt - b.madeAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
