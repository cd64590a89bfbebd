import type { Clock } from '../base/clock.ts';
import type { Instant } from '../base/time.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import type { Change, Effect } from '../domain/alarm/change.ts';
import type { AlarmEvent, AlarmId } from '../domain/alarm/event.ts';
import type { Decision, DeliveryId } from '../domain/routing/notice.ts';
import type { Journal } from '../ports/journal.ts';
import type { Delivered } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import type { CheckEntry } from './check-entry.ts';
import type { Enrichment } from './enrichment.ts';
import type {
  Act,
  ActOutcome,
  DeliveredEntry,
  DocumentEntry,
  StepEntry,
  UnreadEntry,
  ZonesEntry,
} from './entry.ts';
import type { InventoryIndex } from './inventory-index.ts';
import type { MemoryIndex } from './memory-index.ts';
import type { RoutingIndex } from './notify/routing-index.ts';
import type { PagesIndex } from './pages/pages-index.ts';
import type { TableName, Tables } from './tables.ts';

/** What one applied entry changed, for the live views. */
export interface Applied {
  readonly position: number;
  readonly at: Instant;
  /** Each alarm that changed: as it was (undefined: new) and as it is (undefined: left memory). */
  readonly alarms: readonly (readonly [was: Alarm | undefined, is: Alarm | undefined])[];
  readonly changes: readonly Change[];
  /** What should happen outside because of it. */
  readonly effects: readonly (readonly [AlarmId, Effect])[];
  /** Rows of the outbox that came, changed or went. */
  readonly deliveries: readonly DeliveryId[];
  readonly decisions: readonly Decision[];
  /** Tables it wrote, for those who follow one of them. */
  readonly tables: ReadonlySet<TableName>;
}

/** What may be reported from outside the fold: its consequences, and what came in unread. */
export type Report =
  | CheckEntry
  | StepEntry
  | DocumentEntry
  | DeliveredEntry
  | ZonesEntry
  | UnreadEntry;

/** Read-only view of the fold's tables. */
export interface Memory {
  readonly position: number;
  /** Desk time: time of the newest applied entry. */
  readonly time: Instant;
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined;
  all<T extends TableName>(table: T): IterableIterator<Tables[T]>;
  count(table: TableName): number;
  /** Who is told of what, derived from the tables. For reading only. */
  readonly routing: RoutingIndex;
  /** The inventory in force. For reading only. */
  readonly inventory: InventoryIndex;
  /** What people wrote down, by what it is found by. For reading only. */
  readonly remembered: MemoryIndex;
  /** Pages that wait, and contacts by person. For reading only. */
  readonly pages: PagesIndex;
  /** Rules, planned work and inventory by what they match. For reading only. */
  readonly enrichment: Pick<Enrichment, 'find' | 'inventory'>;
}

/** How well the desk itself is; each number is since start unless it says otherwise. */
export interface DeskFigures {
  readonly position: number;
  readonly storePosition: number;
  readonly alarmsInMemory: number;
  readonly entriesWaiting: number;
  readonly storeLagChanges: number;
  readonly entriesCommitted: number;
  readonly blocksCommitted: number;
  readonly renewals: number;
  /** Sources that flood the desk, and how far up the ladder (ladder.ts) they drove it. */
  readonly floods: ReadonlyMap<string, number>;
  readonly faults: number;
  /** '' when the journal takes writes; else why not. */
  readonly journalDown: string;
  readonly storeDown: string;
  /** When the last block was on disk; undefined before the first. */
  readonly committedAt: Instant | undefined;
  /** Recent commit times in milliseconds, newest last, at most 1,024. */
  readonly commitMs: readonly number[];
}

/** The one object everybody outside the fold talks to. */
export interface Desk {
  readonly clock: Clock;
  readonly memory: Memory;
  readonly journal: Journal;
  readonly store: Store;
  /**
   * Takes events of a source. Resolves after commit and apply; at once when all of them are
   * renewals. Never rejects: `ok: false` says why and when to come again.
   */
  receive(source: string, events: readonly AlarmEvent[], once?: string): Promise<Delivered>;
  receiveText(source: string, eventsJson: string, once?: string): Promise<Delivered>;
  /**
   * Does what a person asked, after commit and apply. Refusals that depend on state are in the
   * outcome. Throws DeskError JOURNAL_DOWN or BUSY: then it is not known whether it was done, and
   * a retry with the same `once` tells.
   */
  act(by: UserId, act: Act, once?: string): Promise<ActOutcome>;
  /** Checks, steps of runs, document jobs, tries to deliver, new tables of zones, unread input. */
  report(entry: Report): Promise<Delivered>;
  /** The deadline of a leased alarm, renewals included; undefined when it has no lease. */
  deadline(id: AlarmId): Instant | undefined;
  /** Calls `listener` after each applied entry; the returned function ends it. */
  watch(listener: (applied: Applied) => void): () => void;
  figures(): DeskFigures;
  close(): Promise<void>;
}
