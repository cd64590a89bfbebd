import { RE2JS } from 're2js';
import { literalsOf, type Only } from './literals.ts';

/**
 * Maxima of a person's pattern. Work per text is at most program times input, and both are bounded
 * here: a pattern can be slow to read, never slow to run.
 */
export const PATTERN_LIMITS = {
  /** Longest pattern, in UTF-16 code units. */
  pattern_chars_max: 4_096,
  /** Longest compiled program; a longer one is refused. Lists of words do not count. */
  program_instructions_max: 4_000,
  /** Longest text a compiled program is run on; a longer one does not match. */
  input_chars_max: 8_192,
} as const;

/** A compiled pattern; anchored at both ends, `.` without line feed, as RE2 has it. */
export interface Pattern {
  matches(text: string): boolean;
  /** What an index may go by; absent when nothing can be said of what matches. */
  readonly only?: Only;
}

/**
 * Compiles a pattern of RE2's syntax. Total: what cannot be compiled comes back as `error`, in
 * words for whoever wrote it. Common forms (`.*`, `literal`, `a|b|c`, `literal.*`, and lists of
 * these) are done by hand: some 20 times faster, and free of the program's maximum.
 */
export function compilePattern(source: string): Pattern | { readonly error: string } {
  if (source.length > PATTERN_LIMITS.pattern_chars_max) {
    return { error: `pattern is longer than ${PATTERN_LIMITS.pattern_chars_max} characters` };
  }
  if (!source.isWellFormed()) return { error: 'pattern is not valid UTF-8' };
  return byHand(source) ?? byProgram(source);
}

function byProgram(source: string): Pattern | { readonly error: string } {
  const compiled = compiledOrError(source);
  if (typeof compiled === 'string') return { error: compiled };
  const size = compiled.programSize();
  const max = PATTERN_LIMITS.program_instructions_max;
  if (size > max) return { error: `pattern needs ${size} steps, at most ${max} are allowed` };
  const matches = (text: string): boolean =>
    text.length <= PATTERN_LIMITS.input_chars_max && compiled.testExact(text);
  const only = literalsOf(source);
  return only ? { matches, only } : { matches };
}

function compiledOrError(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    // The library throws its own kinds for bad syntax and RangeError when nested too deep.
    return error instanceof Error ? error.message : 'error parsing regexp';
  }
}

/** `.*` and `.+` differ in how much they take at least; `''` is no wildcard at that end. */
type Wild = '' | '.*' | '.+';

/** One alternative done by hand: wildcard, literal, wildcard. */
interface Piece {
  readonly head: Wild;
  readonly literal: string;
  readonly tail: Wild;
}

/** Undefined when the pattern is not a list of simple pieces. */
function byHand(source: string): Pattern | undefined {
  const words = new Set<string>();
  const pieces: Piece[] = [];
  for (const part of alternatives(unwrapped(source)) ?? ['(']) {
    const piece = pieceOf(part);
    if (!piece) return undefined;
    if (piece.head === '' && piece.tail === '') words.add(piece.literal);
    else pieces.push(piece);
  }
  const only = onlyOf(words, pieces);
  const matches = byHandMatches(words, pieces);
  return only ? { matches, only } : { matches };
}

function byHandMatches(
  words: ReadonlySet<string>,
  pieces: readonly Piece[],
): (text: string) => boolean {
  const [word, piece] = [[...words][0] ?? '', pieces[0]];
  if (!piece) return words.size === 1 ? (text) => text === word : (text) => words.has(text);
  if (pieces.length === 1 && words.size === 0) return (text) => pieceMatches(piece, text);
  return (text) => words.has(text) || pieces.some((one) => pieceMatches(one, text));
}

function onlyOf(words: ReadonlySet<string>, pieces: readonly Piece[]): Only | undefined {
  if (pieces.some(({ literal }) => literal === '')) return undefined;
  const [fixed, loose] = [pieces.filter((p) => p.head === ''), pieces.filter((p) => p.head !== '')];
  return {
    words: [...words],
    prefixes: fixed.map(({ literal }) => literal),
    fragments: loose.map(({ literal }) => literal),
  };
}

/** The inside of one pair of parentheses around everything: `(a|b)`, `(?:a|b)`. */
function unwrapped(source: string): string {
  if (!source.startsWith('(') || !source.endsWith(')')) return source;
  const inside = source.slice(source.startsWith('(?:') ? 3 : 1, -1);
  return /[()\\]/.test(inside) || inside.startsWith('?') ? source : inside;
}

/** Split at `|`; undefined when an escape or a class stands in the way of a plain split. */
const alternatives = (source: string): readonly string[] | undefined =>
  source.includes('\\|') || source.includes('[') ? undefined : source.split('|');

function pieceOf(part: string): Piece | undefined {
  const head = wild(part.slice(0, 2));
  const rest = part.slice(head.length);
  const tail =
    rest.length >= 2 && !rest.endsWith('\\.*') && !rest.endsWith('\\.+')
      ? wild(rest.slice(-2))
      : '';
  const literal = literalOf(rest.slice(0, rest.length - tail.length));
  if (literal === undefined) return undefined;
  // Two characters at least: those are code points, and here code units are counted.
  if (literal === '' && head === '.+' && tail === '.+') return undefined;
  return { head, literal, tail };
}

const wild = (text: string): Wild => (text === '.*' || text === '.+' ? text : '');

/** Undefined when the text has meaning beyond its characters, or a line feed (`.` stops there). */
function literalOf(text: string): string | undefined {
  if (/[.+*?()|[\]{}^$\n]/.test(text.replace(/\\[^a-zA-Z0-9\s]/g, ''))) return undefined;
  if (!text.includes('\\')) return text;
  const plain = text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
  return /\\[a-zA-Z0-9\s]|\\$|\\[^ -~]/.test(text) ? undefined : plain;
}

function pieceMatches({ head, literal, tail }: Piece, text: string): boolean {
  const before = head === '.+' ? 1 : 0;
  const behind = tail === '.+' ? 1 : 0;
  if (text.length < literal.length + before + behind) return false;
  if (text.includes('\n')) return false; // no literal here holds one, and no wildcard takes one
  if (head === '') return text.startsWith(literal);
  if (tail === '') return text.endsWith(literal);
  const at = text.indexOf(literal, before);
  return at >= 0 && at + literal.length + behind <= text.length;
}

/** A compiled pattern that looks anywhere in a text, as Go's regexp does. */
export interface Search {
  /** Work per character is at most this. */
  readonly instructions: number;
  finds(text: string): boolean;
  /** Names of the groups, `(?P<name>…)` or `(?<name>…)`. */
  readonly groups: readonly string[];
  /** What the named groups hold at the first match, '' where one took no part. */
  find(text: string): Readonly<Record<string, string>> | undefined;
  /**
   * Every match replaced; `$1`, `${1}` and `$name` in the replacement stand for groups. `spend` is
   * told before each look how many characters it may go through, and may throw.
   */
  replaceAll(text: string, replacement: string, spend: (chars: number) => void): string;
}

/** Compiles a pattern for looking and replacing; unanchored. Total, as `compilePattern`. */
export function compileSearch(source: string): Search | { readonly error: string } {
  if (source.length > PATTERN_LIMITS.pattern_chars_max) {
    return { error: `pattern is longer than ${PATTERN_LIMITS.pattern_chars_max} characters` };
  }
  if (!source.isWellFormed()) return { error: 'pattern is not valid UTF-8' };
  const compiled = compiledOrError(source);
  if (typeof compiled === 'string') return { error: compiled };
  const size = compiled.programSize();
  const max = PATTERN_LIMITS.program_instructions_max;
  if (size > max) return { error: `pattern needs ${size} steps, at most ${max} are allowed` };
  const named = Object.entries(compiled.namedGroups());
  return {
    instructions: size,
    finds: (text) => compiled.matcher(text).find(),
    groups: named.map(([name]) => name),
    find: (text) => groupsIn(compiled, named, text),
    replaceAll: (text, replacement, spend) => replaced(compiled, text, replacement, spend),
  };
}

/** Whether it matches at all is asked first: that is many times faster than finding groups. */
function groupsIn(
  compiled: RE2JS,
  named: readonly (readonly [string, number])[],
  text: string,
): Readonly<Record<string, string>> | undefined {
  if (text.length > PATTERN_LIMITS.input_chars_max || !compiled.test(text)) return undefined;
  const groups: Record<string, string> = Object.create(null);
  if (named.length === 0) return groups;
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return undefined;
  for (const [name, place] of named) groups[name] = matcher.group(place) ?? '';
  return groups;
}

/** An empty match directly behind another one is none, as in Go. */
function replaced(
  compiled: RE2JS,
  text: string,
  replacement: string,
  spend: (chars: number) => void,
): string {
  const matcher = compiled.matcher(text);
  const names = compiled.namedGroups();
  const count = compiled.groupCount();
  let out = '';
  let [from, lastEnd] = [0, -1];
  spend(text.length);
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    spend(text.length - end);
    if (start === end && start === lastEnd) continue;
    const group = (name: string): string => {
      const place = /^\d+$/.test(name) ? Number(name) : (names[name] ?? -1);
      return place >= 0 && place <= count ? (matcher.group(place) ?? '') : '';
    };
    out += text.slice(from, start) + expanded(replacement, group);
    from = end;
    lastEnd = end;
  }
  return out + text.slice(from);
}

const expanded = (replacement: string, group: (name: string) => string): string =>
  replacement.replace(
    /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (all, braced?: string, bare?: string) => (all === '$$' ? '$' : group(braced ?? bare ?? '')),
  );
