import { DeskError } from '../base/errors.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { parameterFaults, type Values } from '../domain/run/parameters.ts';
import type { RunbookFile } from '../domain/run/runbook.ts';
import type { Desk } from './desk.ts';
import type { ActOutcome } from './entry.ts';

/** What somebody asks for who starts a run. */
export interface RunAsked {
  readonly runbook: string;
  readonly alarm?: AlarmId;
  readonly parameters: Values;
  readonly why: string;
}

/**
 * Starts a run. Nothing begins unless all parameters are good. Throws DeskError NOT_FOUND,
 * ACTION_REFUSED for a runbook with faults, FIELD_INVALID for the parameters.
 */
export async function startRun(
  desk: Desk,
  files: readonly RunbookFile[],
  by: UserId,
  asked: RunAsked,
  once?: string,
): Promise<ActOutcome> {
  const { runbook: name, alarm, parameters, why } = asked;
  const found = files.find((one) => 'runbook' in one && one.runbook.name === name);
  const faulty = files.find((one) => 'faults' in one && one.name === name);
  if (!found && faulty && 'faults' in faulty) {
    const [fault] = faulty.faults;
    throw new DeskError('ACTION_REFUSED', {
      why: `Nothing was started: ${faulty.file}:${fault?.line}: ${fault?.why}`,
    });
  }
  if (!found || !('runbook' in found)) throw new DeskError('NOT_FOUND', { what: 'such runbook' });
  const { title, steps, parameters: wanted } = found.runbook;
  const faults = parameterFaults(wanted, parameters);
  const [first] = faults;
  if (first) {
    const all = faults.map(([field, is]) => `${field}: ${is}`).join('; ');
    throw new DeskError('FIELD_INVALID', { field: 'parameters', expected: all });
  }
  const runbook = { name, title, steps };
  const about = alarm === undefined ? {} : { alarm };
  return desk.act(by, { verb: 'run.start', runbook, parameters, why, ...about }, once);
}
