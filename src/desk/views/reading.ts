import { type Alarm, standing, type UserId } from '../../domain/alarm/alarm.ts';
import { alarmValue } from '../../domain/alarm/matcher.ts';
import type { Desk } from '../desk.ts';
import { type FilterFault, type Reading, readFilter } from './filter.ts';
import { type MutedAlarms, mutedNow } from './muted.ts';
import type { ListQuery } from './query.ts';

/** Names whose values are people: typed as a login, kept as an id. */
const PEOPLE_NAMES: readonly string[] = ['@holder', '@assignee'];

/** The incident an alarm is part of: it is not in the alarm, and changes without it. */
export const INCIDENT = '@incident';

/** `silenced` or `inhibited`: likewise. */
export const MUTED = '@muted';

/** How the list reads names: as matchers do everywhere, and incidents and logins besides. */
export function listReading(
  desk: Pick<Desk, 'memory'>,
  idOf: (login: string) => UserId | undefined,
  muted?: Pick<MutedAlarms, 'of'>,
): Reading {
  const { remembered } = desk.memory;
  return {
    valueOf(alarm: Alarm, name: string): string {
      if (name === INCIDENT) return remembered.openIncidentOf(alarm.id) ?? '';
      return name === MUTED ? (muted?.of(alarm.id)?.is ?? '') : alarmValue(alarm, name);
    },
    meant: (name, value) => (PEOPLE_NAMES.includes(name) ? (idOf(value) ?? value) : value),
  };
}

/**
 * The same, but what mutes an alarm is looked at when it is asked for: right at once, also for an
 * alarm that came a moment ago, and too slow for filters that go through all alarms.
 */
export function readingNow(
  desk: Pick<Desk, 'memory' | 'clock'>,
  idOf: (login: string) => UserId | undefined,
): Reading {
  const { memory, clock } = desk;
  return listReading(desk, idOf, {
    of(id) {
      const alarm = memory.get('alarms', id);
      return alarm && mutedNow(memory, alarm, clock.now());
    },
  });
}

/** What it shows changes also when only an incident did. */
export const showsIncidents = ({ filter, columns, group, facets }: ListQuery): boolean =>
  group === INCIDENT ||
  columns.includes(INCIDENT) ||
  facets.includes(INCIDENT) ||
  filter.includes(INCIDENT);

/** Whether an alarm is among those that a view has, on any of its pages. */
export function viewTest(
  { filter: text, standings, severities }: Pick<ListQuery, 'filter' | 'standings' | 'severities'>,
  reading: Reading,
): ((alarm: Alarm) => boolean) | FilterFault {
  const filter = readFilter(text, reading);
  if ('why' in filter) return filter;
  const { passes } = filter;
  const [of, at] = [new Set(standings), new Set(severities)];
  return (a) => at.has(a.severity) && of.has(standing(a)) && (!passes || passes(a));
}
