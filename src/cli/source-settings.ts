import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Config } from '../config/read.ts';
import type { ServeOptions } from './serve-options.ts';
import type { SettingsFile } from './settings-file.ts';

/** What a source says of its settings. */
interface Described {
  readonly name: string;
  readonly settings: TSchema;
}

/** What somebody said about the settings of sources: in flags, in either file. */
interface Said {
  readonly options: ServeOptions;
  readonly config: Config | undefined;
  readonly file: SettingsFile | undefined;
}

/**
 * A source's settings: what tocsin.yml says over what the flags say over the defaults. Throws
 * DeskError SETTINGS_INVALID with line and column where the file is at fault.
 */
export function sourceSettings(source: Described, { options, config, file }: Said): unknown {
  const sections = file?.section('sources') as Record<string, object> | undefined;
  const given = { ...flagsFor(source.name, options, config), ...sections?.[source.name] };
  const whole = Value.Default(source.settings, given);
  const [fault] = Value.Errors(source.settings, whole);
  if (!fault) return whole;
  const path = ['sources', source.name, ...fault.instancePath.split('/').slice(1)];
  if (file) throw file.fault(path, fault.message);
  throw new Error(`settings of ${source.name}: ${fault.instancePath} ${fault.message}`);
}

function flagsFor(name: string, options: ServeOptions, config: Config | undefined): object {
  if (name === 'snmp') {
    const { snmpListen, snmpMibs } = options;
    const listen = { address: snmpListen?.host, port: snmpListen?.port };
    return { ...listen, ...(snmpMibs !== undefined && { mibs: snmpMibs }) };
  }
  if (name === 'syslog') {
    const { host, port } = options.syslogListen ?? {};
    return { address: host, udp_port: port, tcp_port: port };
  }
  if (name !== 'alertmanager') return {};
  const timeout = config?.resolveTimeout;
  return {
    ...(timeout !== undefined && { resolve_timeout_seconds: timeout / 1000 }),
    ...(isClassic(options) && { classic_names: true }),
  };
}

/** Alertmanager's `--enable-feature=classic-mode`. */
export const isClassic = ({ features }: Pick<ServeOptions, 'features'>): boolean =>
  features.includes('classic-mode');
