import type { UserId } from '../alarm/alarm.ts';
import type { Schedule } from './schedule.ts';

/** What a configuration says about duty. Plain JSON: it travels in the entry of its revision. */
export interface DutyPlan {
  readonly teams: readonly Team[];
  readonly schedules: readonly Schedule[];
}

export interface Team {
  readonly name: string;
  readonly members: readonly UserId[];
}
