import { type Draft, type FieldValue, listed, type RowFaults } from './row.ts';
import { endsIn } from './sort-row.ts';
import {
  folded,
  INVENTORY_LIMITS,
  KINDS,
  type Kind,
  keyFrom,
  keyOf,
  kindOf,
  type Thing,
  type ThingKey,
} from './thing.ts';

/** Kinds that need no row of their own: a site that only its devices name is still a site. */
const IMPLIED: ReadonlySet<Kind> = new Set(['site', 'region', 'owner', 'service']);

const named = (kind: Kind, name: string): string => `${kind}:${folded(name)}`;

/** Turns what rows call each other into keys, and drafts into things. */
export class References {
  readonly #drafts: readonly Draft[];
  readonly #others: ReadonlySet<string>;
  readonly #faults: RowFaults;
  readonly #byName = new Map<string, ThingKey>();
  /** Ports that only a link or a dependency names. */
  readonly #implied = new Map<ThingKey, Thing>();

  constructor(drafts: readonly Draft[], others: ReadonlySet<string>, faults: RowFaults) {
    this.#drafts = drafts;
    this.#others = others;
    this.#faults = faults;
    for (const { kind, key, names, says } of drafts) {
      const title = typeof says.title === 'string' ? [says.title] : [];
      for (const name of [...names, ...title]) this.#byName.set(named(kind, name), key);
    }
    // An id wins over another thing's name.
    for (const { kind, key } of drafts) {
      this.#byName.set(named(kind, key.slice(kind.length + 1)), key);
    }
  }

  things(): readonly Thing[] {
    const things = this.#drafts.map((draft) => this.#thing(draft));
    return [...things, ...this.#implied.values()];
  }

  #thing(draft: Draft): Thing {
    const { key, names, attributes, labels } = draft;
    const id = key.slice(key.indexOf(':') + 1);
    const title = one(draft.says.title);
    const partOf = this.#partOf(draft);
    const owner = this.#single(draft, 'owner', draft.says.owner);
    const ends = draft.kind === 'link' ? this.#ends(draft) : undefined;
    const dependsOn = this.#many(draft, [
      [KINDS, draft.says.dependsOn],
      [['circuit'], draft.says.circuits],
    ]);
    const carries = this.#many(draft, [
      [KINDS, draft.says.carries],
      [['service'], draft.says.services],
    ]);
    const isOwnName = title === '' || id === title || id.endsWith(`/${title}`);
    return {
      key,
      ...(isOwnName ? {} : { title }),
      ...(names.length > 0 ? { names } : {}),
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(partOf ? { partOf } : {}),
      ...(owner ? { owner } : {}),
      ...(ends ? { ends } : {}),
      ...(dependsOn.length > 0 ? { dependsOn } : {}),
      ...(carries.length > 0 ? { carries } : {}),
    };
  }

  /** The nearest that is named: a port's device, a device's site. */
  #partOf(draft: Draft): ThingKey | undefined {
    const { says, kind, key } = draft;
    const within = one(says.partOf);
    if (within !== '') return this.#refer(draft, within, WITHIN[kind] ?? KINDS);
    if (kind === 'port') {
      const device = one(says.device) || key.slice('port:'.length).split('/', 1).join();
      return this.#refer(draft, device, ['device']);
    }
    if (says.site !== undefined) return this.#refer(draft, one(says.site), ['site']);
    return this.#single(draft, 'region', says.region);
  }

  #single(draft: Draft, kind: Kind, value: FieldValue | undefined): ThingKey | undefined {
    const name = one(value);
    return name === '' ? undefined : this.#refer(draft, name, [kind]);
  }

  #many(
    draft: Draft,
    from: readonly (readonly [readonly Kind[], FieldValue | undefined])[],
  ): readonly ThingKey[] {
    const found = new Set<ThingKey>();
    for (const [kinds, value] of from) {
      for (const name of value === undefined ? [] : listed(value)) {
        const key = this.#refer(draft, name, kinds);
        if (key) found.add(key);
      }
    }
    const max = INVENTORY_LIMITS.references_max;
    if (found.size > max) {
      const wrong = `it names ${found.size} things`;
      this.#say(draft, wrong, `at most ${max}`, 'taken without it');
    }
    return [...found].sort().slice(0, max);
  }

  #ends(draft: Draft): readonly [ThingKey, ThingKey] | undefined {
    const texts = endsIn(draft.says);
    const [a, b] = texts.map((end) => this.#refer(draft, end, ['port', 'device']));
    if (texts.length === 2 && a && b && a !== b) return [a, b];
    const expected = 'two ends, each device/port or a device';
    this.#say(draft, `it has ${new Set(texts).size} ends`, expected, 'taken without it');
    return undefined;
  }

  /** The thing a text names. One nobody knows is kept by its key where its kind is certain. */
  #refer(draft: Draft, text: string, kinds: readonly Kind[]): ThingKey | undefined {
    const found = this.#known(text, kinds) ?? this.#port(text, kinds);
    if (found === draft.key) {
      this.#say(draft, 'it names itself', 'another thing', 'taken without it');
      return undefined;
    }
    if (found) return found;
    const typed = keyFrom(text);
    const [only] = kinds;
    const certain = typed ?? (kinds.length === 1 && only ? keyOf(only, text) : undefined);
    if (certain && IMPLIED.has(kindOf(certain))) return certain;
    const expected = certain
      ? `a ${kindOf(certain)} of this feed or of another one`
      : 'a thing that is known, or kind:id for one that will be';
    const done = certain ? 'taken as it is' : 'taken without it';
    this.#say(draft, `nothing here is called ${text}`, expected, done);
    return certain;
  }

  #known(text: string, kinds: readonly Kind[]): ThingKey | undefined {
    const typed = keyFrom(text);
    if (typed) {
      const kind = kindOf(typed);
      const here = this.#byName.get(named(kind, typed.slice(kind.length + 1)));
      if (here) return here;
      if (this.#others.has(typed)) return typed;
    }
    for (const kind of kinds) {
      const here = this.#byName.get(named(kind, text));
      if (here) return here;
      const elsewhere = keyOf(kind, text);
      if (this.#others.has(elsewhere)) return elsewhere;
    }
    return undefined;
  }

  /** `rt1.osl/xe-0/0/3` where the device is known and nobody described the port. */
  #port(text: string, kinds: readonly Kind[]): ThingKey | undefined {
    const path = text.startsWith('port:') ? text.slice('port:'.length) : text;
    const slash = path.indexOf('/');
    if (slash <= 0 || slash === path.length - 1 || !kinds.includes('port')) return undefined;
    const device = this.#known(path.slice(0, slash), ['device']);
    if (!device) return undefined;
    const key = keyOf('port', `${device.slice('device:'.length)}${path.slice(slash)}`);
    const known = this.#known(key, []);
    if (known) return known;
    this.#implied.set(key, { key, partOf: device });
    return key;
  }

  #say(
    { line, key }: Draft,
    wrong: string,
    expected: string,
    done: 'taken without it' | 'taken as it is',
  ): void {
    this.#faults.say({ line, thing: key, wrong, expected, done });
  }
}

/** What a thing of a kind may be part of, where only one answer makes sense. */
const WITHIN: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  region: ['region'],
  site: ['region', 'site'],
  port: ['device', 'port'],
  service: ['service', 'site'],
};

const one = (value: FieldValue | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value.trim() : (listed(value)[0] ?? '');
