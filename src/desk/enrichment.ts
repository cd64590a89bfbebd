import type { Instant } from '../base/time.ts';
import { NO_LABELS } from '../domain/alarm/alarm.ts';
import type { Labels } from '../domain/alarm/event.ts';
import { labelValue } from '../domain/alarm/matcher.ts';
import { TypeDelays } from '../domain/inventory/type-delays.ts';
import { MatcherIndex } from '../domain/routing/matcher-index.ts';
import { compileTerms } from '../domain/routing/tree.ts';
import { type Maintenance, nextTurn, windowAt } from '../domain/rules/maintenance.ts';
import { compareRules, type Rule } from '../domain/rules/rule.ts';
import type { Found } from '../domain/rules/ruled.ts';

/** What is asked of an alarm, or of an event before it is one: what its source said. */
export interface Asked {
  readonly resource: string;
  readonly labels: Labels;
  /** A label, `alertname` or `instance`, or one of the `@` names; '' when there is none. */
  value(name: string): string;
}

/** What the inventory knows of a thing. */
export interface Inventory {
  /** Labels to add to whatever is said of it; `NO_LABELS` when nothing is known. */
  contextOf(resource: string, labels: Labels, value: Asked['value']): Labels;
  /** Ids of the thing, of all it is part of, and of the far end of a link. */
  placesOf(resource: string, labels: Labels): readonly string[];
}

/**
 * Everything that adds to what a source says, by what it matches: kept in step with its tables, so
 * that an event costs the same whatever is on the books. Past maintenances are not in it.
 */
export class Enrichment {
  /** Undefined: nothing is known of any thing. */
  inventory: Inventory | undefined;
  /** Which types of alarms wait before they are told, or before they end. */
  readonly delays = new TypeDelays();
  readonly #rules = new MatcherIndex<Rule>();
  readonly #maintenances = new MatcherIndex<Maintenance>();
  readonly #byThing = new Map<string, Map<string, Maintenance>>();

  /** Nothing is there that could add anything. */
  get isIdle(): boolean {
    return (
      this.inventory === undefined &&
      this.delays.isIdle &&
      this.#rules.size === 0 &&
      this.#maintenances.size === 0 &&
      this.#byThing.size === 0
    );
  }

  noteRule(id: string, rule: Rule | undefined): void {
    this.#rules.delete(id);
    if (!rule?.enabled) return;
    const matchers = compileTerms(rule.matchers);
    if (!('error' in matchers)) this.#rules.set(id, matchers, rule);
  }

  noteMaintenance(was: Maintenance | undefined, is: Maintenance | undefined, now: Instant): void {
    if (was) this.#forget(was);
    if (!is || nextTurn(is, now) === undefined) return;
    const matchers = compileTerms(is.matchers);
    if ('error' in matchers) return;
    if (is.things.length === 0) this.#maintenances.set(is.id, matchers, is);
    for (const thing of is.things) {
      const there = this.#byThing.get(thing);
      if (there) there.set(is.id, is);
      else this.#byThing.set(thing, new Map([[is.id, is]]));
    }
  }

  find(asked: Asked, now: Instant): Found {
    const context =
      this.inventory?.contextOf(asked.resource, asked.labels, asked.value) ?? NO_LABELS;
    const value = (name: string): string => asked.value(name) || labelValue(context, name);
    const rules = this.#rules.size === 0 ? [] : [...this.#rules.matching(value)].sort(compareRules);
    return { context, rules, maintenances: this.#quietedBy(asked, value, now) };
  }

  #quietedBy(asked: Asked, value: Asked['value'], now: Instant): Found['maintenances'] {
    const found = new Map<string, Maintenance>();
    if (this.#maintenances.size > 0) {
      for (const one of this.#maintenances.matching(value)) found.set(one.id, one);
    }
    if (this.#byThing.size > 0 && this.inventory) {
      for (const place of this.inventory.placesOf(asked.resource, asked.labels)) {
        for (const one of this.#byThing.get(place)?.values() ?? []) {
          if (matchesToo(one, value)) found.set(one.id, one);
        }
      }
    }
    return [...found.values()]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .flatMap((maintenance) => {
        const window = windowAt(maintenance, now);
        return window ? [{ maintenance, window }] : [];
      });
  }

  #forget({ id, things }: Maintenance): void {
    this.#maintenances.delete(id);
    for (const thing of things) {
      const there = this.#byThing.get(thing);
      there?.delete(id);
      if (there?.size === 0) this.#byThing.delete(thing);
    }
  }
}

/** Things narrowed by matchers: both must hold. */
function matchesToo({ matchers }: Maintenance, value: Asked['value']): boolean {
  if (matchers.length === 0) return true;
  const compiled = compileTerms(matchers);
  return !('error' in compiled) && compiled.every((m) => m.matches(value(m.name)));
}
