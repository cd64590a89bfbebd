import { after, days, hours, type Instant, later, type Millis, minutes } from '../../base/time.ts';
import { type Alarm, isRaised, isSuppressed, type UserId } from '../../domain/alarm/alarm.ts';
import { type AckTimes, ackTimes } from '../../domain/kpi/acks.ts';
import { type Judged, judged } from '../../domain/kpi/judged.ts';
import type { KpiPeriod } from '../../domain/kpi/period.ts';
import { teamOf } from '../../domain/kpi/tally.ts';
import type { Desk } from '../desk.ts';
import { rotaOf, schedulesIn, shiftsOf } from '../rota.ts';

/** The longest period that is asked for at once. */
export const KPI_DAYS_MAX = 400;

/** Alarms that stand for over a day, of one answer: those that stand longest. */
export const STALE_MAX = 50;

/** Alarms of the top: their share is a figure of its own. */
const TOP = 10;

const STALE_AFTER: Millis = hours(24);
/** Clocks of zones are not known further back, and shifts not told. */
const SHIFTS_BACK: Millis = days(35);

const HOUR_MS = 3_600_000;

export interface KpiPeriodAsked {
  readonly from: Instant;
  /** Later than `from`. */
  readonly to: Instant;
  readonly team?: string;
}

/** What one person met in all shifts of a schedule, counted by the hours that began in them. */
export interface ShiftKpis {
  readonly schedule: string;
  readonly person: UserId;
  readonly hours: number;
  readonly announced: number;
  readonly acks: AckTimes | undefined;
}

/** The most announced first. */
export interface TeamKpis {
  readonly team: string;
  readonly announced: number;
  readonly acks: AckTimes | undefined;
}

export interface KpisView {
  readonly from: Instant;
  readonly to: Instant;
  readonly team: string | undefined;
  /** Days of the period in which the desk counted. */
  readonly days: number;
  readonly period: KpiPeriod;
  readonly judged: readonly Judged[];
  /** Of all raises, those of the ten that came most often. */
  readonly topTen: number;
  readonly stale: readonly Alarm[];
  readonly staleTotal: number;
  readonly acks: AckTimes | undefined;
  readonly teams: readonly TeamKpis[];
  readonly shifts: readonly ShiftKpis[];
}

type Parts = Pick<Desk, 'memory' | 'store' | 'clock'>;

/** The key figures (ISA-18.2, EEMUA 191) of a period, with the minutes it begins and ends in. */
export async function kpisView(desk: Parts, asked: KpiPeriodAsked): Promise<KpisView> {
  const { from, to, team } = asked;
  const minute = (at: Instant): number => Math.floor(at / minutes(1));
  const period = await desk.store.kpis({
    from: minute(from),
    to: minute(to) + 1,
    ...(team !== undefined && { team }),
  });
  const since = period.since === undefined ? to : Math.max(period.since, from);
  const covered = Math.max(0, to - since) / days(1);
  const stale = staleIn(desk, team);
  const top = period.frequent.slice(0, TOP).reduce((sum, { raised }) => sum + raised, 0);
  const topTen = period.counts.raised === 0 ? 0 : Math.min(1, top / period.counts.raised);
  const { rates, counts, chattering } = period;
  return {
    ...{ from, to, team, days: covered, period, topTen },
    judged: judged(
      { rates, topTen, chattering, fleeting: counts.fleeting, stale: stale.length },
      covered,
    ),
    stale: stale.slice(0, STALE_MAX),
    staleTotal: stale.length,
    acks: ackTimes(period.acks),
    teams: teamsIn(period),
    shifts: shiftsIn(desk, asked, period),
  };
}

function teamsIn({ teams, acksByTeam }: KpiPeriod): readonly TeamKpis[] {
  const acks = new Map(acksByTeam.map((one) => [one.team, one.acks]));
  return teams.map((one) => ({ ...one, acks: ackTimes(acks.get(one.team) ?? []) }));
}

/** Raised for over a day and not hidden, the oldest first. */
function staleIn({ memory, clock }: Parts, team: string | undefined): readonly Alarm[] {
  const before = after(clock.now(), -STALE_AFTER as Millis);
  const found: Alarm[] = [];
  for (const alarm of memory.all('alarms')) {
    if (!isRaised(alarm) || isSuppressed(alarm) || alarm.condition.since > before) continue;
    if (team === undefined || teamOf(alarm) === team) found.push(alarm);
  }
  return found.sort((a, b) => a.condition.since - b.condition.since);
}

function shiftsIn(
  { memory, clock }: Parts,
  asked: KpiPeriodAsked,
  { hours: counted, acksByHour }: KpiPeriod,
): readonly ShiftKpis[] {
  const { to } = asked;
  const from = later(asked.from, after(clock.now(), -SHIFTS_BACK as Millis));
  if (from >= to) return [];
  const announced = new Map(counted.map((one) => [one.hour, one.announced]));
  const acks = new Map(acksByHour.map((one) => [one.hour, one.acks]));
  return schedulesIn(memory).flatMap(({ name: schedule }) => {
    const rota = rotaOf(memory, schedule);
    if (!rota) return [];
    const byPerson = new Map<UserId, Set<number>>();
    for (const shift of shiftsOf(rota, { from, to })) {
      const met = byPerson.get(shift.person) ?? new Set();
      byPerson.set(shift.person, met);
      const last = Math.min(shift.to, to) / HOUR_MS;
      for (let h = Math.ceil(Math.max(shift.from, from) / HOUR_MS); h < last; h++) met.add(h);
    }
    return [...byPerson].map(([person, met]) => ({
      ...{ schedule, person, hours: met.size },
      announced: [...met].reduce((sum, h) => sum + (announced.get(h) ?? 0), 0),
      acks: ackTimes(summed([...met].flatMap((h) => (acks.has(h) ? [acks.get(h) ?? []] : [])))),
    }));
  });
}

const summed = (lists: readonly (readonly number[])[]): readonly number[] =>
  (lists[0] ?? []).map((_, i) => lists.reduce((sum, list) => sum + (list[i] ?? 0), 0));
