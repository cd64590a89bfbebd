import type { Instant } from '../../base/time.ts';
import type { Labels } from '../../domain/alarm/event.ts';
import type { Severity } from '../../domain/alarm/severity.ts';

/** Of one look at both desks. Beyond one of these the comparison ends with a word about it. */
export const COMPARE_LIMITS = {
  /** Open alarms of one desk. */
  alarms_max: 200_000,
  /** One answer of the old desk. */
  answer_bytes_max: 268_435_456,
  /** One answer of the old desk takes at most so long. */
  answer_ms_max: 60_000,
  /** Pages of an Argus. */
  pages_max: 2_000,
  /** Differences of one look whose alarm the desk is asked about; the rest gets a general word. */
  asked_max: 200,
} as const;

/** What hides an alarm from people, or what people did to it, as both desks can know it. */
export type Mark = 'silenced' | 'inhibited' | 'acknowledged';

/** An open alarm of either desk, as far as the two can be compared. */
interface Seen {
  /** Unique on its desk. */
  readonly key: string;
  /** What people call it: `DiskFull instance="db-1"`. */
  readonly name: string;
  readonly labels: Labels;
  readonly since: Instant | undefined;
  /** Where it comes from, a URL; '' when nobody said. */
  readonly link: string;
  readonly marks: ReadonlySet<Mark>;
  /** Undefined: this desk has no such thing, or does not say. */
  readonly receivers: readonly string[] | undefined;
}

/** An open alert of the old Alertmanager, or an open incident of the old Argus. */
export interface There extends Seen {
  /** Undefined: its severity is a label like any other, or nobody said. */
  readonly severity: Severity | undefined;
  /** What an Argus knows of it: a key may stand there again and again. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly source: string;
  /** Id its source gave it; '' when it gave none. */
  readonly sourceId: string;
  /** Ids of the silences that hide it, and fingerprints of what inhibits it. */
  readonly mutedBy: readonly string[];
}

/** An open alarm of this desk. `key` is its id. */
export interface Here extends Seen {
  readonly severity: Severity;
  readonly source: string;
  readonly resource: string;
  readonly type: string;
  /** Fingerprint of its labels, as an Alertmanager makes it. */
  readonly fingerprint: string;
  readonly heardAt: Instant | undefined;
  readonly deadline: Instant | undefined;
  /** What this desk alone can do to it, each a sentence: shelved, closed, in maintenance. */
  readonly ours: readonly string[];
  readonly mutedBy: readonly string[];
}

/** A silence of either desk that holds or will hold. */
export interface SeenSilence {
  readonly id: string;
  /** Its matchers in one text, sorted: two silences with the same text hide the same. */
  readonly matchers: string;
  readonly endsAt: Instant;
  readonly by: string;
  readonly comment: string;
}

/** One look at one desk. */
export interface Look<T> {
  readonly alarms: readonly T[];
  /** Undefined: this kind of desk has none. */
  readonly silences: readonly SeenSilence[] | undefined;
}

export const LEFT_OUT = ['severity', 'marks', 'receivers', 'silences'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

export interface Difference {
  /** The same at the next look if it is the same difference. */
  readonly id: string;
  readonly is: 'there only' | 'here only' | 'differs';
  readonly about: 'alarm' | 'silence';
  readonly name: string;
  readonly severity: Severity | undefined;
  readonly since: Instant | undefined;
  /** What differs, in words; '' when one of the two lacks it. */
  readonly says: string;
  readonly there: There | undefined;
  readonly here: Here | undefined;
}
