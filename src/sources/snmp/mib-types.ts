import type { MibKind, MibType } from './mib-info.ts';
import type { Syntax } from './mib-module.ts';
import type { Unit, Units } from './mib-units.ts';

/** Base types, in small letters: modules differ in how they write them. */
const BASIC: Readonly<Record<string, MibKind>> = {
  integer: 'integer',
  integer32: 'integer',
  integer64: 'integer',
  unsigned32: 'integer',
  unsigned64: 'integer',
  uinteger32: 'integer',
  gauge: 'integer',
  gauge32: 'integer',
  counter: 'integer',
  counter32: 'integer',
  counter64: 'integer',
  timeticks: 'integer',
  'octet string': 'string',
  opaque: 'string',
  'object identifier': 'oid',
  ipaddress: 'address',
  networkaddress: 'address',
  bits: 'bits',
  'bit string': 'bits',
};

/** A chain of textual conventions longer than this goes in a circle, or might as well. */
const CHAIN_MAX = 16;
const UNKNOWN: MibType = { kind: 'unknown', name: '' };

/** Resolves types across modules; one result per named type of a module. */
export class Types {
  readonly #units: Units;
  readonly #named = new Map<Unit, Map<string, MibType>>();
  readonly #basic = new Map<string, MibType>();

  constructor(units: Units) {
    this.#units = units;
  }

  /** The type a syntax of `unit` stands for; `unknown` where it is defined nowhere. */
  of(unit: Unit, syntax: Syntax): MibType {
    return this.#of(unit, syntax, 0);
  }

  #of(unit: Unit, { base, numbers, size, hint }: Syntax, depth: number): MibType {
    const named = this.#byName(unit, base, depth);
    if (numbers === undefined && size < 0 && hint === undefined) return named;
    const { kind } = named;
    return {
      ...named,
      kind: kind === 'unknown' && numbers !== undefined ? 'integer' : kind,
      ...(numbers !== undefined && { words: Object.fromEntries(numbers) }),
      ...(size >= 0 && { size }),
      ...(hint !== undefined && { hint }),
    };
  }

  #byName(unit: Unit, name: string, depth: number): MibType {
    const kind = BASIC[name.toLowerCase()];
    if (kind !== undefined) return this.#basicType(name, kind);
    let known = this.#named.get(unit);
    if (known === undefined) {
      known = new Map();
      this.#named.set(unit, known);
    }
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = depth < CHAIN_MAX ? this.#units.typeOf(unit, name) : undefined;
    const type =
      found === undefined
        ? { ...UNKNOWN, name }
        : { ...this.#of(found.unit, found.syntax, depth + 1), name };
    known.set(name, type);
    return type;
  }

  #basicType(name: string, kind: MibKind): MibType {
    const before = this.#basic.get(name);
    if (before !== undefined) return before;
    const type = { kind, name };
    this.#basic.set(name, type);
    return type;
  }
}
