import type { Labels } from '../alarm/event.ts';
import type { MatcherOp, Term } from '../alarm/matcher-syntax.ts';

/** Go's strconv.Quote: what its unicode.IsPrint lets through stays, all else is escaped. */
const PLAIN = /^[ !#-[\]-~]*$/;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A Go string literal. */
export function goQuoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let out = '"';
  for (const c of text.toWellFormed()) out += SHORT[c] ?? (PRINTABLE.test(c) ? c : escaped(c));
  return `${out}"`;
}

function escaped(c: string): string {
  const code = c.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Alertmanager's form of a label set: `{a="b", c="d"}`, by name. */
export function labelsText(labels: Labels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((name) => `${name}=${goQuoted(labels[name] ?? '')}`);
  return `{${pairs.join(', ')}}`;
}

const RESERVED = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000{}!=~,\\"'`]/;

const OPS: readonly MatcherOp[] = ['=', '!=', '=~', '!~'];

/** Alertmanager's form of matchers, sorted by name, value and operator: `{a="b",c!="d"}`. */
export function matchersText(matchers: readonly Term[]): string {
  const sorted = [...matchers].sort(
    (a, b) =>
      byText(a.name, b.name) || byText(a.value, b.value) || OPS.indexOf(a.op) - OPS.indexOf(b.op),
  );
  return `{${sorted.map(termText).join(',')}}`;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** As Alertmanager's Matcher.String: the value is escaped less where the name needs no quotes. */
function termText({ name, op, value }: Term): string {
  if (RESERVED.test(name)) return `${goQuoted(name)}${op}${goQuoted(value)}`;
  return `${name}${op}"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
