import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { DeskError } from '../base/errors.ts';

export type Query = readonly (readonly [name: string, value: string])[];

/** The desk's API as whoever asks may use it. Both throw what the desk refuses. */
export interface Ask {
  get(path: string, query?: Query): Promise<unknown>;
  send(method: 'POST', path: string, body: unknown): Promise<unknown>;
}

/** What a tool answers: lines for reading, and the same as data. Not yet cut to size. */
export interface Told {
  readonly lines: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: TSchema;
  /** It changes something, and takes an operator. */
  readonly acts: boolean;
  /** Throws FIELD_INVALID for arguments that do not fit, and what the desk refuses. */
  run(ask: Ask, given: unknown): Promise<Told>;
}

export function tool<S extends TSchema>(
  described: Omit<Tool, 'run' | 'input'> & {
    readonly input: S;
    readonly run: (ask: Ask, given: Static<S>) => Promise<Told>;
  },
): Tool {
  const { input, run } = described;
  return {
    ...described,
    async run(ask, given) {
      const [fault] = Value.Errors(input, given);
      if (fault !== undefined) {
        const field = fault.instancePath.slice(1).replaceAll('/', '.') || 'arguments';
        throw new DeskError('FIELD_INVALID', { field, expected: fault.message });
      }
      return run(ask, given as Static<S>);
    },
  };
}
