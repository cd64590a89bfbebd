import type { Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { rank, type Severity } from '../../domain/alarm/severity.ts';
import { isOpen as isPageOpen } from '../../domain/escalation/page.ts';
import type { HandoverNote } from '../../domain/handover/note.ts';
import { idOf, kindOf } from '../../domain/inventory/thing.ts';
import { silenceState } from '../../domain/routing/silence.ts';
import type { Memory } from '../desk.ts';
import { onCall, rotaOf, schedulesIn } from '../rota.ts';
import type { Breakdown, ValueCount } from './breakdown.ts';
import { waitingHandovers } from './handovers.ts';
import { type IncidentView, incidentView, listIncidents } from './incidents.ts';
import { DEFAULT_QUERY, type ListQuery } from './query.ts';

export const OVERVIEW_LIMITS = {
  /** Sites, services and teams that are told: those with most alarms. */
  names_max: 5_000,
  incidents_max: 10,
  /** Sites on the map: more cannot be told apart. */
  spots_max: 500,
  /** Hand-over notes nobody accepted: those that wait longest. */
  handovers_max: 5,
  /** The newest open ones; of these the worst are told. */
  incidents_looked_at_max: 100,
} as const;

/** By what the overview sorts alarms. */
export type Dimension = 'site' | 'service' | 'team';

/** The labels that say so, of the sender, else of the inventory. */
const LABELS: Readonly<Record<Dimension, readonly string[]>> = {
  site: ['site'],
  service: ['service'],
  team: ['team', 'owner'],
};

/** What has to be counted for it: alarms that are open, and hidden ones, by these names. */
export const OVERVIEW_NAMES: readonly string[] = Object.values(LABELS).flat();
export const OVERVIEW_OPEN: ListQuery = DEFAULT_QUERY;
export const OVERVIEW_HIDDEN: ListQuery = { ...DEFAULT_QUERY, standings: ['shelved'] };

export interface OverviewCounts {
  readonly open: Breakdown;
  readonly hidden: Breakdown;
}

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
  /** The worst that somebody has, while nothing waits. */
  readonly held: Severity | undefined;
}

/** By name, calm ones too where the inventory knows them; alarms of no name are not there. */
export function placesIn(
  memory: Pick<Memory, 'inventory'>,
  by: Dimension,
  { open, hidden }: OverviewCounts,
): readonly PlaceView[] {
  const { names_max } = OVERVIEW_LIMITS;
  const found = new Map<string, PlaceView>();
  const take = (label: string, name: string, more: (place: PlaceView) => PlaceView): void => {
    const key = `${name}\n${label}`;
    found.set(key, more(found.get(key) ?? calm(label, name)));
  };
  for (const name of knownIn(memory, by)) take(LABELS[by].at(-1) ?? by, name, (place) => place);
  for (const label of LABELS[by]) {
    for (const count of open.top(label, names_max)) {
      for (const name of namesIn(by, count.value)) take(label, name, (p) => withOpen(p, count));
    }
    for (const { value, total } of hidden.top(label, names_max)) {
      const more = (p: PlaceView): PlaceView => ({ ...p, hidden: p.hidden + total });
      for (const name of namesIn(by, value)) take(label, name, more);
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

/** Where a place lies, in degrees north and east. */
export interface Lie {
  readonly lat: number;
  readonly lon: number;
}

/** Sites of the inventory that say where they lie, by the facts `lat` and `lon`. */
export function liesOf({ inventory }: Pick<Memory, 'inventory'>): ReadonlyMap<string, Lie> {
  const found = new Map<string, Lie>();
  for (const { key, thing } of inventory.graph.nodes()) {
    if (found.size >= OVERVIEW_LIMITS.spots_max) break;
    const { lat, lon } = kindOf(key) === 'site' ? (thing?.attributes ?? {}) : {};
    const lie = { lat: degrees(lat, 90), lon: degrees(lon, 180) };
    if (Number.isFinite(lie.lat) && Number.isFinite(lie.lon)) found.set(idOf(key), lie);
  }
  return found;
}

function degrees(text: string | undefined, max: number): number {
  const n = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Math.abs(n) <= max ? n : Number.NaN;
}

const calm = (label: string, name: string): PlaceView => ({
  ...{ name, label, waiting: 0, acknowledged: 0, hidden: 0, worst: undefined, held: undefined },
});

/** An alarm may hit several services; each of them has it. */
const namesIn = (by: Dimension, value: string): readonly string[] =>
  by === 'service' ? value.split(',').flatMap((name) => name.trim() || []) : [value];

function withOpen(place: PlaceView, { total, waiting, worst: worstOf }: ValueCount): PlaceView {
  const sum = place.waiting + waiting;
  const worst = waiting > 0 ? worseOf(place.worst, worstOf) : place.worst;
  const held = sum > 0 ? undefined : worseOf(place.held, worstOf);
  return {
    ...place,
    waiting: sum,
    acknowledged: place.acknowledged + total - waiting,
    worst,
    held,
  };
}

const worseOf = (a: Severity | undefined, b: Severity): Severity =>
  a !== undefined && rank(a) >= rank(b) ? a : b;

/** What the inventory knows of, so that a calm place stands where it stood in trouble. */
function knownIn({ inventory }: Pick<Memory, 'inventory'>, by: Dimension): readonly string[] {
  const kind = by === 'team' ? 'owner' : by;
  const found: string[] = [];
  for (const { key, thing } of inventory.graph.nodes()) {
    if (found.length >= OVERVIEW_LIMITS.names_max) break;
    if (thing && kindOf(key) === kind) found.push(idOf(key));
  }
  return found;
}

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
  /** That nobody has accepted yet. */
  readonly handovers: readonly HandoverNote[];
  readonly pagesOpen: number;
  readonly runsOpen: number;
  readonly silences: number;
  readonly works: number;
}

/** Those where something is raised first, the worst before the others; the newest of them first. */
const trouble = ({ severity }: IncidentView): number => (severity ? 1 + rank(severity) : 0);

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
      .slice(0, OVERVIEW_LIMITS.incidents_looked_at_max)
      .map((incident) => incidentView(memory, incident))
      .sort((a, b) => trouble(b) - trouble(a))
      .slice(0, OVERVIEW_LIMITS.incidents_max),
    incidentsTotal: incidents.length,
    handovers: waitingHandovers(memory).slice(0, OVERVIEW_LIMITS.handovers_max),
    pagesOpen: count(memory.all('pages'), isPageOpen),
    runsOpen: count(memory.all('runs'), ({ is }) => is === 'running'),
    silences: count(memory.all('silences'), (silence) => silenceState(silence, now) === 'active'),
    works: count(memory.all('maintenances'), ({ windows }) => windows.some(isNow)),
  };
}
