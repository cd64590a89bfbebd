import type { Instant } from '../../base/time.ts';
import type { Episode, UserId } from './alarm.ts';
import type { AlarmId } from './event.ts';
import type { Severity } from './severity.ts';

/** What can stand in an alarm's timeline. */
export type ChangeKind =
  | 'raised'
  | 'severity'
  | 'text'
  | 'cleared'
  | 'late'
  | 'acknowledged'
  | 'unacknowledged'
  | 'closed'
  | 'reopened'
  | 'commented'
  | 'assigned'
  | 'ticketed'
  | 'shelved'
  | 'unshelved'
  | 'suppressed'
  | 'unsuppressed';

/** One line of the timeline: what happened, when, by whom, and why the desk acted so. */
export interface Change {
  readonly alarm: AlarmId;
  readonly what: ChangeKind;
  readonly episode: Episode;
  /** When it happened: at the resource for what a source says, else desk time. */
  readonly at: Instant;
  /** Severity after the change, or before a clear. */
  readonly severity: Severity;
  readonly by?: UserId;
  /** What the source or the person said. */
  readonly text: string;
  /** The rule that led here, in words for a person. */
  readonly why: string;
}

/** What should happen outside because of a change. The desk routes it; `step` never sends. */
export type Effect =
  | {
      readonly do: 'announce';
      readonly why:
        | 'raised'
        | 'severity rose'
        | 'shelf ended'
        | 'shown again'
        | 'hold ended'
        | 'flapping'
        | 'flapping ended'
        | 'acknowledgement ended';
    }
  | { readonly do: 'resolve' }
  | { readonly do: 'stop-repeating' };
