import type { Instant } from '../base/time.ts';

interface Put<T> {
  readonly at: Instant;
  readonly order: number;
  readonly item: T;
}

/** Things by their time: the earliest comes out first, and of one time the one put in first. */
export class TimeHeap<T> {
  readonly #heap: Put<T>[] = [];
  #order = 0;

  /** Time of the first one. */
  get next(): Instant | undefined {
    return this.#heap[0]?.at;
  }

  push(at: Instant, item: T): void {
    const put = { at, order: this.#order++, item };
    const heap = this.#heap;
    let i = heap.push(put) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      const parent = heap[up];
      if (!parent || !isBefore(put, parent)) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = put;
  }

  /** Takes out the first one if its time has come. */
  due(now: Instant): T | undefined {
    const first = this.#heap[0];
    if (!first || first.at > now) return undefined;
    const last = this.#heap.pop();
    if (last && this.#heap.length > 0) this.#sink(last);
    return first.item;
  }

  #sink(put: Put<T>): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      const [left, right] = [heap[down], heap[down + 1]];
      if (left && right && isBefore(right, left)) down++;
      const child = heap[down];
      if (!child || !isBefore(child, put)) break;
      heap[i] = child;
      i = down;
    }
    heap[i] = put;
  }
}

const isBefore = (a: Put<unknown>, b: Put<unknown>): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);

/** First in, first out; taking the first of 100,000 costs what taking the first of ten does. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Puts these before all others, in their order. */
  putBack(items: readonly T[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)];
    this.#head = 0;
  }

  shift(): T | undefined {
    const first = this.#items[this.#head];
    if (first === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }
}
