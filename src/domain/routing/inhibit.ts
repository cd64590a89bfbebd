import type { AlarmId } from '../alarm/event.ts';
import type { Matcher } from '../alarm/matcher.ts';
import { LeastId } from './least-id.ts';
import { MatcherIndex } from './matcher-index.ts';
import type { PlanInhibition } from './plan.ts';
import type { Subject } from './subject.ts';
import { compileTerms, placeKey } from './tree.ts';

/** The alarms that may inhibit for one rule and one set of values of its `equal` labels. */
interface Sources {
  /** Those that do not match the target side as well. */
  readonly oneSided: LeastId;
  readonly twoSided: LeastId;
}

interface Rule {
  /** Its name, or `inhibit_rules[2]`: its place in the file. */
  readonly name: string;
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
  /** By the values of `equal`. */
  readonly sources: Map<string, Sources>;
}

/** Where one raised alarm stands as a source. */
interface Place {
  readonly rule: Rule;
  readonly key: string;
  readonly twoSided: boolean;
}

type Value = (name: string) => string;

/**
 * Which raised alarms inhibit which others, by Alertmanager's rule: source and target side match,
 * and the labels named in `equal` have equal values, where a missing one equals an empty one. An
 * alarm that matches both sides is not inhibited by another that does. The first rule that inhibits
 * is told, and of its sources the one with the smallest id.
 */
export class Inhibitions {
  readonly #bySource = new MatcherIndex<Rule>();
  readonly #byTarget = new MatcherIndex<Rule>();
  readonly #places = new Map<AlarmId, readonly Place[]>();
  /** Grows whenever an alarm becomes a source or ceases to be one. */
  changes = 0;

  /** A rule whose pattern does not compile inhibits nothing: the plan was read before. */
  constructor(rules: readonly PlanInhibition[]) {
    rules.forEach((plan, i) => {
      const [source, target] = [compileTerms(plan.source), compileTerms(plan.target)];
      if ('error' in source || 'error' in target) return;
      // Every alarm would match both sides: such a rule (`inhibit_rules: [null]`) does nothing.
      if (source.length === 0 && target.length === 0) return;
      const name = plan.name === '' ? `inhibit_rules[${i}]` : plan.name;
      const rule: Rule = { name, source, target, equal: plan.equal, sources: new Map() };
      this.#bySource.set(placeKey(i), source, rule);
      this.#byTarget.set(placeKey(i), target, rule);
    });
  }

  /** Follows an alarm: raised it may be a source, otherwise it is none. */
  note(subject: Subject, raised: boolean): void {
    if (!raised) return this.forget(subject.id, subject);
    const value: Value = (name) => subject.value(name);
    const places = this.#bySource.matching(value).map(
      (rule): Place => ({
        rule,
        key: equalKey(rule, value),
        twoSided: matches(rule.target, value),
      }),
    );
    const before = this.#places.get(subject.id);
    if (before && samePlaces(before, places)) return;
    if (before) this.#leave(subject.id, before);
    if (places.length > 0) this.#enter(subject.id, places);
  }

  /** The alarm is gone, or inhibits no more. */
  forget(id: AlarmId, _subject?: Subject): void {
    const places = this.#places.get(id);
    if (places) this.#leave(id, places);
  }

  /** The rule and the alarm that inhibit this one; undefined when none does. */
  inhibitedBy(subject: Subject): { readonly rule: string; readonly source: AlarmId } | undefined {
    const value: Value = (name) => subject.value(name);
    for (const rule of this.#byTarget.matching(value)) {
      const sources = rule.sources.get(equalKey(rule, value));
      if (!sources) continue;
      const [one, two] = [sources.oneSided.least(), sources.twoSided.least()];
      // Itself is never named: matching both sides, it looks only at those that do not.
      const source = matches(rule.source, value) ? one : smaller(one, two);
      if (source !== undefined) return { rule: rule.name, source };
    }
    return undefined;
  }

  #enter(id: AlarmId, places: readonly Place[]): void {
    this.changes++;
    this.#places.set(id, places);
    for (const { rule, key, twoSided } of places) {
      let sources = rule.sources.get(key);
      if (!sources) {
        sources = { oneSided: new LeastId(), twoSided: new LeastId() };
        rule.sources.set(key, sources);
      }
      (twoSided ? sources.twoSided : sources.oneSided).add(id);
    }
  }

  #leave(id: AlarmId, places: readonly Place[]): void {
    this.changes++;
    this.#places.delete(id);
    for (const { rule, key } of places) {
      const sources = rule.sources.get(key);
      if (!sources) continue;
      sources.oneSided.delete(id);
      sources.twoSided.delete(id);
      if (sources.oneSided.size + sources.twoSided.size === 0) rule.sources.delete(key);
    }
  }
}

const matches = (matchers: readonly Matcher[], value: Value): boolean =>
  matchers.every((matcher) => matcher.matches(value(matcher.name)));

/** Lengths before the values: no two lists of values make the same text. */
function equalKey({ equal }: Rule, value: Value): string {
  if (equal.length === 1) return value(equal[0] ?? '');
  let key = '';
  for (const name of equal) {
    const text = value(name);
    key += `${text.length}:${text}`;
  }
  return key;
}

const samePlaces = (a: readonly Place[], b: readonly Place[]): boolean =>
  a.length === b.length &&
  a.every(({ rule, key, twoSided }, i) => {
    const other = b[i];
    return rule === other?.rule && key === other.key && twoSided === other.twoSided;
  });

function smaller(a: AlarmId | undefined, b: AlarmId | undefined): AlarmId | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
