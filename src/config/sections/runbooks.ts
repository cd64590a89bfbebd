import { resolve } from 'node:path';
import { Type } from 'typebox';
import { hours, minutes } from '../../base/time.ts';
import { compilePattern } from '../../domain/alarm/pattern.ts';
import { COMMAND_LIMITS, type Command, RUN_VARIABLE } from '../../domain/run/command.ts';
import {
  namesIn,
  RUNBOOK_LIMITS,
  SECRET_PREFIX,
  type TakenParameter,
} from '../../domain/run/runbook.ts';
import { durationExpected, prometheusDuration } from '../duration.ts';
import type { Reader } from '../reader.ts';
import { duration, maybeText, nameFaults, text } from './fields.ts';
import type { Section } from './section.ts';

export const RUNBOOKS_LIMITS = { secrets_max: 100, secret_chars_max: 4_096 } as const;

const opt = Type.Optional;
const strict = { additionalProperties: false } as const;
const most = COMMAND_LIMITS;

const parameter = Type.Object(
  {
    type: opt(
      Type.Enum(['text', 'number', 'choice'], { default: 'text', description: 'What it is.' }),
    ),
    pattern: maybeText('text: RE2, for the whole value. A text must have one.'),
    choices: opt(
      Type.Array(Type.String({ minLength: 1, maxLength: RUNBOOK_LIMITS.value_chars_max }), {
        minItems: 1,
        maxItems: RUNBOOK_LIMITS.choices_max,
        description: 'choice: what it may be.',
      }),
    ),
    may_begin_with_dash: opt(
      Type.Boolean({ default: false, description: 'Whether a value may look like an option.' }),
    ),
  },
  { ...strict, title: 'a parameter' },
);

const command = Type.Object(
  {
    path: text('The program, from the root: /usr/local/bin/restart-port. No shell takes part.'),
    arguments: opt(
      Type.Array(Type.String({ maxLength: most.argument_chars_max }), {
        maxItems: most.arguments_max,
        description: 'Given to it one by one; {{name}} stands for a parameter below.',
      }),
    ),
    parameters: opt(
      Type.Record(Type.String(), parameter, {
        maxProperties: RUNBOOK_LIMITS.parameters_max,
        description: 'What a runbook may say, each with a pattern, a list of choices or a number.',
      }),
    ),
    directory: opt(text('Where it is run.', { default: '/' })),
    environment: opt(
      Type.Record(Type.String(), Type.String(), {
        maxProperties: most.environment_max,
        description: 'All of its environment; {{secret.NAME}} stands for one of the secrets.',
      }),
    ),
    timeout: duration('It is ended when it takes longer; at most 1h.', { default: '1m' }),
    repeatable: opt(
      Type.Boolean({
        default: false,
        description: 'Whether it is run again when the desk stopped while it ran.',
      }),
    ),
  },
  { ...strict, title: 'a command' },
);

type ParameterSettings = Pick<TakenParameter, 'type' | 'choices'> & {
  readonly pattern?: string;
  readonly may_begin_with_dash: boolean;
};

interface CommandSettings {
  readonly path: string;
  readonly arguments?: readonly string[];
  readonly parameters?: Readonly<Record<string, ParameterSettings>>;
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeout: string;
  readonly repeatable: boolean;
}

/** The section as it was read; secrets stand in it as references. */
export interface RunbookSettings {
  readonly folder?: string;
  readonly secrets?: Readonly<Record<string, unknown>>;
  readonly commands?: Readonly<Record<string, CommandSettings>>;
}

const settings = Type.Object(
  {
    folder: text('The folder with the runbooks, one Markdown file each.'),
    secrets: opt(
      Type.Record(
        Type.String(),
        Type.String({
          maxLength: RUNBOOKS_LIMITS.secret_chars_max,
          secret: true,
          description: 'Kept encrypted; never shown, never in the record of a run.',
        }),
        {
          maxProperties: RUNBOOKS_LIMITS.secrets_max,
          description:
            'What requests sign in with: {{secret.NAME}} in a header, a body, an environment.',
        },
      ),
    ),
    commands: opt(
      Type.Record(Type.String(), command, {
        maxProperties: most.commands_max,
        description: 'The commands that runbooks may run, by name; there are no others.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Runbooks: what the desk goes through when somebody says so.',
    ours: true,
  },
);

export const runbooks: Section = {
  name: 'runbooks',
  schema: settings,
  faults: ({ reader, value }) => {
    const { secrets = {}, commands = {} } = value as RunbookSettings;
    if (reader.isFaulty(value as object)) return;
    nameFaults(reader, secrets);
    nameFaults(reader, commands);
    for (const one of Object.values(commands))
      if (!reader.isFaulty(one)) commandFaults(reader, one, Object.keys(secrets));
  },
  finish: (value, folder) => {
    const given = value as RunbookSettings;
    return { ...given, folder: resolve(folder, given.folder ?? '') };
  },
};

const PARAMETER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

function commandFaults(reader: Reader, one: CommandSettings, secrets: readonly string[]): void {
  const { path, directory, parameters = {}, environment = {}, timeout } = one;
  for (const [field, of] of [['path', path] as const, ['directory', directory] as const])
    if (!of.startsWith('/')) reader.say(one, [field], `${field}: from the root: /usr/bin/true`);
  const length = prometheusDuration(timeout);
  if (length === undefined) reader.say(one, ['timeout'], `"${timeout}" is not ${durationExpected}`);
  else if (length < 1_000 || length > hours(most.timeout_hours_max))
    reader.say(one, ['timeout'], `timeout: 1s to ${most.timeout_hours_max}h expected`);
  for (const [i, argument] of (one.arguments ?? []).entries()) {
    for (const name of namesIn(argument))
      if (!Object.hasOwn(parameters, name))
        reader.say(one, ['arguments', i], `{{${name}}}: the command has no such parameter`);
    if (argument.includes('\0')) reader.say(one, ['arguments', i], 'no NUL in an argument');
  }
  for (const [name, of] of Object.entries(parameters)) {
    if (!PARAMETER.test(name))
      reader.say(parameters, [name], `"${name}": letters, digits and underscore expected`);
    const why = whyNot(of);
    if (why !== undefined) reader.say(parameters, [name], `${name}: ${why}`);
  }
  for (const [name, value] of Object.entries(environment)) {
    if (!VARIABLE.test(name) || name === RUN_VARIABLE)
      reader.say(environment, [name], `"${name}": it cannot be the name of a variable here`);
    for (const of of namesIn(value))
      if (!of.startsWith(SECRET_PREFIX) || !secrets.includes(of.slice(SECRET_PREFIX.length)))
        reader.say(environment, [name], `{{${of}}}: there is no such secret`);
  }
}

function whyNot({ type, pattern, choices }: ParameterSettings): string | undefined {
  if (type === 'choice') return choices ? undefined : 'a choice has choices';
  if (choices) return `a ${type} has no choices`;
  if (type === 'number') return pattern === undefined ? undefined : 'a number has no pattern';
  if (pattern === undefined) return 'a text has a pattern: what may a runbook put there?';
  const compiled = compilePattern(pattern);
  return 'error' in compiled ? `pattern: ${compiled.error}` : undefined;
}

/** The list of commands as runs use it. */
export const commandsOf = ({ commands = {} }: RunbookSettings): Readonly<Record<string, Command>> =>
  Object.fromEntries(Object.entries(commands).map(([name, one]) => [name, commandFrom(one)]));

const commandFrom = (one: CommandSettings): Command => ({
  ...{ path: one.path, directory: one.directory, repeatable: one.repeatable },
  arguments: one.arguments ?? [],
  environment: one.environment ?? {},
  timeout: prometheusDuration(one.timeout) ?? minutes(1),
  parameters: Object.entries(one.parameters ?? {}).map(([name, of]) => ({
    ...{ name, type: of.type, required: true, description: '' },
    ...{ pattern: of.pattern ?? '', choices: of.choices ?? [] },
    mayDash: of.may_begin_with_dash,
  })),
});
