import type { EventKind } from '../../domain/alarm/event.ts';
import { type Matcher, matchesAll, parseMatchers } from '../../domain/alarm/matcher.ts';
import { compileSearch, type Search } from '../../domain/alarm/pattern.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import type { RuleSettings } from './settings.ts';

/** What a rule found in a line: what to do, and the groups of its pattern. */
export interface Found {
  readonly does: EventKind | 'ignore';
  readonly rule: Rule;
  readonly groups: Readonly<Record<string, string>>;
}

/** A rule ready for use. */
export interface Rule {
  readonly name: string;
  readonly matchers: readonly Matcher[];
  readonly patterns: readonly { readonly does: EventKind | 'ignore'; readonly search: Search }[];
  readonly resource: Template;
  readonly type: Template;
  readonly qualifier: Template;
  readonly severity: Severity | undefined;
  readonly text: Template;
  readonly over: Template;
}

/** Text with `{name}` in it, cut into what stays and what is filled in. */
export type Template = readonly (string | { readonly name: string })[];

/** What a line may be matched by, and what a template may name beside the groups. */
export const FIELDS: readonly string[] = [
  'host',
  'from',
  'app',
  'procid',
  'msgid',
  'tag',
  'facility',
  'severity',
];

/** In the order they are tried. */
const DOES = ['ignore', 'clear', 'raise', 'occurrence'] as const;

/** What is wrong with a rule, and which part of it. */
export interface BadRule {
  /** Undefined: the rule as a whole. */
  readonly part: keyof RuleSettings | undefined;
  readonly error: string;
}

/** Reads a rule; what is wrong with it comes back in words for whoever wrote it. Total. */
export function readRule(from: RuleSettings): Rule | BadRule {
  const told = (part: BadRule['part'], why: string): BadRule => ({
    part,
    error: part === undefined ? why : `${part}: ${why}`,
  });
  const matchers = parseMatchers(from.match);
  if ('error' in matchers) return told('match', matchers.error);
  const unknown = matchers.find(({ name }) => !FIELDS.includes(name));
  if (unknown) {
    return told('match', `there is no ${unknown.name}; ${FIELDS.join(', ')} are there`);
  }
  const patterns: Rule['patterns'][number][] = [];
  for (const does of DOES) {
    const source = from[does];
    if (source === '') continue;
    const search = compileSearch(source);
    if ('error' in search) return told(does, search.error);
    patterns.push({ does, search });
  }
  if (patterns.length === 0) {
    return told(undefined, 'one of raise, clear, occurrence, ignore is needed');
  }
  const parts = {
    resource: templateOf(from.resource),
    type: templateOf(from.type),
    qualifier: templateOf(from.qualifier),
    text: templateOf(from.text),
    over: templateOf(from.over),
  };
  const fault = groupFault(patterns, parts);
  if (fault) return told(fault.part, fault.why);
  const severity = from.severity === '' ? undefined : from.severity;
  return { name: from.name, matchers, patterns, severity, ...parts };
}

/** A name in the identity that one of the patterns cannot fill would tear raise from clear. */
function groupFault(
  patterns: Rule['patterns'],
  parts: Readonly<Record<TemplatePart, Template>>,
): { readonly part: TemplatePart; readonly why: string } | undefined {
  for (const { does, search } of patterns) {
    if (does === 'ignore') continue;
    for (const [part, template] of Object.entries(parts) as [TemplatePart, Template][]) {
      if (part === 'text' && does === 'clear') continue;
      if (part === 'over' && does !== 'clear') continue;
      for (const piece of template) {
        if (typeof piece === 'string' || piece.name === 'text' || FIELDS.includes(piece.name)) {
          continue;
        }
        if (!search.groups.includes(piece.name)) {
          return { part, why: `it names {${piece.name}}, which ${does} has no group for` };
        }
      }
    }
  }
  return undefined;
}

type TemplatePart = 'resource' | 'type' | 'qualifier' | 'text' | 'over';

function templateOf(text: string): Template {
  const pieces: (string | { name: string })[] = [];
  let at = 0;
  for (const found of text.matchAll(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g)) {
    if (found.index > at) pieces.push(text.slice(at, found.index));
    pieces.push({ name: found[1] ?? '' });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** What all patterns of a rule may cost one line. */
export const stepsOf = ({ patterns }: Rule): number =>
  patterns.reduce((sum, { search }) => sum + search.instructions, 0);

export const filled = (template: Template, lookup: (name: string) => string): string =>
  template.map((piece) => (typeof piece === 'string' ? piece : lookup(piece.name))).join('');

/** A rule that may know a line of some tag and app, and what else must be so. */
interface Candidate {
  readonly rule: Rule;
  readonly rest: readonly Matcher[];
}

/** The candidates for one pair of tag and app. */
interface Candidates {
  readonly list: readonly Candidate[];
  /** What they found in texts that come again and again; nothing else of a line decided it. */
  readonly found: Map<string, Found> | undefined;
}

/** Which rules may know a line is asked once for each pair of tag and app; so many are kept. */
export const CANDIDATES_MAX = 4_096;
/** Texts of which is remembered what was found: a link that flaps says the same each time. */
export const FOUND_MAX = 16_384;
export const FOUND_CHARS_MAX = 256;

/**
 * Rules in their order, found by tag and app: most lines are looked at by a handful of the rules,
 * whatever their number.
 */
export class RuleBook {
  readonly #rules: readonly Rule[];
  readonly #candidates = new Map<string, Candidates>();
  #remembered = 0;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** How much is remembered now: pairs of tag and app, and texts. */
  get remembered(): { readonly candidates: number; readonly found: number } {
    return { candidates: this.#candidates.size, found: this.#remembered };
  }

  /** The first rule that knows the line. `text` is what the patterns look at. */
  find(
    text: string,
    tag: string,
    app: string,
    lookup: (name: string) => string,
  ): Found | undefined {
    const { list, found } = this.#for(tag, app);
    if (list.length === 0) return undefined;
    const known = found?.get(text);
    if (known) return known;
    for (const { rule, rest } of list) {
      if (rest.length > 0 && !matchesAll(rest, lookup)) continue;
      for (const { does, search } of rule.patterns) {
        const groups = search.find(text);
        if (!groups) continue;
        return found === undefined || text.length > FOUND_CHARS_MAX
          ? { does, rule, groups }
          : this.#remember(found, text, (own) => ({ does, rule, groups: search.find(own) ?? {} }));
      }
    }
    return undefined;
  }

  /** A part of a line keeps the whole line in memory: what is remembered is made of a copy. */
  #remember(found: Map<string, Found>, text: string, make: (own: string) => Found): Found {
    if (this.#remembered >= FOUND_MAX) {
      this.#candidates.clear();
      this.#remembered = 0;
    }
    const own = Buffer.from(text).toString();
    const made = make(own);
    found.set(own, made);
    this.#remembered++;
    return made;
  }

  #for(tag: string, app: string): Candidates {
    const key = `${tag}\n${app}`;
    const known = this.#candidates.get(key);
    if (known) return known;
    if (this.#candidates.size >= CANDIDATES_MAX) {
      this.#candidates.clear();
      this.#remembered = 0;
    }
    const list = this.#rules.flatMap((rule): Candidate[] => {
      const decided = rule.matchers.filter(({ name }) => name === 'tag' || name === 'app');
      const fits = decided.every(({ name, matches }) => matches(name === 'tag' ? tag : app));
      return fits ? [{ rule, rest: rule.matchers.filter((one) => !decided.includes(one)) }] : [];
    });
    const found = list.every(({ rest }) => rest.length === 0) ? new Map() : undefined;
    const candidates = { list, found };
    this.#candidates.set(key, candidates);
    return candidates;
  }
}
