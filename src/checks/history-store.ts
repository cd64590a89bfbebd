import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FIGURE_LIMITS, type Point } from '../domain/check/figure.ts';
import type { EvidenceFile } from './engine/evidence.ts';

export const HISTORY_LIMITS = {
  /** Runs told of one check; the oldest go first. */
  runs_per_check_max: 500,
  /** Runs of one check whose evidence is kept. */
  runs_with_evidence_max: 20,
  /** Evidence of all checks together. */
  evidence_bytes_max: 512 * 1024 * 1024,
  /** Row counts remembered of one check. */
  counts_max: 20_000,
} as const;

/** One run as it is kept. */
export interface KeptRun {
  readonly check: string;
  readonly run: string;
  readonly at: number;
  readonly verdict: string;
  readonly tests: number;
  readonly failed: number;
  readonly broken: number;
  readonly rows: number;
  readonly tookMs: number;
  readonly text: string;
  readonly evidence: readonly EvidenceFile[];
}

/** What ended: a line of history, and what the next run compares with. */
export interface Ended {
  readonly run: KeptRun;
  readonly counts: Readonly<Record<string, number>>;
  /** Of figures: new points by subject. */
  readonly points: Readonly<Record<string, readonly Point[]>>;
}

/** Asks for the newest value of a subject in a stretch of time, both ends included. */
export interface Wanted {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
}

/** What the thread of the history is asked. */
export type Asked =
  | { readonly is: 'counts'; readonly check: string }
  | { readonly is: 'ended'; readonly ended: Ended }
  | { readonly is: 'runs'; readonly check: string; readonly limit: number }
  | { readonly is: 'points'; readonly check: string; readonly limit: number }
  | { readonly is: 'values'; readonly check: string; readonly wanted: readonly Wanted[] }
  | { readonly is: 'copy'; readonly folder: string }
  | { readonly is: 'close' };

const HISTORY_FILE = 'history.db';

interface RunRow extends Record<string, string | number> {
  run: string;
  at: number;
  verdict: string;
  tests: number;
  failed: number;
  broken: number;
  row_count: number;
  took_ms: number;
  text: string;
  evidence: string;
}

const SCHEMA = `
  pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 10000;
  create table if not exists runs (
    check_name text not null, run text not null, at integer not null, verdict text not null,
    tests integer not null, failed integer not null, broken integer not null,
    row_count integer not null, took_ms integer not null, text text not null,
    evidence text not null, evidence_bytes integer not null,
    primary key (check_name, run)) without rowid;
  create index if not exists runs_by_time on runs (check_name, at desc);
  create table if not exists counts (
    check_name text not null, key text not null, rows real not null,
    primary key (check_name, key)) without rowid;
  create table if not exists points (
    check_name text not null, subject text not null, at integer not null, value real not null,
    primary key (check_name, subject, at)) without rowid;`;

/**
 * What checks found, run by run, and their evidence: beside the desk's store, because nothing of it
 * decides anything. Synchronous: it lives in a thread of its own.
 */
export class HistoryStore {
  readonly #db: DatabaseSync;
  readonly #folder: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#db = new DatabaseSync(join(folder, HISTORY_FILE));
    this.#db.exec(SCHEMA);
    this.#sweepOrphans();
  }

  close(): void {
    this.#db.close();
  }

  /** All of it into a folder that is not there: nothing is written or swept meanwhile. */
  copyTo(folder: string): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#db.prepare('vacuum into ?').run(join(folder, HISTORY_FILE));
    const kept = this.#db
      .prepare('select check_name, evidence from runs where evidence_bytes > 0')
      .all();
    for (const { check_name: check, evidence } of kept) {
      const [from, to] = [this.#folder, folder].map((one) => join(one, String(check)));
      mkdirSync(to ?? folder, { recursive: true });
      for (const { file } of JSON.parse(String(evidence)) as EvidenceFile[])
        if (existsSync(join(from ?? '', file)))
          // somebody may have taken it away by hand
          copyFileSync(join(from ?? '', file), join(to ?? '', file));
    }
  }

  /** Rows counted in the last run of a check. */
  countsOf(check: string): Record<string, number> {
    const rows = this.#db.prepare('select key, rows from counts where check_name = ?').all(check);
    return Object.fromEntries(rows.map(({ key, rows: n }) => [String(key), Number(n)]));
  }

  /** Newest value of each wanted stretch; subjects without one are absent. */
  valuesAt(check: string, wanted: readonly Wanted[]): Record<string, number> {
    const find = this.#db.prepare(
      `select value from points where check_name = ? and subject = ? and at between ? and ?
        order by at desc limit 1`,
    );
    const found: Record<string, number> = {};
    for (const { subject, from, to } of wanted) {
      const row = find.get(check, subject, from, to);
      if (row) found[subject] = Number(row.value);
    }
    return found;
  }

  /** The last points of each subject, oldest first. */
  pointsOf(check: string, limit: number): Record<string, Point[]> {
    const subjects = this.#db
      .prepare('select distinct subject from points where check_name = ? order by subject')
      .all(check);
    const last = this.#db.prepare(
      `select at, value from points where check_name = ? and subject = ?
        order by at desc limit ?`,
    );
    return Object.fromEntries(
      subjects.map(({ subject }) => {
        const rows = last.all(check, String(subject), limit) as unknown as Point[];
        return [String(subject), rows.map(({ at, value }) => ({ at, value })).reverse()];
      }),
    );
  }

  #keepPoints(check: string, points: Ended['points']): void {
    const put = this.#db.prepare('insert or replace into points values (?, ?, ?, ?)');
    const cut = this.#db.prepare(
      `delete from points where check_name = ?1 and subject = ?2 and at < coalesce((
         select at from points where check_name = ?1 and subject = ?2
          order by at desc limit 1 offset ${FIGURE_LIMITS.points_kept_max - 1}), at)`,
    );
    for (const [subject, some] of Object.entries(points)) {
      for (const { at, value } of some) put.run(check, subject, at, value);
      cut.run(check, subject);
    }
  }

  ended({ run, counts, points }: Ended): void {
    this.#db.exec('begin');
    this.#insert(run);
    const put = this.#db.prepare('insert or replace into counts values (?, ?, ?)');
    const some = Object.entries(counts).slice(0, HISTORY_LIMITS.counts_max);
    for (const [key, rows] of some) put.run(run.check, key, rows);
    this.#keepPoints(run.check, points);
    const { runs_per_check_max: max } = HISTORY_LIMITS;
    this.#db
      .prepare(
        `delete from runs where check_name = ? and at < coalesce((select at from runs
          where check_name = ? order by at desc limit 1 offset ${max - 1}), 0)`,
      )
      .run(run.check, run.check);
    this.#db.exec('commit');
    this.#sweep(run.check);
  }

  /** Newest first. */
  runsOf(check: string, limit: number): readonly KeptRun[] {
    const rows = this.#db
      .prepare('select * from runs where check_name = ? order by at desc, run desc limit ?')
      .all(check, limit) as RunRow[];
    return rows.map((row) => ({
      check,
      run: row.run,
      at: row.at,
      verdict: row.verdict,
      tests: row.tests,
      failed: row.failed,
      broken: row.broken,
      rows: row.row_count,
      tookMs: row.took_ms,
      text: row.text,
      evidence: JSON.parse(row.evidence) as EvidenceFile[],
    }));
  }

  #insert(run: KeptRun): void {
    const bytes = run.evidence.reduce((sum, file) => sum + file.bytes, 0);
    this.#db
      .prepare('insert or replace into runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        ...([run.check, run.run, run.at, run.verdict, run.tests, run.failed] as const),
        ...([run.broken, run.rows, run.tookMs, run.text] as const),
        JSON.stringify(run.evidence),
        bytes,
      );
  }

  /** Evidence of old runs goes, then of whatever is oldest until all fits. */
  #sweep(check: string): void {
    const old = this.#db
      .prepare(
        `select check_name, run, evidence from runs where check_name = ? and evidence_bytes > 0
          order by at desc limit -1 offset ${HISTORY_LIMITS.runs_with_evidence_max}`,
      )
      .all(check);
    for (const row of old) this.#dropEvidence(row);
    for (;;) {
      const { bytes } =
        this.#db.prepare('select sum(evidence_bytes) as bytes from runs').get() ?? {};
      if (Number(bytes ?? 0) <= HISTORY_LIMITS.evidence_bytes_max) return;
      const oldest = this.#db
        .prepare(
          `select check_name, run, evidence from runs where evidence_bytes > 0
            order by at limit 1`,
        )
        .get();
      if (!oldest) return;
      this.#dropEvidence(oldest);
    }
  }

  #dropEvidence(row: Record<string, unknown>): void {
    const [check, run] = [String(row.check_name), String(row.run)];
    for (const { file } of JSON.parse(String(row.evidence)) as EvidenceFile[])
      rmSync(join(this.#folder, check, file), { force: true });
    this.#db
      .prepare(
        `update runs set evidence = '[]', evidence_bytes = 0 where check_name = ? and run = ?`,
      )
      .run(check, run);
  }

  /** Files of runs that never ended. */
  #sweepOrphans(): void {
    const known = new Set<string>();
    for (const row of this.#db.prepare('select check_name, evidence from runs').iterate())
      for (const { file } of JSON.parse(String(row.evidence)) as EvidenceFile[])
        known.add(`${String(row.check_name)}/${file}`);
    for (const entry of readdirSync(this.#folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      for (const file of readdirSync(join(this.#folder, entry.name)))
        if (!known.has(`${entry.name}/${file}`))
          rmSync(join(this.#folder, entry.name, file), { force: true });
    }
  }
}
