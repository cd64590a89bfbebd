import { HOSTS } from './library-hosts.ts';
import { NETWORK } from './library-network.ts';
import { readOwnRules } from './own-rules.ts';
import { type Rule, RuleBook, readRule, stepsOf } from './rules.ts';
import type { RuleSettings, Settings } from './settings.ts';

/** Steps of all patterns of the settings' rules together: what one line may cost has a maximum. */
export const INSTRUCTIONS_MAX = 40_000;
/** Texts of one source's rules read at a time: what holds, what is tried, none at all. */
export const TEXTS_MAX = 4;

/** All rules in force: a text of people's own, then those of the settings, then the library. */
export interface Book {
  readonly rules: RuleBook;
  /** Rules that cannot be used, one sentence each; they know no line. */
  readonly faults: readonly string[];
}

/** Everything the desk knows without being told: readable data, in the form of the settings. */
export const LIBRARY: readonly RuleSettings[] = [...NETWORK, ...HOSTS];

let library: readonly Rule[] | undefined;

const libraryRules = (): readonly Rule[] => {
  library ??= LIBRARY.map(readRule).filter((rule) => !('error' in rule)) as Rule[];
  return library;
};

/** Reading rules takes longer than a line; settings are the same object for a whole run. */
const BOOKS = new WeakMap<Settings, Map<string, Book>>();

export function bookOf(settings: Settings, text = ''): Book {
  const books = BOOKS.get(settings) ?? new Map<string, Book>();
  BOOKS.set(settings, books);
  const known = books.get(text);
  if (known) return known;
  if (books.size >= TEXTS_MAX) books.clear();
  const made = bookWith(settings, text);
  books.set(text, made);
  return made;
}

function bookWith(settings: Settings, text: string): Book {
  const own = readOwnRules(text);
  const { rules, faults } = fromSettings(settings);
  for (const { line, why } of own.faults) faults.push(`line ${line} of your rules: ${why}`);
  const all = [
    ...(own.faults.length > 0 ? [] : own.rules),
    ...rules,
    ...(settings.library ? libraryRules() : []),
  ];
  return { rules: new RuleBook(all), faults };
}

function fromSettings(settings: Settings): { rules: Rule[]; faults: string[] } {
  const faults: string[] = [];
  const rules: Rule[] = [];
  let steps = 0;
  for (const from of settings.rules) {
    const told = (why: string): unknown => faults.push(`rule ${JSON.stringify(from.name)}: ${why}`);
    const rule = readRule(from);
    if ('error' in rule) {
      told(rule.error);
      continue;
    }
    steps += stepsOf(rule);
    if (steps > INSTRUCTIONS_MAX) {
      told(`all patterns together need more than ${INSTRUCTIONS_MAX} steps`);
      break;
    }
    rules.push(rule);
  }
  return { rules, faults };
}
