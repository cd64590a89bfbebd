import type { AlarmId } from '../../domain/alarm/event.ts';
import type { PlacedChange } from '../../ports/store.ts';
import type { Desk } from '../desk.ts';

/** Changes kept while the store has not written them. Beyond it the page says that some miss. */
export const RECENT_CHANGES_MAX = 50_000;

/** What was applied and is not in the store yet, so that a page never lags behind the desk. */
export interface RecentChanges {
  /** Newest first, those after `asOf`; `complete` is false when older ones had to be let go. */
  of(
    id: AlarmId,
    asOf: number,
  ): { readonly changes: readonly PlacedChange[]; readonly complete: boolean };
  close(): void;
}

export function openRecentChanges(
  desk: Pick<Desk, 'watch' | 'store'>,
  max = RECENT_CHANGES_MAX,
): RecentChanges {
  let kept: PlacedChange[] = [];
  let cutAt = 0; // position of the newest change that was let go unwritten
  const trim = () => {
    const written = desk.store.position;
    kept = kept.filter((c) => c.position > written);
    if (kept.length <= max) return;
    cutAt = kept[kept.length - max - 1]?.position ?? cutAt;
    kept = kept.slice(-max);
  };
  let trimAt = 1_024;
  const unwatch = desk.watch(({ position, at, changes }) => {
    changes.forEach((c, index) => {
      kept.push({ ...c, position, index, receivedAt: at });
    });
    if (kept.length < trimAt) return;
    trim();
    trimAt = Math.min(2 * max, Math.max(1_024, 2 * kept.length));
  });
  return {
    of: (id, asOf) => ({
      changes: kept.filter((c) => c.alarm === id && c.position > asOf).reverse(),
      complete: cutAt <= asOf,
    }),
    close: unwatch,
  };
}
