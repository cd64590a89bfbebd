import { type Fact, find } from './facts.ts';

/** What senders call a port: IF-MIB's names for an ifIndex. What is absent was never said. */
export interface PortNames {
  readonly ifName?: string;
  readonly ifDescr?: string;
  readonly ifAlias?: string;
}

export const PORT_NAMES = ['ifName', 'ifDescr', 'ifAlias'] as const;

/** An alias is what somebody wrote there, and may change any day. */
const IDENTIFYING = ['ifName', 'ifDescr'] as const;

/** Ports of one device whose names are kept; beyond, the one named first is forgotten. */
export const PORTS_PER_DEVICE_MAX = 4_096;
/** Of a longer name only the beginning is kept. */
const NAME_CHARS_MAX = 256;

/** A port as one notification speaks of it. */
export interface Port {
  readonly ifIndex: string;
  readonly said: PortNames;
}

/** The port that a notification is about, if it names one by its ifIndex. */
export function portIn(facts: readonly Fact[]): Port | undefined {
  const ifIndex = indexIn(facts);
  if (ifIndex === undefined) return undefined;
  const said: { -readonly [name in keyof PortNames]: PortNames[name] } = {};
  for (const name of PORT_NAMES) {
    const text = find(facts, name)?.text ?? '';
    if (text !== '') said[name] = text.slice(0, NAME_CHARS_MAX).toWellFormed();
  }
  return { ifIndex, said };
}

/** By value, else by the row of an object of IF-MIB. */
function indexIn(facts: readonly Fact[]): string | undefined {
  const named = find(facts, 'ifIndex')?.text ?? '';
  if (INDEX.test(named)) return named;
  for (const { column, instance } of facts) {
    if (column.name.startsWith('if') && INDEX.test(instance)) return instance;
  }
  return undefined;
}

const INDEX = /^[1-9]\d{0,9}$/;

/** The names of one device's ports, learned from notifications that tell them. */
export class Ports {
  #known = new Map<string, PortNames>();

  get size(): number {
    return this.#known.size;
  }

  /**
   * Everything known of a port, with what was said just now, which wins. Answers the same object
   * as before until something else is known; nothing is kept of a port that was never named.
   */
  learn({ ifIndex, said }: Port): PortNames {
    const known = this.#known.get(ifIndex);
    if (known === undefined ? isNameless(said) : saysAll(known, said)) return known ?? said;
    // Another name under the same number may be another port, whose other names we do not know.
    const isOther = IDENTIFYING.some((name) => differ(said[name], known?.[name]));
    const names = known === undefined || isOther ? said : { ...known, ...said };
    this.#known.set(ifIndex, names);
    if (this.#known.size > PORTS_PER_DEVICE_MAX) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    return names;
  }

  /** A start may have dealt the numbers anew (RFC 2863 §3.1.5). */
  forget(): void {
    this.#known.clear();
  }
}

const differ = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && a !== b;

const isNameless = ({ ifName, ifDescr, ifAlias }: PortNames): boolean =>
  ifName === undefined && ifDescr === undefined && ifAlias === undefined;

/** Is nothing of `said` news? Asked of each notification about a port. */
const saysAll = (known: PortNames, { ifName, ifDescr, ifAlias }: PortNames): boolean =>
  (ifName === undefined || ifName === known.ifName) &&
  (ifDescr === undefined || ifDescr === known.ifDescr) &&
  (ifAlias === undefined || ifAlias === known.ifAlias);
