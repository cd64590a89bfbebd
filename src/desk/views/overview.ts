import type { Instant } from '../../base/time.ts';
import type { Alarm, UserId } from '../../domain/alarm/alarm.ts';
import { SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import { isOpen as isPageOpen } from '../../domain/escalation/page.ts';
import { idOf, kindOf } from '../../domain/inventory/thing.ts';
import { teamOf, teamSaid } from '../../domain/kpi/tally.ts';
import { silenceState } from '../../domain/routing/silence.ts';
import type { Desk, Memory } from '../desk.ts';
import { onCall, rotaOf, schedulesIn } from '../rota.ts';
import { type IncidentView, incidentView, listIncidents } from './incidents.ts';
import { Counts } from './list.ts';
import { STANDINGS } from './words.ts';

export const OVERVIEW_LIMITS = {
  /** Sites, services and teams told apart; the rest is under `(others)`. */
  names_max: 5_000,
  /** Services that one alarm counts for. */
  services_of_alarm_max: 8,
  incidents_max: 10,
} as const;

/** By what the overview sorts alarms. */
export const DIMENSIONS = ['site', 'service', 'team'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const OTHERS = '(others)';

/** One site, service or team, and what is open there. */
export interface PlaceView {
  readonly name: string;
  /** The label that has this name for a value. */
  readonly label: string;
  /** Raised, and nobody has it. */
  readonly waiting: number;
  readonly acknowledged: number;
  readonly hidden: number;
  /** The worst that waits. */
  readonly worst: Severity | undefined;
  /** The worst that somebody has. */
  readonly held: Severity | undefined;
}

export interface OverviewCounts {
  /** Grows with everything that changes a count. */
  readonly changes: number;
  /** By name, calm ones too where the inventory knows them; alarms of no name are not there. */
  places(by: Dimension): readonly PlaceView[];
  close(): void;
}

const namesOf: Readonly<Record<Dimension, (alarm: Alarm) => readonly string[]>> = {
  site: ({ labels, context }) => one(labels['site'] ?? context['site']),
  service: ({ labels, context }) =>
    (labels['service'] ?? context['service'] ?? '')
      .split(',', OVERVIEW_LIMITS.services_of_alarm_max)
      .flatMap((name) => one(name.trim())),
  team: (alarm) => one(teamOf(alarm)),
};

const one = (name: string | undefined): readonly string[] => (name ? [name] : []);

/** Counts every site, service and team as alarms change: a change costs a few additions. */
export function openOverviewCounts(desk: Pick<Desk, 'memory' | 'watch'>): OverviewCounts {
  const tallies: Record<Dimension, Map<string, Counts>> = {
    site: new Map(),
    service: new Map(),
    team: new Map(),
  };
  const teamLabels = new Map<string, string>();
  let changes = 0;
  const count = (alarm: Alarm | undefined, by: 1 | -1): void => {
    if (!alarm) return;
    const [label, team] = teamSaid(alarm);
    if (!teamLabels.has(team) && teamLabels.size < OVERVIEW_LIMITS.names_max)
      teamLabels.set(team, label);
    for (const dimension of DIMENSIONS) {
      for (const name of namesOf[dimension](alarm)) at(tallies[dimension], name).add(alarm, by);
    }
  };
  for (const alarm of desk.memory.all('alarms')) count(alarm, 1);
  const unwatch = desk.watch(({ alarms }) => {
    if (alarms.length > 0) changes++;
    for (const [was, is] of alarms) {
      count(was, -1);
      count(is, 1);
    }
  });
  return {
    get changes() {
      return changes;
    },
    places: (by) =>
      placesIn(tallies[by], knownIn(desk.memory, by), (name) =>
        by === 'team' ? (teamLabels.get(name) ?? 'owner') : by,
      ),
    close: unwatch,
  };
}

function at(tally: Map<string, Counts>, name: string): Counts {
  const isRoom = tally.has(name) || tally.size < OVERVIEW_LIMITS.names_max;
  const key = isRoom ? name : OTHERS;
  const found = tally.get(key) ?? new Counts();
  tally.set(key, found);
  return found;
}

/** What the inventory knows of, so that a calm place stands where it stood in trouble. */
function knownIn(memory: Memory, by: Dimension): readonly string[] {
  const kind = by === 'team' ? 'owner' : by;
  const found: string[] = [];
  for (const { key, thing } of memory.inventory.graph.nodes()) {
    if (found.length >= OVERVIEW_LIMITS.names_max) break;
    if (thing && kindOf(key) === kind) found.push(idOf(key));
  }
  return found;
}

function placesIn(
  tally: ReadonlyMap<string, Counts>,
  known: readonly string[],
  labelOf: (name: string) => string,
): readonly PlaceView[] {
  const names = new Set(known);
  for (const [name, counts] of tally) if (counts.of(STANDINGS) > 0) names.add(name);
  return [...names].sort().map((name) => ({
    ...placeOf(name, tally.get(name) ?? new Counts()),
    label: labelOf(name),
  }));
}

const placeOf = (name: string, counts: Counts): Omit<PlaceView, 'label'> => ({
  name,
  waiting: counts.of(['waiting']),
  acknowledged: counts.of(['acknowledged']),
  hidden: counts.of(['shelved']),
  worst: SEVERITIES.find((severity) => counts.of(['waiting'], [severity]) > 0),
  held: SEVERITIES.find((severity) => counts.of(['acknowledged'], [severity]) > 0),
});

export interface OnDuty {
  readonly schedule: string;
  readonly people: readonly UserId[];
  readonly until: Instant;
}

/** What a shift takes over, besides alarms. */
export interface OverviewTasks {
  readonly duties: readonly OnDuty[];
  readonly incidents: readonly IncidentView[];
  readonly incidentsTotal: number;
  readonly pagesOpen: number;
  readonly runsOpen: number;
  readonly silences: number;
  readonly works: number;
}

export function overviewTasks(memory: Memory, now: Instant): OverviewTasks {
  const incidents = listIncidents(memory, ['open']);
  const count = <T>(rows: Iterable<T>, holds: (row: T) => boolean): number => {
    let n = 0;
    for (const row of rows) if (holds(row)) n++;
    return n;
  };
  const isNow = (span: { readonly from: Instant; readonly to: Instant }): boolean =>
    span.from <= now && now < span.to;
  return {
    duties: schedulesIn(memory).flatMap(({ name }) => {
      const rota = rotaOf(memory, name);
      return rota ? [{ schedule: name, ...onCall(rota, now) }] : [];
    }),
    incidents: incidents
      .slice(0, OVERVIEW_LIMITS.incidents_max)
      .map((incident) => incidentView(memory, incident)),
    incidentsTotal: incidents.length,
    pagesOpen: count(memory.all('pages'), isPageOpen),
    runsOpen: count(memory.all('runs'), ({ is }) => is === 'running'),
    silences: count(memory.all('silences'), (silence) => silenceState(silence, now) === 'active'),
    works: count(memory.all('maintenances'), ({ windows }) => windows.some(isNow)),
  };
}
