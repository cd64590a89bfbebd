import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Millis } from '../base/time.ts';
import type { ChannelKind } from '../config/schema.ts';
import type { MibReading } from './mib-reading.ts';
import type { DemoOptions, ServeOptions } from './serve-options.ts';

/** Where text goes: standard output or standard error. */
export interface Screen {
  write(text: string): void;
  /** A person sits before it: colour and progress make sense. */
  readonly isTerminal: boolean;
  /** Width in characters; undefined when nobody knows. */
  readonly columns: number | undefined;
}

/** How far a long piece of work is, 0 to 1. */
export type Progress = (done: number) => void;

/** What was put into a backup, or came out of it. */
export interface BackupReport {
  readonly files: number;
  readonly bytes: number;
  /** Journal position the copy reaches. */
  readonly position: number;
}

/**
 * Everything a command may touch of the world. main.ts hands in the real one, a test a made one;
 * what the command line may not import (server, journal, store) comes in as functions.
 */
export interface World {
  readonly version: string;
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** All of standard input, for secrets piped in. */
  readonly stdin: () => Promise<string>;
  /** Standard input as it comes, for conversations; throws once `signal` aborts. */
  readonly input: () => AsyncIterable<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** Every way out: what receivers of a configuration may use. */
  readonly channels: readonly ChannelKind[];
  /** Aborted when the person presses Ctrl-C: ends `--watch`. */
  readonly signal: AbortSignal;
  /**
   * Runs the desk until it is stopped; resolves with the exit code. `isUp` is called once what a
   * person has to know stands on the screen.
   */
  readonly serve: (options: ServeOptions, log: Log, isUp: () => void) => Promise<number>;
  /** The same with the demo's organisation in it. */
  readonly demo: (options: DemoOptions, log: Log, isUp: () => void) => Promise<number>;
  /** Copies the data of a desk that is not running. Throws DeskError. */
  readonly backupStopped: (from: string, to: string, progress: Progress) => Promise<BackupReport>;
  /** Puts a backup in place as the data of a desk that is not running. Throws DeskError. */
  readonly restore: (from: string, to: string, progress: Progress) => Promise<BackupReport>;
  /** Reads the MIB modules of a folder; `shown` is how the person wrote it. Throws DeskError. */
  readonly readMibs: (folder: string, shown: string) => MibReading;
}

/** One option, declared once: parser, help, completion and the guide all read this. */
export interface Option {
  /** Without dashes. A name that ends in `*` stands for every option that begins so. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** `list` may be given again and again; the others once. */
  readonly type: 'flag' | 'text' | 'list' | 'number' | 'duration';
  /** How the help calls the value: `FILE`. */
  readonly value?: string;
  readonly help: string;
  /** As a person would type it. */
  readonly default?: string;
  /** The only values there are. */
  readonly choices?: readonly string[];
}

/** A word after the options. */
export interface Argument {
  readonly name: string;
  readonly help: string;
  readonly optional?: true;
  /** The last one only: takes all that follow. */
  readonly many?: true;
  readonly choices?: readonly string[];
}

/** What was typed, read by the declarations. Asking for an undeclared name is a bug. */
export interface Given {
  /** The value, or the declared default, or ''. */
  text(name: string): string;
  all(name: string): readonly string[];
  flag(name: string): boolean;
  number(name: string): number;
  duration(name: string): Millis | undefined;
  /** Was it typed, or is it the default? */
  has(name: string): boolean;
  /** Names (without dashes) of all options that were typed, in their order. */
  readonly typed: readonly string[];
  readonly args: readonly string[];
}

export interface Example {
  readonly line: string;
  readonly does: string;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A few sentences more for its own help. */
  readonly about?: string;
  readonly args: readonly Argument[];
  readonly options: readonly Option[];
  readonly examples: readonly Example[];
  /** Commands below this one: `users add`. A command has these or `run`'s own work. */
  readonly below?: readonly Command[];
  /** Resolves with the exit code; throws DeskError for what the person must hear. */
  run(given: Given, world: World): Promise<number>;
}
