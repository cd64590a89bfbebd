import type { Instant } from '../base/time.ts';
import { offsetsBetween } from '../base/zones.ts';
import type { ZoneTable } from '../domain/routing/plan.ts';

export const ZONE_LIMITS = {
  /** Zones of one configuration; the world has some 600. */
  zones_max: 1_000,
  /** How far apart the ends of a table may be: 50 years. */
  table_days_max: 18_300,
} as const;

const DAY_MS = 86_400_000;

/** The zone of this machine: what `Local` means. */
export const hereZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * Offsets of zones from `from` until `until`, for the fold, which may not ask the machine. Throws
 * RangeError for a name that is no zone, and beyond `ZONE_LIMITS`.
 */
export function zoneTables(
  names: readonly string[],
  from: Instant,
  until: Instant,
): readonly ZoneTable[] {
  if (names.length > ZONE_LIMITS.zones_max)
    throw new RangeError(`more than ${ZONE_LIMITS.zones_max} time zones`);
  if (until - from > ZONE_LIMITS.table_days_max * DAY_MS)
    throw new RangeError(`time zones for more than ${ZONE_LIMITS.table_days_max} days`);
  return [...new Set(names)].sort().map((name) => {
    return { id: name, ...offsetsBetween(name, from, until), until };
  });
}
