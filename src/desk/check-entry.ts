import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Labels } from '../domain/alarm/event.ts';
import type { Severity } from '../domain/alarm/severity.ts';

/** A check was run. */
export interface CheckEntry {
  readonly kind: 'check';
  readonly at: Instant;
  readonly check: string;
  readonly verdict: 'passed' | 'failed' | 'broken';
  readonly severity: Severity;
  readonly text: string;
  /** The slot of its timetable that it was run for: no slot is run twice. Absent: by hand. */
  readonly slot?: Instant;
  /** Who asked for it; absent: the timetable. */
  readonly by?: UserId;
  /** All about which there is an alarm now; what was raised before and is not here clears. */
  readonly subjects?: readonly CheckSubject[];
  readonly counts?: CheckCounts;
  /** Under which its evidence and its line of history are found. */
  readonly run?: string;
  readonly tookMs?: number;
  /** Nobody asks for it any more: its alarms clear and it is forgotten. */
  readonly isGone?: true;
}

export interface CheckCounts {
  readonly tests: number;
  readonly failed: number;
  readonly broken: number;
}

/** One thing a check says there is something wrong with. */
export interface CheckSubject {
  /** `check.failed`, `check.broken`, `figure.high` … */
  readonly type: string;
  /** The data set or figure. */
  readonly resource: string;
  /** Tells apart the subjects of one check: `area=north year=2025`. */
  readonly qualifier: string;
  readonly severity: Severity;
  readonly text: string;
  readonly labels: Labels;
}
