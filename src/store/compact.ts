import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Decision } from '../domain/routing/notice.ts';
import { inTransaction } from './schema.ts';

/** Rows looked at in one transaction: some 20 ms, so that a write in between never waits long. */
export const SLICE_ROWS_MAX = 2_000;

/** Decisions read in one transaction; each may name 1,000 alarms. */
const DECISIONS_PER_SLICE_MAX = 100;

/** Pages of the word index that one step merges: some 50 ms. */
const MERGE_PAGES = 250;

/** The word index is merged once so many of a hundred of its documents are dead. */
const DEAD_PERCENT_MAX = 20;

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
  /** By the index decisions_by_age. */
  oldDecisions: `
    select seq, decision from decisions where at_ms < ? order by at_ms, seq limit ?`,
  /** By the primary key. */
  deleteDecision: 'delete from decisions where seq = ?',
  /** By the unique index on id, then the primary key of decided. */
  deleteDecided: `
    delete from decided where alarm = (select n from alarms where id = ?) and decision = ?`,
  /** By the index attempts_by_age. */
  oldAttempts: `
    delete from attempts
     where seq in (select seq from attempts where at_ms < ? order by at_ms limit ?)`,
  /** By a range of the primary key. */
  oldMinutes: `
    delete from kpi_minutes where (minute, team, severity) in (
      select minute, team, severity from kpi_minutes where minute < ? limit ?)`,
  /** By a range of the primary key. */
  oldAcks: `
    delete from kpi_acks where (hour, team, severity, bound) in (
      select hour, team, severity, bound from kpi_acks where hour < ? limit ?)`,
  /** By a range of the primary key. */
  oldAgain: `
    delete from kpi_again where (day, alarm) in (
      select day, alarm from kpi_again where day < ? limit ?)`,
  /** By alarms_by_place: an episode that began later than the cut cannot have ended before it. */
  oldAlarms: `
    select n, place, placed_ms,
           raised = 0 and live = 0 and changed_ms < ?
             and not exists (select 1 from changes where alarm = alarms.n)
             and not exists (select 1 from decided where alarm = alarms.n) as is_over
      from alarms where place > ? order by place limit ?`,
  /** By the primary key. */
  deleteAlarm: 'delete from alarms where n = ?',
  /** By the primary key. */
  deleteEvidence: 'delete from evidence where alarm = ?',
  /** By the row's number. */
  deleteWords: 'delete from words where rowid = ?',
  /** By the primary key. */
  addDead: 'update meta set words_dead = words_dead + ? where one = 1',
  /** By the primary key; the count reads the smallest index. */
  isMergeDue: `
    select words_dead * 100 > ${DEAD_PERCENT_MAX} * (select count(*) from alarms) as is_due
      from meta where one = 1`,
  /** Negative at first, to begin with all segments; then positive until nothing is left to do. */
  merge: "insert into words (words, rank) values ('merge', ?)",
  totalChanges: 'select total_changes() as n',
  /** By the primary key. */
  noneDead: 'update meta set words_dead = 0 where one = 1',
} as const;

interface OldAlarmRow {
  n: number;
  place: number;
  placed_ms: number;
  is_over: number;
}

interface OldDecisionRow {
  seq: number;
  decision: string;
}

const namedIn = (json: string): readonly string[] => {
  const { alarms, muted } = JSON.parse(json) as Decision;
  return [...alarms, ...muted.map((m) => m.alarm)];
};

type Statements = { readonly [K in keyof typeof COMPACT_SQL]: StatementSync };

/** How many rows one slice removed, and whether the work is done. */
export interface Slice {
  readonly removed: number;
  readonly isDone: boolean;
}

/** A step that deletes some rows each time, until it finds none. */
const cut = (some: () => { readonly changes: number | bigint }) => (): Slice => {
  const removed = Number(some().changes);
  return { removed, isDone: removed === 0 };
};

/**
 * Forgets what is older than `before`: first the timeline, evidence, notices and counts, then
 * alarms that are cleared, out of memory and named by no line of timeline and no decision; at
 * last, if many are gone, their words leave the index. Each call of the returned function is one
 * short transaction.
 */
export function compaction(db: DatabaseSync, before: number): () => Slice {
  const prepared = Object.entries(COMPACT_SQL).map(([name, text]) => [name, db.prepare(text)]);
  const sql = Object.fromEntries(prepared) as Statements;
  let place = 0;

  const changes = cut(() => sql.oldChanges.run(SLICE_ROWS_MAX - 1, before));
  const evidence = cut(() => sql.oldEvidence.run(before, SLICE_ROWS_MAX));
  const attempts = cut(() => sql.oldAttempts.run(before, SLICE_ROWS_MAX));
  const counted = (statement: StatementSync, unit_ms: number) =>
    cut(() => statement.run(Math.floor(before / unit_ms), SLICE_ROWS_MAX));
  const decisions = (): Slice => {
    let removed = 0;
    let names = 0;
    const rows = sql.oldDecisions.all(before, DECISIONS_PER_SLICE_MAX);
    for (const { seq, decision } of rows as unknown as OldDecisionRow[]) {
      if (names >= SLICE_ROWS_MAX) break;
      for (const alarm of namedIn(decision)) {
        sql.deleteDecided.run(alarm, seq);
        names++;
      }
      sql.deleteDecision.run(seq);
      removed++;
    }
    return { removed, isDone: removed === 0 };
  };
  const alarms = (): Slice => {
    const found = sql.oldAlarms.all(before, place, SLICE_ROWS_MAX) as unknown as OldAlarmRow[];
    const rows = found.filter((row) => row.placed_ms < before);
    place = rows.at(-1)?.place ?? place;
    const over = rows.filter((row) => row.is_over === 1);
    for (const row of over) {
      sql.deleteAlarm.run(row.n);
      sql.deleteEvidence.run(row.n);
      sql.deleteWords.run(row.place);
    }
    if (over.length > 0) sql.addDead.run(over.length);
    return { removed: over.length, isDone: rows.length < SLICE_ROWS_MAX };
  };
  let isMerging = false;
  const words = (): Slice => {
    if (!isMerging && sql.isMergeDue.get()?.is_due !== 1) return { removed: 0, isDone: true };
    const changed = (): number => Number(sql.totalChanges.get()?.n);
    const was = changed();
    sql.merge.run(isMerging ? MERGE_PAGES : -MERGE_PAGES);
    isMerging = true;
    // FTS5 documents it so: fewer than two changes mean that there was nothing left to merge.
    const isDone = changed() - was < 2;
    if (isDone) sql.noneDead.run();
    return { removed: 0, isDone };
  };

  const tallies = [
    counted(sql.oldMinutes, 60_000),
    counted(sql.oldAcks, 3_600_000),
    counted(sql.oldAgain, 86_400_000),
  ];
  const steps = [changes, evidence, decisions, attempts, ...tallies, alarms, words];
  return () => {
    const step = steps[0];
    if (!step) return { removed: 0, isDone: true };
    const { removed, isDone } = inTransaction(db, step);
    if (isDone) steps.shift();
    return { removed, isDone: steps.length === 0 };
  };
}
