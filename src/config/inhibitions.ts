import type { MatcherMode } from '../domain/alarm/matcher.ts';
import type { PlanInhibition } from '../domain/routing/plan.ts';
import type { Reader } from './reader.ts';
import type { InhibitionSettings } from './schema.ts';
import { isLabelName, termsOf } from './terms.ts';

/** A rule with nothing in it (`- null`) would have every alarm on both sides, and so mutes none. */
export function planInhibitions(
  reader: Reader,
  rules: readonly InhibitionSettings[],
  mode: MatcherMode,
): readonly PlanInhibition[] {
  return rules
    .filter((rule) => Object.keys(rule).length > 0)
    .map((rule) => {
      const { equal = [] } = rule;
      for (const [i, name] of equal.entries())
        if (!isLabelName(name, mode))
          reader.say(rule, ['equal', i], `equal: "${name}" is no label name`);
      return {
        name: rule.name ?? '',
        source: termsOf(reader, rule, { prefix: 'source_' }, mode),
        target: termsOf(reader, rule, { prefix: 'target_' }, mode),
        equal,
      };
    });
}
