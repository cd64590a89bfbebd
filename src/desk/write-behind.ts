import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, millis, seconds } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { Change } from '../domain/alarm/change.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { Decision } from '../domain/routing/notice.ts';
import type {
  AuditLine,
  PlacedAttempt,
  PlacedChange,
  PlacedDecision,
  Store,
  StoreBatch,
} from '../ports/store.ts';
import type { Draft } from './draft.ts';

/** Rows of one transaction: the writer is never away for long. */
const BATCH_ROWS_MAX = 5_000;

/** A batch is written so long after its first row, unless it fills before. */
const FLUSH_AFTER = millis(100);

/** While rows come in a flood, the store leaves the machine to it for so long. */
const FLUSH_IN_FLOOD_AFTER = seconds(3);

/** More rows than this between two looks is a flood: some 20,000 a second. */
const FLOOD_ROWS_MIN = 2_000;

/** Rows not yet in the store: about what a start replays in a second. At it the desk is busy. */
export const LAG_ROWS_MAX = 300_000;

/** Beyond it there is room for sources that have little to do with the lag, and no more. */
export const LAG_ROWS_RESERVED = 30_000;

/** A source with more rows than this among those that wait has to do with the lag. */
export const LAG_ROWS_QUIET_MAX = 10_000;

/** In a flood the store waits until so many rows have gathered, and no longer. */
const FLOOD_LAG_ROWS_MAX = 225_000;

const RETRY_AFTER = seconds(1);

interface Gathering {
  readonly alarms: Map<AlarmId, Alarm>;
  readonly forgotten: Set<AlarmId>;
  /** Unfolded when the batch is written: in a flood there is no time for it. */
  readonly changes: (readonly [position: number, at: Instant, changes: readonly Change[]])[];
  changesCount: number;
  readonly evidence: Map<AlarmId, { readonly at: Instant; readonly raw: string }>;
  readonly audit: AuditLine[];
  readonly decisions: (readonly [position: number, at: Instant, made: readonly Decision[]])[];
  decisionsWeight: number;
  readonly attempts: PlacedAttempt[];
  readonly rows: Map<string, StoreBatch['rows'][number]>;
  readonly bySource: Map<string, number>;
  readonly since: Instant;
  position: number;
  deskTime: Instant;
}

/**
 * Follows the fold into the store, one transaction after the other, each cut between two entries:
 * so the store is always a checkpoint. What is not written yet is replayed from the journal.
 */
export class WriteBehind {
  /** '' while the store takes writes; else why not. */
  down = '';
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  #gathering: Gathering | undefined;
  #sealed: Gathering[] = [];
  #writing = false;
  #lag = 0;
  readonly #lagBySource = new Map<string, number>();
  /** Rows since the last look. */
  #arrived = 0;
  #timer: (() => void) | undefined;
  #hurry = false;
  #idle: (() => void)[] = [];

  constructor(store: Store, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** Rows that wait to be written. */
  get lag(): number {
    return this.#lag;
  }

  /** Of them, what one source said. */
  lagOf(source: string): number {
    return this.#lagBySource.get(source) ?? 0;
  }

  /** `source`: who said it; '' for people, timers and results. */
  gather(draft: Draft, source = ''): void {
    const g = this.#gathering ?? this.#begin();
    const before = sizeOf(g);
    const { position, at } = draft.now;
    g.position = position;
    g.deskTime = at;
    for (const [table, rows] of draft.writes) {
      for (const [id, row] of rows) {
        if (table === 'alarms') gatherAlarm(g, id as AlarmId, row as Alarm | undefined);
        else {
          const json = row === undefined ? undefined : JSON.stringify(row);
          g.rows.set(`${table}/${id}`, { table, id, json });
        }
      }
    }
    if (draft.changes.length > 0) g.changes.push([position, at, draft.changes]);
    g.changesCount += draft.changes.length;
    for (const [id, raw] of draft.evidence) g.evidence.set(id, { at, raw });
    for (const audited of draft.audit) g.audit.push({ ...audited, position, at });
    if (draft.decisions.length > 0) g.decisions.push([position, at, draft.decisions]);
    g.decisionsWeight += weightOf(draft.decisions);
    for (const attempt of draft.attempts) g.attempts.push({ ...attempt, position, at });
    const size = sizeOf(g);
    this.#lag += size - before;
    this.#arrived += size - before;
    if (source !== '') {
      g.bySource.set(source, (g.bySource.get(source) ?? 0) + size - before);
      this.#lagBySource.set(source, this.lagOf(source) + size - before);
    }
    if (size >= BATCH_ROWS_MAX) this.#seal();
    this.#arm();
  }

  /** Writes everything there is, now. Resolves when it is in the store, or cannot be. */
  flush(): Promise<void> {
    this.#hurry = true;
    this.#seal();
    void this.#write();
    if (!this.#writing) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  stop(): void {
    this.#timer?.();
  }

  #begin(): Gathering {
    const g: Gathering = {
      alarms: new Map(),
      forgotten: new Set(),
      changes: [],
      changesCount: 0,
      evidence: new Map(),
      audit: [],
      decisions: [],
      decisionsWeight: 0,
      attempts: [],
      rows: new Map(),
      bySource: new Map(),
      since: this.#clock.now(),
      position: 0,
      deskTime: 0 as Instant,
    };
    this.#gathering = g;
    return g;
  }

  #seal(): void {
    if (!this.#gathering || this.#gathering.position === 0) return;
    this.#sealed.push(this.#gathering);
    this.#gathering = undefined;
  }

  #arm(): void {
    if (this.#timer || this.#writing) return;
    this.#timer = this.#clock.at(after(this.#clock.now(), FLUSH_AFTER), () => {
      this.#timer = undefined;
      if (this.#mayWait()) return this.#arm();
      this.#seal();
      void this.#write();
    });
  }

  /** The journal has made it durable: a store that gives way to a flood loses nothing. */
  #mayWait(): boolean {
    const flood = this.#arrived >= FLOOD_ROWS_MIN;
    this.#arrived = 0;
    if (this.#hurry || !flood || this.#lag > FLOOD_LAG_ROWS_MAX) return false;
    const first = this.#sealed[0] ?? this.#gathering;
    return first !== undefined && this.#clock.now() < after(first.since, FLUSH_IN_FLOOD_AFTER);
  }

  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    for (let g = this.#sealed[0]; g; g = this.#sealed[0]) {
      try {
        await this.#store.write(batchOf(g));
      } catch (error) {
        this.#failed(error);
        break;
      }
      this.#sealed.shift();
      this.#lag -= sizeOf(g);
      for (const [source, rows] of g.bySource) this.#written(source, rows);
      this.down = '';
      if (this.#sealed.length === 0 && this.#hurry) this.#seal();
    }
    this.#writing = false;
    this.#hurry = false;
    for (const resolve of this.#idle.splice(0)) resolve();
    if (this.#gathering && this.down === '') this.#arm();
  }

  #written(source: string, rows: number): void {
    const left = this.lagOf(source) - rows;
    if (left > 0) this.#lagBySource.set(source, left);
    else this.#lagBySource.delete(source);
  }

  #failed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (this.down === '') this.#log.error('store.failed', { why });
    this.down = why;
    this.#timer?.();
    this.#timer = this.#clock.at(after(this.#clock.now(), RETRY_AFTER), () => {
      this.#timer = undefined;
      void this.#write();
    });
  }
}

function gatherAlarm(g: Gathering, id: AlarmId, alarm: Alarm | undefined): void {
  if (alarm) {
    g.alarms.set(id, alarm);
    g.forgotten.delete(id);
  } else {
    g.forgotten.add(id);
  }
}

const sizeOf = (g: Gathering): number =>
  g.alarms.size +
  g.forgotten.size +
  g.changesCount +
  g.evidence.size +
  g.decisionsWeight +
  g.attempts.length +
  g.rows.size;

/** In rows: what a decision costs goes by the alarms it names (bench/store.bench.ts). */
const NAMES_PER_ROW = 4;

const weightOf = (decisions: readonly Decision[]): number =>
  decisions.reduce(
    (sum, d) => sum + 1 + Math.floor((d.alarms.length + d.muted.length) / NAMES_PER_ROW),
    0,
  );

const placed = ([position, receivedAt, changes]: Gathering['changes'][number]): PlacedChange[] =>
  changes.map((change, index) => ({ ...change, position, index, receivedAt }));

const placedDecisions = ([position, at, made]: Gathering['decisions'][number]): PlacedDecision[] =>
  made.map((decision, index) => ({ ...decision, position, index, at }));

const batchOf = (g: Gathering): StoreBatch => ({
  position: g.position,
  deskTime: g.deskTime,
  alarms: [...g.alarms.values()],
  forgotten: [...g.forgotten],
  changes: g.changes.flatMap(placed),
  evidence: [...g.evidence].map(([alarm, e]) => ({ alarm, ...e })),
  audit: g.audit,
  decisions: g.decisions.flatMap(placedDecisions),
  attempts: g.attempts,
  rows: [...g.rows.values()],
});
