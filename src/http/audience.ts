import type { Outlet, Reader, Room } from './reader.ts';

/** Everybody who is told the same, wherever their connections are held. */
export class Audience {
  readonly #rooms = new Map<Outlet, Room>();
  #size = 0;
  /** What was told and has not reached everybody yet, in every room. */
  #onTheWay = 0;
  #waiting: { readonly then: () => void; readonly most: number } | undefined;

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
    if (left === 0) return;
    this.#onTheWay++;
    const done = (): void => {
      if (--left > 0) return;
      this.#onTheWay--;
      told();
      this.#next();
    };
    for (const room of [...this.#rooms.values()]) room.tell(bytes, done);
  }

  /**
   * Calls `then` when no more than `most` tellings are on their way, at once when that is so now.
   * Only the last one who asked is called: what is told then is the newest anyway.
   */
  whenTold(then: () => void, most = 0): void {
    if (this.#onTheWay <= most) then();
    else this.#waiting = { then, most };
  }

  #next(): void {
    const { then, most } = this.#waiting ?? {};
    if (!then || this.#onTheWay > (most ?? 0)) return;
    this.#waiting = undefined;
    then();
  }
}
