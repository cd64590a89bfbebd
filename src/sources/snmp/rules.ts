import type { Millis } from '../../base/time.ts';
import type { Severity } from '../../domain/alarm/severity.ts';

/** What a table of notifications says, read (read-table.ts). Its form: docs/spec/trap-tables.md. */

/** One object that notifications carry. It becomes a label, and can be told in the text. */
export interface Column {
  readonly name: string;
  /** What the numbers of an enumeration mean. */
  readonly words?: Readonly<Record<number, string>>;
  /**
   * How to read a value that is no plain number or text. `model`: a row of RFC 3877's
   * alarmModelTable, whose last number is the state and so no part of what is wrong. `bits`: a set
   * of the words, where the first bit is number 0.
   */
  readonly as?: 'address' | 'hex' | 'model' | 'bits';
  /** Not repeated in the text: it names the part, or changes with every trap. */
  readonly quiet?: boolean;
  /** Says enough without its name before it. */
  readonly bare?: boolean;
}

/** How a set of bits reads that has none. */
export const NO_BITS = 'none';

/** One piece of an index (RFC 2578 §7.7): what it is made of, and so how it is shown. */
export type Piece = 'number' | 'skip' | 'ip' | 'address' | 'name' | 'text';

/** Which part of the device is wrong. */
export type Part =
  | { readonly is: 'device' }
  | {
      /** The row of the first of these objects that came. */
      readonly is: 'index';
      readonly prefix: string;
      readonly columns: readonly string[];
      /** How the index is to be read; without it the numbers as they are. */
      readonly pieces?: readonly Piece[];
      /** The first two such objects are the ends of a range of rows. */
      readonly range?: boolean;
    }
  | {
      /** The values of these objects. */
      readonly is: 'value';
      readonly prefix: string;
      readonly columns: readonly string[];
      /** Tell alarms apart, but do not name the part. */
      readonly qualifier: readonly string[];
      /** The row's own index tells alarms apart as well. */
      readonly byRow: boolean;
    };

/** What each value of an object stands for. Words and numbers both find their place. */
export interface Scale {
  readonly column: string;
  readonly of: ReadonlyMap<string, Severity | 'clear'>;
  readonly other: Severity | 'clear';
}

/** A condition that the value of one object names, as upsAlarmDescr does. */
export interface Condition {
  readonly type: string;
  readonly severity: Severity;
  readonly text: string;
}

/** Conditions by value. `other` is for those that are not listed, kept apart by their value. */
export interface Conditions {
  readonly column: string;
  readonly of: ReadonlyMap<string, Condition>;
  readonly other: Condition;
}

/** The object whose value is the OID of the notification that is over. */
export interface Another {
  readonly named: string;
}

/** A value, what it is compared with, and which way, if the sender says so. */
export interface Limit {
  readonly value: string;
  readonly threshold: string;
  readonly relation: string | undefined;
}

/**
 * What a notification does:
 *
 * raise   this is wrong now; with a lease, only while it is repeated
 * clear   the same, by type and part, is over
 * state   one notification for both ways: an object says which
 * limit   the same: a value and its threshold say which
 * event   nothing will ever clear it
 */
export type Does = 'raise' | 'clear' | 'state' | 'limit' | 'event';

/** One notification: what it says about which part. */
export interface Trap {
  readonly oid: string;
  readonly name: string;
  readonly does: Does;
  /** Dotted alarm type, or what an object names: a condition, or the notification it is about. */
  readonly type: string | Conditions | Another;
  /** For `state`: clear or how bad. For the others: how bad. A clear has none. */
  readonly severity: Severity | Scale | undefined;
  /** For `state`: how bad, where another object than the state says so. */
  readonly howBad: Scale | undefined;
  readonly limit: Limit | undefined;
  readonly lease: Millis | undefined;
  readonly part: Part;
  readonly text: string;
}
