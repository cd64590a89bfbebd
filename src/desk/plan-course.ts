import { BugError } from '../base/errors.ts';
import type { Instant } from '../base/time.ts';
import type { Alarm, Episode } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { NotifiedAlert } from '../domain/routing/notice.ts';
import type { RoutingPlan, ZoneTable } from '../domain/routing/plan.ts';
import type { Position } from '../ports/journal.ts';
import { applyAt } from './apply.ts';
import { type Draft, THE_DESK } from './draft.ts';
import type { Entry } from './entry.ts';
import { TimeHeap } from './outbox-heap.ts';
import { State } from './state.ts';
import type { Delivery, TableName, Tables, Timer } from './tables.ts';

/** A routing to be tried, with the zones its intervals use. */
export interface Routing {
  readonly plan: RoutingPlan;
  readonly zones: readonly ZoneTable[];
}

/** Who hears what a course tells. */
export interface Listener {
  /** A receiver was told that this alarm fires. */
  told(alert: NotifiedAlert, episode: Episode, receiver: string, at: Instant): void;
  /** One notice went out, whatever it says. */
  sent(at: Instant): void;
  /** The alarm left memory: nothing more will be said of it. */
  gone(alarm: AlarmId): void;
}

/**
 * Entries of our own between two of the journal. Their positions are that fine a part of one:
 * a double holds them apart up to position 2^32.
 */
export const GAP_ENTRIES_MAX = 2 ** 21 - 1;

/** What a trial begins without: what was told before, and to whom, was another routing's doing. */
const NOT_LOADED: ReadonlySet<string> = new Set<TableName>([
  'groups',
  'logs',
  'resolving',
  'deliveries',
  'ways',
  'plans',
  'revisions',
]);

const isLookTimer = (id: string): boolean =>
  id.startsWith('group.flush/') || id.startsWith('delivery.late/');

const isRoutingTimer = (id: string): boolean => isLookTimer(id) || id === 'notify.sweep';

/**
 * The desk as it would have gone on from a checkpoint under one routing. The journal's entries are
 * applied at their own positions exactly as they stand, so that every alarm has the revision that
 * later entries name; what the routing of then did is left out, and this one's own is put at
 * positions in between: its timers fire by the entries' times, every delivery is sent at once.
 */
export class Course {
  readonly state = new State();
  readonly #listener: Listener;
  readonly #timers = new TimeHeap<Timer>();
  /** Last position of the journal, and entries of our own since. */
  #position = 0;
  #between = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Fills the state from a checkpoint: first this, then its rows, then its alarms. */
  load(position: Position, deskTime: Instant): void {
    this.state.position = position;
    this.state.time = deskTime;
    this.#position = position;
  }

  loadRow(table: string, id: string, row: unknown): void {
    if (NOT_LOADED.has(table) || (table === 'timers' && isLookTimer(id))) return;
    this.state.set(table as 'timers', id, row as Timer);
  }

  loadAlarm(alarm: Alarm): void {
    this.state.set('alarms', alarm.id, alarm);
  }

  /** The routing holds from here on; whoever is in a group begins to wait. One entry a step. */
  *begin({ plan, zones }: Routing): Generator<void> {
    for (const timer of this.state.all('timers')) this.#note(timer);
    const about = { text: '', from: '', unused: [], why: '' };
    const act = { verb: 'revision.apply' as const, ...about, plan, zones };
    yield* this.#do(this.#next(), { kind: 'act', at: this.state.time, by: THE_DESK, act });
  }

  /** When something of routing is due next. */
  get next(): Instant | undefined {
    return this.#timers.next;
  }

  /** Half of the positions before the next entry of the journal are used up. */
  get isCrowded(): boolean {
    return this.#between > GAP_ENTRIES_MAX / 2;
  }

  /** Everything of routing that is due by then. */
  *pass(to: Instant): Generator<void> {
    for (let timer = this.#timers.due(to); timer; timer = this.#timers.due(to)) {
      const { id, generation, at } = timer;
      if (this.state.get('timers', id)?.generation !== generation) continue;
      yield* this.#do(this.#next(), { kind: 'timer', at, timer: id, generation });
    }
  }

  /** One entry of the journal. */
  *apply(position: Position, entry: Entry): Generator<void> {
    this.#position = position;
    this.#between = 0;
    if (entry.kind === 'delivered') return;
    if (entry.kind === 'timer' && isRoutingTimer(entry.timer)) return;
    const isPlan = entry.kind === 'act' && entry.act.verb === 'revision.apply';
    if (!isPlan) return yield* this.#do(position, entry);
    const tables = entry.act.verb === 'revision.apply' ? entry.act.zones : undefined;
    if (tables) yield* this.#do(position, { kind: 'zones', at: entry.at, tables });
  }

  *#do(position: number, entry: Entry): Generator<void> {
    const draft = applyAt(this.state, position, entry);
    this.#follow(draft);
    yield;
    const born = [...(draft.writes.get('deliveries')?.values() ?? [])] as Delivery[];
    for (const delivery of born) {
      if (delivery) yield* this.#send(delivery);
    }
  }

  *#send({ id, notice }: Delivery): Generator<void> {
    if (notice.reason !== 'test' && notice.reason !== 'hand-over') {
      this.#listener.sent(notice.at);
      for (const alert of notice.alerts) {
        const episode = this.state.get('alarms', alert.alarm)?.episode;
        if (alert.status !== 'firing' || episode === undefined) continue;
        this.#listener.told(alert, episode, notice.to.receiver, notice.at);
      }
    }
    const result = { result: 'sent' as const, detail: '', tookMs: 0 };
    const entry = { kind: 'delivered' as const, at: this.state.time, delivery: id, attempt: 1 };
    yield* this.#do(this.#next(), { ...entry, ...result });
  }

  #follow(draft: Draft): void {
    for (const timer of draft.writes.get('timers')?.values() ?? []) {
      if (timer) this.#note(timer as Timer);
    }
    for (const [id, row] of draft.writes.get('alarms') ?? []) {
      if ((row as Tables['alarms'] | undefined) === undefined) this.#listener.gone(id as AlarmId);
    }
  }

  /** Other timers fire as they did: their entries are in the journal. */
  #note(timer: Timer): void {
    if (isRoutingTimer(timer.id)) this.#timers.push(timer.at, timer);
  }

  #next(): number {
    this.#between++;
    if (this.#between > GAP_ENTRIES_MAX) {
      throw new BugError(`more than ${GAP_ENTRIES_MAX} entries follow ${this.#position}`);
    }
    return this.#position + this.#between / (GAP_ENTRIES_MAX + 1);
  }
}
