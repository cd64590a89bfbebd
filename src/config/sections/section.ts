import type { TSchema } from 'typebox';
import type { Reader } from '../reader.ts';

/**
 * A top-level section that is Tocsin's own. Schema, faults, page and editors' schema come from one
 * declaration; what was read stands in the revision's document under `sections`.
 */
export interface Section {
  readonly name: string;
  /** With a description; the marks of shape.ts may be used. */
  readonly schema: TSchema;
  /** Says what no single field can. Secrets in the values are still `Secret`. */
  faults?(reading: SectionReading): void;
  /** The value as it is kept: paths told from the folder of the file. */
  finish?(value: unknown, folder: string): unknown;
}

export interface SectionReading {
  readonly reader: Reader;
  readonly value: unknown;
  /** All sections by name, as read. */
  readonly all: Readonly<Record<string, unknown>>;
}
