/** What a named event may carry. Never a secret, never a person's name. */
export type LogFacts = Readonly<Record<string, unknown>>;

/**
 * Logs are events, not sentences. Names are `<noun>.<past verb>`, listed in
 * docs/reference/events.md.
 */
export interface Log {
  debug(event: string, facts?: LogFacts): void;
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts): void;
}

/** Says nothing: for tests and tools. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
