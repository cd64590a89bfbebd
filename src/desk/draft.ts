import { after, type Instant } from '../base/time.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import type { Change, Effect } from '../domain/alarm/change.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { Moment, Stepped } from '../domain/alarm/report.ts';
import type { PageId } from '../domain/escalation/page.ts';
import type { Attempt, Decision, DeliveryId, Notice } from '../domain/routing/notice.ts';
import type { Enrichment } from './enrichment.ts';
import type { ActOutcome } from './entry.ts';
import { bucketStart, fades } from './fading.ts';
import type { Rows, State } from './state.ts';
import type { Delivery, TableName, Tables, Timer } from './tables.ts';

/** What an act did, for the audit log. */
export interface Audited {
  readonly by: UserId;
  readonly verb: string;
  readonly subject: string;
  readonly outcome: string;
  readonly detail: string;
}

const lateTimer = (id: DeliveryId): string => `delivery.late/${id}`;

/** What a renewed delivery keeps of the one before it. */
export type Carried = Pick<Delivery, 'attempts' | 'dueAt' | 'since' | 'late'>;

/** The desk itself, where it acts in nobody's name. */
export const THE_DESK = 'desk' as UserId;

/**
 * Changes of one entry, collected over the state and installed at the end or not at all: that is
 * what makes `apply` atomic. Reads see the entry's own writes.
 */
export class Draft implements Rows {
  readonly now: Moment;
  readonly changes: Change[] = [];
  readonly effects: (readonly [AlarmId, Effect])[] = [];
  readonly audit: Audited[] = [];
  readonly decisions: Decision[] = [];
  readonly attempts: Attempt[] = [];
  readonly evidence = new Map<AlarmId, string>();
  readonly writes = new Map<TableName, Map<string, Tables[TableName] | undefined>>();
  /** Each alarm this entry changed, as it was. Filled when the draft is installed. */
  readonly was = new Map<string, Alarm | undefined>();
  outcome: ActOutcome | undefined;
  /** Pages begun so far: the second half of their identity. */
  #begun = 0;
  /** Deliveries born so far: the second half of their identity. */
  #delivered: number;
  readonly #state: State;

  constructor(state: State, position: number, at: Instant, delivered = 0) {
    this.#state = state;
    this.#delivered = delivered;
    this.now = { position, at };
  }

  get enrichment(): Enrichment {
    return this.#state.enrichment;
  }

  get delivered(): number {
    return this.#delivered;
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    const written = this.writes.get(table);
    return written?.has(id)
      ? (written.get(id) as Tables[T] | undefined)
      : this.#state.get(table, id);
  }

  put<T extends TableName>(table: T, id: string, row: Tables[T]): void {
    this.#written(table).set(id, row);
  }

  remove(table: TableName, id: string): void {
    this.#written(table).set(id, undefined);
  }

  /** Takes over what `step` made of an alarm. */
  take(alarm: Alarm, stepped: Stepped): void {
    if (stepped.alarm !== alarm) this.put('alarms', alarm.id, stepped.alarm);
    for (const change of stepped.changes) this.changes.push(change);
    for (const effect of stepped.effects) this.effects.push([alarm.id, effect]);
  }

  /** Sets a timer, or moves it; the one that was set before is void. */
  setTimer(id: string, at: Instant, does: Timer['does']): void {
    this.put('timers', id, { id, at, generation: this.now.position, does });
  }

  cancelTimer(id: string): void {
    if (this.get('timers', id)) this.remove('timers', id);
  }

  /** Puts a notice into the outbox. `carried`: it takes the place of one that was tried before. */
  deliver(notice: Omit<Notice, 'id'>, carried?: Carried): DeliveryId {
    const { position, at } = this.now;
    const id = `d${position}.${this.#delivered++}` as DeliveryId;
    const fresh = { attempts: 0, dueAt: at, since: at };
    const row = { id, notice: { ...notice, id }, stale: false, late: false, ...fresh, ...carried };
    this.put('deliveries', id, row);
    const patience = this.get('desk', 'desk')?.rules.notify?.undeliveredAfter;
    if (patience !== undefined && !row.late) {
      const lateAt = after(row.since, patience);
      this.setTimer(lateTimer(id), lateAt, { is: 'delivery.late', delivery: id });
    }
    return id;
  }

  /** Id of a page that begins now. */
  beginPage(): PageId {
    return `pg${this.now.position}.${this.#begun++}` as PageId;
  }

  /** Takes it out of the outbox. */
  undeliver(id: DeliveryId): void {
    this.remove('deliveries', id);
    this.cancelTimer(lateTimer(id));
  }

  /** Takes over what a later step of the same entry did; its writes win. */
  join(next: Draft): void {
    for (const [table, rows] of next.writes) {
      const own = this.#written(table);
      for (const [id, row] of rows) own.set(id, row);
    }
    for (const [id, alarm] of next.was) if (!this.was.has(id)) this.was.set(id, alarm);
    this.changes.push(...next.changes);
    this.audit.push(...next.audit);
    this.decisions.push(...next.decisions);
    this.attempts.push(...next.attempts);
  }

  removeIfThere(table: TableName, id: string): void {
    if (this.get(table, id)) this.remove(table, id);
  }

  /** Sees to it that whatever this entry lets fade is swept in time. */
  armSweep(): void {
    let first: Instant | undefined;
    for (const [table, rows] of this.writes) {
      if (!fades(table)) continue;
      for (const row of rows.values()) {
        if (row === undefined) continue;
        const bucket = this.#state.fading.bucket(table, row as Tables['alarms']);
        if (bucket === undefined) continue;
        const at = bucketStart(bucket);
        if (first === undefined || at < first) first = at;
      }
    }
    if (first === undefined) return;
    const armed = this.get('timers', 'sweep');
    if (!armed || armed.at > first) this.setTimer('sweep', first, { is: 'sweep' });
  }

  #written(table: TableName): Map<string, Tables[TableName] | undefined> {
    let rows = this.writes.get(table);
    if (!rows) {
      rows = new Map();
      this.writes.set(table, rows);
    }
    return rows;
  }
}
