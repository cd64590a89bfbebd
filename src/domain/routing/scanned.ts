import { type Matcher, matchesAll } from '../alarm/matcher.ts';

interface Tryable {
  readonly matchers: readonly Matcher[];
}

type Value = (name: string) => string;

/** Answers that are remembered, over all values of one label name; at most, they are forgotten. */
const REMEMBERED_MAX = 200_000;

/**
 * Sets of matchers that no index can tell apart, tried one by one. Each is tried by one of its
 * patterns first, and which of them passed is remembered per value: alarms come in floods of few
 * sites and severities, and a pattern costs a microsecond.
 */
export class Scanned<S extends Tryable> {
  readonly #byName = new Map<string, Tried<S>>();

  add(set: S): void {
    const name = patternOf(set)?.name ?? '';
    const tried = this.#byName.get(name) ?? new Tried<S>();
    this.#byName.set(name, tried);
    tried.add(set);
  }

  delete(set: S): boolean {
    const name = patternOf(set)?.name ?? '';
    const tried = this.#byName.get(name);
    if (!tried?.delete(set)) return false;
    if (tried.size === 0) this.#byName.delete(name);
    return true;
  }

  find(value: Value, found: S[]): void {
    for (const [name, tried] of this.#byName) {
      for (const set of tried.passing(value(name))) {
        if (matchesAll(set.matchers, value)) found.push(set);
      }
    }
  }
}

/** The matcher a set is tried by first; none of `=` and `!=`, which cost nothing. */
const patternOf = ({ matchers }: Tryable): Matcher | undefined =>
  matchers.find(({ op }) => op === '=~' || op === '!~');

class Tried<S extends Tryable> {
  readonly #sets = new Set<S>();
  readonly #passing = new Map<string, readonly S[]>();
  #remembered = 0;

  get size(): number {
    return this.#sets.size;
  }

  add(set: S): void {
    this.#sets.add(set);
    this.#forget();
  }

  delete(set: S): boolean {
    if (!this.#sets.delete(set)) return false;
    this.#forget();
    return true;
  }

  passing(text: string): readonly S[] {
    const known = this.#passing.get(text);
    if (known) return known;
    const sets: S[] = [];
    for (const set of this.#sets) if (patternOf(set)?.matches(text) ?? true) sets.push(set);
    if (this.#remembered + sets.length + 1 > REMEMBERED_MAX) this.#forget();
    this.#remembered += sets.length + 1;
    this.#passing.set(text, sets);
    return sets;
  }

  #forget(): void {
    this.#passing.clear();
    this.#remembered = 0;
  }
}
