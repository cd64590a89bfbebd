import type { Severity } from '../../domain/alarm/severity.ts';

/** Which part of the device is wrong, by the names of columns.ts. */
export type Part =
  | { readonly is: 'device' }
  | {
      readonly is: 'entry';
      readonly prefix: string;
      readonly columns: readonly string[];
      /** How the index is to be read: numbers as they are, an address, a name, or a range. */
      readonly index: 'plain' | 'address' | 'name' | 'range';
    }
  | {
      readonly is: 'values';
      readonly prefix: string;
      readonly columns: readonly string[];
      readonly qualifier: readonly string[];
      /** The row's own index tells alarms apart as well. */
      readonly byRow: boolean;
    };

/** One severity, or what a varbind says it is. */
export type SeverityRule =
  | Severity
  | {
      readonly column: string;
      readonly of: Readonly<Record<number, Severity>>;
      readonly other: Severity;
    };

/** The severity of each value of a state, `clear` where all is well; 0 stands for the rest. */
export type States = Readonly<Record<number, Severity | 'clear'>>;

interface Named {
  /** Dotted alarm type. */
  readonly type: string;
  readonly part: Part;
}
export interface Alarm extends Named {
  readonly is: 'alarm';
  readonly severity: SeverityRule;
  readonly text: string;
  readonly over: string;
}
export interface State extends Named {
  readonly is: 'state';
  readonly column: string;
  readonly states: States;
  readonly text: string;
}
export interface Limit extends Named {
  readonly is: 'limit';
  readonly severity: SeverityRule;
  readonly text: string;
}
export interface Occurrence extends Named {
  readonly is: 'event';
  readonly severity: SeverityRule;
  readonly text: string;
}

/** One notification: what it says about which subject. */
export type Trap = { readonly oid: string; readonly name: string } & (
  | { readonly does: 'raise' | 'clear'; readonly about: Alarm }
  | { readonly does: 'tell'; readonly about: State | Limit }
  | { readonly does: 'happen'; readonly about: Occurrence }
  | { readonly does: 'ups'; readonly kind: 'raise' | 'clear' }
);

export const DEVICE: Part = { is: 'device' };

export const entry = (
  prefix: string,
  columns: readonly string[],
  index: 'plain' | 'address' | 'name' | 'range' = 'plain',
): Part => ({ is: 'entry', prefix, columns, index });

export const values = (
  prefix: string,
  columns: readonly string[],
  qualifier: readonly string[] = [],
  byRow = false,
): Part => ({ is: 'values', prefix, columns, qualifier, byRow });

export const severityBy = (
  column: string,
  of: Readonly<Record<number, Severity>>,
  other: Severity,
): SeverityRule => ({ column, of, other });

export const alarm = (
  type: string,
  part: Part,
  severity: SeverityRule,
  text: string,
  over: string,
): Alarm => ({ is: 'alarm', type, part, severity, text, over });

export const state = (
  type: string,
  part: Part,
  column: string,
  text: string,
  states: States,
): State => ({ is: 'state', type, part, column, states, text });

/** Cisco's sensors: a value against a threshold, the same OID for both ways. */
export const limit = (type: string, part: Part, severity: SeverityRule, text: string): Limit => ({
  is: 'limit',
  type,
  part,
  severity,
  text,
});

export const event = (
  type: string,
  part: Part,
  severity: SeverityRule,
  text: string,
): Occurrence => ({ is: 'event', type, part, severity, text });

export const raises = (oid: string, name: string, about: Alarm): Trap => ({
  oid,
  name,
  does: 'raise',
  about,
});
export const clears = (oid: string, name: string, about: Alarm): Trap => ({
  oid,
  name,
  does: 'clear',
  about,
});
export const tells = (oid: string, name: string, about: State | Limit): Trap => ({
  oid,
  name,
  does: 'tell',
  about,
});
export const happens = (oid: string, name: string, about: Occurrence): Trap => ({
  oid,
  name,
  does: 'happen',
  about,
});
export const upsAlarm = (oid: string, name: string, kind: 'raise' | 'clear'): Trap => ({
  oid,
  name,
  does: 'ups',
  kind,
});

/** The lines of one subtree, with their OIDs made whole. */
export const under = (base: string, traps: readonly Trap[]): readonly Trap[] =>
  traps.map((trap) => ({ ...trap, oid: `${base}.${trap.oid}` }));

/** A well-known condition of UPS-MIB: alarm type, severity, text. */
type UpsCondition = readonly [type: string, severity: Severity, text: string];

/**
 * upsAlarmDescr is an OID; these are the well-known ones, 1.3.6.1.2.1.33.1.6.3.N (RFC 1628 §4). The
 * second has the type of upsTrapOnBattery: its removal is what ends that alarm.
 */
export const UPS: Readonly<Record<string, UpsCondition>> = {
  '1.3.6.1.2.1.33.1.6.3.1': ['ups.battery.bad', 'major', 'UPS battery bad'],
  '1.3.6.1.2.1.33.1.6.3.2': ['ups.battery', 'major', 'UPS runs on battery'],
  '1.3.6.1.2.1.33.1.6.3.3': ['ups.battery.low', 'critical', 'UPS battery low'],
  '1.3.6.1.2.1.33.1.6.3.4': ['ups.battery.depleted', 'critical', 'UPS battery depleted'],
  '1.3.6.1.2.1.33.1.6.3.5': ['ups.temperature', 'major', 'UPS temperature out of range'],
  '1.3.6.1.2.1.33.1.6.3.6': ['ups.input', 'major', 'UPS input out of range'],
  '1.3.6.1.2.1.33.1.6.3.7': ['ups.output', 'major', 'UPS output out of range'],
  '1.3.6.1.2.1.33.1.6.3.8': ['ups.overload', 'major', 'UPS overloaded'],
  '1.3.6.1.2.1.33.1.6.3.9': ['ups.bypass', 'minor', 'UPS on bypass'],
  '1.3.6.1.2.1.33.1.6.3.10': ['ups.bypass.bad', 'minor', 'UPS bypass out of range'],
  '1.3.6.1.2.1.33.1.6.3.11': ['ups.output.requested', 'warning', 'UPS output off as requested'],
  '1.3.6.1.2.1.33.1.6.3.12': ['ups.off.requested', 'warning', 'UPS off as requested'],
  '1.3.6.1.2.1.33.1.6.3.13': ['ups.charger', 'major', 'UPS charger failed'],
  '1.3.6.1.2.1.33.1.6.3.14': ['ups.output.off', 'critical', 'UPS output off'],
  '1.3.6.1.2.1.33.1.6.3.15': ['ups.off', 'critical', 'UPS off'],
  '1.3.6.1.2.1.33.1.6.3.16': ['ups.fan', 'major', 'UPS fan failed'],
  '1.3.6.1.2.1.33.1.6.3.17': ['ups.fuse', 'major', 'UPS fuse failed'],
  '1.3.6.1.2.1.33.1.6.3.18': ['ups.fault', 'major', 'UPS has a fault'],
  '1.3.6.1.2.1.33.1.6.3.19': ['ups.test.failed', 'minor', 'UPS test failed'],
  '1.3.6.1.2.1.33.1.6.3.20': ['ups.communication', 'major', 'UPS silent'],
  '1.3.6.1.2.1.33.1.6.3.21': ['ups.waiting', 'major', 'UPS waits for mains'],
  '1.3.6.1.2.1.33.1.6.3.22': ['ups.shutdown', 'critical', 'UPS will shut down'],
  '1.3.6.1.2.1.33.1.6.3.23': ['ups.shutdown.now', 'critical', 'UPS shuts down now'],
  '1.3.6.1.2.1.33.1.6.3.24': ['ups.test.running', 'indeterminate', 'UPS test running'],
};
