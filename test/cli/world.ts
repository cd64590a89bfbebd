import { CHANNELS } from '../../src/channels/index.ts';
import type { Screen, World } from '../../src/cli/command.ts';
import { runCli } from '../../src/cli/run.ts';
import type { DemoOptions, ServeOptions } from '../../src/cli/serve-options.ts';
import { readMibs } from '../../src/sources/snmp/mib-reading.ts';
import { manualClock } from '../support/clock.ts';

/** What one command line said and did. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  readonly served: readonly (ServeOptions | DemoOptions)[];
}

export interface WorldOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Standard input piece by piece. */
  readonly input?: readonly string[];
  readonly terminal?: { readonly columns: number };
  readonly signal?: AbortSignal;
  readonly onOut?: (text: string) => void;
  readonly replace?: Partial<World>;
}

/** Runs a command line in this process, in a world of its own. */
export async function ran(argv: readonly string[], options: WorldOptions = {}): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const served: (ServeOptions | DemoOptions)[] = [];
  const screen = (texts: string[]): Screen => ({
    write(text) {
      texts.push(text);
      if (texts === out) options.onOut?.(text);
    },
    isTerminal: options.terminal !== undefined,
    columns: options.terminal?.columns,
  });
  const world: World = {
    version: '0.0.0-test',
    stdout: screen(out),
    stderr: screen(err),
    stdin: async () => options.stdin ?? '',
    input: async function* () {
      yield* options.input ?? [];
    },
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    clock: manualClock(),
    fetch: globalThis.fetch,
    channels: CHANNELS,
    signal: options.signal ?? new AbortController().signal,
    serve: async (asked) => {
      served.push(asked);
      return 0;
    },
    demo: async (asked) => {
      served.push(asked);
      return 0;
    },
    backupStopped: async () => ({ files: 3, bytes: 1_048_576, position: 42 }),
    restore: async () => ({ files: 3, bytes: 1_048_576, position: 42 }),
    readMibs,
    ...options.replace,
  };
  const exit = await runCli(argv, world);
  return { exit, out: out.join(''), err: err.join(''), served };
}
