import type { AlarmId } from '../../domain/alarm/event.ts';
import type { PlacedChange } from '../../ports/store.ts';
import type { Applied, Desk } from '../desk.ts';

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
  let kept: Applied[] = []; // as they came; a page that asks unfolds what it needs
  let changesKept = 0;
  let cutAt = 0; // position of the newest change that was let go unwritten
  const trim = () => {
    const written = desk.store.position;
    kept = kept.filter((applied) => applied.position > written);
    changesKept = kept.reduce((sum, { changes }) => sum + changes.length, 0);
    let drop = 0;
    for (; changesKept > max && drop < kept.length; drop++) {
      changesKept -= kept[drop]?.changes.length ?? 0;
      cutAt = kept[drop]?.position ?? cutAt;
    }
    kept = kept.slice(drop);
  };
  let trimAt = 1_024;
  const unwatch = desk.watch((applied) => {
    if (applied.changes.length === 0) return;
    kept.push(applied);
    changesKept += applied.changes.length;
    if (changesKept < trimAt) return;
    trim();
    trimAt = Math.min(2 * max, Math.max(1_024, 2 * changesKept));
  });
  return {
    of: (id, asOf) => ({
      changes: kept
        .flatMap((applied) => (applied.position > asOf ? linesOf(applied, id) : []))
        .reverse(),
      complete: cutAt <= asOf,
    }),
    close: unwatch,
  };
}

function linesOf({ position, at, changes }: Applied, id: AlarmId): readonly PlacedChange[] {
  const lines: PlacedChange[] = [];
  changes.forEach((c, index) => {
    if (c.alarm === id) lines.push({ ...c, position, index, receivedAt: at });
  });
  return lines;
}
