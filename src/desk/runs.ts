import { DeskError } from '../base/errors.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { valueFaults, valuesFor } from '../domain/run/command.ts';
import { parameterFaults, type Values } from '../domain/run/parameters.ts';
import type { Runbook, RunbookFile } from '../domain/run/runbook.ts';
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
  const { title, steps } = found.runbook;
  const faults = faultsOf(found.runbook, parameters);
  const [first] = faults;
  if (first) {
    const all = faults.map(([field, is]) => `${field}: ${is}`).join('; ');
    throw new DeskError('FIELD_INVALID', { field: 'parameters', expected: all });
  }
  const runbook = { name, title, steps };
  const about = alarm === undefined ? {} : { alarm };
  return desk.act(by, { verb: 'run.start', runbook, parameters, why, ...about }, once);
}

/** What is wrong with the parameters, or with what a command would be given of them. */
function faultsOf(
  { steps, parameters }: Runbook,
  given: Values,
): readonly (readonly [name: string, why: string])[] {
  const faults = parameterFaults(parameters, given);
  if (faults.length > 0) return faults;
  return steps.flatMap(({ does }, i) =>
    does.is === 'command'
      ? valueFaults(does.takes ?? [], valuesFor(does, given)).map(
          ([name, why]) => [`step ${i + 1}, ${does.name}, ${name}`, why] as const,
        )
      : [],
  );
}
