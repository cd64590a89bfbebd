import { between, days, type Instant, type Millis } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { IncidentId } from '../incident/incident.ts';
import type { SilenceId } from '../routing/silence.ts';
import type { About } from './about.ts';

/** `d<position>` */
export type DecisionId = string & { readonly __brand: 'DecisionId' };

/** What was decided, in one of a few words: only so can it be counted which of them holds. */
export type DecisionKind =
  | 'suppress until'
  | 'shelve'
  | 'restart'
  | 'roll back'
  | 'call vendor'
  | 'accept'
  | 'raise threshold'
  | 'change'
  | 'other';

export const DECISION_KINDS: readonly DecisionKind[] = [
  'restart',
  'roll back',
  'change',
  'call vendor',
  'raise threshold',
  'suppress until',
  'shelve',
  'accept',
  'other',
];

/**
 * What came of it, filled in by the desk.
 *
 * open        nobody knows yet
 * came back   the same alarm was raised again before the review, so long after the decision
 * held        it stayed away until the review
 * stood       it was still raised at the review: it never went away
 * superseded  something else was decided before this was known
 * lifted      what it made the desk do, a shelf or a silence, was ended by hand before that
 */
export type Outcome =
  | { readonly is: 'open' }
  | { readonly is: 'came back'; readonly at: Instant; readonly after: Millis }
  | { readonly is: 'held'; readonly at: Instant }
  | { readonly is: 'stood'; readonly at: Instant }
  | { readonly is: 'superseded'; readonly at: Instant }
  | { readonly is: 'lifted'; readonly at: Instant; readonly by: UserId };

/** What the desk did at once because of a decision: the alarm is hidden, or nobody is told. */
export type Made =
  | { readonly is: 'shelf'; readonly until: Instant }
  | { readonly is: 'silence'; readonly silence: SilenceId; readonly until: Instant };

/** Kinds of which the desk can do at once what they say. */
export const MAKES: Readonly<Partial<Record<DecisionKind, Made['is']>>> = {
  shelve: 'shelf',
  'suppress until': 'silence',
};

/** What was decided about one alarm, why, and whether it held. */
export interface Decision {
  readonly id: DecisionId;
  /** Of the entry that made it: the order of decisions. */
  readonly position: number;
  readonly about: About;
  readonly incident?: IncidentId;
  /** What it looked like. */
  readonly situation: string;
  /** What else could have been done. */
  readonly options: readonly string[];
  readonly kind: DecisionKind;
  /** What exactly; '' when the kind says it. */
  readonly what: string;
  readonly reason: string;
  readonly by: UserId;
  readonly at: Instant;
  /** When somebody should look whether it still holds good. */
  readonly reviewAt: Instant;
  readonly outcome: Outcome;
  readonly made?: Made;
  /** Raises since it was made. */
  readonly recurrences: number;
  /** Episodes of the alarm the desk knew of when it was made. */
  readonly seen: number;
  readonly raisedAt: Instant;
  /** The raise before that one, if there was one. */
  readonly raisedBeforeAt?: Instant;
  /** The newer decision on the same alarm. */
  readonly supersededBy?: DecisionId;
}

/** The alarm came back, or never went away: another answer is needed. */
export const hasFailed = ({ outcome }: Pick<Decision, 'outcome'>): boolean =>
  outcome.is === 'came back' || outcome.is === 'stood';

/** When nobody says when to look at it again. */
export const REVIEW_DEFAULT: Millis = days(30);

export const DECISION_LIMITS = {
  /** At it the oldest that was superseded goes, else the oldest; the audit log has it. */
  decisions_max: 20_000,
  situation_chars_max: 4_096,
  options_max: 16,
  option_chars_max: 512,
  what_chars_max: 1_024,
  reason_chars_max: 4_096,
  /** The furthest review. */
  review_days_max: 400,
} as const;

/** What it made holds still: that the alarm comes back is what it was made for. */
const covers = ({ made, outcome }: Decision, now: Instant): boolean =>
  made !== undefined && outcome.is === 'open' && now < made.until;

/** The same alarm was raised again. */
export function cameBack(decision: Decision, now: Instant): Decision {
  const { outcome, at, raisedAt } = decision;
  const isCovered = covers(decision, now);
  return {
    ...decision,
    recurrences: decision.recurrences + 1,
    raisedBeforeAt: raisedAt,
    raisedAt: now,
    outcome:
      outcome.is === 'open' && !isCovered
        ? { is: 'came back', at: now, after: between(at, now) }
        : outcome,
  };
}

/** The day of its review: either it held, or the alarm never went away. */
export function reviewed(decision: Decision, isStillRaised: boolean, now: Instant): Decision {
  if (decision.outcome.is !== 'open') return decision;
  return { ...decision, outcome: { is: isStillRaised ? 'stood' : 'held', at: now } };
}

/** Somebody ended what it made before its time. */
export const lifted = (decision: Decision, by: UserId, now: Instant): Decision =>
  covers(decision, now) ? { ...decision, outcome: { is: 'lifted', at: now, by } } : decision;

/** Something newer was decided on the same alarm. */
export function superseded(decision: Decision, by: DecisionId, now: Instant): Decision {
  const { outcome } = decision;
  const is = outcome.is === 'open' ? { is: 'superseded' as const, at: now } : outcome;
  return { ...decision, supersededBy: by, outcome: is };
}
