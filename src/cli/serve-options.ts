import type { Millis } from '../base/time.ts';
import type { ListenAddress, Mount } from './settings.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'logfmt' | 'json';

/** Who may hand in alarms without a token: programs on this machine, anybody, or nobody. */
export type IngestWithoutToken = 'loopback' | 'anyone' | 'nobody';

/** Two cores cannot use more, and a machine for 240,000 consoles is not what one desk is for. */
export const FAN_OUT_PROCESSES_MAX = 16;

/** Everything the command line says about how to run the desk; read, checked, with defaults. */
export interface ServeOptions {
  /** Absolute. Holds the journal, the store, the lock and admin.token. */
  readonly dataFolder: string;
  /** Absolute path of an alertmanager.yml; undefined: none. Read again on SIGHUP. */
  readonly configFile: string | undefined;
  /** Absolute path of tocsin.yml; undefined: none. */
  readonly settingsFile: string | undefined;
  readonly listen: ListenAddress;
  readonly mount: Mount;
  /** Processes that hold the streams of consoles; 0: the desk holds them itself. */
  readonly fanOutProcesses: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** How long the journal is kept. */
  readonly journalKeep: Millis;
  /** How long history is kept. */
  readonly historyKeep: Millis;
  /** Undefined: no traps are taken. */
  readonly snmpListen: ListenAddress | undefined;
  /** Absolute path of a folder of MIB modules; undefined: none, or the one of tocsin.yml. */
  readonly snmpMibs: string | undefined;
  /** Undefined: no syslog is taken. */
  readonly syslogListen: ListenAddress | undefined;
  readonly ingestWithoutToken: IngestWithoutToken;
  /**
   * As given, '' when switched off. Nothing listens on it; `/api/v2/status` names the desk as its
   * own peer unless this is '', because clients of Alertmanager wait for that.
   */
  readonly clusterAddress: string;
  /** Alertmanager's feature names; `classic-mode` is the one that changes something. */
  readonly features: readonly string[];
  readonly dispatchStartDelay: Millis;
  /** Nothing is sent to anybody, whatever tocsin.yml says. */
  readonly shadow: boolean;
  /** What `/api/v2/status` says it is; undefined: the version whose API this is. */
  readonly alertmanagerVersion: string | undefined;
  /** Fill the desk with the demo's organisation. */
  readonly demo: boolean;
}

/** The demo is a desk like any other, with its own folder and a seed. */
export interface DemoOptions extends ServeOptions {
  /** Same seed, same organisation and same trouble. */
  readonly seed: number;
}
