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
