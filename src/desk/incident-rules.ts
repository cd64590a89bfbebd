import { makeMatcher } from '../domain/alarm/matcher.ts';
import type { IncidentPlan, IncidentRule } from '../domain/incident/rule.ts';
import { MatcherIndex } from '../domain/routing/matcher-index.ts';
import type { Subject } from '../domain/routing/subject.ts';

/** The rules that open incidents, found by what they match: an alarm asks only those that may. */
export class IncidentRules {
  #byMatchers = new MatcherIndex<IncidentRule>();

  get isIdle(): boolean {
    return this.#byMatchers.size === 0;
  }

  follow(plan: IncidentPlan | undefined): void {
    this.#byMatchers = new MatcherIndex();
    for (const [n, rule] of (plan?.rules ?? []).entries()) {
      const matchers = rule.matchers.map(({ name, op, value }) => makeMatcher(name, op, value));
      const good = matchers.flatMap((matcher) => ('error' in matcher ? [] : [matcher]));
      // What cannot be read was refused by the reader: less than all of it would match too much.
      if (good.length < matchers.length) continue;
      this.#byMatchers.set(String(n).padStart(6, '0'), good, rule);
    }
  }

  /** Those whose matchers match, in the order of the configuration. */
  of(subject: Subject): readonly IncidentRule[] {
    return this.#byMatchers.matching((name) => subject.value(name));
  }
}
