import type { UserId } from '../../domain/alarm/alarm.ts';
import type { DutyPlan } from '../../domain/rota/duty.ts';
import type { Reader } from '../reader.ts';
import type { ConfigSettings } from '../schema.ts';
import { readSchedules } from './schedules.ts';
import { type PersonOf, readTeams } from './teams.ts';

/** Without a desk people are taken as they are written. */
const AS_WRITTEN: PersonOf = (name) => name as UserId;

/** What a file says about duty; undefined when it says nothing. */
export function readDuty(
  reader: Reader,
  { teams, schedules }: ConfigSettings,
  personOf: PersonOf = AS_WRITTEN,
): DutyPlan | undefined {
  if (teams === undefined && schedules === undefined) return undefined;
  return {
    teams: readTeams(reader, teams ?? [], personOf),
    schedules: readSchedules(reader, schedules ?? [], personOf),
  };
}
