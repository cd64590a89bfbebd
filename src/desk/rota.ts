import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import {
  type Coverage,
  coverageOf,
  gapsBetween,
  nextHandoff,
  onCallAt,
  shiftsBetween,
  withoutAbsent,
} from '../domain/rota/on-call.ts';
import type { OnCall, Override, Schedule, Shift, Span } from '../domain/rota/schedule.ts';
import type { ZoneTable } from '../domain/routing/plan.ts';
import type { Memory } from './desk.ts';
import type { KeptOverride, Swap } from './rota-acts.ts';

/** A schedule of the configuration in force with all that decides who is on call. */
export interface Rota {
  readonly schedule: Schedule;
  readonly overrides: readonly Override[];
  readonly zone: ZoneTable | undefined;
}

type Rows = Pick<Memory, 'get' | 'all'>;

/** Overrides of a schedule, past ones too, in the order of their begin. */
export const overridesOf = (rows: Pick<Rows, 'all'>, schedule: string): readonly KeptOverride[] =>
  [...rows.all('overrides')]
    .filter((one) => one.schedule === schedule)
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));

/** Requests to swap that are not over, in the order of their begin. */
export const swapsOf = (rows: Pick<Rows, 'all'>, schedule: string, now: Instant): readonly Swap[] =>
  [...rows.all('swaps')]
    .filter((one) => one.schedule === schedule && one.to > now)
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));

/** Everybody who has turns in a schedule. */
export function peopleIn(rows: Pick<Rows, 'get'>, name: string): ReadonlySet<UserId> {
  const layers = schedulesIn(rows).find((one) => one.name === name)?.layers ?? [];
  return new Set(layers.flatMap(({ turns }) => turns.flat()));
}

/** All schedules in force, as the configuration has them in order. */
export const schedulesIn = (rows: Pick<Rows, 'get'>): readonly Schedule[] =>
  rows.get('duties', 'duty')?.duty.schedules ?? [];

/**
 * A schedule by its name, without people who have no account here or a disabled one; undefined
 * when the configuration in force has none such.
 */
export function rotaOf(rows: Rows, name: string): Rota | undefined {
  const schedule = schedulesIn(rows).find((one) => one.name === name);
  if (!schedule) return undefined;
  const isHere = (person: UserId): boolean => rows.get('users', person)?.disabled === false;
  return {
    ...withoutAbsent(schedule, overridesOf(rows, name), isHere),
    zone: rows.get('zones', schedule.zone),
  };
}

/** Who is on call at a moment, and until when. */
export const onCall = (rota: Rota, at: Instant): OnCall => onCallAt(...partsOf(rota), at);

/** Who is on call next, and when; undefined when that is not near. */
export const nextOnCall = (rota: Rota, at: Instant) => nextHandoff(...partsOf(rota), at);

export const shiftsOf = (rota: Rota, { from, to }: Span): readonly Shift[] =>
  shiftsBetween(...partsOf(rota), from, to);

export const gapsOf = (rota: Rota, { from, to }: Span): readonly Span[] =>
  gapsBetween(...partsOf(rota), from, to);

export const coverage = (
  rota: Rota,
  { from, to }: Span,
): { readonly is: Coverage; readonly gaps: readonly Span[] } =>
  coverageOf(...partsOf(rota), from, to);

const partsOf = ({ schedule, overrides, zone }: Rota) => [schedule, overrides, zone] as const;
