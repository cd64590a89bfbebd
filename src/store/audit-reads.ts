import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditLine, AuditWanted } from '../ports/store.ts';
import { cursorAt } from './cursor.ts';

/** Lines one search looks at before it answers with what it found and a cursor to go on from. */
export const AUDIT_VISITS_MAX = 10_000;

export const AUDIT_SQL = {
  /** By the primary key, backwards from the cursor. */
  before: 'select seq, line from audit where seq < ? order by seq desc limit ?',
  /** By the primary key: one step of the search for a time. */
  from: 'select seq, line from audit where seq >= ? order by seq limit 1',
  newest: 'select max(seq) as seq from audit',
} as const;

export interface AuditAsk {
  readonly before: number;
  readonly limit: number;
  readonly wanted: AuditWanted;
}

interface AuditRow {
  readonly seq: number;
  readonly line: string;
}

/** The audit log, newest first, by who, what, to what and when. */
export class AuditReads {
  readonly #before: StatementSync;
  readonly #from: StatementSync;
  readonly #newest: StatementSync;

  constructor(db: DatabaseSync) {
    this.#before = db.prepare(AUDIT_SQL.before);
    this.#from = db.prepare(AUDIT_SQL.from);
    this.#newest = db.prepare(AUDIT_SQL.newest);
  }

  page({ before, limit, wanted }: AuditAsk): { items: string[]; next: string | undefined } {
    const { since = -Infinity, until } = wanted;
    const start = until === undefined ? before : Math.min(before, this.#firstAt(until));
    const items: string[] = [];
    let [visits, last] = [0, start];
    for (const found of this.#before.iterate(start, AUDIT_VISITS_MAX + 1)) {
      const { seq, line } = found as unknown as AuditRow;
      if (items.length === limit || visits === AUDIT_VISITS_MAX)
        return { items, next: cursorAt('audit', last) };
      const read = JSON.parse(line) as AuditLine;
      if (read.at < since) break;
      if (isWanted(read, wanted)) items.push(line);
      last = seq;
      visits++;
    }
    return { items, next: undefined };
  }

  /** The number of the first line at `time` or later: lines stand in the order of their times. */
  #firstAt(time: number): number {
    let low = 0;
    let high = Number(this.#newest.get()?.seq ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = this.#from.get(middle) as unknown as AuditRow | undefined;
      if (row && (JSON.parse(row.line) as AuditLine).at < time) low = row.seq + 1;
      else high = middle;
    }
    return low;
  }
}

function isWanted(line: AuditLine, { by, verb, words, subjects = [] }: AuditWanted): boolean {
  if (by !== undefined && line.by !== by) return false;
  if (verb !== undefined && !line.verb.startsWith(verb)) return false;
  if (words === undefined || subjects.includes(line.subject)) return true;
  return `${line.subject}\n${line.detail}`.toLowerCase().includes(words.toLowerCase());
}
