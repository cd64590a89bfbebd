import { SMI_MODULES } from './mib-base.ts';
import type { MibModule, NodeDefinition, OidPart, Syntax } from './mib-module.ts';

/** A module among all others. */
export interface Unit {
  readonly module: MibModule;
  readonly definitions: ReadonlyMap<string, NodeDefinition>;
  /** What is built in stands behind every module and is in no report. */
  readonly builtIn: boolean;
  /** Names imported from where they are not: module, then names. */
  readonly missing: Map<string, string[]>;
}

/** Names kept per module that lacks them. */
const MISSING_NAMES_MAX = 64;
/** Of names spelt otherwise than where they are defined. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * All modules, the ones to believe first in front. Of several with one name the one with the
 * fewest faults counts, then the newest; the others still give what nobody else has.
 */
export class Units {
  readonly all: readonly Unit[];
  readonly #byName = new Map<string, Unit[]>();
  readonly #base: Unit;
  /** Who defines a name, for names imported from where they are not. Made when first needed. */
  #definers: ReadonlyMap<string, readonly Unit[]> | undefined;
  #typeDefiners: ReadonlyMap<string, readonly Unit[]> | undefined;
  readonly #plainNames = new Map<Unit, Map<string, string>>();

  constructor(modules: readonly MibModule[], base: MibModule) {
    const imported = new Map<string, number>();
    for (const { imports } of modules) {
      for (const from of new Set(imports.values())) {
        imported.set(from, (imported.get(from) ?? 0) + 1);
      }
    }
    const units = modules.map((module) => unitOf(module, false));
    for (const unit of units) {
      const named = this.#byName.get(unit.module.name);
      if (named === undefined) this.#byName.set(unit.module.name, [unit]);
      else named.push(unit);
    }
    for (const named of this.#byName.values()) named.sort(byTrust);
    // What many lean on is believed before what copies it.
    const weight = (unit: Unit): number =>
      (this.#byName.get(unit.module.name)?.[0] === unit ? 1e6 : 0) +
      (imported.get(unit.module.name) ?? 0);
    units.sort((a, b) => weight(b) - weight(a) || byPath(a, b));
    this.#base = unitOf(base, true);
    this.all = [...units, this.#base];
    for (const unit of units) this.#checkImports(unit);
  }

  /**
   * Who defines an object or another name with a place, seen from `unit`. More than one only where
   * it is not where it was imported from: they are to be believed if they agree.
   */
  definersOf(unit: Unit, name: string): readonly Unit[] {
    if (unit.definitions.has(name)) return [unit];
    const from = unit.module.imports.get(name);
    const there = from === undefined ? undefined : this.#in(from, unit, hasDefinition(name));
    if (there !== undefined) return [there];
    if (this.#base.definitions.has(name)) return [this.#base];
    this.#definers ??= definers(this.all, ({ definitions }) => definitions.keys());
    return this.#definers.get(name) ?? [];
  }

  /** The name a definition of `unit` really has, where it is spelt otherwise: case, `_` and `-`. */
  spelling(unit: Unit, name: string): string | undefined {
    let names = this.#plainNames.get(unit);
    if (names === undefined) {
      names = new Map([...unit.definitions.keys()].map((own) => [plain(own), own]));
      this.#plainNames.set(unit, names);
    }
    const found = names.get(plain(name));
    return found === name ? undefined : found;
  }

  typeOf(unit: Unit, name: string): { unit: Unit; syntax: Syntax } | undefined {
    const definer = this.#typeDefiner(unit, name);
    const syntax = definer?.module.types.get(name);
    return definer === undefined || syntax === undefined ? undefined : { unit: definer, syntax };
  }

  #typeDefiner(unit: Unit, name: string): Unit | undefined {
    if (unit.module.types.has(name)) return unit;
    const from = unit.module.imports.get(name);
    const there = from === undefined ? undefined : this.#in(from, unit, hasType(name));
    if (there !== undefined) return there;
    if (this.#base.module.types.has(name)) return this.#base;
    this.#typeDefiners ??= definers(this.all, ({ module }) => module.types.keys());
    return this.#typeDefiners.get(name)?.[0];
  }

  /** Of the modules with one name: one from the same folder, or the first that has it. */
  #in(name: string, seenFrom: Unit, has: (unit: Unit) => boolean): Unit | undefined {
    const named = this.#byName.get(name);
    if (named === undefined || named.length === 1) return named?.find(has);
    const folder = folderOf(seenFrom);
    return named.find((unit) => folderOf(unit) === folder && has(unit)) ?? named.find(has);
  }

  #checkImports(unit: Unit): void {
    for (const [name, from] of unit.module.imports) {
      if (SMI_MODULES.has(from) || MACROS.has(name)) continue;
      const has = (other: Unit): boolean => hasDefinition(name)(other) || hasType(name)(other);
      if (has(this.#base) || this.#in(from, unit, has) !== undefined) continue;
      const names = unit.missing.get(from);
      if (names === undefined) unit.missing.set(from, [name]);
      else if (names.length < MISSING_NAMES_MAX) names.push(name);
    }
  }

  isThere(module: string): boolean {
    return this.#byName.has(module) || SMI_MODULES.has(module);
  }
}

const MACROS: ReadonlySet<string> = new Set([
  ...['OBJECT-TYPE', 'OBJECT-IDENTITY', 'MODULE-IDENTITY', 'NOTIFICATION-TYPE', 'TRAP-TYPE'],
  ...['OBJECT-GROUP', 'NOTIFICATION-GROUP', 'MODULE-COMPLIANCE', 'AGENT-CAPABILITIES'],
  ...['TEXTUAL-CONVENTION', 'Counter', 'Counter32', 'Counter64', 'Gauge', 'Gauge32', 'TimeTicks'],
  ...['Integer32', 'Unsigned32', 'IpAddress', 'NetworkAddress', 'Opaque', 'BITS', 'INTEGER'],
]);

const hasDefinition =
  (name: string) =>
  ({ definitions }: Unit): boolean =>
    definitions.has(name);
const hasType =
  (name: string) =>
  ({ module }: Unit): boolean =>
    module.types.has(name);

function unitOf(module: MibModule, builtIn: boolean): Unit {
  const definitions = new Map<string, NodeDefinition>();
  for (const node of module.nodes) {
    if (!definitions.has(node.name)) definitions.set(node.name, node);
  }
  // `{ enterprises acme(4711) 1 }` names acme in passing, and others may stand on it.
  for (const { at } of module.nodes) {
    for (let i = 1; i < at.length; i++) {
      const { name, number } = at[i] as OidPart;
      if (name === '' || number < 0 || definitions.has(name)) continue;
      definitions.set(name, { name, is: 'node', at: at.slice(0, i + 1), clauses: undefined });
    }
  }
  return { module, definitions, builtIn, missing: new Map() };
}

/** More modules than this that define one name are not asked whether they agree. */
const DEFINERS_MAX = 8;

function definers(units: readonly Unit[], names: (unit: Unit) => Iterable<string>) {
  const found = new Map<string, Unit[]>();
  for (const unit of units) {
    for (const name of names(unit)) {
      const before = found.get(name);
      if (before === undefined) found.set(name, [unit]);
      else if (before.length < DEFINERS_MAX) before.push(unit);
    }
  }
  return found;
}

const folderOf = ({ module: { file } }: Unit): string => file.slice(0, file.lastIndexOf('/') + 1);

const byPath = (a: Unit, b: Unit): number =>
  a.module.file < b.module.file ? -1 : a.module.file > b.module.file ? 1 : 0;

const byTrust = (a: Unit, b: Unit): number =>
  Math.min(1, a.module.faults.length) - Math.min(1, b.module.faults.length) ||
  compare(b.module.updated, a.module.updated) ||
  b.module.nodes.length - a.module.nodes.length ||
  byPath(a, b);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
