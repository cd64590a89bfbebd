import { fingerprint } from '../../base/fingerprint.ts';
import type { AlarmEvent } from '../../domain/alarm/event.ts';

/** Different reports that may wait for the desk; beyond it lines of UDP are lost and counted. */
export const WAITING_EVENTS_MAX = 65_536;
export const WAITING_CHARS_MAX = 64 * 1024 * 1024;
/** Alarms remembered as just told, for the sake of their repeats. */
export const TOLD_MAX = 65_536;
/** Reports handed over in one call. */
export const BATCH_EVENTS_MAX = 2_000;
export const BATCH_CHARS_MAX = 4 * 1024 * 1024;
/** One report stands for at most so many lines. */
export const COUNT_MAX = 1_000_000_000;

interface Entry {
  readonly id: string;
  /** Undefined once the desk has it. */
  event: AlarmEvent | undefined;
  /** What a repeat is known by, once the desk has it. */
  said: string;
  count: number;
  /** What it weighs in WAITING_CHARS_MAX. */
  size: number;
  /** waiting: in the queue; told: the desk has it; held: repeats of something told, until `at`. */
  is: 'waiting' | 'told' | 'held';
  /** told: when. held: when it goes into the queue. */
  at: number;
}

/** What goes to the desk in one call. */
export interface Batch {
  readonly text: string;
  /** Lines it stands for. */
  readonly lines: number;
}

/**
 * Reports on their way to the desk, in order, with what is said again and again folded into a
 * count.
 *
 * waiting  a queue. A repeat of the newest report about an alarm is counted on it.
 * told     handed over. For `window` ms a repeat is not handed over again but
 * held     gathered with its count; it goes into the queue when the window ends, or at once when
 *          the same alarm is told something else: a clear never overtakes a raise, nor the other
 *          way round.
 *
 * One batch is on its way at a time and is handed over again until the desk has it, so no later
 * report ever overtakes it.
 */
export class Fold {
  readonly #window: number;
  #queue: Entry[] = [];
  #head = 0;
  #chars = 0;
  #latest = new Map<string, Entry>();
  #told: Entry[] = [];
  #toldHead = 0;
  #held = new Set<Entry>();
  #sent: readonly Entry[] = [];
  #batch: Batch | undefined;

  constructor(windowMs: number) {
    this.#window = windowMs;
  }

  get waiting(): number {
    return this.#queue.length - this.#head;
  }
  get held(): number {
    return this.#held.size;
  }
  /** Nothing waits, is held or is on its way. */
  get empty(): boolean {
    return this.waiting === 0 && this.#held.size === 0 && this.#batch === undefined;
  }
  /** Lines that a stop now would lose. */
  get left(): number {
    const waiting = [...this.#queue.slice(this.#head), ...this.#held];
    return waiting.reduce((sum, { count }) => sum + count, this.#batch?.lines ?? 0);
  }
  get full(): boolean {
    return this.waiting + this.#held.size >= WAITING_EVENTS_MAX || this.#chars >= WAITING_CHARS_MAX;
  }

  /**
   * Takes a report. False: no room, nothing was kept. `now` is any monotonic time in ms. `patient`
   * senders have been read already and stop when asked: what they said is taken in any case.
   */
  add(event: AlarmEvent, now: number, patient: boolean): boolean {
    const count = event.count ?? 1;
    const last = this.#latest.get(event.id);
    if (last !== undefined && isRepeat(last, event)) {
      if (last.is !== 'told') {
        this.#weigh(last, event);
        last.count = Math.min(last.count + count, COUNT_MAX);
        return true;
      }
      if (now - last.at < this.#window) {
        if (this.full && !patient) return false;
        const held = entryFor(event.id, count, 'held', last.at + this.#window);
        this.#held.add(held);
        this.#latest.set(event.id, held);
        this.#weigh(held, event);
        return true;
      }
    }
    if (this.full && !patient) return false;
    if (last?.is === 'held') this.#release(last);
    const entry = entryFor(event.id, count, 'waiting', 0);
    this.#queue.push(entry);
    this.#latest.set(event.id, entry);
    this.#weigh(entry, event);
    return true;
  }

  #weigh(entry: Entry, event: AlarmEvent): void {
    const size = sizeOf(event);
    this.#chars += size - entry.size;
    entry.size = size;
    entry.event = event;
  }

  #release(entry: Entry): void {
    this.#held.delete(entry);
    entry.is = 'waiting';
    this.#queue.push(entry);
  }

  /** What was held long enough goes into the queue; all of it when the thread stops. */
  tick(now: number, stopping = false): void {
    for (const entry of this.#held) if (stopping || entry.at <= now) this.#release(entry);
    while (this.#toldHead < this.#told.length) {
      const entry = this.#told[this.#toldHead] as Entry;
      const many = this.#told.length - this.#toldHead > TOLD_MAX;
      if (!many && now - entry.at < this.#window) break;
      this.#toldHead++;
      if (this.#latest.get(entry.id) === entry) this.#latest.delete(entry.id);
    }
    if (this.#toldHead === this.#told.length) [this.#told, this.#toldHead] = [[], 0];
    else if (this.#toldHead > TOLD_MAX) {
      this.#told = this.#told.slice(this.#toldHead);
      this.#toldHead = 0;
    }
  }

  /** The batch to hand over now, or again; undefined when there is nothing. */
  next(): Batch | undefined {
    if (this.#batch !== undefined) return this.#batch;
    const entries: Entry[] = [];
    let [chars, lines] = [0, 0];
    while (this.#head < this.#queue.length && entries.length < BATCH_EVENTS_MAX) {
      if (chars >= BATCH_CHARS_MAX) break;
      const entry = this.#queue[this.#head++] as Entry;
      entry.is = 'told'; // a repeat from now on is not counted on what is being sent
      entry.at = Number.POSITIVE_INFINITY;
      entries.push(entry);
      chars += entry.size;
      lines += entry.count;
    }
    if (entries.length === 0) return undefined;
    if (this.#head === this.#queue.length) [this.#queue, this.#head] = [[], 0];
    else if (this.#head > 4 * BATCH_EVENTS_MAX) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    this.#chars -= chars;
    this.#sent = entries;
    const texts = entries.flatMap(({ event, count }) => (event ? [textOf(event, count)] : []));
    this.#batch = { text: `[${texts.join(',')}]`, lines };
    return this.#batch;
  }

  /** The desk has the batch: from now on its repeats are held. */
  done(now: number): void {
    for (const entry of this.#sent) {
      entry.at = now;
      entry.said = entry.event === undefined ? '' : saidBy(entry.event);
      entry.event = undefined;
      this.#told.push(entry);
      const last = this.#latest.get(entry.id);
      if (last?.is === 'held' && last.at === Number.POSITIVE_INFINITY) last.at = now + this.#window;
    }
    this.#sent = [];
    this.#batch = undefined;
    if (this.#told.length - this.#toldHead > TOLD_MAX) this.tick(now);
  }
}

const entryFor = (id: string, count: number, is: Entry['is'], at: number): Entry => ({
  id,
  event: undefined,
  said: '',
  count,
  size: 0,
  is,
  at,
});

/** Repeats say the same of the same alarm; the text of what has no end may differ in numbers. */
function isRepeat({ event: a, said }: Entry, b: AlarmEvent): boolean {
  if (a === undefined) return said === saidBy(b);
  if (a.kind !== b.kind || a.severity !== b.severity) return false;
  return a.kind === 'occurrence' || a.kind === 'clear' || a.text === b.text;
}

/** Short, and no part of a line: so many thousand are remembered. */
const saidBy = ({ kind, severity, text }: AlarmEvent): string =>
  kind === 'occurrence' || kind === 'clear'
    ? `${kind} ${severity}`
    : fingerprint([kind, severity ?? '', text]);

/** Labels are cut from the line: they weigh as much as it does, at most. */
const sizeOf = ({ text, raw = '', resource, qualifier }: AlarmEvent): number =>
  400 + text.length + 2 * raw.length + resource.length + qualifier.length;

const textOf = (event: AlarmEvent, count: number): string =>
  JSON.stringify(count === 1 && event.count === undefined ? event : { ...event, count });
