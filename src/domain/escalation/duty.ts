import type { DutyPlan } from '../rota/duty.ts';
import type { Policy } from './policy.ts';

/** What a configuration says of people on duty, and of who is told after whom. */
export interface Duty extends DutyPlan {
  readonly policies: readonly Policy[];
}
