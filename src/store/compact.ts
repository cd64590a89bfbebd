import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from './schema.ts';

/** Rows looked at in one transaction: some 20 ms, so that a write in between never waits long. */
export const SLICE_ROWS_MAX = 2_000;

export const COMPACT_SQL = {
  /** By the primary key: `seq` grows with time, so the oldest come first. */
  oldChanges: `
    delete from changes
     where seq in (select seq from changes where seq <= (select min(seq) from changes) + ?)
       and received_ms < ?`,
  /** By the index evidence_by_age. */
  oldEvidence: `
    delete from evidence
     where alarm in (select alarm from evidence where at_ms < ? order by at_ms limit ?)`,
  /** By alarms_by_place: an episode that began later than the cut cannot have ended before it. */
  oldAlarms: `
    select n, place, placed_ms,
           raised = 0 and live = 0 and changed_ms < ?
             and not exists (select 1 from changes where alarm = alarms.n) as is_over
      from alarms where place > ? order by place limit ?`,
  /** By the primary key. */
  deleteAlarm: 'delete from alarms where n = ?',
  /** By the primary key. */
  deleteEvidence: 'delete from evidence where alarm = ?',
  /** By the row's number. */
  deleteWords: 'delete from words where rowid = ?',
} as const;

interface OldAlarmRow {
  n: number;
  place: number;
  placed_ms: number;
  is_over: number;
}

type Statements = { readonly [K in keyof typeof COMPACT_SQL]: StatementSync };

/** How many rows one slice removed, and whether the work is done. */
export interface Slice {
  readonly removed: number;
  readonly isDone: boolean;
}

/**
 * Forgets what is older than `before`: first the timeline, then evidence, then alarms that are
 * cleared, out of memory and without a line of timeline left. Each call of the returned function
 * is one short transaction.
 */
export function compaction(db: DatabaseSync, before: number): () => Slice {
  const prepared = Object.entries(COMPACT_SQL).map(([name, text]) => [name, db.prepare(text)]);
  const sql = Object.fromEntries(prepared) as Statements;
  let place = 0;

  const changes = (): Slice => {
    const removed = Number(sql.oldChanges.run(SLICE_ROWS_MAX - 1, before).changes);
    return { removed, isDone: removed === 0 };
  };
  const evidence = (): Slice => {
    const removed = Number(sql.oldEvidence.run(before, SLICE_ROWS_MAX).changes);
    return { removed, isDone: removed === 0 };
  };
  const alarms = (): Slice => {
    const rows = sql.oldAlarms.all(before, place, SLICE_ROWS_MAX) as unknown as OldAlarmRow[];
    let removed = 0;
    for (const row of rows) {
      place = row.place;
      if (row.placed_ms >= before) return { removed, isDone: true };
      if (row.is_over === 0) continue;
      sql.deleteAlarm.run(row.n);
      sql.deleteEvidence.run(row.n);
      sql.deleteWords.run(row.place);
      removed++;
    }
    return { removed, isDone: rows.length < SLICE_ROWS_MAX };
  };

  const steps = [changes, evidence, alarms];
  return () => {
    const step = steps[0];
    if (!step) return { removed: 0, isDone: true };
    const { removed, isDone } = inTransaction(db, step);
    if (isDone) steps.shift();
    return { removed, isDone: steps.length === 0 };
  };
}
