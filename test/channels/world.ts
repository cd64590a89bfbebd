import type { Log, LogFacts } from '../../src/base/log.ts';
import type { SendWorld } from '../../src/ports/channel.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';

export interface TestWorld extends SendWorld {
  readonly clock: ManualClock;
  /** Everything that was logged, as text. */
  readonly logged: readonly string[];
  readonly abort: () => void;
}

/** A world whose clock stands still until it is moved, and whose files are given. */
export function testWorld(
  more: Partial<Omit<SendWorld, 'clock'>> & {
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): TestWorld {
  const { files = {}, ...rest } = more;
  const logged: string[] = [];
  const say = (event: string, facts?: LogFacts) => {
    logged.push(`${event} ${JSON.stringify(facts ?? {})}`);
  };
  const log: Log = { debug: say, info: say, warn: say, error: say };
  const ending = new AbortController();
  return {
    clock: manualClock(),
    log,
    externalUrl: 'http://desk.example.org',
    signal: ending.signal,
    readSecret: async (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`${path}: no such file`);
      return text;
    },
    trust: 'file',
    version: '1.2.3',
    logged,
    abort: () => ending.abort(),
    ...rest,
  };
}
