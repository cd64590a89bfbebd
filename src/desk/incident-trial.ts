import type { Instant } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { Change } from '../domain/alarm/change.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { IncidentPlan } from '../domain/incident/rule.ts';
import { Draft } from './draft.ts';
import { gather } from './gather.ts';
import { State } from './state.ts';
import type { TableName, Tables } from './tables.ts';
import type { Sliced } from './views/merge.ts';

export const INCIDENT_TRIAL_LIMITS = {
  /** Alarms that are played through the rules, the newest. */
  alarms_max: 5_000,
  slice_alarms: 100,
} as const;

export interface IncidentTrial {
  /** How many alarms were played, and since when the first of them stands. */
  readonly alarms: number;
  readonly since: Instant | undefined;
  /** What would have been opened, the oldest first. */
  readonly incidents: readonly Incident[];
}

interface Moment {
  readonly at: Instant;
  readonly alarm: Alarm;
}

/**
 * What rules would have made of these alarms: each is raised when it was, and cleared when it was,
 * on a desk of its own that ends with the answer. Earlier episodes are not played.
 */
export function* tryIncidentRules(
  plan: IncidentPlan,
  alarms: readonly Alarm[],
): Sliced<IncidentTrial> {
  const played = [...alarms]
    .sort((a, b) => b.condition.since - a.condition.since || (a.id < b.id ? -1 : 1))
    .slice(0, INCIDENT_TRIAL_LIMITS.alarms_max);
  const moments = played.flatMap(momentsOf).sort((a, b) => a.at - b.at);
  const state = new State();
  state.set('incidentPlans', 'incidents', { id: 'incidents', revision: 'trial', plan });
  for (const [n, { at, alarm }] of moments.entries()) {
    if (n % INCIDENT_TRIAL_LIMITS.slice_alarms === 0) yield;
    state.position = n + 1;
    state.time = at;
    state.set('alarms', alarm.id, alarm);
    if (alarm.condition.is === 'raised') gathered(state, at, alarm);
  }
  const since = moments[0]?.at;
  return { alarms: played.length, since, incidents: [...state.all('incidents')] };
}

function gathered(state: State, at: Instant, alarm: Alarm): void {
  const draft = new Draft(state, state.position, at);
  const change = { alarm: alarm.id, what: 'raised' } as Change;
  gather(draft, state, [change]);
  for (const [table, rows] of draft.writes) {
    for (const [id, row] of rows) state.set(table, id, row as Tables[TableName] | undefined);
  }
}

/** It was raised, and cleared if it is. */
function momentsOf(alarm: Alarm): readonly Moment[] {
  const { condition } = alarm;
  const raised: Alarm = { ...alarm, condition: { is: 'raised', since: condition.since } };
  const first = { at: condition.since, alarm: raised };
  return condition.is === 'raised' ? [first] : [first, { at: condition.at, alarm }];
}
