import { fingerprint } from '../../base/fingerprint.ts';
import type { Labels } from '../alarm/event.ts';

/**
 * What an organisation has that can be wrong, or that says whom it concerns when something is.
 * A `domain` is the end of host names that may be left off: `example.net`. A `lookup` is a row of a
 * table that adds labels to every alarm it matches; nothing is called by it.
 */
export const KINDS = [
  'device',
  'port',
  'service',
  'dataset',
  'circuit',
  'link',
  'site',
  'region',
  'owner',
  'domain',
  'lookup',
] as const;

export type Kind = (typeof KINDS)[number];

/** `kind:id`, over all feeds one thing: `port:rt1.osl/xe-0/0/3`. */
export type ThingKey = string & { readonly __brand: 'ThingKey' };

/** One thing as one feed describes it. What is absent was not said. */
export interface Thing {
  readonly key: ThingKey;
  /** What people call it, where that is not its id. */
  readonly title?: string;
  /** Addresses, system name, host names: everything senders may call it. */
  readonly names?: readonly string[];
  /** Facts for people: vendor, contact, access hours, serial number. */
  readonly attributes?: Labels;
  /** Context labels for itself and everything below it; the nearest wins. */
  readonly labels?: Labels;
  /** port → device → site → region. */
  readonly partOf?: ThingKey;
  readonly owner?: ThingKey;
  /** Both ends of a link: ports, or devices where the port is not known. */
  readonly ends?: readonly [ThingKey, ThingKey];
  /** It fails when these fail. */
  readonly dependsOn?: readonly ThingKey[];
  /** These fail when it fails: the same said from the other side. */
  readonly carries?: readonly ThingKey[];
}

export const INVENTORY_LIMITS = {
  /** Of all feeds together: the work of the largest switch (bench/inventory.bench.ts). */
  things_max: 200_000,
  feeds_max: 32,
  feed_chars_max: 64,
  id_chars_max: 256,
  names_max: 64,
  attributes_max: 64,
  value_chars_max: 2_048,
  /** Things one thing may depend on, and carry. */
  references_max: 1_024,
} as const;

export const keyOf = (kind: Kind, id: string): ThingKey => `${kind}:${id}` as ThingKey;

export const kindOf = (key: ThingKey): Kind => key.slice(0, key.indexOf(':')) as Kind;

export const idOf = (key: ThingKey): string => key.slice(key.indexOf(':') + 1);

const isKind = (word: string): word is Kind => (KINDS as readonly string[]).includes(word);

/** `device`, `Devices` and `data sets` as the kind they name. */
export function kindNamed(word: string): Kind | undefined {
  const plain = word
    .trim()
    .toLowerCase()
    .replace(/[\s_-]/g, '');
  if (isKind(plain)) return plain;
  const single = plain.replace(/s$/, '');
  if (isKind(single)) return single;
  return Object.hasOwn(ALSO, single) ? ALSO[single] : undefined;
}

const ALSO: Readonly<Record<string, Kind>> = {
  interface: 'port',
  node: 'device',
  host: 'device',
  router: 'device',
  team: 'owner',
  location: 'site',
};

/** `device:rt1.osl` as a key; undefined when no kind stands before the colon. */
export function keyFrom(text: string): ThingKey | undefined {
  const colon = text.indexOf(':');
  const kind = colon > 0 ? kindNamed(text.slice(0, colon)) : undefined;
  const id = text.slice(colon + 1).trim();
  return kind === undefined || id === '' ? undefined : keyOf(kind, id);
}

/** Names are found whatever their case. */
export const folded = (name: string): string => name.trim().toLowerCase();

/** Where a list of things may be cut, and how large a piece may grow. */
const PART_THINGS_MIN = 16;
export const PART_THINGS_MAX = 256;
const CUT_EVERY = 64;

/** Some of the things of a feed. Its id is its content: what did not change is not sent again. */
export interface Part {
  readonly id: string;
  readonly things: readonly Thing[];
}

/**
 * Cuts things into parts. Where it cuts depends on the keys alone, so that a thing that comes,
 * changes or goes makes one new part and leaves the others as they were.
 */
export function partsOf(things: readonly Thing[]): readonly Part[] {
  const parts: Part[] = [];
  let some: Thing[] = [];
  const cut = (): void => {
    if (some.length > 0) parts.push({ id: fingerprint([JSON.stringify(some)]), things: some });
    some = [];
  };
  for (const thing of [...things].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))) {
    some.push(thing);
    const here = parseInt(fingerprint([thing.key]).slice(-4), 16) % CUT_EVERY === 0;
    if ((here && some.length >= PART_THINGS_MIN) || some.length >= PART_THINGS_MAX) cut();
  }
  cut();
  return parts;
}

/** What a new version of a feed would do to the one in force. */
export interface Difference {
  readonly added: readonly Thing[];
  readonly changed: readonly (readonly [was: Thing, is: Thing])[];
  readonly removed: readonly Thing[];
}

/** Compares the things of two versions, each of which lists a thing once. In the order of keys. */
export function difference(was: readonly Thing[], is: readonly Thing[]): Difference {
  const before = new Map(was.map((thing) => [thing.key, thing]));
  const added: Thing[] = [];
  const changed: [Thing, Thing][] = [];
  for (const thing of is) {
    const old = before.get(thing.key);
    before.delete(thing.key);
    if (!old) added.push(thing);
    else if (JSON.stringify(old) !== JSON.stringify(thing)) changed.push([old, thing]);
  }
  return { added, changed, removed: [...before.values()] };
}
