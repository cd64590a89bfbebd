import { DeskError } from '../base/errors.ts';
import type { Instant } from '../base/time.ts';
import { APPENDS_IN_FLIGHT_MAX, type Journal } from '../ports/journal.ts';
import { encode } from './codec.ts';
import type { Draft } from './draft.ts';
import type { Entry } from './entry.ts';
import { FairQueue, type LaneFill } from './fair-queue.ts';

/** One block: many entries under one fsync. Larger ones would hold the loop up while applied. */
const BLOCK_CHARS_MAX = 4_000_000;
const BLOCK_WEIGHT_MAX = 4_000;

/** What may wait for its commit; beyond it the desk says that it is busy. */
export const WAITING_CHARS_MAX = 128_000_000;

/** The budget of one source: what of it may wait, in alarms and in characters. */
export const LANE_WEIGHT_MAX = 100_000;
export const LANE_CHARS_MAX = 64_000_000;

/** So much each source may have waiting although the others have used up what there is. */
export const LANE_CHARS_RESERVED = 1_000_000;

/** The lane of what people, timers and the desk itself say, and how many turns it has. */
const OWN_LANE = '';
const OWN_SHARE = 4;

/** After a failed commit everything is refused for so long, then one block tries again. */
const PAUSE_AFTER_FAILURE_MS = 200;

/** Alarms that make a second block worth its own fsync while the first one is on its way. */
const SECOND_WEIGHT_MIN = 64;

const COMMIT_TIMES_MAX = 1_024;

/** A text that is made when its block is: until then its entry may still change. */
export interface LazyText {
  /** About how long it will be. */
  readonly chars: number;
  make(): string;
}

interface Waiting {
  readonly entry: Entry;
  readonly text: string | LazyText;
  /** About how many alarms it touches. */
  readonly weight: number;
  readonly chars: number;
  readonly order: number;
  readonly resolve: (draft: Draft) => void;
  readonly reject: (error: DeskError) => void;
}

export interface CommitterParts {
  readonly journal: Journal;
  readonly apply: (position: number, entry: Entry) => Draft;
  readonly now: () => Instant;
  /** Called when journal and fold came apart. */
  readonly broken: (error: unknown) => void;
  /** Runs a task at the end of this turn of the loop. */
  readonly soon: (task: () => void) => void;
  readonly secondBlockWeightMin?: number | undefined;
}

/**
 * Group commit without a delay: while one block is being committed the next one gathers. An entry
 * is applied, and its caller answered, only when its block is on disk.
 */
export class Committer {
  readonly commitMs: number[] = [];
  entries = 0;
  blocks = 0;
  /** When the last block was on disk. */
  committedAt: Instant | undefined;
  /** '' while the journal takes writes; else why not. */
  down = '';
  readonly #journal: Journal;
  readonly #apply: (position: number, entry: Entry) => Draft;
  readonly #now: () => Instant;
  readonly #broken: (error: unknown) => void;
  readonly #secondWeightMin: number;
  readonly #soon: (task: () => void) => void;
  readonly #waiting = new FairQueue<Waiting>((lane) => (lane === OWN_LANE ? OWN_SHARE : 1));
  #order = 0;
  /** Last position known to be committed. */
  #head: number;
  /** Position of the next entry to be sent: beyond `#head` by what is in flight. */
  #next: number;
  #inFlight = 0;
  #pumping = false;
  #refuseUntil = 0;
  #idle: (() => void)[] = [];

  constructor(parts: CommitterParts) {
    this.#journal = parts.journal;
    this.#apply = parts.apply;
    this.#now = parts.now;
    this.#broken = parts.broken;
    this.#soon = parts.soon;
    this.#secondWeightMin = parts.secondBlockWeightMin ?? SECOND_WEIGHT_MIN;
    this.#head = parts.journal.head;
    this.#next = this.#head + 1;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** What of one source waits. */
  fill(lane: string): LaneFill {
    return this.#waiting.fill(lane);
  }

  /**
   * Resolves with what `apply` made of it, after the commit. `text` spares encoding it again. What
   * sources say goes in a lane of its source: entries of one lane keep their order.
   */
  append(
    entry: Entry,
    text: string | LazyText = encode(entry),
    lane: string = OWN_LANE,
  ): Promise<Draft> {
    return new Promise((resolve, reject) => {
      const weight = weightOf(entry);
      const chars = typeof text === 'string' ? text.length : text.chars;
      const refusal = this.#refusal(lane, weight, chars);
      if (refusal) return reject(refusal);
      const order = this.#order++;
      this.#waiting.push(lane, { entry, text, weight, chars, order, resolve, reject });
      this.#pumpOrGather();
    });
  }

  /** Resolves when nothing waits and nothing is being committed. */
  settled(): Promise<void> {
    if (this.#inFlight === 0 && this.#waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #refusal(lane: string, weight: number, chars: number): DeskError | undefined {
    if (this.down !== '' && this.#now() < this.#refuseUntil) {
      return new DeskError('JOURNAL_DOWN', { why: this.down });
    }
    const fill = this.#waiting.fill(lane);
    if (lane !== OWN_LANE && isOverBudget(fill, weight, chars)) {
      return new DeskError('OVER_BUDGET', { source: lane });
    }
    const isReserved = lane !== OWN_LANE && fill.chars + chars <= LANE_CHARS_RESERVED;
    if (this.#waiting.chars + chars > WAITING_CHARS_MAX && !isReserved) {
      return new DeskError('BUSY', { why: 'too much waits to be written' });
    }
    return undefined;
  }

  /**
   * A large block goes at once. Small ones that arrive in one turn of the loop share a commit: the
   * first of many requests that are there already must not go alone.
   */
  #pumpOrGather(): void {
    if (this.#waiting.weight >= this.#secondWeightMin) return this.#pump();
    if (this.#pumping || this.#waiting.size === 0) return;
    this.#pumping = true;
    this.#soon(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#mayPump()) this.#send(this.#waiting.take(BLOCK_WEIGHT_MAX, BLOCK_CHARS_MAX));
  }

  /** A second block follows at once when it is worth an fsync of its own; else it gathers on. */
  #mayPump(): boolean {
    if (this.#waiting.size === 0) return false;
    if (this.#inFlight === 0) return true;
    if (this.down !== '' || this.#inFlight >= APPENDS_IN_FLIGHT_MAX) return false;
    return this.#waiting.weight >= this.#secondWeightMin;
  }

  #send(block: readonly Waiting[]): void {
    const first = this.#next;
    this.#inFlight++;
    this.#next += block.length;
    const text = block.map(textOf).join('\n');
    const append = this.#journal.append({ first, count: block.length, text });
    const committed = append.then((appended) => {
      this.#inFlight--;
      if (appended.is === 'failed') return this.#failed(block, appended.why);
      this.down = '';
      this.#head += block.length;
      this.#note(block.length, appended.fsyncMs);
      this.#pumpOrGather(); // the next block is written while this one is applied
      for (const [i, w] of block.entries()) w.resolve(this.#apply(first + i, w.entry));
      this.#rest();
    });
    // Journal and fold have come apart: going on would answer what is not true.
    committed.catch((error: unknown) => {
      this.down = 'a fault of the desk itself';
      this.#refuseUntil = Number.POSITIVE_INFINITY;
      this.#broken(error);
    });
  }

  #failed(block: readonly Waiting[], why: string): void {
    this.down = why;
    this.#refuseUntil = this.#now() + PAUSE_AFTER_FAILURE_MS;
    const refused = [...block, ...this.#waiting.drain()];
    // A block in flight behind this one fails too: the next one begins where the journal ends.
    this.#next = this.#head + 1;
    for (const w of refused) w.reject(new DeskError('JOURNAL_DOWN', { why }));
    this.#rest();
  }

  #note(entries: number, ms: number): void {
    this.entries += entries;
    this.blocks++;
    this.committedAt = this.#now();
    this.commitMs.push(ms);
    if (this.commitMs.length > COMMIT_TIMES_MAX) this.commitMs.shift();
  }

  #rest(): void {
    if (this.#inFlight > 0 || this.#waiting.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

const textOf = ({ text }: Waiting): string => (typeof text === 'string' ? text : text.make());

/** An empty lane takes anything: an entry larger than the budget must not wait for ever. */
const isOverBudget = (fill: LaneFill, weight: number, chars: number): boolean =>
  fill.weight > 0 &&
  (fill.weight + weight > LANE_WEIGHT_MAX || fill.chars + chars > LANE_CHARS_MAX);

function weightOf(entry: Entry): number {
  if (entry.kind === 'events') return entry.events.length;
  if (entry.kind === 'renewals' || entry.kind === 'expiry') return entry.alarms.length;
  if (entry.kind === 'act' && 'on' in entry.act) return entry.act.on.length;
  return 1;
}
