import { HOSTS } from './library-hosts.ts';
import { NETWORK } from './library-network.ts';
import { type Rule, RuleBook, readRule } from './rules.ts';
import type { RuleSettings, Settings } from './settings.ts';

/** Steps of all patterns of a desk's own rules together: what one line may cost has a maximum. */
export const INSTRUCTIONS_MAX = 40_000;

/** The rules of some settings, read. */
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
const BOOKS = new WeakMap<Settings, Book>();

export function bookOf(settings: Settings): Book {
  const known = BOOKS.get(settings);
  if (known) return known;
  const faults: string[] = [];
  const rules: Rule[] = [];
  let instructions = 0;
  for (const from of settings.rules) {
    const rule = readRule(from);
    if ('error' in rule) {
      faults.push(rule.error);
      continue;
    }
    instructions += rule.patterns.reduce((sum, { search }) => sum + search.instructions, 0);
    if (instructions > INSTRUCTIONS_MAX) {
      faults.push(
        `rule ${JSON.stringify(from.name)}: all patterns together need more than ` +
          `${INSTRUCTIONS_MAX} steps`,
      );
      break;
    }
    rules.push(rule);
  }
  const all = settings.library ? [...rules, ...libraryRules()] : rules;
  const book = { rules: new RuleBook(all), faults };
  BOOKS.set(settings, book);
  return book;
}
