import { type Alarm, standing } from './alarm.ts';
import type { Labels } from './event.ts';
import type { Only } from './literals.ts';
import {
  type MatcherOp,
  type Term,
  type Terms,
  termClassic,
  termsClassic,
  termsUtf8,
} from './matcher-syntax.ts';
import { compilePattern } from './pattern.ts';

/** One test of one label: the only expression language in the product. */
export interface Matcher {
  readonly name: string;
  /** An index can serve `=` with a value that is not empty; everything else needs `matches`. */
  readonly op: MatcherOp;
  readonly value: string;
  /** A label that is missing is handed in as ''. */
  matches(value: string): boolean;
  /** What an index may go by; absent when nothing can be said of the values that match. */
  readonly only?: Only;
}

export const MATCHER_LIMITS = {
  /** Of one text, with all matchers in it. */
  text_chars_max: 16_384,
  matchers_max: 64,
} as const;

type Bad = { readonly error: string };

/** Reads exactly one matcher, without braces: `severity=~"critical|major"`. */
export function parseMatcher(text: string): Matcher | Bad {
  const bad = unreadable(text);
  if (bad) return bad;
  if (text.startsWith('{') || text.endsWith('}')) {
    return { error: `unexpected open or close brace: ${text}` };
  }
  const terms = termsUtf8(text);
  const utf8 = terms?.length === 1 ? terms : undefined;
  const old = termClassic(text);
  const read = agreed(utf8, 'error' in old ? old : [old]);
  return 'error' in read ? read : (read[0] ?? { error: `bad matcher format: ${text}` });
}

/** Which syntax is taken: both with their agreement (the default), or one (a feature flag). */
export type MatcherMode = 'both' | 'classic' | 'utf8';

/**
 * Reads `{a="b", c=~"d"}`; the braces and one trailing comma may be there or not. No matcher at
 * all is an empty list, which matches everything.
 */
export function parseMatchers(text: string, mode: MatcherMode = 'both'): readonly Matcher[] | Bad {
  const bad = unreadable(text);
  if (bad) return bad;
  const utf8 = mode === 'classic' ? undefined : termsUtf8(text);
  if (mode === 'utf8') return utf8 ? built(utf8) : { error: `bad matcher format: ${text}` };
  return agreed(utf8, termsClassic(text));
}

function unreadable(text: string): Bad | undefined {
  if (text.length > MATCHER_LIMITS.text_chars_max) {
    return { error: `longer than ${MATCHER_LIMITS.text_chars_max} characters` };
  }
  return text.isWellFormed() ? undefined : { error: 'matcher is not valid UTF-8' };
}

/**
 * Alertmanager's rule since 0.27: the UTF-8 syntax first, the classic one where that fails, and
 * where both can read a text but read it differently, the classic reading wins. When neither can,
 * the classic error is told.
 */
function agreed(utf8: readonly Term[] | undefined, classic: Terms): readonly Matcher[] | Bad {
  if ('error' in classic) return utf8 ? built(utf8) : classic;
  if (!utf8 || sameTerms(utf8, classic)) return built(classic);
  const read = built(classic);
  return 'error' in read ? built(utf8) : read;
}

const sameTerms = (a: readonly Term[], b: readonly Term[]): boolean =>
  a.length === b.length &&
  a.every((t, i) => t.name === b[i]?.name && t.op === b[i]?.op && t.value === b[i]?.value);

function built(terms: readonly Term[]): readonly Matcher[] | Bad {
  if (terms.length > MATCHER_LIMITS.matchers_max) {
    return { error: `more than ${MATCHER_LIMITS.matchers_max} matchers` };
  }
  const matchers: Matcher[] = [];
  for (const { name, op, value } of terms) {
    const matcher = makeMatcher(name, op, value);
    if ('error' in matcher) return matcher;
    matchers.push(matcher);
  }
  return matchers;
}

/** A matcher from its parts, as the API's silences and our own forms have them. */
export function makeMatcher(name: string, op: MatcherOp, value: string): Matcher | Bad {
  if (op === '=') {
    const only: Only = { words: [value], prefixes: [], fragments: [] };
    return { name, op, value, matches: (text) => text === value, only };
  }
  if (op === '!=') return { name, op, value, matches: (text) => text !== value };
  const pattern = compilePattern(value);
  if ('error' in pattern) return pattern;
  if (op === '=~') return { name, op, value, ...pattern };
  return { name, op, value, matches: (text) => !pattern.matches(text) };
}

/** How a matcher is written, so that both syntaxes read it back as it is. */
export function matcherText({ name, op, value }: Term): string {
  const plain = /^[a-zA-Z_:@][a-zA-Z0-9_:]*$/.test(name);
  return `${plain ? name : quotedText(name)}${op}${quotedText(value)}`;
}

const quotedText = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;

/**
 * All of them match. `lookup` says what a name stands for; undefined is a missing label, which is
 * the same as an empty one: `foo=""` matches only where foo is missing, `foo!=""` where it is not.
 */
export function matchesAll(
  matchers: readonly Matcher[],
  lookup: (name: string) => string | undefined,
): boolean {
  for (const matcher of matchers) {
    if (!matcher.matches(lookup(matcher.name) ?? '')) return false;
  }
  return true;
}

/** The same for an alarm, without a closure for each: lists of 100,000 are filtered with it. */
export function matchesAlarm(matchers: readonly Matcher[], alarm: Alarm): boolean {
  for (const matcher of matchers) {
    if (!matcher.matches(alarmValue(alarm, matcher.name))) return false;
  }
  return true;
}

export const alarmLookup =
  (alarm: Alarm) =>
  (name: string): string | undefined =>
    alarmValue(alarm, name);

/** What a name means on an alarm: a label of the sender, then context, or one of our `@` names. */
export function alarmValue(alarm: Alarm, name: string): string {
  const label = labelValue(alarm.labels, name);
  if (label !== '') return label;
  return name.charCodeAt(0) === AT ? ownValue(alarm, name) : labelValue(alarm.context, name);
}

const AT = 64;

/** The type is looked at because `constructor` and its like are no labels. */
export function labelValue(labels: Labels, name: string): string {
  const value: unknown = labels[name];
  return typeof value === 'string' ? value : '';
}

/** Names beside the labels that a matcher may ask for. */
export const OWN_NAMES: readonly string[] = [
  '@severity',
  '@resource',
  '@type',
  '@source',
  '@condition',
  '@handling',
  '@holder',
  '@standing',
  '@assignee',
  '@text',
  '@id',
  '@priority',
  '@suppressed',
];

function ownValue(alarm: Alarm, name: string): string {
  switch (name) {
    case '@severity':
      return alarm.severity;
    case '@resource':
      return alarm.resource;
    case '@type':
      return alarm.type;
    case '@source':
      return alarm.source;
    case '@condition':
      return alarm.condition.is;
    case '@handling':
      return alarm.handling.is;
    case '@holder':
      return alarm.handling.is === 'none' ? '' : alarm.handling.by;
    case '@standing':
      return standing(alarm);
    case '@assignee':
      return alarm.assignee ?? '';
    case '@text':
      return alarm.text;
    case '@id':
      return alarm.id;
    case '@suppressed':
      return alarm.suppressions.map(({ kind }) => kind).join(' ');
    case '@priority':
      return String(alarm.ruled?.priority ?? '');
    default:
      return '';
  }
}
