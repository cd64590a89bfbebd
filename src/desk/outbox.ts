import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, type Millis, minutes } from '../base/time.ts';
import type { DeliveryId, Notice, WayRef } from '../domain/routing/notice.ts';
import { wayText } from '../domain/routing/notice.ts';
import type { Delivered } from '../ports/source.ts';
import type { Memory } from './desk.ts';
import type { DeliveredEntry } from './entry.ts';
import { isShadowed } from './notify/shadow.ts';
import type { OutboxFigures } from './outbox-figures.ts';
import { Fifo, TimeHeap } from './outbox-heap.ts';
import { Lane, type Planned } from './outbox-lane.ts';
import { Results } from './outbox-results.ts';
import { type Ended, type Flight, type OpenWay, tryInShadow, tryOnce } from './outbox-try.ts';
import type { Phrase } from './views/words.ts';

export const OUTBOX_LIMITS = {
  /** Sends at once, over all ways. */
  in_flight_max: 256,
  /** Of these, on ways whose last try failed: hanging receivers leave the others their half. */
  in_flight_failing_max: 128,
  /** Sends begun in one turn of the loop; rendering a storm in one go would hold up the rest. */
  starts_per_turn_max: 32,
  /** Results the journal refused; at this nothing more is sent until it takes them. */
  unrecorded_max: 10_000,
} as const;

/** A delivery whose recorded result did not move it on (its entry was set aside) is tried then. */
const LOOK_AGAIN_AFTER = minutes(1);

/** What the outbox needs of the desk. */
export interface OutboxDesk {
  readonly memory: Pick<Memory, 'get' | 'all'>;
  watch(listener: (applied: { readonly deliveries: readonly DeliveryId[] }) => void): () => void;
  report(entry: DeliveredEntry): Promise<Delivered>;
}

/** Finds a way of the configuration that holds now; undefined: there is no such way. */
export type Ways = (to: WayRef) => OpenWay | undefined;

export interface OutboxParts {
  readonly desk: OutboxDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly ways: Ways;
  /** Runs a task at the end of this turn of the loop: `setImmediate`. Default: a microtask. */
  readonly soon?: (task: () => void) => void;
}

type Listener = (notice: Notice, ended: Ended) => void;

/**
 * Sends what stands in `deliveries` and reports how it ended. A row is there only after its entry
 * was committed, so nothing is sent that a restart would not know of; a result is recorded after
 * the send, so what a crash left open is sent again with the same id.
 *
 * scheduled   not due: in the heap
 * waiting     due: in its way's lane, which stands in line for one of the slots
 * underway    rendered and sent; ends with the result in the journal
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #clock: Clock;
  readonly #soon: (task: () => void) => void;
  readonly #results: Results;
  readonly #lanes = new Map<string, Lane>();
  /** The try each open delivery waits for: one that is no longer in here is void. */
  readonly #planned = new Map<DeliveryId, Planned>();
  readonly #later = new TimeHeap<() => void>();
  /** Lanes in line for a slot, each once; `#failing` those whose last try failed. */
  readonly #line = new Fifo<Lane>();
  readonly #failing = new Fifo<Lane>();
  /** Repeated tries that wait for the journal. */
  #held: Planned[] = [];
  readonly #flights = new Set<Flight>();
  readonly #listeners = new Set<Listener>();
  readonly #counts = { sent: 0, later: 0, never: 0, shadow: 0 };
  #ways: Ways;
  #flyingFailing = 0;
  #isPumpAsked = false;
  #armedFor: Instant | undefined;
  #cancel: () => void = () => {};
  #unwatch: () => void = () => {};
  #is: 'new' | 'sending' | 'stopping' | 'over' = 'new';
  #idle: () => void = () => {};

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#soon = parts.soon ?? queueMicrotask;
    this.#ways = parts.ways;
    const report = (entry: DeliveredEntry) => parts.desk.report(entry);
    this.#results = new Results({ clock: parts.clock, log: parts.log, report }, () =>
      this.#unhold(),
    );
  }

  /** Takes up every open delivery, those that an earlier run left in flight among them. */
  begin(): void {
    this.#is = 'sending';
    const { desk } = this.#parts;
    this.#unwatch = desk.watch(({ deliveries }) => {
      for (const id of deliveries) this.#plan(id);
    });
    for (const { id } of desk.memory.all('deliveries')) this.#plan(id);
  }

  /** Another configuration holds from now on. What is in flight ends with the old one. */
  follow(ways: Ways): void {
    this.#ways = ways;
    const used = new Set([...this.#planned.values()].map(({ lane }) => lane));
    for (const [name, lane] of this.#lanes) {
      if (!used.has(lane) && lane.isIdle && !ways(lane.to)) this.#lanes.delete(name);
      // Somebody may just have mended it: it need not wait out its pause.
      if (lane.forgive() === 'closed') this.#parts.log.info('way.resumed', { way: name });
      this.#offer(lane);
    }
  }

  /** Calls `listener` after each try whose result is recorded; the returned function ends it. */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Begins nothing more and waits for what is in flight, at most `within`. What has not ended by
   * then stays open in the desk: it is sent again after the next start.
   */
  async stop(within: Millis): Promise<void> {
    if (this.#is !== 'sending') return;
    this.#is = 'stopping';
    this.#unwatch();
    this.#cancel();
    await new Promise<void>((done) => {
      const cancel = this.#clock.at(after(this.#clock.now(), within), done);
      this.#idle = () => {
        cancel();
        done();
      };
      this.#checkIdle();
    });
    this.#is = 'over';
    this.#results.stop();
    const left = this.#flights.size + this.#results.open;
    if (left > 0) this.#parts.log.warn('outbox.left', { deliveries: left });
    for (const flight of this.#flights) flight.abandon();
  }

  figures(): OutboxFigures {
    const waiting = new Map<Lane, number>();
    let scheduled = 0;
    for (const { lane, is } of this.#planned.values()) {
      if (is === 'waiting') waiting.set(lane, (waiting.get(lane) ?? 0) + 1);
      else if (is === 'scheduled') scheduled++;
    }
    return {
      ...this.#counts,
      inFlight: this.#flights.size,
      waiting: [...waiting.values()].reduce((a, b) => a + b, 0),
      scheduled,
      unrecorded: this.#results.open,
      ways: [...this.#lanes.values()].map((lane) => lane.figures(waiting.get(lane) ?? 0)),
    };
  }

  /** Why an open delivery is not with its receiver yet; empty when it is not open. */
  whyOpen(id: DeliveryId): Phrase {
    const planned = this.#planned.get(id);
    if (!planned) return [];
    const { lane, is, dueAt } = planned;
    if (is === 'underway') return ['being sent'];
    if (is === 'scheduled') {
      return [`try ${planned.attempt} is due `, { at: dueAt, as: 'left' }];
    }
    if (lane.openUntil === undefined) return [`waits for its turn on ${lane.name}`];
    const last = lane.figures(0).lastResult?.detail ?? '';
    const failed = `${lane.name} failed ${lane.failuresInRow} times in a row (${last})`;
    return [`${failed}; next try `, { at: lane.openUntil, as: 'left' }];
  }

  #plan(id: DeliveryId): void {
    const row = this.#parts.desk.memory.get('deliveries', id);
    if (!row) {
      this.#planned.delete(id);
      return;
    }
    const { dueAt, notice } = row;
    const attempt = row.attempts + 1;
    const known = this.#planned.get(id);
    const isSame = known?.attempt === attempt;
    if (isSame && (known.is === 'underway' || known.dueAt === dueAt)) return;
    const lane = this.#lane(notice.to);
    const planned: Planned = { id, group: notice.group, lane, attempt, dueAt, is: 'scheduled' };
    this.#planned.set(id, planned);
    if (dueAt <= this.#clock.now()) this.#lineUp(planned);
    else this.#schedule(planned, dueAt);
  }

  #schedule(planned: Planned, at: Instant): void {
    this.#later.push(at, () => this.#lineUp(planned));
    this.#arm();
  }

  #lineUp(planned: Planned): void {
    if (this.#planned.get(planned.id) !== planned) return;
    planned.lane.add(planned);
    this.#offer(planned.lane);
  }

  #lane(to: WayRef): Lane {
    const name = wayText(to);
    const lane = this.#lanes.get(name) ?? new Lane(to);
    this.#lanes.set(name, lane);
    return lane;
  }

  /** Puts a lane in line, if it does not stand there, and sees to it that the line moves. */
  #offer(lane: Lane): void {
    if (!lane.queued) {
      lane.queued = true;
      (lane.failuresInRow > 0 ? this.#failing : this.#line).push(lane);
    }
    if (this.#isPumpAsked) return;
    this.#isPumpAsked = true;
    this.#soon(() => this.#pump());
  }

  /** One send per lane and round, while there are slots. */
  #pump(): void {
    this.#isPumpAsked = false;
    if (this.#is !== 'sending') return;
    let starts = 0;
    while (this.#hasSlot()) {
      if (starts === OUTBOX_LIMITS.starts_per_turn_max) {
        this.#isPumpAsked = true;
        this.#soon(() => this.#pump());
        return;
      }
      const lane = this.#firstInLine();
      if (!lane) return;
      lane.queued = false;
      if (this.#serve(lane)) starts++;
    }
  }

  #hasSlot(): boolean {
    const open = this.#flights.size + this.#results.open;
    return this.#flights.size < OUTBOX_LIMITS.in_flight_max && open < OUTBOX_LIMITS.unrecorded_max;
  }

  /** Failing lanes first: they take their share at most, and none of what is left to the others. */
  #firstInLine(): Lane | undefined {
    const mayFail = this.#flyingFailing < OUTBOX_LIMITS.in_flight_failing_max;
    const failing = mayFail ? this.#failing.shift() : undefined;
    if (failing) return failing;
    for (let lane = this.#line.shift(); lane; lane = this.#line.shift()) {
      if (mayFail || lane.failuresInRow === 0) return lane;
      this.#failing.push(lane);
    }
    return undefined;
  }

  #serve(lane: Lane): boolean {
    const way = this.#ways(lane.to);
    const now = this.#clock.now();
    const next = lane.next(now, way, (planned) => this.#may(planned));
    if (next.is === 'at') this.#wake(lane, next.at);
    if (next.is !== 'go') return false;
    this.#start(next.planned, way);
    this.#offer(lane);
    return true;
  }

  #wake(lane: Lane, at: Instant): void {
    if (lane.wakesAt !== undefined && lane.wakesAt <= at) return;
    lane.wakesAt = at;
    this.#later.push(at, () => {
      if (lane.wakesAt === at) lane.wakesAt = undefined;
      this.#offer(lane);
    });
    this.#arm();
  }

  /** The last look before a send: is this still what the desk wants? */
  #may(planned: Planned): boolean {
    const { id, attempt } = planned;
    const row = this.#parts.desk.memory.get('deliveries', id);
    if (this.#planned.get(id) !== planned || row?.attempts !== attempt - 1) return false;
    // Without a journal a repeated try would be repeated again after a crash; news goes out.
    if (attempt === 1 || !this.#results.refused) return true;
    this.#held.push(planned);
    return false;
  }

  #start(planned: Planned, way: OpenWay | undefined): void {
    const row = this.#parts.desk.memory.get('deliveries', planned.id);
    if (!row) return;
    const { lane } = planned;
    const failing = lane.failuresInRow > 0 ? 1 : 0;
    lane.begin(planned);
    this.#flyingFailing += failing;
    const flight = this.#isShadowed(row.notice)
      ? tryInShadow(way, row.notice)
      : tryOnce(way, row.notice, this.#clock);
    this.#flights.add(flight);
    void flight.ended.then((ended) => {
      this.#flights.delete(flight);
      this.#flyingFailing -= failing;
      this.#land(planned, row.notice, ended);
    });
  }

  /** By the rules the fold goes by. A test is sent: a person asked for it. */
  #isShadowed({ to, reason, page }: Notice): boolean {
    const rules = this.#parts.desk.memory.get('desk', 'desk')?.rules.notify;
    return reason !== 'test' && isShadowed(rules, page?.receiver ?? to.receiver);
  }

  #land(planned: Planned, notice: Notice, ended: Ended): void {
    if (this.#is === 'over') return;
    const { lane, id, attempt } = planned;
    const at = this.#clock.now();
    const { is: result, detail, retryAfter, tookMs } = ended;
    this.#counts[result]++;
    this.#tellBreaker(lane, lane.end(at, ended), detail);
    if (result === 'never') {
      this.#parts.log.warn('delivery.given-up', { delivery: id, way: lane.name, why: detail });
    }
    const told = { kind: 'delivered' as const, at, delivery: id, attempt, result, detail, tookMs };
    const entry = retryAfter === undefined ? told : { ...told, retryAfter };
    void this.#results.record(entry).then(() => this.#recorded(planned, notice, ended));
    this.#offer(lane);
  }

  #recorded(planned: Planned, notice: Notice, ended: Ended): void {
    const { lane, id, group } = planned;
    lane.release(group);
    if (this.#planned.get(id) === planned) {
      // The fold did not move it on: its entry was set aside, or nobody watches any more.
      this.#planned.delete(id);
      const again = after(this.#clock.now(), LOOK_AGAIN_AFTER);
      this.#later.push(again, () => this.#plan(id));
      this.#arm();
    }
    this.#offer(lane);
    for (const listener of this.#listeners) listener(notice, ended);
    this.#checkIdle();
  }

  #tellBreaker(lane: Lane, turned: 'opened' | 'closed' | undefined, why: string): void {
    const { log } = this.#parts;
    const { name: way, failuresInRow: failures, openUntil } = lane;
    if (turned === 'opened') log.warn('way.paused', { way, failures, why, openUntil });
    else if (turned === 'closed') log.info('way.resumed', { way });
  }

  #unhold(): void {
    const held = this.#held;
    this.#held = [];
    for (const planned of held) this.#lineUp(planned);
  }

  #checkIdle(): void {
    if (this.#flights.size === 0 && this.#results.open === 0) this.#idle();
  }

  #arm(): void {
    const { next } = this.#later;
    if (next === undefined || this.#is !== 'sending') return;
    if (this.#armedFor !== undefined && this.#armedFor <= next) return;
    this.#cancel();
    this.#armedFor = next;
    this.#cancel = this.#clock.at(next, () => {
      this.#armedFor = undefined;
      const now = this.#clock.now();
      for (let task = this.#later.due(now); task; task = this.#later.due(now)) task();
      this.#arm();
    });
  }
}
