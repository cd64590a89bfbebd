/** First in, first out, with a maximum. Says no when full; the caller counts and says so. */
export class BoundedQueue<T> {
  readonly max: number;
  #items: (T | undefined)[] = [];
  #head = 0;
  constructor(max: number) {
    this.max = max;
  }
  get length(): number {
    return this.#items.length - this.#head;
  }
  /** False when full: nothing was kept. */
  push(item: T): boolean {
    if (this.length >= this.max) return false;
    this.#items.push(item);
    return true;
  }
  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
