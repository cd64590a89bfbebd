import { after, seconds } from '../../base/time.ts';
import type { Desk } from '../desk.ts';
import { VIEW_LIMITS } from './view-limits.ts';

const nothing = (): void => {};

/** Something that is kept up to date while somebody holds it, and for a moment after. */
export interface Kept<T> {
  readonly it: T;
  readonly listeners: Set<() => void>;
  holders: number;
  dirty: boolean;
  cancelDrop: () => void;
}

export interface Hold {
  onTick(listener: () => void): () => void;
  release(): void;
}

export const keep = <T>(it: T): Kept<T> => ({
  it,
  listeners: new Set(),
  holders: 0,
  dirty: false,
  cancelDrop: nothing,
});

/** Holds it; the last to let go leaves it for `idle_s_max`, then it is dropped from `all`. */
export function holdKept<T>(
  desk: Pick<Desk, 'clock'>,
  all: Map<string, Kept<T>>,
  key: string,
  kept: Kept<T>,
): Hold {
  kept.holders++;
  kept.cancelDrop();
  kept.cancelDrop = nothing;
  let held = true;
  return {
    onTick: (listener) => subscribe(kept.listeners, listener),
    release() {
      if (!held) return;
      held = false;
      if (--kept.holders > 0) return;
      const idleUntil = after(desk.clock.now(), seconds(VIEW_LIMITS.idle_s_max));
      kept.cancelDrop = desk.clock.at(idleUntil, () => {
        if (kept.holders === 0 && all.get(key) === kept) all.delete(key);
      });
    },
  };
}

/** Tells those who listen to what changed since. */
export function tellDirty(all: Iterable<Kept<unknown>>): void {
  for (const kept of all) {
    if (!kept.dirty) continue;
    kept.dirty = false;
    for (const listener of kept.listeners) listener();
  }
}

export function subscribe(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
