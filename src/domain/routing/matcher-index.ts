import type { Only } from '../alarm/literals.ts';
import { type Matcher, matchesAll } from '../alarm/matcher.ts';
import { Scanned } from './scanned.ts';

/** One set of matchers under its key. */
interface Item<T> {
  readonly key: string;
  readonly matchers: readonly Matcher[];
  readonly value: T;
}

type Value = (name: string) => string;

/** Longer prefixes are cut: a value is asked for at most this many of its beginnings. */
const PREFIX_UNITS_MAX = 32;
/** Fragments are filed under a piece of this length, or whole when they are shorter. */
const GRAM_UNITS_MAX = 3;

/**
 * Finds the sets of matchers that all match, without looking at those that cannot. Each set is
 * filed under one of its matchers, the one that is shared by the fewest others: under its words,
 * its beginnings or a fragment of what it looks for. A lookup asks once for each label name that
 * anything is filed under. What cannot be filed (`!=`, `.*`, `[0-9]+`) is tried each time.
 */
export class MatcherIndex<T> {
  readonly #items = new Map<string, Item<T>>();
  readonly #names = new Map<string, NameIndex<T>>();
  readonly #scanned = new Scanned<Item<T>>();

  get size(): number {
    return this.#items.size;
  }

  /** Puts a set under a key; what was there before is replaced. */
  set(key: string, matchers: readonly Matcher[], value: T): void {
    this.delete(key);
    const item: Item<T> = { key, matchers, value };
    this.#items.set(key, item);
    const best = this.#best(matchers);
    if (!best?.only) {
      this.#scanned.add(item);
      return;
    }
    let names = this.#names.get(best.name);
    if (!names) {
      names = new NameIndex();
      this.#names.set(best.name, names);
    }
    names.add(item, best.only);
  }

  delete(key: string): void {
    const item = this.#items.get(key);
    if (!item) return;
    this.#items.delete(key);
    if (this.#scanned.delete(item)) return;
    for (const { name } of item.matchers) {
      const names = this.#names.get(name);
      if (!names?.delete(item)) continue;
      if (names.size === 0) this.#names.delete(name);
      return;
    }
  }

  /** All whose matchers all match, by key. `value` says what a name stands for, '' for nothing. */
  matching(value: Value): readonly T[] {
    const found: Item<T>[] = [];
    for (const [name, index] of this.#names) {
      const text = value(name);
      if (text !== '') index.find(text, value, found);
    }
    this.#scanned.find(value, found);
    if (found.length > 1) found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    // A set may be found twice: under a word and under a beginning of it.
    return found.filter((item, i) => item !== found[i - 1]).map((item) => item.value);
  }

  /** The matcher that fewest others are filed with. On a tie, the one with fewest places, words. */
  #best(matchers: readonly Matcher[]): Matcher | undefined {
    let [best, least] = [undefined as Matcher | undefined, Number.POSITIVE_INFINITY];
    for (const matcher of matchers) {
      if (!matcher.only || !isUseful(matcher.only)) continue;
      const cost = this.#names.get(matcher.name)?.cost(matcher.only) ?? tie(matcher.only);
      if (cost < least) [best, least] = [matcher, cost];
    }
    return best;
  }
}

/** What matches a missing label cannot be found by the labels that are there. */
const isUseful = ({ words }: Only): boolean => !words.includes('');

/** Below 1: decides only between matchers that are shared by equally many. */
const tie = ({ words, prefixes, fragments }: Only): number =>
  Math.min(words.length + 4 * prefixes.length + 8 * fragments.length, 99_999) / 100_000;

/** Everything filed under one label name. */
class NameIndex<T> {
  readonly #words = new Places<T>();
  readonly #prefixes = new Places<T>();
  readonly #grams = new Places<T>();
  readonly #filed = new Map<Item<T>, Filed>();

  get size(): number {
    return this.#filed.size;
  }

  cost(only: Only): number {
    let most = 0;
    for (const word of only.words) most = Math.max(most, this.#words.count(word));
    for (const text of prefixesOf(only)) most = Math.max(most, this.#prefixes.count(text));
    for (const text of this.#gramsOf(only)) most = Math.max(most, this.#grams.count(text));
    return most + tie(only);
  }

  add(item: Item<T>, only: Only): void {
    const { words, fragments } = only;
    const filed = { words, prefixes: prefixesOf(only), fragments, grams: this.#gramsOf(only) };
    this.#filed.set(item, filed);
    for (const word of filed.words) this.#words.add(word, item);
    for (const text of filed.prefixes) this.#prefixes.add(text, item);
    for (const text of filed.grams) this.#grams.add(text, item);
  }

  delete(item: Item<T>): boolean {
    const filed = this.#filed.get(item);
    if (!filed) return false;
    this.#filed.delete(item);
    for (const word of filed.words) this.#words.delete(word, item);
    for (const text of filed.prefixes) this.#prefixes.delete(text, item);
    for (const text of filed.grams) this.#grams.delete(text, item);
    return true;
  }

  find(text: string, value: Value, found: Item<T>[]): void {
    this.#words.tryAt(text, value, found);
    for (const length of this.#prefixes.lengths) {
      if (length > text.length) break;
      this.#prefixes.tryAt(text.slice(0, length), value, found);
    }
    for (const length of this.#grams.lengths) {
      for (let i = 0; i + length <= text.length; i++) {
        const items = this.#grams.at(text.slice(i, i + length));
        if (items) this.#tryHolding(items, text, value, found);
      }
    }
  }

  /** A piece is shared by more sets than the whole fragment, and engines are slow. */
  #tryHolding(items: Bucket<T>, text: string, value: Value, found: Item<T>[]): void {
    for (const item of items) {
      const fragments = this.#filed.get(item)?.fragments ?? [];
      if (!fragments.some((fragment) => text.includes(fragment))) continue;
      if (matchesAll(item.matchers, value)) found.push(item);
    }
  }

  /** For each fragment the piece of it that is shared by fewest. */
  #gramsOf(only: Only): readonly string[] {
    return distinct(only.fragments.map((fragment) => this.#rarest(fragment)));
  }

  #rarest(fragment: string): string {
    let [best, least] = [fragment.slice(0, GRAM_UNITS_MAX), Number.POSITIVE_INFINITY];
    for (let i = 0; i === 0 || i + GRAM_UNITS_MAX <= fragment.length; i++) {
      const gram = fragment.slice(i, i + GRAM_UNITS_MAX);
      const count = this.#grams.count(gram);
      if (count < least) [best, least] = [gram, count];
    }
    return best;
  }
}

/** Where one set is filed under its name. */
interface Filed {
  readonly words: readonly string[];
  readonly prefixes: readonly string[];
  readonly fragments: readonly string[];
  /** A piece of each fragment. */
  readonly grams: readonly string[];
}

const distinct = (texts: readonly string[]): readonly string[] =>
  texts.length > 1 ? [...new Set(texts)] : texts;

const prefixesOf = ({ prefixes }: Only): readonly string[] =>
  distinct(prefixes.map((prefix) => prefix.slice(0, PREFIX_UNITS_MAX)));

/** Buckets by text, and the lengths that these texts have, shortest first. */
class Places<T> {
  readonly #buckets = new Map<string, Bucket<T>>();
  readonly #counts = new Map<number, number>();
  lengths: readonly number[] = [];

  at(text: string): Bucket<T> | undefined {
    return this.#buckets.get(text);
  }

  tryAt(text: string, value: Value, found: Item<T>[]): void {
    const bucket = this.#buckets.get(text);
    if (bucket) tryAll(bucket, value, found);
  }

  count(text: string): number {
    return this.#buckets.get(text)?.size ?? 0;
  }

  add(text: string, item: Item<T>): void {
    let bucket = this.#buckets.get(text);
    if (!bucket) {
      bucket = new Set();
      this.#buckets.set(text, bucket);
      this.#lengthUsed(text.length, 1);
    }
    bucket.add(item);
  }

  delete(text: string, item: Item<T>): void {
    const bucket = this.#buckets.get(text);
    if (!bucket?.delete(item) || bucket.size > 0) return;
    this.#buckets.delete(text);
    this.#lengthUsed(text.length, -1);
  }

  #lengthUsed(length: number, by: 1 | -1): void {
    const before = this.#counts.get(length) ?? 0;
    if (before + by > 0) this.#counts.set(length, before + by);
    else this.#counts.delete(length);
    if (before === 0 || before + by === 0) {
      this.lengths = [...this.#counts.keys()].sort((a, b) => a - b);
    }
  }
}

/** Sets that are tried one by one. What is found is sorted afterwards. */
type Bucket<T> = Set<Item<T>>;

function tryAll<T>(bucket: Bucket<T>, value: Value, found: Item<T>[]): void {
  for (const item of bucket) if (matchesAll(item.matchers, value)) found.push(item);
}
