import type { Millis } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';

export const POLICY_LIMITS = {
  policies_max: 1_000,
  steps_max: 20,
  /** People, teams and schedules of one step. */
  targets_per_step_max: 20,
  /** Rounds after the first. */
  repeat_max: 10,
  wait_minutes_min: 1,
  wait_days_max: 7,
} as const;

/** Whom a step tells. A schedule is asked who is on call at the moment of the step. */
export type PageTarget =
  | { readonly is: 'person'; readonly person: UserId }
  | { readonly is: 'team'; readonly team: string; readonly people: readonly UserId[] }
  | { readonly is: 'schedule'; readonly schedule: string };

export interface PolicyStep {
  readonly targets: readonly PageTarget[];
  /** How long an answer is waited for before the page climbs. */
  readonly wait: Millis;
}

/** Who is told one after the other until somebody answers. A page keeps the one it began with. */
export interface Policy {
  readonly name: string;
  /** At least one. */
  readonly steps: readonly PolicyStep[];
  /** How often all steps are gone through again. */
  readonly repeat: number;
  /** Told when nobody of the steps answered, and where a step has nobody; may be empty. */
  readonly fallback: readonly PageTarget[];
}

/** Where a page stands in its policy; `step` equal to the number of steps is the fallback. */
export interface Place {
  /** From 1. */
  readonly round: number;
  /** From 0. */
  readonly step: number;
}

export const FIRST_PLACE: Place = { round: 1, step: 0 };

/** What comes after a place; undefined: everybody was told, as often as was promised. */
export function placeAfter(policy: Policy, { round, step }: Place): Place | undefined {
  const { steps, repeat, fallback } = policy;
  if (step + 1 < steps.length) return { round, step: step + 1 };
  if (step >= steps.length) return undefined;
  if (round <= repeat) return { round: round + 1, step: 0 };
  return fallback.length > 0 ? { round, step: steps.length } : undefined;
}

export const targetsAt = (policy: Policy, { step }: Place): readonly PageTarget[] =>
  policy.steps[step]?.targets ?? policy.fallback;

/** How long an answer is waited for at a place; at the fallback as long as at the last step. */
export const waitAt = (policy: Policy, { step }: Place): Millis =>
  (policy.steps[step] ?? policy.steps.at(-1))?.wait ?? (300_000 as Millis);
