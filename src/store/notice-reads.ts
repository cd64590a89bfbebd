import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { NoticeSearch } from '../ports/store.ts';
import { cursorAt, type PageText } from './cursor.ts';

/** A decision may name 1,000 alarms: a page ends early at this much JSON. */
export const PAGE_CHARS_MAX = 4_194_304;

/** An alarm told more often than this: older attempts are found by group, way or delivery. */
export const DELIVERIES_MAX = 5_000;

const DECISION = 'c.seq, c.position, c.idx, c.at_ms, c.decision as json';
const ATTEMPT = 'a.seq, a.position, a.at_ms, a.attempt as json';

export const NOTICE_SQL = {
  /** By the primary key, backwards from the cursor. */
  decisions: `
    select ${DECISION} from decisions c where c.seq < ? order by c.seq desc limit ?`,
  /** By the primary key of decided, backwards from the cursor; then that of decisions. */
  decisionsByAlarm: `
    select ${DECISION} from decided d cross join decisions c on c.seq = d.decision
     where d.alarm = (select n from alarms where id = ?) and d.decision < ?
     order by d.decision desc limit ?`,
  /** By decisions_by_group; the row's number is the last part of every index. */
  decisionsByGroup: `
    select ${DECISION} from decisions c
     where c.grp = ? and c.seq < ? order by c.seq desc limit ?`,
  /** By decisions_by_way. */
  decisionsByWay: `
    select ${DECISION} from decisions c
     where c.way = ? and c.seq < ? order by c.seq desc limit ?`,
  /** By decisions_by_delivery. */
  decisionsByDelivery: `
    select ${DECISION} from decisions c
     where c.delivery = ? and c.seq < ? order by c.seq desc limit ?`,
  /** By decisions_by_age. */
  lastDecision: `
    select seq from decisions where at_ms <= ? order by at_ms desc, seq desc limit 1`,
  /** By the primary key, backwards from the cursor. */
  attempts: `
    select ${ATTEMPT} from attempts a where a.seq < ? order by a.seq desc limit ?`,
  /** By attempts_by_group. */
  attemptsByGroup: `
    select ${ATTEMPT} from attempts a
     where a.grp = ? and a.seq < ? order by a.seq desc limit ?`,
  /** By attempts_by_way. */
  attemptsByWay: `
    select ${ATTEMPT} from attempts a
     where a.way = ? and a.seq < ? order by a.seq desc limit ?`,
  /** By attempts_by_delivery. */
  attemptsByDelivery: `
    select ${ATTEMPT} from attempts a
     where a.delivery = ? and a.seq < ? order by a.seq desc limit ?`,
  /** By attempts_by_age. */
  lastAttempt: `
    select seq from attempts where at_ms <= ? order by at_ms desc, seq desc limit 1`,
} as const;

/**
 * Kept apart, as this one sorts: deliveries of one alarm overlap, so their tries are in no index's
 * order. By the primary key of decided, that of decisions, then attempts_by_delivery.
 */
export const ATTEMPTS_BY_ALARM = `
  select ${ATTEMPT}
    from (select c.delivery from decided d cross join decisions c on c.seq = d.decision
           where d.alarm = (select n from alarms where id = ?) and c.delivery is not null
           order by d.decision desc limit ${DELIVERIES_MAX}) told
   cross join attempts a on a.delivery = told.delivery
   where a.seq < ? order by a.seq desc limit ?`;

interface NoticeRow {
  seq: number;
  position: number;
  idx?: number;
  at_ms: number;
  json: string;
}

type Statements = { readonly [K in keyof typeof NOTICE_SQL]: StatementSync };

/** What is asked of decisions or attempts; its cursor is read already. */
export type NoticeAsk = Omit<NoticeSearch, 'cursor'> & { readonly before: number };

/** Why something was sent or was not, and how each try ended. Call within one transaction. */
export class NoticeReads {
  readonly #sql: Statements;
  readonly #attemptsByAlarm: StatementSync;

  constructor(db: DatabaseSync) {
    const prepared = Object.entries(NOTICE_SQL).map(([name, text]) => [name, db.prepare(text)]);
    this.#sql = Object.fromEntries(prepared) as Statements;
    this.#attemptsByAlarm = db.prepare(ATTEMPTS_BY_ALARM);
  }

  decisions(ask: NoticeAsk, asOf: number): PageText {
    const sql = this.#sql;
    const by = {
      all: sql.decisions,
      alarm: sql.decisionsByAlarm,
      group: sql.decisionsByGroup,
      way: sql.decisionsByWay,
      delivery: sql.decisionsByDelivery,
    };
    const before = boundOf(ask, sql.lastDecision);
    return pageOf('decisions', rowsOf(by, ask, before), ask.limit, asOf);
  }

  attempts(ask: NoticeAsk, asOf: number): PageText {
    const sql = this.#sql;
    const by = {
      all: sql.attempts,
      alarm: this.#attemptsByAlarm,
      group: sql.attemptsByGroup,
      way: sql.attemptsByWay,
      delivery: sql.attemptsByDelivery,
    };
    const before = boundOf(ask, sql.lastAttempt);
    return pageOf('attempts', rowsOf(by, ask, before), ask.limit, asOf);
  }
}

/** Rows are looked at below this number: times and numbers grow together. */
function boundOf({ before, until }: NoticeAsk, last: StatementSync): number {
  if (until === undefined) return before;
  const seq = Number(last.get(until)?.seq ?? 0);
  return Math.min(before, seq + 1);
}

type By = Readonly<Record<'all' | 'alarm' | 'group' | 'way' | 'delivery', StatementSync>>;

function rowsOf(by: By, ask: NoticeAsk, before: number): Iterable<NoticeRow> {
  const { alarm, group, delivery, way } = ask;
  // One more than a page holds: it says whether there is a next one.
  const limit = ask.limit + 1;
  const rows = (): Iterable<unknown> => {
    if (alarm !== undefined) return by.alarm.iterate(alarm, before, limit);
    if (group !== undefined) return by.group.iterate(group, before, limit);
    if (delivery !== undefined) return by.delivery.iterate(delivery, before, limit);
    if (way !== undefined) return by.way.iterate(way, before, limit);
    return by.all.iterate(before, limit);
  };
  return rows() as Iterable<NoticeRow>;
}

function pageOf(list: string, rows: Iterable<NoticeRow>, limit: number, asOf: number): PageText {
  const items: string[] = [];
  let chars = 0;
  let last = 0;
  let isMore = false;
  for (const row of rows) {
    isMore = items.length === limit || chars >= PAGE_CHARS_MAX;
    if (isMore) break;
    const index = row.idx === undefined ? '' : `"index":${row.idx},`;
    items.push(`{"position":${row.position},${index}"at":${row.at_ms},${row.json.slice(1)}`);
    chars += row.json.length;
    last = row.seq;
  }
  return {
    items: `[${items.join(',')}]`,
    next: isMore ? cursorAt(list, last) : undefined,
    asOf,
  };
}
