import type { Millis } from '../../base/time.ts';
import { filledText, parameterFaults, type Values } from './parameters.ts';
import type { CommandStep, TakenParameter } from './runbook.ts';

export const COMMAND_LIMITS = {
  commands_max: 100,
  arguments_max: 50,
  argument_chars_max: 1_000,
  environment_max: 50,
  timeout_hours_max: 1,
  /** Commands of all runs that run at the same time; the next one waits for its turn. */
  at_once_max: 4,
} as const;

/** By it a new start finds what an old one left running; the only variable the desk adds. */
export const RUN_VARIABLE = 'TOCSIN_RUN';

/** One entry of the desk's list: nothing else is ever run. */
export interface Command {
  readonly path: string;
  /** `{{name}}` stands for a parameter of the command; each is one argument, whatever is in it. */
  readonly arguments: readonly string[];
  readonly parameters: readonly TakenParameter[];
  readonly directory: string;
  /** All the child sees; `{{secret.name}}` stands for a secret. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Millis;
  /** It may be run again when nobody knows how far it came. */
  readonly repeatable: boolean;
}

/** What the command's own parameters get, with those of the run filled in. */
export const valuesFor = ({ values }: Pick<CommandStep, 'values'>, run: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, text]) => [name, filledText(text, run)]));

/** Why the command may not be run with these values, all of it. */
export function valueFaults(
  parameters: readonly TakenParameter[],
  values: Values,
): readonly (readonly [name: string, why: string])[] {
  const dashed = parameters
    .filter(({ name, mayDash }) => !mayDash && values[name]?.startsWith('-'))
    .map(({ name }) => [name, 'it may not begin with a dash'] as const);
  return [...parameterFaults(parameters, values), ...dashed];
}

export const argumentsOf = (command: Pick<Command, 'arguments'>, values: Values) =>
  command.arguments.map((argument) => filledText(argument, values));
