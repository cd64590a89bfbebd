import type { Alarm } from '../../domain/alarm/alarm.ts';
import { alarmValue, makeMatcher, matcherText, OWN_NAMES } from '../../domain/alarm/matcher.ts';
import type { MatcherOp } from '../../domain/alarm/matcher-syntax.ts';

/** The filter box: matchers and plain words, all of which must hold. */
export interface Filter {
  /** Undefined when everything passes. */
  readonly passes: ((alarm: Alarm) => boolean) | undefined;
  /** Bare names that the desk has too: `severity` is a label, `@severity` is not. */
  readonly hints: readonly string[];
  /** Its matchers, in the order in which they were typed. */
  readonly terms: readonly FilterTerm[];
}

/** One matcher of a filter, and where in the text it stands. */
export interface FilterTerm {
  readonly name: string;
  readonly op: MatcherOp;
  readonly value: string;
  readonly at: number;
  readonly end: number;
}

/** What names and values stand for. */
export interface Reading {
  valueOf(alarm: Alarm, name: string): string;
  /** What somebody who typed this value means: a login is a person. */
  meant(name: string, value: string): string;
}

const PLAIN: Reading = { valueOf: alarmValue, meant: (_, value) => value };

/** Why a filter cannot be used, and which of its characters are to blame. */
export interface FilterFault {
  readonly at: number;
  readonly length: number;
  readonly why: string;
}

export const FILTER_LIMITS = { terms_max: 16 } as const;

const UNCLOSED = 'the quote that opens here is never closed';

type Test = (alarm: Alarm) => boolean;

const SPACE = /[\s,]*/y;
const MATCHER = /(?:"((?:[^"\\]|\\.)*)"|([^\s,"=!~{}]+))\s*(=~|!~|!=|=)\s*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const BARE = /[^\s,"]+/y;

/**
 * Reads the box: `site="nbg", severity=~"critical|major" fibre`. Names with `=`, `!=`, `=~`, `!~`
 * are matchers, with Alertmanager's meaning (patterns are anchored, a missing label is ""); all
 * else is words looked for in resource, type, text and label values, without regard to case.
 */
export function readFilter(text: string, reading: Reading = PLAIN): Filter | FilterFault {
  const tests: Test[] = [];
  const terms: FilterTerm[] = [];
  const hints: string[] = [];
  const braced = text.trimStart().startsWith('{') && text.trimEnd().endsWith('}');
  const body = braced ? text.slice(0, text.lastIndexOf('}')) : text;
  let at = braced ? text.indexOf('{') + 1 : 0;
  for (;;) {
    at += taken(SPACE, body, at)?.[0].length ?? 0;
    if (at >= body.length) break;
    if (tests.length === FILTER_LIMITS.terms_max) {
      return fault(at, body.length, `at most ${FILTER_LIMITS.terms_max} terms fit`);
    }
    const term = readTerm(body, at, reading);
    if ('why' in term) return term;
    tests.push(term.test);
    if (term.matcher) terms.push({ name: term.name, ...term.matcher, at, end: term.end });
    if (OWN_NAMES.includes(`@${term.name}`)) hints.push(term.name);
    at = term.end;
  }
  const [only] = tests;
  if (!only) return { passes: undefined, hints, terms };
  if (tests.length === 1) return { passes: only, hints, terms };
  return { passes: (alarm) => tests.every((t) => t(alarm)), hints, terms };
}

interface Term {
  /** Of a matcher; '' for a word. */
  readonly name: string;
  readonly matcher?: { readonly op: MatcherOp; readonly value: string };
  readonly test: Test;
  readonly end: number;
}

function readTerm(text: string, at: number, reading: Reading): Term | FilterFault {
  const found = taken(MATCHER, text, at);
  if (!found) return readWord(text, at);
  const name = found[1] === undefined ? (found[2] ?? '') : unescaped(found[1]);
  const op = (found[3] ?? '=') as MatcherOp;
  const start = at + found[0].length;
  const value = readValue(text, start);
  if (!value) {
    const quote = text[start] === '"';
    const why = quote ? UNCLOSED : `after ${name}${op} comes a value: ${name}${op}"…"`;
    return fault(quote ? start : at, text.length, why);
  }
  const whole = op === '=' || op === '!=';
  const matcher = makeMatcher(name, op, whole ? reading.meant(name, value.text) : value.text);
  if ('error' in matcher) {
    return fault(start, value.end, `this pattern cannot be read: ${matcher.error}`);
  }
  const read = reading.valueOf;
  const test: Test = (a) => matcher.matches(read(a, name));
  return { name, matcher: { op, value: value.text }, test, end: value.end };
}

function readWord(text: string, at: number): Term | FilterFault {
  const stray = /[=!~]+/y;
  const value = readValue(text, at);
  if (!value) return fault(at, text.length, UNCLOSED);
  const bad = taken(stray, text, at);
  if (bad) return fault(at, at + bad[0].length, `before ${bad[0]} comes a label name`);
  return { name: '', test: wordTest(value.text), end: value.end };
}

/** The matchers of a filter; none when it cannot be read. */
export function filterTerms(text: string): readonly FilterTerm[] {
  const filter = readFilter(text);
  return 'why' in filter ? [] : filter.terms;
}

/** The filter with `name="value"` in it, whatever else. */
export const withTerm = (text: string, name: string, value: string): string =>
  filterTerms(text).some((t) => t.name === name && t.op === '=' && t.value === value)
    ? text
    : toggledTerm(text, name, value);

/** The filter with `name="value"` in it; without it, where it is. A faulty one stays as it is. */
export function toggledTerm(text: string, name: string, value: string): string {
  const filter = readFilter(text);
  if ('why' in filter) return text;
  const found = filter.terms.find((t) => t.name === name && t.op === '=' && t.value === value);
  if (found) return tidied(`${text.slice(0, found.at)} ${text.slice(found.end)}`);
  return tidied(`${unbraced(text)} ${matcherText({ name, op: '=', value })}`);
}

const unbraced = (text: string): string => /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text;

const EDGES = /^[\s,]+|[\s,]+$/g;
const tidied = (text: string): string => text.replace(EDGES, '').replace(/ {2,}/g, ' ');

function readValue(text: string, at: number): { text: string; end: number } | undefined {
  const quoted = taken(QUOTED, text, at);
  if (quoted) return { text: unescaped(quoted[1] ?? ''), end: at + quoted[0].length };
  const bare = taken(BARE, text, at);
  return bare ? { text: bare[0], end: at + bare[0].length } : undefined;
}

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, c: string) =>
    c === 'n' ? '\n' : c === '"' || c === '\\' ? c : `\\${c}`,
  );

function wordTest(word: string): Test {
  const wanted = word.toLowerCase();
  const holds = (text: string): boolean => text.toLowerCase().includes(wanted);
  return (a) => {
    if (holds(a.resource) || holds(a.type) || holds(a.text) || a.id === wanted) return true;
    for (const name in a.labels) if (holds(a.labels[name] ?? '')) return true;
    for (const name in a.context) if (holds(a.context[name] ?? '')) return true;
    return a.ticket !== '' && holds(a.ticket);
  };
}

const fault = (at: number, end: number, why: string): FilterFault => ({
  at,
  length: Math.max(1, end - at),
  why,
});

function taken(what: RegExp, text: string, at: number): RegExpExecArray | null {
  what.lastIndex = at;
  return what.exec(text);
}
