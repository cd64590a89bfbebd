import { hours, type Instant, type Millis } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { IncidentId } from '../incident/incident.ts';
import type { About } from './about.ts';
import type { DecisionId } from './decision.ts';

/** `a<position>` */
export type ActionId = string & { readonly __brand: 'ActionId' };

/** How soon it must be done: each recurrence of its alarm takes it a step up. */
export type Step = 'someday' | 'planned' | 'soon' | 'urgent';

export const STEPS: readonly Step[] = ['someday', 'planned', 'soon', 'urgent'];

/** An alarm that comes and goes is one recurrence an hour, or a flap would make all urgent. */
export const RISES_APART: Millis = hours(1);

/** Follow-up work: what somebody must do so that it does not come back. */
export interface Action {
  readonly id: ActionId;
  readonly position: number;
  readonly title: string;
  readonly detail: string;
  /** A person, or a team as `teamOwner` names it. */
  readonly owner: UserId | undefined;
  readonly dueAt: Instant | undefined;
  /** What it follows from; the alarm of a decision is its own too. */
  readonly about?: About;
  readonly decision?: DecisionId;
  readonly incident?: IncidentId;
  readonly step: Step;
  readonly by: UserId;
  readonly at: Instant;
  /** Raises of its alarms since it was opened. */
  readonly recurrences: number;
  readonly raisedAt: Instant | undefined;
  /** When it last rose a step. */
  readonly roseAt: Instant | undefined;
  readonly ended:
    | {
        readonly how: 'done' | 'dropped';
        readonly at: Instant;
        readonly by: UserId;
        readonly reason: string;
      }
    | undefined;
}

export const ACTION_LIMITS = {
  /** At it the one that ended first goes; with none ended no more are taken. */
  actions_max: 10_000,
  title_chars_max: 256,
  detail_chars_max: 4_096,
  reason_chars_max: 4_096,
  due_days_max: 800,
} as const;

const TEAM = 'team:';

/** A team of the configuration as the owner of an action. */
export const teamOwner = (team: string): UserId => `${TEAM}${team}` as UserId;

/** The team, if the owner is one. */
export const teamOf = (owner: string): string | undefined =>
  owner.startsWith(TEAM) ? owner.slice(TEAM.length) : undefined;

/** Its alarm was raised again while it is open. */
export function recurred(action: Action, now: Instant): Action {
  const counted = { ...action, recurrences: action.recurrences + 1, raisedAt: now };
  if (action.roseAt !== undefined && now - action.roseAt < RISES_APART) return counted;
  const next = STEPS[STEPS.indexOf(action.step) + 1];
  return next === undefined ? counted : { ...counted, step: next, roseAt: now };
}

/** What must be done first comes first: by step, then by due date, then the older. */
export function compareActions(a: Action, b: Action): number {
  const step = STEPS.indexOf(b.step) - STEPS.indexOf(a.step);
  if (step !== 0) return step;
  const due = (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity);
  return due < 0 ? -1 : due > 0 ? 1 : a.position - b.position;
}
