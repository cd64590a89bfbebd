import { pino } from 'pino';
import type { Clock } from '../base/clock.ts';
import type { Log, LogFacts } from '../base/log.ts';
import { instantText } from '../base/time.ts';
import type { LogFormat, LogLevel } from './serve-options.ts';

interface LogSettings {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly clock: Clock;
  /** Takes one whole line, its LF included. */
  readonly write: (line: string) => void;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** The desk's log: one event a line, as JSON (pino) or as logfmt. */
export function makeLog(settings: LogSettings): Log {
  return settings.format === 'json' ? jsonLog(settings) : logfmtLog(settings);
}

function jsonLog({ level, clock, write }: LogSettings): Log {
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${instantText(clock.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    { write },
  );
  return {
    debug: (event, facts = {}) => log.debug(facts, event),
    info: (event, facts = {}) => log.info(facts, event),
    warn: (event, facts = {}) => log.warn(facts, event),
    error: (event, facts = {}) => log.error(facts, event),
  };
}

/** Of a start, which says less than a hundred. */
export const HELD_LINES_MAX = 1_000;

/**
 * A log whose lines wait, faults excepted, until it is released or `HELD_LINES_MAX` of them wait.
 * Each says when it happened, not when it was let go.
 */
export function heldLog(settings: LogSettings, isHeld: boolean): { log: Log; release(): void } {
  let waiting: string[] | undefined = isHeld ? [] : undefined;
  let isFault = false;
  const release = (): void => {
    const lines = waiting ?? [];
    waiting = undefined;
    for (const line of lines) settings.write(line);
  };
  const write = (line: string): void => {
    if (waiting === undefined || isFault) return settings.write(line);
    waiting.push(line);
    if (waiting.length >= HELD_LINES_MAX) release();
  };
  const log = makeLog({ ...settings, write });
  const atOnce = (say: () => void): void => {
    isFault = true;
    say();
    isFault = false;
  };
  return {
    release,
    log: {
      ...log,
      warn: (event, facts) => atOnce(() => log.warn(event, facts)),
      error: (event, facts) => atOnce(() => log.error(event, facts)),
    },
  };
}

/** The order Alertmanager writes: time, level, msg, then the facts as they come. */
function logfmtLog({ level, clock, write }: LogSettings): Log {
  const from = LEVELS.indexOf(level);
  const at =
    (mine: LogLevel) =>
    (event: string, facts: LogFacts = {}): void => {
      if (LEVELS.indexOf(mine) < from) return;
      const rest = Object.entries(facts).map(([name, value]) => ` ${key(name)}=${quoted(value)}`);
      const head = `time=${instantText(clock.now())} level=${mine} msg=${quoted(event)}`;
      write(`${head}${rest.join('')}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const key = (name: string): string => name.replace(/[\s="]/g, '_');

/** A bare word where nothing in it could be taken for something else; JSON's quotes otherwise. */
function quoted(value: unknown): string {
  const text = plain(value);
  return text !== '' && !/[^\u0021-\u007e]|["=\\]/.test(text) ? text : JSON.stringify(text);
}

function plain(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return '[cannot be written as JSON]'; // a line of the log must not be what stops the desk
  }
}
