import type { Instant } from '../base/time.ts';
import type { Alarm, Episode } from '../domain/alarm/alarm.ts';
import type { Change } from '../domain/alarm/change.ts';
import type { Turn } from '../domain/alarm/course.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { KpiAsk, KpiPeriod } from '../domain/kpi/period.ts';
import type { Attempt, Decision, DeliveryId, GroupId } from '../domain/routing/notice.ts';
import type { Position } from './journal.ts';

/** A timeline line with its place: (position, index) is its identity and its order. */
export interface PlacedChange extends Change {
  readonly position: Position;
  readonly index: number;
  readonly receivedAt: Instant;
}

/** One line of the audit log: who did what to what, and how it ended. Append-only. */
export interface AuditLine {
  readonly position: Position;
  readonly at: Instant;
  readonly by: string;
  readonly verb: string;
  readonly subject: string;
  readonly outcome: string;
  readonly detail: string;
}

/** Which lines of the audit log; all that is given must hold. */
export interface AuditWanted {
  /** Whoever did it, by id. */
  readonly by?: string;
  /** What the verb begins with: `silence` is all of `silence.set`, `silence.expire`. */
  readonly verb?: string;
  /** Stands in the subject or the detail, whatever its case; or the subject is in `subjects`. */
  readonly words?: string;
  readonly subjects?: readonly string[];
  /** Since then, that moment too, and before then. */
  readonly since?: Instant;
  readonly until?: Instant;
}

/** Why something was sent or was not, with its place: (position, index) is its identity. */
export interface PlacedDecision extends Decision {
  readonly position: Position;
  readonly index: number;
  readonly at: Instant;
}

export interface PlacedAttempt extends Attempt {
  readonly position: Position;
  readonly at: Instant;
}

/** One condition at most: everything when none is given. `way` is `ops/webhook[0]`. */
export interface NoticeSearch {
  readonly alarm?: AlarmId;
  readonly group?: GroupId;
  readonly delivery?: DeliveryId;
  readonly way?: string;
  /** Not newer than this. */
  readonly until?: Instant;
  readonly cursor: string | undefined;
  readonly limit: number;
}

/**
 * Everything that changed from one position to another, cut between two entries: written in one
 * transaction, so that the store is always a checkpoint of the fold at `position`.
 */
export interface StoreBatch {
  readonly position: Position;
  readonly deskTime: Instant;
  /** Latest version of every alarm that changed: one row per alarm per transaction. */
  readonly alarms: readonly Alarm[];
  /** Left memory (the row and its history stay). */
  readonly forgotten: readonly AlarmId[];
  readonly changes: readonly PlacedChange[];
  /** Last raw event per alarm. */
  readonly evidence: readonly {
    readonly alarm: AlarmId;
    readonly at: Instant;
    readonly raw: string;
  }[];
  readonly audit: readonly AuditLine[];
  readonly decisions: readonly PlacedDecision[];
  readonly attempts: readonly PlacedAttempt[];
  /** Other tables of the fold: `json` undefined removes the row. */
  readonly rows: readonly {
    readonly table: string;
    readonly id: string;
    readonly json: string | undefined;
  }[];
}

/** What a start needs: the fold's state at `position`. */
export interface StoreCheckpoint {
  readonly journalId: string | undefined;
  readonly position: Position;
  readonly deskTime: Instant;
  readonly alarms: AsyncIterable<readonly Alarm[]>;
  readonly rows: AsyncIterable<
    readonly {
      readonly table: string;
      readonly id: string;
      readonly json: string;
    }[]
  >;
}

/** A checkpoint that is kept beside the journal that goes on from it. */
export interface KeptCheckpoint {
  readonly position: Position;
  readonly deskTime: Instant;
}

/** Checkpoints of earlier moments: where a replay of recent history begins. */
export interface Checkpoints {
  /** Oldest first. What is damaged or of another program version is not among them. */
  list(): readonly KeptCheckpoint[];
  /** Keeps the store's state as it is now; on the disk when it resolves. */
  take(store: Pick<Store, 'copyCheckpoint'>): Promise<KeptCheckpoint>;
  /** Throws NOT_FOUND when it is not kept (any more). */
  open(position: Position): StoreCheckpoint;
  remove(position: Position): void;
}

/** A page of something, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Set while there may be more, also on a page that is short or empty: looking has a limit. */
  readonly next: string | undefined;
  /** The journal position the store had reached when it answered. */
  readonly asOf: Position;
}

/** Which turns of an alarm are wanted. */
export interface TurnsAsk {
  /** Of this episode and older ones; undefined: of all. */
  readonly upTo: Episode | undefined;
  /** Back to the raise or the clear that the desk heard of last before this. */
  readonly since: Instant;
  /** The newest so many; a greater wish gets TURNS_MAX. */
  readonly limit: number;
}

/** Turns one answer holds; the reader looks at twice as many lines at most. */
export const TURNS_MAX = 10_000;

export interface Turns {
  /** Newest first; without the words of sources, and `why` for clears alone. */
  readonly items: readonly Turn[];
  /** There are older ones that were wanted. */
  readonly isCut: boolean;
  readonly asOf: Position;
}

/** One alarm as history knows it. */
export interface StoredAlarm {
  readonly alarm: Alarm;
  readonly createdAt: Instant;
  readonly episodesEver: number;
}

export interface AlarmSearch {
  /** Plain words, all of them, in resource, type, labels, text and comments; '' for no search. */
  readonly words: string;
  readonly condition: 'raised' | 'cleared' | 'any';
  /** Exact label values (equality matchers); other matchers are applied by the caller. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** Where the page before ended. Newest episode first, in the order the desk learned of them. */
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** History, search and the checkpoint. Reads run in threads of their own. */
export interface Store {
  readonly position: Position;
  /** Binds a fresh store to its journal; refuses (DATA_MISMATCH) another one's. */
  bind(journalId: string, journalHead: Position): Promise<void>;
  load(): StoreCheckpoint;
  /**
   * One transaction. Rejects when the disk refuses; the caller keeps the batch and retries. The
   * batch must be newer than `position` and must not change before the promise settles. In it,
   * `forgotten` counts after `alarms`.
   */
  write(batch: StoreBatch): Promise<void>;
  alarm(id: AlarmId): Promise<StoredAlarm | undefined>;
  evidence(id: AlarmId): Promise<{ readonly at: Instant; readonly raw: string } | undefined>;
  /** Newest first. */
  timeline(id: AlarmId, cursor: string | undefined, limit: number): Promise<Page<PlacedChange>>;
  /** What turned the course of an alarm (domain/alarm/course.ts), cheap to read in thousands. */
  turns(id: AlarmId, ask: TurnsAsk): Promise<Turns>;
  search(search: AlarmSearch): Promise<Page<StoredAlarm>>;
  /** Newest first. A page may hold fewer than `limit`, or none, and still have a next one. */
  audit(cursor: string | undefined, limit: number, wanted?: AuditWanted): Promise<Page<AuditLine>>;
  /** Newest first. By alarm: the decisions that name it, as spoken of or as muted. */
  decisions(search: NoticeSearch): Promise<Page<PlacedDecision>>;
  /** Newest first. By alarm: the attempts of deliveries whose decisions name it. */
  attempts(search: NoticeSearch): Promise<Page<PlacedAttempt>>;
  /** What was counted of a period. Minutes since 1970; `to` is greater than `from`. */
  kpis(ask: KpiAsk): Promise<KpiPeriod>;
  /**
   * A copy of the checkpoint alone (no history) as a file of its own, all of one moment; `plan`
   * replays from it. Resolves with the position it holds.
   */
  copyCheckpoint(file: string): Promise<Position>;
  /** Forgets history, counts and cleared alarms older than `before`, in slices; then syncs. */
  compact(before: Instant): Promise<{ readonly removed: number }>;
  /** A consistent copy while running (SQLite backup API); `progress` gets 0..1. */
  copyTo(file: string, progress: (done: number) => void): Promise<void>;
  close(): Promise<void>;
}
