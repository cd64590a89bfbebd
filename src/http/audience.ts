import type { Outlet, Reader, Room } from './reader.ts';

/** Everybody who is told the same, wherever their connections are held. */
export class Audience {
  readonly #rooms = new Map<Outlet, Room>();
  #size = 0;
  /** Rounds that have not reached everybody yet. */
  #open = 0;
  #waiting: (() => void) | undefined;

  get size(): number {
    return this.#size;
  }

  /** Tells `reader` all that comes from now on, until it goes; then `left` is called. */
  add(reader: Reader, left: () => void = () => {}): void {
    const { outlet } = reader;
    const room = this.#rooms.get(outlet) ?? outlet.room();
    this.#rooms.set(outlet, room);
    room.add(reader);
    this.#size++;
    reader.onClose(() => {
      room.delete(reader);
      if (room.size === 0 && this.#rooms.get(outlet) === room) this.#rooms.delete(outlet);
      this.#size--;
      left();
    });
  }

  /** The same bytes to everybody, in slices and in the order of calls; then `told` is called. */
  tell(bytes: Buffer, told: () => void = () => {}): void {
    let left = this.#rooms.size;
    const done = (): void => {
      if (--left === 0) told();
      this.#done();
    };
    for (const room of this.#rooms.values()) {
      this.#open++;
      room.tell(bytes, done);
    }
  }

  /**
   * Calls `then` when all that was told has been written, at once when nothing is on its way. Only
   * the last one who asked is called: what is told then is the newest anyway.
   */
  whenTold(then: () => void): void {
    if (this.#open === 0) then();
    else this.#waiting = then;
  }

  #done(): void {
    this.#open--;
    if (this.#open > 0) return;
    const then = this.#waiting;
    this.#waiting = undefined;
    then?.();
  }
}
