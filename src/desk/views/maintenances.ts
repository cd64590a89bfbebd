import { INSTANT_MAX, type Instant } from '../../base/time.ts';
import { type Alarm, isRaised, type UserId } from '../../domain/alarm/alarm.ts';
import {
  MAINTENANCE_KEPT,
  type Maintenance,
  type MaintenanceId,
  nextTurn,
  type Window,
  windowAt,
} from '../../domain/rules/maintenance.ts';
import type { Memory } from '../desk.ts';
import { Enrichment } from '../enrichment.ts';
import { askedOf } from '../refresh.ts';
import type { Sliced } from './merge.ts';
import { TRIAL_LIMITS } from './rule-trial.ts';

/** Alarms, or plans, looked at between two pauses: about a millisecond. */
const LOOKED_AT_ONCE = 200;

export type MaintenanceState = 'running' | 'planned' | 'past';

export const MAINTENANCE_STATES: readonly MaintenanceState[] = ['running', 'planned', 'past'];

export function maintenanceState(of: Maintenance, now: Instant): MaintenanceState {
  if (windowAt(of, now)) return 'running';
  return nextTurn(of, now) === undefined ? 'past' : 'planned';
}

/** Planned work, and the window that counts: the one that runs, else the next, else the last. */
export interface MaintenanceView {
  readonly maintenance: Maintenance;
  readonly state: MaintenanceState;
  readonly window: Window | undefined;
}

export function maintenanceView(maintenance: Maintenance, now: Instant): MaintenanceView {
  const { windows } = maintenance;
  const window = windows.find(({ to }) => to > now) ?? windows.at(-1);
  return { maintenance, state: maintenanceState(maintenance, now), window };
}

/** What runs by its end, what is planned by its beginning, what is past with the last first. */
export function listMaintenances(
  memory: Pick<Memory, 'all'>,
  now: Instant,
  states: readonly MaintenanceState[],
): readonly MaintenanceView[] {
  const found: MaintenanceView[] = [];
  for (const maintenance of memory.all('maintenances')) {
    const view = maintenanceView(maintenance, now);
    if (states.includes(view.state)) found.push(view);
  }
  return found.sort(before);
}

function before(a: MaintenanceView, b: MaintenanceView): number {
  if (a.state !== b.state) {
    return MAINTENANCE_STATES.indexOf(a.state) - MAINTENANCE_STATES.indexOf(b.state);
  }
  const [x, y] = [a.window, b.window];
  const first =
    a.state === 'running'
      ? (x?.to ?? 0) - (y?.to ?? 0)
      : a.state === 'planned'
        ? (x?.from ?? 0) - (y?.from ?? 0)
        : (y?.to ?? 0) - (x?.to ?? 0);
  return first || (a.maintenance.id < b.maintenance.id ? -1 : 1);
}

/** Ids of the planned work that hides an alarm now. */
export const maintenancesOn = (alarm: Alarm): readonly string[] =>
  alarm.suppressions.flatMap(({ kind, rule }) => (kind === 'maintenance' ? [rule] : []));

/** Raised alarms that began in work which is over. */
export interface Overrun {
  /** When the work was to be over. */
  readonly since: Instant;
  readonly alarms: readonly Alarm[];
}

/** What work that ended lately left behind, by its id. Work that runs again is not among it. */
export function* overruns(
  memory: Pick<Memory, 'all' | 'enrichment'>,
  now: Instant,
): Sliced<ReadonlyMap<string, Overrun>> {
  const ended = new Enrichment();
  ended.inventory = memory.enrichment.inventory;
  const last = new Map<string, Window>();
  let looked = 0;
  for (const work of memory.all('maintenances')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    const window = work.windows.findLast(({ to }) => to <= now);
    if (!window || now - window.to > MAINTENANCE_KEPT || windowAt(work, now)) continue;
    last.set(work.id, window);
    ended.noteMaintenance(undefined, { ...work, windows: [window] }, window.from);
  }
  const found = new Map<string, { since: Instant; alarms: Alarm[] }>();
  if (last.size === 0) return found;
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm)) continue;
    const { maintenances } = ended.find(askedOf(alarm), alarm.condition.since);
    for (const { maintenance, window } of maintenances) {
      const overrun = found.get(maintenance.id);
      if (overrun) overrun.alarms.push(alarm);
      else found.set(maintenance.id, { since: window.to, alarms: [alarm] });
    }
  }
  return found;
}

/** Raised alarms that work would hide if it ran now, and the first few of them. */
export function* touchedNow(
  memory: Pick<Memory, 'all' | 'enrichment'>,
  { matchers, things }: Pick<Maintenance, 'matchers' | 'things'>,
): Sliced<{ readonly count: number; readonly examples: readonly Alarm[] }> {
  const work = new Enrichment();
  work.inventory = memory.enrichment.inventory;
  work.noteMaintenance(undefined, { ...TRIED, matchers, things }, TRIED.madeAt);
  const examples: Alarm[] = [];
  let [count, looked] = [0, 0];
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm)) continue;
    if (work.find(askedOf(alarm), TRIED.madeAt).maintenances.length === 0) continue;
    count++;
    if (examples.length < TRIAL_LIMITS.examples_max) examples.push(alarm);
  }
  return { count, examples };
}

/** Work that is on, at a moment of its own. */
const TRIED: Maintenance = {
  id: '' as MaintenanceId,
  name: '',
  matchers: [],
  things: [],
  windows: [{ from: 0 as Instant, to: INSTANT_MAX }],
  recurs: '',
  reason: '',
  owner: '',
  by: '' as UserId,
  madeAt: 0 as Instant,
  changedAt: 0 as Instant,
};
