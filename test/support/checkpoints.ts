import type { Checkpoints, Store, StoreCheckpoint } from '../../src/ports/store.ts';
import type { MemoryStore } from './store.ts';

/** Kept checkpoints in memory: what `take` gets is the store whose `crash` makes the copy. */
export function memoryCheckpoints(of: MemoryStore): Checkpoints {
  const kept = new Map<number, () => StoreCheckpoint>();
  const what = (open: () => StoreCheckpoint) => {
    const { position, deskTime } = open();
    return { position, deskTime };
  };
  return {
    list: () => [...kept.values()].map(what).sort((a, b) => a.position - b.position),
    take: async (_: Pick<Store, 'copyCheckpoint'>) => {
      const copy = of.copy();
      kept.set(copy.position, () => copy.load());
      return what(() => copy.load());
    },
    open: (position) => {
      const open = kept.get(position);
      if (!open) throw new Error(`no checkpoint ${position}`);
      return open();
    },
    remove: (position) => kept.delete(position),
  };
}
