import type { Instant, Millis } from '../../base/time.ts';
import type { AlarmId, Labels } from './event.ts';
import type { Severity } from './severity.ts';

/** Opaque id of a person (or of a token, `token:<id>`); names live outside the fold. */
export type UserId = string & { readonly __brand: 'UserId' };

/** Number of one raised-to-cleared period: grows with every raise after a clear or close. */
export type Episode = number & { readonly __brand: 'Episode' };

/**
 * One thing that is wrong. Three life cycles, never one field: what the source says
 * (`condition`), what people did (`handling`), what is hidden and why (`suppressions`).
 * Immutable: a change makes a new one.
 */
export interface Alarm {
  readonly id: AlarmId;
  readonly source: string;
  readonly byLabels: boolean;
  readonly resource: string;
  readonly type: string;
  readonly qualifier: string;
  /** The last real severity, also after the clear; never "cleared" (RFC 8632 §2.2). */
  readonly severity: Severity;
  readonly text: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** What the inventory adds to the labels; a label of the sender wins over one of it. */
  readonly context: Labels;
  /** What people's rules made of it; undefined while none touches it. */
  readonly ruled: Ruled | undefined;
  readonly link: string;
  readonly condition: Condition;
  readonly handling: Handling;
  readonly suppressions: readonly Suppression[];
  /** Who should look, if somebody was named. */
  readonly assignee: UserId | undefined;
  /** Link to a ticket elsewhere; '' when there is none. */
  readonly ticket: string;
  readonly episode: Episode;
  /** Journal position of the last entry that changed this alarm, renewals excepted. */
  readonly revision: number;
  /** First raise of this stay in memory; the store keeps the first ever. */
  readonly createdAt: Instant;
  /** Last change of condition, severity, text or handling. */
  readonly changedAt: Instant;
  /** Last report of any kind, by receipt. */
  readonly heardAt: Instant;
  /** The newest raise-like report's own time: what a clear must not be older than. */
  readonly saidAt: Instant;
  /** Reports folded into it since createdAt / since the episode began. */
  readonly occurrences: number;
  readonly occurrencesThisEpisode: number;
  /** Of `occurrences`, those that were counted without their words, because too much came. */
  readonly unkept: number;
  /** Episodes since createdAt. */
  readonly episodes: number;
  readonly lease: Lease | undefined;
  /** How often it came and went of late; undefined until it has changed once. */
  readonly flap: Flap | undefined;
  /** False: the source cannot clear it; a person verifies and closes (RFC 8632 §4.2). */
  readonly willClear: boolean;
}

/** How soon somebody must act, 1 first. Apart from severity, which says how bad it is. */
export type Priority = 1 | 2 | 3 | 4 | 5;

/** What rules changed, with what the source had said in its place. */
export interface Ruled {
  /** Ids, in the order in which they were asked. */
  readonly rules: readonly string[];
  readonly priority?: Priority;
  /** The source's own severity, where a rule gave another. */
  readonly severity?: Severity;
  /** The source's own text, where a rule gave another. */
  readonly text?: string;
}

/** See `flap.ts` for what the level means. */
export interface Flap {
  readonly level: number;
  /** Last change. */
  readonly at: Instant;
  /** Changes since it was last calm. */
  readonly changes: number;
}

/** Changed only by the source, or by a lease that ran out: is it still wrong? */
export type Condition =
  | { readonly is: 'raised'; readonly since: Instant }
  | {
      readonly is: 'cleared';
      readonly since: Instant;
      readonly at: Instant;
      readonly why: ClearReason;
    };

/** resource: the source said so. timeout: it went silent; say "unverified", never "recovered". */
export type ClearReason = 'resource' | 'timeout';

/** Changed only by people, by the end of an acknowledgement, and by a new episode. */
export type Handling =
  | { readonly is: 'none' }
  | {
      readonly is: 'acknowledged';
      readonly by: UserId;
      readonly at: Instant;
      readonly note: string;
      /** The acknowledgement ends by itself then, if the alarm is still raised. */
      readonly until?: Instant;
      /** The second line has it: the first handed it on. Absent: the first line. */
      readonly line?: 2;
      /** What it was when it was acknowledged: a rise above it is news. */
      readonly severity: Severity;
    }
  | {
      readonly is: 'closed';
      readonly by: UserId;
      readonly at: Instant;
      readonly note: string;
    };

/**
 * shelf        a person, for a time
 * maintenance  planned work
 * parent       what it hangs on is down
 * flapping     it comes and goes too often to be told each time
 * design       a rule that hides it
 * hold         a rule, or what its source says of it, waits whether it stays
 */
export type SuppressionKind = 'shelf' | 'maintenance' | 'parent' | 'flapping' | 'design' | 'hold';

/** Why an alarm is hidden although its state moves on underneath. Always with a reason. */
export interface Suppression {
  readonly kind: SuppressionKind;
  /** The shelf or rule that does it. */
  readonly rule: string;
  readonly by: UserId;
  readonly since: Instant;
  readonly until: Instant;
  readonly reason: string;
}

/**
 * A raise that holds only until it is repeated. `until` is what the journal knows; later renewals
 * move a deadline in memory only (`desk/leases.ts`).
 */
export interface Lease {
  readonly until: Instant;
  /** Length of the promise, used after a restart for leases that had been renewed. */
  readonly length: Millis;
  /** The source named `until` itself; false: it is receipt + resolve timeout. */
  readonly explicit: boolean;
  readonly renewed: boolean;
}

export const HANDLING_NONE: Handling = { is: 'none' };
export const NO_SUPPRESSIONS: readonly Suppression[] = [];
export const NO_LABELS: Labels = {};

export const LIMITS = {
  note_chars_max: 4_096,
  ticket_chars_max: 2_048,
  /** A shelf needs an end, and this is the furthest. */
  shelf_days_max: 30,
  acknowledgement_days_max: 30,
} as const;

export const isRaised = (a: Alarm): boolean => a.condition.is === 'raised';
/** What its source said, before any rule. */
export const saidSeverity = (a: Alarm): Severity => a.ruled?.severity ?? a.severity;
export const saidText = (a: Alarm): string => a.ruled?.text ?? a.text;

/** It comes and goes too often: its state moves on, and nobody is told each time. */
export const isFlapping = (a: Alarm): boolean =>
  a.suppressions.some(({ kind }) => kind === 'flapping');

/** In the eyes of those who are told, a flapping alarm stands until it calms. */
export const isStanding = (a: Alarm): boolean => isRaised(a) || isFlapping(a);

/** Something keeps it from notifying anybody. */
export const isHidden = (a: Alarm): boolean =>
  a.suppressions.some(({ kind }) => kind !== 'flapping');

export const isSuppressed = (a: Alarm): boolean => a.suppressions.length > 0;

/**
 * What one word on a screen says about an alarm, most important first. `waiting`: raised, nobody
 * has it. `unseen`: cleared before anybody acknowledged it (ISA-18.2 state D).
 */
export type Standing = 'shelved' | 'waiting' | 'acknowledged' | 'closed' | 'unseen' | 'cleared';

export function standing(a: Alarm): Standing {
  if (isHidden(a)) return 'shelved';
  if (a.condition.is === 'raised') return a.handling.is === 'none' ? 'waiting' : a.handling.is;
  return a.handling.is === 'none' ? 'unseen' : 'cleared';
}
