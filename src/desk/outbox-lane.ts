import { after, type Instant, type Millis, millis, seconds } from '../base/time.ts';
import { type DeliveryId, type GroupId, type WayRef, wayText } from '../domain/routing/notice.ts';
import { LatencyCount, type WayFigures } from './outbox-figures.ts';
import { Fifo } from './outbox-heap.ts';
import type { Ended, OpenWay } from './outbox-try.ts';

export const BREAKER = {
  failures_in_row_max: 5,
  pause_min: seconds(5),
  pause_max: seconds(60),
} as const;

/** One try that is to be made: attempt `attempt` of a delivery. */
export interface Planned {
  readonly id: DeliveryId;
  readonly group: GroupId;
  readonly lane: Lane;
  /** From 1. */
  readonly attempt: number;
  readonly dueAt: Instant;
  /** `underway`: sent and not yet recorded; it is not planned a second time. */
  is: 'scheduled' | 'waiting' | 'underway';
}

/** What a lane has to give now; `at`: nothing before that moment; `nothing`: until one ends. */
export type Next =
  | { readonly is: 'go'; readonly planned: Planned }
  | { readonly is: 'at'; readonly at: Instant }
  | { readonly is: 'nothing' };

/**
 * One way's queue, so that a slow or dead receiver holds up nobody else. Three things hold it back:
 * how many sends it may have at once, its rate, and the breaker.
 *
 * The breaker opens after five failures in a row. Then nothing is sent for 5 s, after that one try
 * at a time: a failure doubles the pause, up to a minute; an answer closes the breaker. A refusal
 * (`never`) is an answer.
 */
export class Lane {
  readonly to: WayRef;
  readonly name: string;
  /** Stands in line for a slot. */
  queued = false;
  /** It will be looked at again then. */
  wakesAt: Instant | undefined;
  inFlight = 0;
  failuresInRow = 0;
  openUntil: Instant | undefined;
  readonly #ready = new Fifo<Planned>();
  /** Groups with a try under way, and what waits behind it: one at a time keeps their order. */
  readonly #groups = new Map<GroupId, Planned[]>();
  readonly #latency = new LatencyCount();
  #pause: Millis = millis(0);
  #tokens: number | undefined;
  #tokensAt = 0 as Instant;
  #last: WayFigures['lastResult'];
  #sent = 0;
  #failed = 0;

  constructor(to: WayRef) {
    this.to = to;
    this.name = wayText(to);
  }

  get isIdle(): boolean {
    return this.#groups.size === 0;
  }

  add(planned: Planned): void {
    planned.is = 'waiting';
    this.#ready.push(planned);
  }

  /** `may` says whether a try is still wanted; one that is not is dropped. */
  next(now: Instant, way: OpenWay | undefined, may: (planned: Planned) => boolean): Next {
    if (this.inFlight >= this.#slots(way)) return { is: 'nothing' };
    const planned = this.#first(may);
    if (!planned) return { is: 'nothing' };
    const at = way ? this.#freeAt(now, way) : now;
    if (at > now) return { is: 'at', at };
    if (way?.rate) this.#tokens = (this.#tokens ?? 1) - 1;
    this.#ready.shift();
    return { is: 'go', planned };
  }

  begin(planned: Planned): void {
    planned.is = 'underway';
    this.#groups.set(planned.group, []);
    this.inFlight++;
  }

  /** The far side answered, or did not. Says whether the breaker opened or closed by it. */
  end(now: Instant, { is, detail, tookMs, asked }: Ended): 'opened' | 'closed' | undefined {
    this.inFlight--;
    this.#last = { at: now, is, detail };
    if (is === 'sent') this.#sent++;
    else if (is !== 'shadow') this.#failed++;
    if (!asked) return undefined;
    this.#latency.add(tookMs);
    return is === 'later' ? this.#fail(now) : this.forgive();
  }

  /** The result is recorded: the next one of that group may go. */
  release(group: GroupId): void {
    const behind = this.#groups.get(group) ?? [];
    this.#groups.delete(group);
    if (behind.length > 0) this.#ready.putBack(behind);
  }

  /** Forgets its failures. */
  forgive(): 'closed' | undefined {
    const wasOpen = this.openUntil !== undefined;
    this.failuresInRow = 0;
    this.openUntil = undefined;
    this.#pause = millis(0);
    return wasOpen ? 'closed' : undefined;
  }

  figures(waiting: number): WayFigures {
    return {
      way: this.name,
      inFlight: this.inFlight,
      waiting,
      failuresInRow: this.failuresInRow,
      breakerOpenUntil: this.openUntil,
      lastResult: this.#last,
      sent: this.#sent,
      failed: this.#failed,
      latency: this.#latency.read(),
    };
  }

  #slots(way: OpenWay | undefined): number {
    return this.openUntil === undefined ? (way?.sendsMax ?? 1) : 1;
  }

  #first(may: (planned: Planned) => boolean): Planned | undefined {
    for (let first = this.#ready.first; first; first = this.#ready.first) {
      const behind = this.#groups.get(first.group);
      if (!behind && may(first)) return first;
      behind?.push(first);
      this.#ready.shift();
    }
    return undefined;
  }

  #freeAt(now: Instant, { rate }: OpenWay): Instant {
    if (this.openUntil !== undefined && this.openUntil > now) return this.openUntil;
    if (!rate) {
      this.#tokens = undefined;
      return now;
    }
    const since = (now - this.#tokensAt) / 1000;
    const tokens = Math.min(rate.burst, (this.#tokens ?? rate.burst) + since * rate.perSecond);
    this.#tokens = tokens;
    this.#tokensAt = now;
    if (tokens >= 1) return now;
    return after(now, millis(Math.ceil(((1 - tokens) / rate.perSecond) * 1000)));
  }

  #fail(now: Instant): 'opened' | undefined {
    this.failuresInRow++;
    if (this.failuresInRow < BREAKER.failures_in_row_max) return undefined;
    // Those that were in flight when it opened end later, and are not probes.
    if (this.openUntil !== undefined && this.openUntil > now) return undefined;
    const doubled = Math.max(this.#pause * 2, BREAKER.pause_min);
    this.#pause = millis(Math.min(doubled, BREAKER.pause_max));
    this.openUntil = after(now, this.#pause);
    return 'opened';
  }
}
