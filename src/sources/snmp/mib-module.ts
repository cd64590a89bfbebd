/** What one module of a MIB says, as it was written: names are not resolved yet. */
export interface MibModule {
  readonly name: string;
  readonly file: string;
  /** LAST-UPDATED, four-digit years; '' for SMIv1, which has none. */
  readonly updated: string;
  /** Which module a name is imported from. */
  readonly imports: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, Syntax>;
  readonly nodes: readonly NodeDefinition[];
  readonly faults: readonly MibFault[];
  /** Faults beyond FAULTS_PER_MODULE_MAX. */
  readonly faultsLeftOut: number;
}

/** What could not be read: the line, from 1, and what was expected there. */
export interface MibFault {
  readonly line: number;
  readonly why: string;
}

/** One part of `{ enterprises acme(4711) 3 }`: a name, a number, or both. */
export interface OidPart {
  /** '' when there is only a number. */
  readonly name: string;
  /** -1 when there is only a name. */
  readonly number: number;
}

/** A definition that has a place in the tree. */
export interface NodeDefinition {
  readonly name: string;
  readonly is: 'node' | 'object' | 'notification';
  /** For TRAP-TYPE: its enterprise, 0, and its number (RFC 1908 §2.1.2). */
  readonly at: readonly OidPart[];
  readonly clauses: Clauses | undefined;
}

/** What a definition says of itself; what we have use for. */
export interface Clauses {
  syntax?: Syntax;
  index?: readonly IndexPart[];
  /** The entry whose rows this one's extend. */
  augments?: string;
  /** What a notification carries. */
  objects?: readonly string[];
  enterprise?: string;
  units?: string;
  hint?: string;
  /** A notification's description, its first sentence. */
  about?: string;
  updated?: string;
}

export interface IndexPart {
  readonly name: string;
  readonly implied: boolean;
}

/** A type as written: a base type or the name of another, and what is said about it here. */
export interface Syntax {
  /** `OCTET STRING`, `OBJECT IDENTIFIER` and `BIT STRING` are one name. */
  readonly base: string;
  /** Of an enumeration or of BITS. */
  readonly numbers?: readonly (readonly [number, string])[];
  /** The one size a string may have; -1 for any other. */
  readonly size: number;
  /** DISPLAY-HINT of a textual convention. */
  readonly hint?: string;
  readonly of: 'value' | 'row' | 'table';
}

export const MIB_LIMITS = {
  modules_per_file_max: 1_024,
  definitions_per_module_max: 65_536,
  imports_per_module_max: 8_192,
  faults_per_module_max: 32,
  named_numbers_max: 16_384,
  named_number_chars_max: 64,
  /** RFC 2578 §3.5. */
  oid_numbers_max: 128,
  index_parts_max: 64,
  objects_max: 256,
  hint_chars_max: 255,
  about_chars_max: 200,
  units_chars_max: 64,
} as const;
