import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { fingerprint } from '../base/fingerprint.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { wayText } from '../domain/routing/notice.ts';
import type { PlacedAttempt, PlacedChange, PlacedDecision, StoreBatch } from '../ports/store.ts';
import { KpiWriter } from './kpi-write.ts';
import { inTransaction } from './schema.ts';
import { docOf, isSpoken, sayMore } from './words.ts';

/** What the writer must know of the row before it writes the next version. */
interface KnownRow {
  n: number;
  raised: number;
  live: number;
  place: number;
  placed_ms: number;
  born_ms: number;
  episode: number;
  episodes: number;
  episodes_before: number;
  doc: string;
  said: string;
}

export const WRITE_SQL = {
  /** By the unique index on id. */
  known: `
    select n, raised, live, place, placed_ms, born_ms, episode, episodes, episodes_before, doc, said
      from alarms where id = ?`,
  /** By the unique index on id alone. */
  keyOf: 'select n from alarms where id = ?',
  /** By the unique index on id. */
  oldText: `select json_extract(state, '$.text') as text from alarms where id = ?`,
  /** By the unique index on id. */
  oldState: 'select state from alarms where id = ?',
  /** The last entry of each index, read once a transaction. */
  ends: `
    select coalesce((select max(n) from alarms), 0) as n,
           coalesce((select max(place) from alarms), 0) as place`,
  insertAlarm: `
    insert into alarms (n, id, live, raised, place, placed_ms, changed_ms, created_ms, born_ms,
                        episode, episodes, episodes_before, doc, said, state)
    values (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
  /** By the primary key; no index is touched: the common case. */
  updateAlarm: `
    update alarms set changed_ms = ?, episodes = ?, doc = ?, said = ?, state = ? where n = ?`,
  /** By the primary key; all indexes but the one on id. */
  moveAlarm: `
    update alarms
       set live = 1, raised = ?, place = ?, placed_ms = ?, changed_ms = ?, born_ms = ?,
           episode = ?, episodes = ?, episodes_before = ?, doc = ?, said = ?, state = ?
     where n = ?`,
  /** By the primary key. */
  updateSaid: 'update alarms set said = ? where n = ?',
  /** By the unique index on id. */
  forget: 'update alarms set live = 0 where id = ?',
  insertChange: `
    insert into changes (alarm, position, idx, received_ms, change) values (?, ?, ?, ?, ?)`,
  /** By the primary key. */
  putEvidence: 'insert or replace into evidence (alarm, at_ms, raw) values (?, ?, ?)',
  insertAudit: 'insert into audit (line) values (?)',
  insertDecision: `
    insert into decisions (position, idx, at_ms, grp, way, delivery, decision)
    values (?, ?, ?, ?, ?, ?, ?)`,
  /** By the primary key. */
  insertDecided: 'insert or ignore into decided (alarm, decision) values (?, ?)',
  insertAttempt: `
    insert into attempts (position, at_ms, grp, way, delivery, attempt) values (?, ?, ?, ?, ?, ?)`,
  /** By the primary key. */
  putRow: 'insert or replace into rows (tbl, id, json) values (?, ?, ?)',
  /** By the primary key. */
  deleteRow: 'delete from rows where tbl = ? and id = ?',
  insertWords: 'insert into words (rowid, doc) values (?, ?)',
  /** By the row's number; a tombstone, merged away later. */
  deleteWords: 'delete from words where rowid = ?',
  /** By the primary key. */
  setPosition: 'update meta set position = ?, desk_ms = ? where one = 1',
} as const;

type Statements = { readonly [K in keyof typeof WRITE_SQL]: StatementSync };

/** A document of the index that has to be written; `replaces` is the row it had, 0 for none. */
interface Doc {
  readonly place: number;
  readonly replaces: number;
  readonly text: string;
}

/** A decision of this batch names an alarm, by its short key. */
interface Named {
  readonly alarm: number;
  readonly decision: number;
}

/** Writes batches over one connection. Each is one transaction: all of it, or nothing. */
export class BatchWriter {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #kpis: KpiWriter;
  /** Short keys of the batch's alarms, so that changes and evidence need no second look. */
  #keys = new Map<AlarmId, number>();
  #docs: Doc[] = [];
  #named: Named[] = [];
  #said = new Map<AlarmId, string[]>();
  #n = 0;
  #place = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    const prepared = Object.entries(WRITE_SQL).map(([name, text]) => [name, db.prepare(text)]);
    this.#sql = Object.fromEntries(prepared) as Statements;
    this.#kpis = new KpiWriter(db);
  }

  /**
   * Returns how many changes and pieces of evidence named an alarm the store has never seen: they
   * have no row to hang on and are left out. Throws what SQLite says; then nothing was written.
   */
  write(batch: StoreBatch): { readonly orphans: number } {
    try {
      return { orphans: inTransaction(this.#db, () => this.#rows(batch)) };
    } finally {
      this.#keys.clear();
      this.#said.clear();
      this.#docs = [];
      this.#named = [];
    }
  }

  #rows(batch: StoreBatch): number {
    const sql = this.#sql;
    const ends = sql.ends.get() as unknown as { n: number; place: number };
    this.#n = ends.n;
    this.#place = ends.place;
    for (const c of batch.changes) if (c.by !== undefined && c.text !== '') this.#hear(c);
    for (const alarm of batch.alarms) this.#alarm(alarm, batch.deskTime);
    for (const [id, lines] of this.#said) this.#saidAside(id, lines);
    let orphans = 0;
    for (const c of batch.changes) if (!this.#change(c)) orphans++;
    this.#kpis.write(batch, (id) => this.#keyOf(id));
    for (const e of batch.evidence) {
      const n = this.#keyOf(e.alarm);
      if (n === undefined) orphans++;
      else sql.putEvidence.run(n, e.at, e.raw);
    }
    for (const id of batch.forgotten) sql.forget.run(id);
    for (const line of batch.audit) sql.insertAudit.run(JSON.stringify(line));
    for (const decision of batch.decisions) this.#decision(decision);
    this.#nameAlarms();
    for (const attempt of batch.attempts) this.#attempt(attempt);
    for (const { table, id, json } of batch.rows) {
      if (json === undefined) sql.deleteRow.run(table, id);
      else sql.putRow.run(table, id, json);
    }
    this.#index();
    sql.setPosition.run(batch.position, batch.deskTime);
    return orphans;
  }

  #hear(c: PlacedChange): void {
    if (!isSpoken(c.what)) return;
    const lines = this.#said.get(c.alarm);
    if (lines) lines.push(c.text);
    else this.#said.set(c.alarm, [c.text]);
  }

  #alarm(a: Alarm, deskTime: number): void {
    const known = this.#sql.known.get(a.id) as unknown as KnownRow | undefined;
    const lines = this.#said.get(a.id) ?? [];
    this.#said.delete(a.id);
    const text = docOf(a);
    const doc = fingerprint([text]);
    if (!known) return this.#fresh(a, deskTime, lines.reduce(sayMore, ''), text, doc);
    this.#keys.set(a.id, known.n);
    const isEpisodeNew = known.born_ms !== a.createdAt || known.episode !== a.episode;
    const said = lines.reduce(
      sayMore,
      this.#withOldText(a, known, isEpisodeNew && known.doc !== doc),
    );
    const place = isEpisodeNew ? ++this.#place : known.place;
    if (isEpisodeNew || known.doc !== doc || lines.length > 0) {
      this.#docs.push({ place, replaces: known.place, text: `${text}\n${said}` });
    }
    const placedAt = isEpisodeNew ? deskTime : known.placed_ms;
    this.#again(a, known, { place, placedAt, said, doc });
  }

  #fresh(a: Alarm, deskTime: number, said: string, text: string, doc: string): void {
    const n = ++this.#n;
    const place = ++this.#place;
    this.#keys.set(a.id, n);
    const raised = a.condition.is === 'raised' ? 1 : 0;
    this.#sql.insertAlarm.run(
      ...[n, a.id, raised, place, deskTime, a.changedAt, a.createdAt, a.createdAt],
      ...[a.episode, a.episodes, doc, said, JSON.stringify(a)],
    );
    this.#docs.push({ place, replaces: 0, text: `${text}\n${said}` });
  }

  #again(
    a: Alarm,
    known: KnownRow,
    now: { place: number; placedAt: number; said: string; doc: string },
  ): void {
    const raised = a.condition.is === 'raised' ? 1 : 0;
    const isBack = known.born_ms !== a.createdAt;
    const state = JSON.stringify(a);
    if (known.live === 1 && raised === known.raised && now.place === known.place) {
      this.#sql.updateAlarm.run(a.changedAt, a.episodes, now.doc, now.said, state, known.n);
      return;
    }
    const before = known.episodes_before + (isBack ? known.episodes : 0);
    this.#sql.moveAlarm.run(
      ...[raised, now.place, now.placedAt, a.changedAt, a.createdAt, a.episode, a.episodes],
      ...[before, now.doc, now.said, state, known.n],
    );
  }

  /** An earlier episode's text is kept to be found by, if the new one says something else. */
  #withOldText(a: Alarm, known: KnownRow, isWanted: boolean): string {
    if (!isWanted) return known.said;
    const row = this.#sql.oldText.get(a.id);
    const text = String(row?.text ?? '');
    return text === '' || text === a.text ? known.said : sayMore(known.said, text);
  }

  /** Words about an alarm that did not change itself. */
  #saidAside(id: AlarmId, lines: readonly string[]): void {
    const known = this.#sql.known.get(id) as unknown as KnownRow | undefined;
    if (!known) return;
    const said = lines.reduce(sayMore, known.said);
    const state = String(this.#sql.oldState.get(id)?.state);
    const text = docOf(JSON.parse(state) as Alarm);
    this.#sql.updateSaid.run(said, known.n);
    this.#docs.push({ place: known.place, replaces: known.place, text: `${text}\n${said}` });
  }

  #keyOf(id: AlarmId): number | undefined {
    const here = this.#keys.get(id);
    if (here !== undefined) return here;
    const known = this.#sql.keyOf.get(id) as unknown as { n: number } | undefined;
    if (known) this.#keys.set(id, known.n);
    return known?.n;
  }

  #decision(d: PlacedDecision): void {
    const { position, index, at, ...rest } = d;
    const delivery = d.delivery ?? null;
    const { lastInsertRowid } = this.#sql.insertDecision.run(
      ...[position, index, at, d.group, wayText(d.to), delivery, JSON.stringify(rest)],
    );
    const decision = Number(lastInsertRowid);
    const name = (id: AlarmId): void => {
      const alarm = this.#keyOf(id);
      if (alarm !== undefined) this.#named.push({ alarm, decision });
    };
    for (const id of d.alarms) name(id);
    for (const { alarm } of d.muted) name(alarm);
  }

  /** In the order of the table: each page of it is met once. */
  #nameAlarms(): void {
    this.#named.sort((a, b) => a.alarm - b.alarm || a.decision - b.decision);
    for (const { alarm, decision } of this.#named) this.#sql.insertDecided.run(alarm, decision);
  }

  #attempt(a: PlacedAttempt): void {
    const { position, at, ...rest } = a;
    this.#sql.insertAttempt.run(
      ...[position, at, a.group, wayText(a.to), a.delivery, JSON.stringify(rest)],
    );
  }

  #change(c: PlacedChange): boolean {
    const n = this.#keyOf(c.alarm);
    if (n === undefined) return false;
    const { alarm: _, position, index, receivedAt, ...rest } = c;
    this.#sql.insertChange.run(n, position, index, receivedAt, JSON.stringify(rest));
    return true;
  }

  /**
   * FTS5 gathers documents in memory only while their numbers grow: one step back and it writes
   * a segment. So all deletions come first, then the documents in order.
   */
  #index(): void {
    for (const { replaces } of this.#docs) if (replaces > 0) this.#sql.deleteWords.run(replaces);
    this.#docs.sort((a, b) => a.place - b.place);
    for (const { place, text } of this.#docs) this.#sql.insertWords.run(place, text);
  }
}
