import type { AlarmId } from '../alarm/event.ts';

/**
 * A set of ids that knows its smallest one, by code unit. A heap; what was taken out is left in
 * until it comes to the top or fills half of it, so that 100,000 sources that clear one by one in
 * order cost no scan each.
 */
export class LeastId {
  readonly #ids = new Set<AlarmId>();
  #heap: AlarmId[] = [];
  /** What stands in the heap, taken out or not: nothing stands there twice. */
  readonly #heaped = new Set<AlarmId>();

  get size(): number {
    return this.#ids.size;
  }

  add(id: AlarmId): void {
    this.#ids.add(id);
    if (this.#heaped.has(id)) return;
    this.#heaped.add(id);
    this.#heap.push(id);
    this.#up(this.#heap.length - 1);
  }

  delete(id: AlarmId): void {
    if (this.#ids.delete(id) && this.#heap.length > 2 * this.#ids.size + 16) this.#rebuild();
  }

  least(): AlarmId | undefined {
    let top = this.#heap[0];
    while (top !== undefined && !this.#ids.has(top)) {
      this.#heaped.delete(top);
      const last = this.#heap.pop();
      if (last !== undefined && this.#heap.length > 0) {
        this.#heap[0] = last;
        this.#down();
      }
      top = this.#heap[0];
    }
    return top;
  }

  /** A sorted list is a heap. */
  #rebuild(): void {
    this.#heap = [...this.#ids].sort();
    this.#heaped.clear();
    for (const id of this.#heap) this.#heaped.add(id);
  }

  #up(from: number): void {
    const heap = this.#heap;
    const id = heap[from];
    let at = from;
    while (at > 0 && id !== undefined) {
      const above = (at - 1) >> 1;
      const other = heap[above];
      if (other === undefined || other <= id) break;
      heap[at] = other;
      heap[above] = id;
      at = above;
    }
  }

  #down(): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (left === undefined) return;
      const below = right !== undefined && right < left ? 2 * at + 2 : 2 * at + 1;
      const [own, other] = [heap[at], heap[below]];
      if (own === undefined || other === undefined || own <= other) return;
      heap[at] = other;
      heap[below] = own;
      at = below;
    }
  }
}
