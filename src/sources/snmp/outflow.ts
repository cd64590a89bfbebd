import type { Made } from './memo.ts';

/** Events wait no longer than this for company; with nothing in flight they do not wait at all. */
export const GATHER_MS_MAX = 5;
/** Events handed over in one call. */
export const BATCH_EVENTS_MAX = 1_000;
const BATCH_CHARS_MAX = 4 * 1024 * 1024;
/** Batches handed over and not yet answered. */
export const BATCHES_IN_FLIGHT_MAX = 64;
/** Different events that may wait; beyond it datagrams are dropped and counted. */
export const WAITING_EVENTS_MAX = 65_536;
const WAITING_CHARS_MAX = 128 * 1024 * 1024;

/** What must be sent back once the events are stored. */
export interface Inform {
  readonly once: string;
  /** Made when it is sent: a v3 Response carries the time. */
  reply(): Uint8Array;
  readonly address: string;
  readonly port: number;
}

interface Entry {
  made: Made;
  uptime: string;
  count: number;
  /** Why and how soon it may pass, as a member of a JSON object; '' when it will not. */
  readonly passing: string;
  /** An inform stands alone, with all its events: it has its own answer. */
  readonly also: readonly Made[];
  readonly inform: Inform | undefined;
}

export interface Batch {
  /** Names this handing over; a batch handed over again has another one. */
  readonly number: number;
  /** Its place in the order of arrival, kept for life. */
  readonly order: number;
  readonly entries: readonly Entry[];
  readonly text: string;
  readonly inform: Inform | undefined;
}

/** How the desk answered a batch. */
export type Answer = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/**
 * Events on their way from the socket to the desk, in order.
 *
 * waiting    a queue; a repeat of the newest event about an alarm is counted on it, not queued
 * in flight  batches handed over; the desk takes them in the order of handing over
 * held       refused batches. Nothing new is handed over until all answers are in and the time
 *            asked for has passed; then they go first, in their order. If a later batch had been
 *            taken meanwhile, what it said last of the same alarms is said again after them, so
 *            that an old raise never ends up on top of a newer clear.
 */
export class Outflow {
  #waiting: Entry[] = [];
  #head = 0;
  #chars = 0;
  #latest = new Map<string, Entry>();
  #inFlight = new Map<number, Batch>();
  #held: Batch[] = [];
  #overtook: Batch[] = [];
  #resumeAt = 0;
  #numbers = 0;
  #orders = 0;

  /** Different events that wait; repeats are counted on them. */
  get waiting(): number {
    return this.#waiting.length - this.#head;
  }
  get inFlight(): number {
    return this.#inFlight.size;
  }
  /** Events, with their counts, that no batch in flight holds: what a stop would lose. */
  get left(): number {
    const held = this.#held.flatMap(({ entries }) => entries);
    return [...held, ...this.#waiting.slice(this.#head)].reduce((sum, e) => sum + e.count, 0);
  }
  /** When `next` should be asked again though nothing happens; undefined when it need not be. */
  askAgainMs(now: number): number | undefined {
    if (this.#resumeAt > now) return Math.ceil(this.#resumeAt - now);
    return this.waiting > 0 || this.#held.length > 0 ? GATHER_MS_MAX : undefined;
  }
  get empty(): boolean {
    return this.waiting === 0 && this.#inFlight.size === 0 && this.#held.length === 0;
  }

  /** Takes one event of a trap. False: no room, nothing was kept. */
  add(made: Made, uptime: string, passing = ''): boolean {
    const last = this.#latest.get(made.id);
    if (last !== undefined && same(last.made, made)) {
      last.made = made;
      last.uptime = uptime;
      last.count++;
      return true;
    }
    if (!this.#hasRoom()) return false;
    const entry: Entry = { made, uptime, count: 1, passing, also: NONE, inform: undefined };
    this.#push(entry);
    this.#latest.set(made.id, entry);
    return true;
  }

  /** Takes all events of an inform. False: no room, nothing was kept, it must not be answered. */
  addInform(made: readonly Made[], uptime: string, inform: Inform, passing = ''): boolean {
    const [first, ...also] = made;
    if (first === undefined || !this.#hasRoom()) return false;
    this.#push({ made: first, uptime, count: 1, passing, also, inform });
    // What comes later about the same alarms must not be counted on what came before this.
    for (const { id } of made) this.#latest.delete(id);
    return true;
  }

  #hasRoom(): boolean {
    return this.waiting < WAITING_EVENTS_MAX && this.#chars < WAITING_CHARS_MAX;
  }

  #push(entry: Entry): void {
    this.#waiting.push(entry);
    this.#chars += charsOf(entry);
  }

  /** The next batch to hand over now, or undefined. `now` is any monotonic time in ms. */
  next(now: number): Batch | undefined {
    if (this.#resumeAt > 0) {
      if (this.#inFlight.size > 0 || now < this.#resumeAt) return undefined;
      this.#resumeAt = 0;
      this.#sayAgain();
    }
    if (this.#inFlight.size >= BATCHES_IN_FLIGHT_MAX) return undefined;
    const held = this.#held.shift();
    if (held !== undefined) return this.#send(held);
    const oldest = this.#oldest() ?? this.#orders;
    if (this.waiting === 0 || this.#orders - oldest >= BATCHES_IN_FLIGHT_MAX) return undefined;
    return this.#fromWaiting();
  }

  /** The order of the oldest batch that is not stored yet. Batches are in flight in order. */
  #oldest(): number | undefined {
    for (const { order } of this.#inFlight.values()) return order;
    return this.#held[0]?.order;
  }

  #fromWaiting(): Batch {
    const entries: Entry[] = [];
    const texts: string[] = [];
    let chars = 0;
    while (this.#head < this.#waiting.length) {
      const entry = this.#waiting[this.#head] as Entry;
      const stop = entries.length === BATCH_EVENTS_MAX || chars >= BATCH_CHARS_MAX;
      if (stop || (entry.inform !== undefined && entries.length > 0)) break;
      this.#head++;
      if (this.#latest.get(entry.made.id) === entry) this.#latest.delete(entry.made.id);
      entries.push(entry);
      texts.push(textOf(entry));
      chars += charsOf(entry);
      if (entry.inform !== undefined) break;
    }
    this.#chars -= chars;
    if (this.#head === this.#waiting.length) this.#forgetTaken(0);
    else if (this.#head > 4 * BATCH_EVENTS_MAX) this.#forgetTaken(this.#head);
    const inform = entries[0]?.inform;
    return this.#send({ order: ++this.#orders, entries, text: `[${texts.join(',')}]`, inform });
  }

  #forgetTaken(from: number): void {
    this.#waiting = from === 0 ? [] : this.#waiting.slice(from);
    this.#head = 0;
  }

  #send(made: Omit<Batch, 'number'>): Batch {
    const batch = { ...made, number: ++this.#numbers };
    this.#inFlight.set(batch.number, batch);
    return batch;
  }

  /** Notes an answer. Returns the inform that may now be answered, if it was one. */
  answered(number: number, answer: Answer, now: number): Inform | undefined {
    const batch = this.#inFlight.get(number);
    if (batch === undefined) return undefined;
    this.#inFlight.delete(number);
    if (!answer.ok) {
      this.#hold(batch);
      this.#resumeAt = Math.max(this.#resumeAt, now + Math.max(1, answer.retryAfterMs));
      return undefined;
    }
    this.#overtook = this.#overtook.filter(({ order }) => this.#isAhead(order));
    if (this.#isAhead(batch.order)) this.#overtook.push(batch);
    return batch.inform;
  }

  /** Is something older than this not stored yet? At most BATCHES_IN_FLIGHT_MAX ever are ahead. */
  #isAhead(order: number): boolean {
    const held = this.#held[0]?.order ?? order;
    return Math.min(this.#oldest() ?? order, held) < order;
  }

  #hold(batch: Batch): void {
    let at = this.#held.length;
    while (at > 0 && (this.#held[at - 1] as Batch).order > batch.order) at--;
    this.#held.splice(at, 0, batch);
  }

  /** Queues, behind the held batches, the newest word of batches that overtook them. */
  #sayAgain(): void {
    const heldAt = new Map<string, number>();
    for (const { order, entries } of this.#held) {
      for (const { made, also } of entries) {
        for (const { id } of [made, ...also]) heldAt.set(id, order);
      }
    }
    const again = new Map<string, Entry>();
    for (const { order, entries } of this.#overtook.sort((a, b) => a.order - b.order)) {
      for (const { made, also, uptime, passing } of entries) {
        for (const one of [made, ...also]) {
          if (one.kind === 'occurrence' || (heldAt.get(one.id) ?? order) >= order) continue;
          const entry: Entry = {
            made: one,
            uptime,
            count: 1,
            passing,
            also: NONE,
            inform: undefined,
          };
          again.set(one.id, entry);
        }
      }
    }
    this.#overtook = [];
    const entries = [...again.values()];
    for (let i = 0; i < entries.length; i += BATCH_EVENTS_MAX) {
      const some = entries.slice(i, i + BATCH_EVENTS_MAX);
      const text = `[${some.map(textOf).join(',')}]`;
      this.#held.push({ number: 0, order: ++this.#orders, entries: some, text, inform: undefined });
    }
  }
}

const NONE: readonly Made[] = [];

const same = (a: Made, b: Made): boolean =>
  a === b || (a.kind === b.kind && a.severity === b.severity && a.text === b.text);

const charsOf = ({ made, also }: Entry): number =>
  also.reduce((sum, one) => sum + one.head.length + one.tail.length, made.head.length) +
  made.tail.length;

function textOf({ made, also, uptime, count, passing }: Entry): string {
  const counted = count === 1 ? '' : `"count":${count},`;
  let text = `{${counted}${made.settles ? passing : ''}${made.head}${uptime}${made.tail}`;
  for (const one of also) {
    text += `,{${one.settles ? passing : ''}${one.head}${uptime}${one.tail}`;
  }
  return text;
}
