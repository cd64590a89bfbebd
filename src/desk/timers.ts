import type { Clock } from '../base/clock.ts';
import { after, type Instant, seconds } from '../base/time.ts';
import type { Draft } from './draft.ts';
import type { TimerEntry } from './entry.ts';
import type { State } from './state.ts';
import type { Timer } from './tables.ts';

/** When the journal refuses a timer's entry, it is tried again after this. */
const RETRY_AFTER = seconds(1);

/**
 * Fires the timers of the fold: each becomes an entry at or after its time. The timers themselves
 * are rows of the state; this only watches the clock for the earliest of them.
 */
export class TimerDriver {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #append: (entry: TimerEntry) => Promise<unknown>;
  /** Heap of (time, id, generation); one that was moved or cancelled is dropped when it is met. */
  readonly #heap: Timer[] = [];
  readonly #firing = new Set<string>();
  #cancel: (() => void) | undefined;
  #armedFor: Instant | undefined;
  #begun = false;

  constructor(state: State, clock: Clock, append: (entry: TimerEntry) => Promise<unknown>) {
    this.#state = state;
    this.#clock = clock;
    this.#append = append;
  }

  /** Takes up every timer there is; those that are overdue fire at once. */
  begin(): void {
    this.#begun = true;
    for (const timer of this.#state.all('timers')) this.#push(timer);
    this.#arm();
  }

  follow(draft: Draft): void {
    if (!this.#begun) return;
    for (const row of draft.writes.get('timers')?.values() ?? []) {
      if (row !== undefined) this.#push(row as Timer);
    }
    this.#arm();
  }

  stop(): void {
    this.#begun = false;
    this.#cancel?.();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (!first || !this.#begun || (this.#armedFor !== undefined && this.#armedFor <= first.at)) {
      return;
    }
    this.#cancel?.();
    this.#armedFor = first.at;
    this.#cancel = this.#clock.at(first.at, () => {
      this.#armedFor = undefined;
      this.#fire();
      this.#arm();
    });
  }

  #fire(): void {
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      const { id, generation } = first;
      const key = `${id}@${generation}`;
      if (this.#state.get('timers', id)?.generation !== generation || this.#firing.has(key)) {
        continue;
      }
      this.#firing.add(key);
      this.#append({ kind: 'timer', at: now, timer: id, generation })
        .catch(() => this.#again(first))
        .finally(() => this.#firing.delete(key));
    }
  }

  #again(timer: Timer): void {
    this.#push({ ...timer, at: after(this.#clock.now(), RETRY_AFTER) });
    this.#arm();
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      const parent = heap[up];
      if (!parent || parent.at <= timer.at) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      const right = heap[down + 1];
      if (right && right.at < (heap[down]?.at ?? Infinity)) down++;
      const child = heap[down];
      if (!child || child.at >= last.at) break;
      heap[i] = child;
      i = down;
    }
    heap[i] = last;
  }
}
