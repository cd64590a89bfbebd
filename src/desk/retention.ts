import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, hours, type Instant, type Millis } from '../base/time.ts';
import type { Desk } from './desk.ts';

/** The journal is cut by age, and by this size whatever the age. */
const JOURNAL_BYTES_MAX = 20 * 2 ** 30;
const CUT_EVERY = hours(1);

export interface Retention {
  /** How long the journal is kept. */
  readonly journalKeep: Millis;
  /** How long history is kept. */
  readonly historyKeep: Millis;
}

/** Cuts journal and history once: never past what a start needs. */
export async function cut(
  desk: Pick<Desk, 'journal' | 'store'>,
  keep: Retention,
  now: Instant,
): Promise<{ readonly removedFiles: number; readonly removedRows: number }> {
  // Compaction ends with a sync: a power cut never takes the store back behind this position.
  const oldestNeeded = desk.store.position + 1;
  const { removed } = await desk.store.compact((now - keep.historyKeep) as Instant);
  const limits = { keepMs: keep.journalKeep, bytesMax: JOURNAL_BYTES_MAX, oldestNeeded };
  const { removedFiles } = await desk.journal.retain(limits);
  return { removedFiles, removedRows: removed };
}

/** Cuts once an hour; the returned function ends it. */
export function keepCut(desk: Desk, keep: Retention, clock: Clock, log: Log): () => void {
  let cancel = (): void => {};
  const arm = (): void => {
    cancel = clock.at(after(clock.now(), CUT_EVERY), () => {
      cut(desk, keep, clock.now()).then(
        (removed) => log.info('history.cut', removed),
        (error: unknown) => log.error('history.cut-failed', { error }),
      );
      arm();
    });
  };
  arm();
  return () => cancel();
}
