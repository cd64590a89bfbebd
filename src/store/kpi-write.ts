import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AlarmId } from '../domain/alarm/event.ts';
import { rank } from '../domain/alarm/severity.ts';
import { KpiTally } from '../domain/kpi/tally.ts';
import type { StoreBatch } from '../ports/store.ts';

export const KPI_WRITE_SQL = {
  /** By the primary key. */
  addMinute: `
    insert into kpi_minutes (minute, team, severity, raised, hidden, cleared, fleeting, alone)
    values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (minute, team, severity) do update set
      raised = raised + excluded.raised, hidden = hidden + excluded.hidden,
      cleared = cleared + excluded.cleared, fleeting = fleeting + excluded.fleeting,
      alone = alone + excluded.alone`,
  /** By the primary key. */
  addAck: `
    insert into kpi_acks (hour, team, severity, bound, count) values (?, ?, ?, ?, ?)
    on conflict (hour, team, severity, bound) do update set count = count + excluded.count`,
  /** By the primary key. */
  addAgain: `
    insert into kpi_again (day, alarm, raised, chattered) values (?, ?, ?, ?)
    on conflict (day, alarm) do update set
      raised = raised + excluded.raised, chattered = chattered + excluded.chattered`,
} as const;

type Statements = { readonly [K in keyof typeof KPI_WRITE_SQL]: StatementSync };

/** Counts each batch into the tables of the key figures, in the transaction of the batch. */
export class KpiWriter {
  readonly #sql: Statements;
  readonly #tally = new KpiTally();

  constructor(db: DatabaseSync) {
    const prepared = Object.entries(KPI_WRITE_SQL).map(([name, text]) => [name, db.prepare(text)]);
    this.#sql = Object.fromEntries(prepared) as Statements;
  }

  /** `keyOf`: the short key of an alarm; undefined for one the store has never seen. */
  write(batch: StoreBatch, keyOf: (id: AlarmId) => number | undefined): void {
    const sql = this.#sql;
    const { minutes, acks, again } = this.#tally.of(batch.changes, batch.alarms);
    for (const m of minutes) {
      sql.addMinute.run(
        ...[m.minute, m.team, rank(m.severity), m.raised, m.hidden, m.cleared, m.fleeting, m.alone],
      );
    }
    for (const a of acks) sql.addAck.run(a.hour, a.team, rank(a.severity), a.bound, a.count);
    for (const { day, alarm, raised, chattered } of again) {
      const n = keyOf(alarm);
      if (n !== undefined) sql.addAgain.run(day, n, raised, chattered);
    }
  }
}
