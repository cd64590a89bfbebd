import { after, between, days, type Instant } from '../base/time.ts';
import { zoneTables } from '../config/zones.ts';
import type { DutyPlan } from '../domain/rota/duty.ts';
import type { RoutingPlan, ZoneTable } from '../domain/routing/plan.ts';

/** Tables of zones reach so far back and ahead; they are made anew when half of it has gone. */
const BEHIND = days(40);
const AHEAD_DAYS = 1_095;

/** What of a configuration names zones. */
export interface Zoned {
  readonly plan: RoutingPlan;
  readonly duty?: DutyPlan | undefined;
}

const zonesIn = ({ plan, duty }: Zoned): readonly string[] => [
  ...new Set([
    ...plan.intervals.flatMap(({ spans }) => spans.map((span) => span.zone)),
    ...(duty?.schedules ?? []).map((schedule) => schedule.zone),
  ]),
];

/** The tables that time intervals and schedules need, for the fold. */
export function zonesOf(said: Zoned, now: Instant): readonly ZoneTable[] {
  return zoneTables(zonesIn(said), (now - BEHIND) as Instant, after(now, days(AHEAD_DAYS)));
}

/** Is a table missing, or does one reach less than half as far as it did? */
export const zonesEnd = (
  said: Zoned,
  now: Instant,
  tableOf: (zone: string) => ZoneTable | undefined,
): boolean =>
  zonesIn(said).some((zone) => {
    const table = tableOf(zone);
    return !table || between(now, table.until as Instant) < days(AHEAD_DAYS / 2);
  });
