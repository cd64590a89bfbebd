import { meant } from '../base/near.ts';
import { seconds } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Duty } from '../domain/escalation/duty.ts';
import type { PageTarget, Policy } from '../domain/escalation/policy.ts';
import { type Command, valueFaults } from '../domain/run/command.ts';
import {
  type CommandStep,
  namesIn,
  type PageStep,
  type Runbook,
  type RunbookFault,
  type RunbookStep,
  SECRET_PREFIX,
} from '../domain/run/runbook.ts';

/** What the desk has for runbooks to name. */
export interface Known {
  /** Names of secrets. */
  readonly secrets: readonly string[];
  readonly commands: Readonly<Record<string, Command>>;
  readonly duty: Duty | undefined;
  readonly personOf: (loginOrId: string) => UserId | undefined;
}

type Settled<T> = T | { readonly why: string };

/**
 * A runbook with everything found that it names beside its parameters: a run of it begins with
 * that, and none begins while something is missing.
 */
export function settled(
  runbook: Runbook,
  known: Known,
): Runbook | { readonly faults: readonly RunbookFault[] } {
  const faults: RunbookFault[] = [];
  const steps = runbook.steps.map((step, i): RunbookStep => {
    const does = found(step.does, known);
    if ('is' in does) return { ...step, does };
    faults.push({ line: runbook.lines[i] ?? 1, why: does.why });
    return step;
  });
  return faults.length > 0 ? { faults } : { ...runbook, steps };
}

function found(does: RunbookStep['does'], known: Known): Settled<RunbookStep['does']> {
  switch (does.is) {
    case 'http':
      return withSecrets(does, [does.body, ...Object.values(does.headers)], known);
    case 'page':
      return withPolicy(does, known);
    case 'command':
      return onTheList(does, known);
    default:
      return does;
  }
}

function withSecrets<T>(does: T, templates: readonly string[], { secrets }: Known): Settled<T> {
  const unknown = templates
    .flatMap(namesIn)
    .filter((name) => name.startsWith(SECRET_PREFIX))
    .map((name) => name.slice(SECRET_PREFIX.length))
    .find((name) => !secrets.includes(name));
  if (unknown === undefined) return does;
  const near = meant(unknown, secrets);
  return { why: `the configuration has no secret "${unknown}" for runbooks${near}` };
}

/** Values without a parameter of the runbook in them are judged here, the others when it starts. */
function onTheList(does: CommandStep, { commands }: Known): Settled<CommandStep> {
  const { name, values } = does;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const near = meant(name, Object.keys(commands));
    return { why: `there is no command "${name}" under runbooks.commands${near}` };
  }
  const isFilled = (of: string): boolean => namesIn(values[of] ?? '').length > 0;
  const [fault] = valueFaults(command.parameters, values).filter(([of]) => !isFilled(of));
  if (fault) return { why: `${name}: ${fault[0]}: ${fault[1]}` };
  return { ...does, takes: command.parameters };
}

function withPolicy(does: PageStep, { duty, personOf }: Known): Settled<PageStep> {
  const { whom, name } = does;
  const policies = duty?.policies ?? [];
  if (whom === 'policy') {
    const policy = policies.find((one) => one.name === name);
    return policy ? { ...does, policy } : missing('escalation policy', name, policies);
  }
  const target = targetOf(does, duty, personOf);
  if ('why' in target) return target;
  const wait = seconds(does.waitSeconds);
  const policy: Policy = {
    ...{ name: `${whom} ${name}`, steps: [{ targets: [target], wait }] },
    ...{ repeat: 0, fallback: [] },
  };
  return { ...does, policy };
}

function targetOf(
  { whom, name }: PageStep,
  duty: Duty | undefined,
  personOf: Known['personOf'],
): Settled<PageTarget> {
  const { teams = [], schedules = [] } = duty ?? {};
  if (whom === 'schedule') {
    const isThere = schedules.some((one) => one.name === name);
    return isThere ? { is: 'schedule', schedule: name } : missing('schedule', name, schedules);
  }
  if (whom === 'team') {
    const team = teams.find((one) => one.name === name);
    return team ? { is: 'team', team: name, people: team.members } : missing('team', name, teams);
  }
  const person = personOf(name);
  return person ? { is: 'person', person } : { why: `there is no user "${name}" on this desk` };
}

function missing(what: string, name: string, all: readonly { readonly name: string }[]) {
  const near = meant(
    name,
    all.map((one) => one.name),
  );
  return { why: `there is no ${what} "${name}"${near}` };
}
