/** What a folder of MIB modules says; made outside, because the command line knows no source. */
export interface MibReading {
  readonly report: MibReport;
  /** Whatever has this name, or this OID and the deepest name on its way. */
  find(asked: string): readonly MibFound[];
}

export interface MibReport {
  readonly files: number;
  readonly bytes: number;
  /** Files that hold no module. */
  readonly notModules: readonly string[];
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  readonly modules: readonly MibModuleReport[];
}

export interface MibModuleReport {
  readonly name: string;
  readonly file: string;
  readonly objects: number;
  readonly notifications: number;
  readonly types: number;
  readonly faults: readonly { readonly line: number; readonly why: string }[];
  readonly faultsLeftOut: number;
  /** Imports from where they are not; `there` when the module is, but not the name in it. */
  readonly missing: readonly {
    readonly module: string;
    readonly there: boolean;
    readonly names: readonly string[];
  }[];
  /** Definitions without a way to the root of the tree; the first few. */
  readonly lost: readonly string[];
  readonly lostCount: number;
}

export interface MibFound {
  readonly oid: string;
  /** `IF-MIB::ifDescr`, with what follows it in the OID asked for. */
  readonly name: string;
  /** More lines, each a title and what it says. */
  readonly facts: readonly (readonly [title: string, text: string])[];
}
