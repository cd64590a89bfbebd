import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { KpiAsk, KpiPeriod } from '../domain/kpi/period.ts';
import type { AlarmSearch, TurnsAsk } from '../ports/store.ts';
import { type AuditAsk, AuditReads } from './audit-reads.ts';
import { cursorAt, type PageText } from './cursor.ts';
import { KpiReads } from './kpi-reads.ts';
import { type NoticeAsk, NoticeReads } from './notice-reads.ts';
import { TurnReads, type TurnsText } from './turn-reads.ts';
import { hasLabels, matchOf, wordsIn } from './words.ts';

/**
 * Alarms one search looks at before it answers with what it found and a cursor to go on from:
 * no search holds a reader longer than some 50 ms, however rare its label.
 */
export const VISITS_MAX = 10_000;

const STORED = 'a.place, a.raised, a.created_ms, a.episodes + a.episodes_before as ever, a.state';

export const READ_SQL = {
  position: 'select position from meta where one = 1',
  /** By the unique index on id. */
  alarm: `select ${STORED} from alarms a where a.id = ?`,
  /** By the unique index on id, then the primary key of evidence. */
  evidence: `
    select e.at_ms, e.raw from alarms a join evidence e on e.alarm = a.n where a.id = ?`,
  /** By changes_by_alarm, backwards from the cursor. */
  timeline: `
    select position, idx, received_ms, change from changes
     where alarm = (select n from alarms where id = ?) and (position, idx) < (?, ?)
     order by position desc, idx desc limit ?`,
  /** By alarms_by_place. 100 of 1M rows: bench/store.bench.ts. */
  any: `
    select ${STORED} from alarms a where a.place < ? order by a.place desc limit ?`,
  /** By the partial index alarms_raised. 100 of 100k raised among 1M: bench/store.bench.ts. */
  raised: `
    select ${STORED} from alarms a
     where a.raised = 1 and a.place < ? order by a.place desc limit ?`,
  /** FTS5 yields its rows newest first by itself; then alarms_by_place for each. */
  words: `
    select ${STORED} from words w cross join alarms a on a.place = w.rowid
     where w.words match ? and w.rowid < ? order by w.rowid desc limit ?`,
} as const;

interface StoredRow {
  place: number;
  raised: number;
  created_ms: number;
  ever: number;
  state: string;
}

interface ChangeRow {
  position: number;
  idx: number;
  received_ms: number;
  change: string;
}

type Statements = { readonly [K in keyof typeof READ_SQL]: StatementSync };

const listed = (items: readonly string[]): string => `[${items.join(',')}]`;

const storedJson = (row: StoredRow): string =>
  `{"createdAt":${row.created_ms},"episodesEver":${row.ever},"alarm":${row.state}}`;

/** Every question the store answers, over one read-only connection. */
export class Reads {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #notices: NoticeReads;
  readonly #kpis: KpiReads;
  readonly #audit: AuditReads;
  readonly #turns: TurnReads;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#notices = new NoticeReads(db);
    this.#kpis = new KpiReads(db);
    this.#audit = new AuditReads(db);
    this.#turns = new TurnReads(db);
    const prepared = Object.entries(READ_SQL).map(([name, text]) => [name, db.prepare(text)]);
    this.#sql = Object.fromEntries(prepared) as Statements;
  }

  /** Position and rows of one answer are of one moment. */
  #atOnce<T>(work: (asOf: number) => T): T {
    this.#db.exec('begin');
    try {
      return work(Number(this.#sql.position.get()?.position));
    } finally {
      this.#db.exec('commit');
    }
  }

  alarm(id: string): string | undefined {
    const row = this.#sql.alarm.get(id) as unknown as StoredRow | undefined;
    return row && storedJson(row);
  }

  evidence(id: string): { at: number; raw: string } | undefined {
    const row = this.#sql.evidence.get(id);
    return row && { at: Number(row.at_ms), raw: String(row.raw) };
  }

  timeline(id: string, position: number, index: number, limit: number): PageText {
    return this.#atOnce((asOf) => {
      const found = this.#sql.timeline.all(id, position, index, limit + 1);
      const rows = found as unknown as ChangeRow[];
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      const alarm = JSON.stringify(id);
      const items = rows
        .slice(0, limit)
        .map(
          (r) =>
            `{"alarm":${alarm},"position":${r.position},"index":${r.idx},` +
            `"receivedAt":${r.received_ms},${r.change.slice(1)}`,
        );
      const next = last && cursorAt('timeline', last.position, last.idx);
      return { items: listed(items), next, asOf };
    });
  }

  audit(ask: AuditAsk): PageText {
    return this.#atOnce((asOf) => {
      const { items, next } = this.#audit.page(ask);
      return { items: listed(items), next, asOf };
    });
  }

  decisions(ask: NoticeAsk): PageText {
    return this.#atOnce((asOf) => this.#notices.decisions(ask, asOf));
  }

  attempts(ask: NoticeAsk): PageText {
    return this.#atOnce((asOf) => this.#notices.attempts(ask, asOf));
  }

  kpis(ask: KpiAsk): KpiPeriod {
    return this.#atOnce(() => this.#kpis.period(ask));
  }

  turns(id: string, ask: TurnsAsk): TurnsText {
    return this.#atOnce((asOf) => {
      const { items, isCut } = this.#turns.turns(id, ask);
      return { items: JSON.stringify(items), isCut, asOf };
    });
  }

  search(search: Omit<AlarmSearch, 'cursor'>, before: number): PageText {
    return this.#atOnce((asOf) => {
      const words = wordsIn(search.words);
      // Text without a letter or digit is in no document: nothing can be found by it.
      if (words.length === 0 && search.words.trim() !== '') {
        return { items: '[]', next: undefined, asOf };
      }
      const rows = this.#candidates(search, matchOf(words, search.labels), before);
      const { items, next } = gathered(rows, search);
      const more = next === undefined ? undefined : cursorAt('search', next);
      return { items: listed(items), next: more, asOf };
    });
  }

  #candidates(
    search: Omit<AlarmSearch, 'cursor'>,
    match: string | undefined,
    before: number,
  ): Iterable<StoredRow> {
    const { any, raised, words } = this.#sql;
    const rows =
      match !== undefined
        ? words.iterate(match, before, VISITS_MAX)
        : (search.condition === 'raised' ? raised : any).iterate(before, VISITS_MAX);
    return rows as unknown as Iterable<StoredRow>;
  }
}

/** The rows that fit, up to the limit, and where to go on: after the last one looked at. */
function gathered(
  rows: Iterable<StoredRow>,
  search: Omit<AlarmSearch, 'cursor'>,
): { readonly items: readonly string[]; readonly next: number | undefined } {
  const items: string[] = [];
  let place: number | undefined;
  let visits = 0;
  for (const row of rows) {
    const fits = isWanted(row, search);
    if (fits && items.length === search.limit) return { items, next: place };
    if (fits) items.push(storedJson(row));
    place = row.place;
    visits++;
  }
  return { items, next: visits === VISITS_MAX ? place : undefined };
}

function isWanted(row: StoredRow, search: Omit<AlarmSearch, 'cursor'>): boolean {
  if (search.condition !== 'any' && (search.condition === 'raised') !== (row.raised === 1)) {
    return false;
  }
  if (search.labels.length === 0) return true;
  // The state is compact JSON: a label that is there stands there letter by letter. Cheap, and
  // only what passes is parsed.
  const isThere = search.labels.every(
    ([name, value]) =>
      value === '' || row.state.includes(`${JSON.stringify(name)}:${JSON.stringify(value)}`),
  );
  return isThere && hasLabels(JSON.parse(row.state) as Alarm, search.labels);
}
