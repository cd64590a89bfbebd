import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, between, days, hours, type Instant, type Millis } from '../base/time.ts';
import type { Checkpoints } from '../ports/store.ts';
import type { Desk } from './desk.ts';

/** The journal is cut by age, and by this size whatever the age. */
const JOURNAL_BYTES_MAX = 20 * 2 ** 30;
const CUT_EVERY = hours(1);
const CHECKPOINT_EVERY = days(1);

export interface Retention {
  /** How long the journal is kept. */
  readonly journalKeep: Millis;
  /** How long history is kept. */
  readonly historyKeep: Millis;
}

type Kept = Pick<Desk, 'journal' | 'store'>;

/**
 * Cuts journal and history once: never past what a start needs. By age the journal ends where the
 * oldest kept checkpoint begins; by size it goes first, and takes with it the checkpoints that
 * nothing follows any more.
 */
export async function cut(
  desk: Kept,
  checkpoints: Checkpoints,
  keep: Retention,
  now: Instant,
): Promise<{ readonly removedFiles: number; readonly removedRows: number }> {
  // Compaction ends with a sync: a power cut never takes the store back behind this position.
  const startNeeds = desk.store.position + 1;
  const { removed } = await desk.store.compact((now - keep.historyKeep) as Instant);
  forget(checkpoints, keep.journalKeep, now);
  const oldest = checkpoints.list()[0];
  const replayNeeds = oldest ? Math.min(oldest.position + 1, startNeeds) : startNeeds;
  const byAge = await desk.journal.retain({
    keepMs: keep.journalKeep,
    bytesMax: Number.MAX_SAFE_INTEGER,
    oldestNeeded: replayNeeds,
  });
  const bySize = await desk.journal.retain({
    keepMs: Number.MAX_SAFE_INTEGER,
    bytesMax: JOURNAL_BYTES_MAX,
    oldestNeeded: startNeeds,
  });
  for (const { position } of checkpoints.list()) {
    if (position + 1 < bySize.tail) checkpoints.remove(position);
  }
  return { removedFiles: byAge.removedFiles + bySize.removedFiles, removedRows: removed };
}

/** Those beyond the journal's age go, but one: the time kept has a beginning to replay from. */
function forget(checkpoints: Checkpoints, journalKeep: Millis, now: Instant): void {
  const old = checkpoints.list().filter((kept) => between(kept.deskTime, now) >= journalKeep);
  for (const { position } of old.slice(0, -1)) checkpoints.remove(position);
}

/** Makes a checkpoint unless the newest is younger than a day, or of the same position. */
export async function checkpoint(
  desk: Kept,
  checkpoints: Checkpoints,
  now: Instant,
): Promise<boolean> {
  const newest = checkpoints.list().at(-1);
  const isDue = !newest || between(newest.deskTime, now) >= CHECKPOINT_EVERY;
  if (!isDue || desk.store.position === (newest?.position ?? 0)) return false;
  await checkpoints.take(desk.store);
  return true;
}

/** Cuts and keeps once an hour; the returned function ends it. */
export function keepCut(
  desk: Desk,
  checkpoints: Checkpoints,
  keep: Retention,
  clock: Clock,
  log: Log,
): () => void {
  let cancel = (): void => {};
  const hourly = async (): Promise<void> => {
    try {
      if (await checkpoint(desk, checkpoints, clock.now())) log.info('checkpoint.kept');
    } catch (error) {
      log.error('checkpoint.failed', { error });
    }
    try {
      log.info('history.cut', await cut(desk, checkpoints, keep, clock.now()));
    } catch (error) {
      log.error('history.cut-failed', { error });
    }
  };
  const arm = (): void => {
    cancel = clock.at(after(clock.now(), CUT_EVERY), () => {
      void hourly();
      arm();
    });
  };
  arm();
  return () => cancel();
}
