import { millis } from '../base/time.ts';
import {
  argumentsOf,
  COMMAND_LIMITS,
  type Command,
  RUN_VARIABLE,
  valueFaults,
  valuesFor,
} from '../domain/run/command.ts';
import { filledText, type Values } from '../domain/run/parameters.ts';
import type { Run } from '../domain/run/run.ts';
import { type CommandStep, SECRET_PREFIX } from '../domain/run/runbook.ts';
import { redacted, variants } from '../net/secret.ts';
import type { ChildSpec } from './child.ts';
import type { RunProgram } from './command-thread.ts';
import type { Leftovers } from './leftovers.ts';
import type { Sent } from './sent.ts';
import { Slots } from './slots.ts';

/** Between SIGTERM and SIGKILL. */
export const KILL_GRACE = millis(5_000);

/** One command that may be run, or why not; either way what is written down of it. */
export type Prepared =
  | {
      readonly input: string;
      readonly repeatable: boolean;
      run(attempt: number, signal: AbortSignal): Promise<Sent>;
    }
  | { readonly input: string; readonly why: string };

export interface CommandsParts {
  /** Tells this desk's commands from those of another on the same machine. */
  readonly desk: string;
  readonly run: RunProgram;
  /** The list as the configuration has it now, and the secrets with their values. */
  readonly list: () => Readonly<Record<string, Command>>;
  readonly secrets: () => Values;
  /** What a desk that died had left running; all of it has ended when this resolves. */
  readonly leftovers: () => Promise<Leftovers | undefined>;
}

/** The commands of runs: what is not on the list now is not run. */
export class Commands {
  readonly #parts: CommandsParts;
  readonly slots = new Slots(COMMAND_LIMITS.at_once_max);

  constructor(parts: CommandsParts) {
    this.#parts = parts;
  }

  /** The list may have changed since the run began: it is asked again. */
  prepare(run: Run, step: CommandStep): Prepared {
    const { name } = step;
    const list = this.#parts.list();
    const command = Object.hasOwn(list, name) ? list[name] : undefined;
    if (!command) return { input: name, why: `The desk's list has no command "${name}" any more.` };
    const values = valuesFor(step, run.parameters ?? {});
    const [fault] = valueFaults(command.parameters, values);
    if (fault) return { input: name, why: `${fault[0]}: ${fault[1]}` };
    const secrets = this.#parts.secrets();
    const hidden = new Set(Object.values(secrets).flatMap((secret) => variants(secret)));
    const words = [command.path, ...argumentsOf(command, values)];
    const spec = (attempt: number): ChildSpec => ({
      ...{ path: command.path, arguments: words.slice(1), directory: command.directory },
      environment: {
        ...environmentOf(command, secrets),
        [RUN_VARIABLE]: `${this.#parts.desk}/${placeOf(run, attempt)}`,
      },
      ...{ timeout: command.timeout, grace: KILL_GRACE, hidden },
    });
    return {
      input: redacted(`${name}\n${JSON.stringify(words)}`, hidden),
      repeatable: command.repeatable,
      run: async (attempt, signal) => {
        await this.#parts.leftovers(); // whatever is looked for there carries our mark too
        return this.#parts.run(spec(attempt), signal);
      },
    };
  }

  /** What is known of a try that was under way when a desk died, in words. */
  async left(run: Run, attempt: number): Promise<string> {
    const all = await this.#parts.leftovers();
    if (!all) return 'Whether it still runs cannot be told on this system.';
    const count = all.get(placeOf(run, attempt)) ?? 0;
    if (count === 0) return 'It was not running any more.';
    return count === 1
      ? 'It still ran, and was ended.'
      : `${count} processes still ran; all ended.`;
  }
}

const placeOf = (run: Run, attempt: number): string => `${run.id}/${run.step}/${attempt}`;

const environmentOf = ({ environment }: Command, secrets: Values): Values => {
  const named = Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [`${SECRET_PREFIX}${name}`, secret]),
  );
  return Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [name, filledText(text, named)]),
  );
};
