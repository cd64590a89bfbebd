import { EVENT_LIMITS, type Labels } from './event.ts';

/** What is done to the labels of a sender before anything goes by them. */
export interface LabelRules {
  readonly drop: readonly string[];
  /** From a name to another. */
  readonly rename: Readonly<Record<string, string>>;
  /** Labels to add. */
  readonly set: Readonly<Record<string, string>>;
  /**
   * When a name is taken by another value already. keep: what the sender said under it stays, and
   * a label that was to be renamed keeps its own name. replace: the rule wins.
   */
  readonly conflict: 'keep' | 'replace';
}

export const LABEL_RULE_LIMITS = {
  names_max: 64,
  name_chars_max: 256,
  value_chars_max: 1_024,
} as const;

/** Rules for every source, and more for some; what is absent was not said. */
export interface LabelSettings extends Partial<LabelRules> {
  readonly sources?: Readonly<Record<string, Partial<LabelRules>>>;
}

const NO_RULES: LabelRules = { drop: [], rename: {}, set: {}, conflict: 'keep' };

/** What is done to the labels of one source; undefined for nothing. */
export function rulesFor(settings: LabelSettings, source: string): LabelRules | undefined {
  const { sources = {}, ...said } = settings;
  const all = { ...NO_RULES, ...said };
  const own = Object.hasOwn(sources, source) ? sources[source] : undefined;
  const rules = own ? joinedRules(all, { ...NO_RULES, conflict: all.conflict, ...own }) : all;
  const { drop, rename, set } = rules;
  const isIdle = drop.length + Object.keys(rename).length + Object.keys(set).length === 0;
  return isIdle ? undefined : rules;
}

/** Both; `second` wins where they speak of one name. */
const joinedRules = (first: LabelRules, second: LabelRules): LabelRules => ({
  drop: [...new Set([...first.drop, ...second.drop])],
  rename: { ...first.rename, ...second.rename },
  set: { ...first.set, ...second.set },
  conflict: second.conflict,
});

/**
 * Labels after the rules: dropped, then renamed, then set; sorted by name where they changed, the
 * same object where not. A rule that would take the last label leaves all as they were, so that an
 * alert has something to be told apart by; what would be one label too many is not set.
 */
export function relabelled(labels: Labels, rules: LabelRules): Labels {
  const out = new Map<string, string>();
  const renamed: [string, string][] = [];
  let changed = false;
  for (const name of Object.keys(labels).sort()) {
    const value = labels[name] ?? '';
    if (rules.drop.includes(name)) changed = true;
    else if (Object.hasOwn(rules.rename, name)) renamed.push([name, value]);
    else out.set(name, value);
  }
  for (const [name, value] of renamed) {
    const wanted = rules.rename[name] ?? name;
    const held = out.get(wanted);
    const isFree = held === undefined || held === value || rules.conflict === 'replace';
    out.set(isFree ? wanted : name, value);
    if (isFree) changed = true;
  }
  if (out.size === 0) return labels;
  for (const [name, value] of Object.entries(rules.set)) {
    const held = out.get(name);
    if (held === value || (held !== undefined && rules.conflict === 'keep')) continue;
    if (held === undefined && out.size >= EVENT_LIMITS.labels_max) continue;
    out.set(name, value);
    changed = true;
  }
  if (!changed) return labels;
  return Object.fromEntries([...out].sort(([a], [b]) => (a < b ? -1 : 1)));
}
