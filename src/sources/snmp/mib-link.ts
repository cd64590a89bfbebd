import { MIB_LIMITS, type NodeDefinition, type OidPart } from './mib-module.ts';
import type { Unit, Units } from './mib-units.ts';

/** One place in the tree of OIDs. */
export interface Place {
  readonly number: number;
  readonly above: Place | undefined;
  readonly depth: number;
  below: Map<number, Place> | undefined;
  /** '' where nobody named it. */
  name: string;
  /** Who says what stands here; undefined where it is only named in passing. */
  definition: NodeDefinition | undefined;
  unit: Unit | undefined;
}

const ROOTS: Readonly<Record<string, number>> = {
  ccitt: 0,
  'itu-t': 0,
  iso: 1,
  'joint-iso-ccitt': 2,
  'joint-iso-itu-t': 2,
};
/** Generic traps of SMIv1 have this enterprise; SMIv2 placed them elsewhere (RFC 3584 §3.1). */
const SNMP = [1, 3, 6, 1, 2, 1, 11];
const SNMP_TRAPS = [1, 3, 6, 1, 6, 3, 1, 1, 5];
const GENERIC_MAX = 5;

/** Puts every definition where it belongs. What has no way to the root stays out and is told. */
export class Tree {
  readonly root: Place = placeOf(0, undefined);
  /** How many places there are, the root included. */
  size = 1;
  readonly #units: Units;
  readonly #found = new Map<Unit, Map<string, Place | 'nowhere' | 'looking'>>();
  readonly #snmp: Place;
  /** Definitions that could not be placed, per module. */
  readonly lost = new Map<Unit, string[]>();

  constructor(units: Units) {
    this.#units = units;
    for (const [name, number] of Object.entries(ROOTS).reverse()) {
      this.#below(this.root, number).name = name;
    }
    this.#snmp = SNMP.reduce((place, number) => this.#below(place, number), this.root);
    for (const unit of units.all) {
      for (const [name, definition] of unit.definitions) this.#settle(unit, name, definition);
    }
  }

  /** Where an object that `unit` speaks of stands, and what is known of it. */
  placeOf(unit: Unit, name: string): Place | undefined {
    return this.#find(unit, name, 0);
  }

  #settle(unit: Unit, name: string, definition: NodeDefinition): void {
    const place = this.#find(unit, name, 0);
    if (place === undefined) {
      const lost = this.lost.get(unit);
      if (lost === undefined) this.lost.set(unit, [name]);
      else lost.push(name);
      return;
    }
    const known = place.definition;
    if (known !== undefined && (known.is !== 'node' || definition.is === 'node')) return;
    place.name = name;
    place.definition = definition;
    place.unit = unit;
  }

  #find(unit: Unit, name: string, depth: number): Place | undefined {
    const root = ROOTS[name];
    if (root !== undefined) return this.#below(this.root, root);
    // A way longer than an OID may be goes in a circle.
    if (depth > MIB_LIMITS.oid_numbers_max) return undefined;
    const definers = this.#units.definersOf(unit, name);
    const [first] = definers;
    if (first === undefined) {
      const other = this.#units.spelling(unit, name);
      return other === undefined ? undefined : this.#own(unit, other, depth);
    }
    const place = this.#own(first, name, depth);
    if (definers.length === 1) return place;
    const agree = definers.every((definer) => this.#own(definer, name, depth) === place);
    return agree ? place : undefined;
  }

  /** The place of a definition of this very module. */
  #own(unit: Unit, name: string, depth: number): Place | undefined {
    let found = this.#found.get(unit);
    if (found === undefined) {
      found = new Map();
      this.#found.set(unit, found);
    }
    const before = found.get(name);
    if (before !== undefined) return typeof before === 'string' ? undefined : before;
    const definition = unit.definitions.get(name);
    if (definition === undefined) return undefined;
    found.set(name, 'looking');
    const place = this.#at(unit, definition, depth + 1);
    found.set(name, place ?? 'nowhere');
    return place;
  }

  #at(unit: Unit, { name, at, is }: NodeDefinition, depth: number): Place | undefined {
    const [first, ...rest] = at;
    if (first === undefined) return undefined;
    let place = this.#first(unit, first, name, depth);
    if (place === this.#snmp && is === 'notification') place = this.#generic(place, rest);
    else {
      for (const part of rest) {
        if (place === undefined) break;
        place = this.#step(unit, place, part, depth);
      }
    }
    return place === this.root ? undefined : place;
  }

  #first(unit: Unit, { name, number }: OidPart, own: string, depth: number): Place | undefined {
    if (name === '') return number <= 2 ? this.#below(this.root, number) : undefined;
    // `iso OBJECT IDENTIFIER ::= { iso 1 }` would ask for itself.
    const found = name === own ? undefined : this.#find(unit, name, depth);
    if (found !== undefined || number < 0 || number > 2) return found;
    return this.#below(this.root, number); // iso(1)
  }

  #step(unit: Unit, place: Place, { name, number }: OidPart, depth: number): Place | undefined {
    if (place.depth >= MIB_LIMITS.oid_numbers_max) return undefined;
    if (number < 0) {
      const named = this.#find(unit, name, depth);
      return named?.above === place ? named : undefined;
    }
    const below = this.#below(place, number);
    if (below !== undefined && below.name === '') below.name = name;
    return below;
  }

  #generic(place: Place, [, number]: readonly OidPart[]): Place | undefined {
    const generic = number?.number ?? -1;
    if (generic < 0 || generic > GENERIC_MAX) return this.#below(this.#below(place, 0), generic);
    const traps = SNMP_TRAPS.reduce((above, step) => this.#below(above, step), this.root);
    return this.#below(traps, generic + 1);
  }

  #below(place: Place, number: number): Place {
    place.below ??= new Map();
    let found = place.below.get(number);
    if (found === undefined) {
      found = placeOf(number, place);
      this.size++;
      place.below.set(number, found);
    }
    return found;
  }
}

function placeOf(number: number, above: Place | undefined): Place {
  return {
    number,
    above,
    depth: above === undefined ? 0 : above.depth + 1,
    below: undefined,
    name: '',
    definition: undefined,
    unit: undefined,
  };
}
