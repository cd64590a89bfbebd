import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../base/time.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { rank, SEVERITIES, type Severity } from '../domain/alarm/severity.ts';
import {
  FREQUENT_MAX,
  type Frequent,
  type KpiAsk,
  type KpiCounts,
  type KpiPeriod,
  TEAMS_TOLD_MAX,
} from '../domain/kpi/period.ts';
import { type Announced, ratesOf } from '../domain/kpi/rates.ts';
import { ACK_BOUNDS_S } from '../domain/kpi/tally.ts';

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1_440;

/** Of the period asked for, and of one team or (null) of all. */
const OF = 'minute >= :from and minute < :to and (:team is null or team = :team)';
const ACKS_OF = 'hour >= :from and hour < :to and (:team is null or team = :team)';

export const KPI_READ_SQL = {
  /** By the primary key of kpi_minutes: its first row. */
  kpiSince: 'select minute from kpi_minutes order by minute limit 1',
  /** By a range of the primary key of kpi_minutes. */
  kpiMinutes: `
    select minute, sum(raised - hidden) as announced from kpi_minutes
     where ${OF} group by minute order by minute`,
  /** By a range of the primary key of kpi_minutes. */
  kpiCounts: `
    select total(raised) as raised, total(hidden) as hidden, total(cleared) as cleared,
           total(fleeting) as fleeting, total(alone) as alone
      from kpi_minutes where ${OF}`,
  /** By a range of the primary key of kpi_minutes. */
  kpiSeverities: `
    select severity, sum(raised - hidden) as announced from kpi_minutes
     where ${OF} group by severity`,
  /** By a range of the primary key of kpi_minutes. */
  kpiTeams: `
    select team, sum(raised - hidden) as announced from kpi_minutes
     where ${OF} group by team order by announced desc, team limit ${TEAMS_TOLD_MAX}`,
  /** By a range of the primary key of kpi_minutes. */
  kpiHours: `
    select minute / ${HOUR_MINUTES} as hour, sum(raised - hidden) as announced from kpi_minutes
     where ${OF} group by hour having announced > 0 order by hour`,
  /** By a range of the primary key of kpi_acks. */
  kpiAcks: `
    select hour, team, bound, sum(count) as count from kpi_acks
     where ${ACKS_OF} group by hour, team, bound`,
  /** By a range of the primary key of kpi_again, then the primary key of alarms. */
  kpiFrequent: `
    select a.id, json_extract(a.state, '$.resource') as resource,
           json_extract(a.state, '$.type') as type,
           g.raised + (a.created_ms >= :from_ms) as raised, g.chattered
      from (select alarm, sum(raised) as raised, sum(chattered) as chattered from kpi_again
             where day >= :from and day < :to group by alarm
             order by raised desc, alarm limit ${FREQUENT_MAX}) g
      join alarms a on a.n = g.alarm
     order by raised desc, a.n`,
  /** By a range of the primary key of kpi_again. */
  kpiChattering: `
    select count(distinct alarm) as n from kpi_again
     where day >= :from and day < :to and chattered > 0`,
} as const;

type Statements = { readonly [K in keyof typeof KPI_READ_SQL]: StatementSync };

interface AckRow {
  hour: number;
  team: string;
  bound: number;
  count: number;
}

/** Answers what was counted, over one read-only connection. */
export class KpiReads {
  readonly #sql: Statements;

  constructor(db: DatabaseSync) {
    const prepared = Object.entries(KPI_READ_SQL).map(([name, text]) => [name, db.prepare(text)]);
    this.#sql = Object.fromEntries(prepared) as Statements;
  }

  /** Call it within one transaction: all of it is of one moment. */
  period({ from, to, team }: KpiAsk): KpiPeriod {
    const sql = this.#sql;
    const asked = { ':from': from, ':to': to, ':team': team ?? null };
    const days = {
      ':from': Math.floor(from / DAY_MINUTES),
      ':to': Math.ceil(to / DAY_MINUTES),
    };
    const since = sql.kpiSince.get()?.minute;
    const frequent = sql.kpiFrequent.all({ ...days, ':from_ms': from * MINUTE_MS });
    return {
      since: since === undefined ? undefined : ((Number(since) * MINUTE_MS) as Instant),
      rates: ratesOf(sql.kpiMinutes.iterate(asked) as unknown as Iterable<Announced>, from, to),
      counts: { ...sql.kpiCounts.get(asked) } as unknown as KpiCounts,
      severities: severitiesOf(sql.kpiSeverities.all(asked)),
      teams: sql.kpiTeams.all(asked).map(({ team: name, announced }) => ({
        team: String(name),
        announced: Number(announced),
      })),
      hours: sql.kpiHours.all(asked).map(({ hour, announced }) => ({
        hour: Number(hour),
        announced: Number(announced),
      })),
      ...this.#acks({ from, to, ...(team !== undefined && { team }) }),
      frequent: frequent.map(frequentOf),
      chattering: Number(sql.kpiChattering.get(days)?.n),
    };
  }

  #acks({ from, to, team }: KpiAsk): Pick<KpiPeriod, 'acks' | 'acksByHour' | 'acksByTeam'> {
    const rows = this.#sql.kpiAcks.all({
      ':from': Math.floor(from / HOUR_MINUTES),
      ':to': Math.ceil(to / HOUR_MINUTES),
      ':team': team ?? null,
    }) as unknown as AckRow[];
    const all = noAcks();
    const byHour = new Map<number, number[]>();
    const byTeam = new Map<string, number[]>();
    for (const row of rows) {
      for (const acks of [all, ofKey(byHour, row.hour), ofKey(byTeam, row.team)]) {
        acks[row.bound] = (acks[row.bound] ?? 0) + row.count;
      }
    }
    return {
      acks: all,
      acksByHour: [...byHour].map(([hour, acks]) => ({ hour, acks })),
      acksByTeam: [...byTeam]
        .map(([name, acks]) => ({ team: name, acks }))
        .sort((a, b) => total(b.acks) - total(a.acks))
        .slice(0, TEAMS_TOLD_MAX),
    };
  }
}

const noAcks = (): number[] => Array.from({ length: ACK_BOUNDS_S.length + 1 }, () => 0);
const total = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0);

function ofKey<K>(map: Map<K, number[]>, key: K): number[] {
  const found = map.get(key) ?? noAcks();
  map.set(key, found);
  return found;
}

function severitiesOf(rows: readonly Record<string, unknown>[]): Record<Severity, number> {
  const byRank = new Map(rows.map(({ severity, announced }) => [severity, Number(announced)]));
  const pairs = SEVERITIES.map((s) => [s, byRank.get(rank(s)) ?? 0]);
  return Object.fromEntries(pairs) as Record<Severity, number>;
}

const frequentOf = (row: Record<string, unknown>): Frequent => ({
  id: String(row['id']) as AlarmId,
  resource: String(row['resource']),
  type: String(row['type']),
  raised: Number(row['raised']),
  chattered: Number(row['chattered']),
});
