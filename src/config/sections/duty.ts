import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Duty } from '../../domain/escalation/duty.ts';
import type { Reader } from '../reader.ts';
import type { ConfigSettings } from '../schema.ts';
import { readPolicies } from './policies.ts';
import { readSchedules } from './schedules.ts';
import { type PersonOf, readTeams } from './teams.ts';

/** Without a desk people are taken as they are written. */
export const AS_WRITTEN: PersonOf = (name) => name as UserId;

/** What a file says about duty; undefined when it says nothing. */
export function readDuty(
  reader: Reader,
  { teams, schedules, escalation_policies: policies }: ConfigSettings,
  personOf: PersonOf = AS_WRITTEN,
): Duty | undefined {
  if ((teams ?? schedules ?? policies) === undefined) return undefined;
  const known = {
    teams: readTeams(reader, teams ?? [], personOf),
    schedules: readSchedules(reader, schedules ?? [], personOf),
  };
  return { ...known, policies: readPolicies(reader, policies ?? [], { ...known, personOf }) };
}
