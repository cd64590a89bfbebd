import type { Instant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { Labels } from '../alarm/event.ts';
import type { Term } from '../alarm/matcher-syntax.ts';

/** UUID, as Alertmanager's clients want it. Made by the caller of the act: it is in its entry. */
export type SilenceId = string & { readonly __brand: 'SilenceId' };

/** Alarms that match all matchers notify nobody while it holds. */
export interface Silence {
  readonly id: SilenceId;
  readonly matchers: readonly Term[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly updatedAt: Instant;
  /** The author as the client says it; shown as it is. */
  readonly createdBy: string;
  /** Who did it, as the door knows them. */
  readonly by: UserId;
  readonly comment: string;
  readonly annotations: Labels;
}

export type SilenceState = 'expired' | 'active' | 'pending';

export function silenceState(silence: Silence, now: Instant): SilenceState {
  if (now >= silence.endsAt) return 'expired';
  return now < silence.startsAt ? 'pending' : 'active';
}

export const SILENCE_LIMITS = {
  silences_max: 100_000,
  matchers_max: 64,
  comment_chars_max: 4_096,
  author_chars_max: 256,
  annotations_max: 64,
  /** How long an expired silence stays listed. */
  expired_days_max: 5,
} as const;
