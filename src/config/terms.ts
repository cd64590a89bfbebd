import { type MatcherMode, parseMatchers } from '../domain/alarm/matcher.ts';
import type { Term } from '../domain/alarm/matcher-syntax.ts';
import type { Reader } from './reader.ts';

/** The three ways to write matchers in one mapping. */
export interface MatcherFields {
  /** `matchers`, `match`, `match_re` with what stands before them: `source_`. */
  readonly prefix: '' | 'source_' | 'target_';
}

type Texts = Readonly<Record<string, string>>;

/** All matchers of a route or of one side of an inhibit rule, sorted as Alertmanager sorts them. */
export function termsOf(
  reader: Reader,
  of: object,
  { prefix }: MatcherFields,
  mode: MatcherMode,
): readonly Term[] {
  const fields = of as Readonly<Record<string, unknown>>;
  const [list, equal, pattern] = [`${prefix}matchers`, `${prefix}match`, `${prefix}match_re`];
  const terms: Term[] = [];
  for (const [key, op] of [
    [equal, '='],
    [pattern, '=~'],
  ] as const)
    for (const [name, value] of Object.entries((fields[key] ?? {}) as Texts)) {
      if (!CLASSIC_NAME.test(name))
        reader.say(of, [key, name], `${key}: "${name}" is no label name; write it in ${list}`);
      terms.push({ name, op, value });
    }
  for (const [i, text] of ((fields[list] ?? []) as readonly string[]).entries()) {
    const read = parseMatchers(text, mode);
    if ('error' in read) reader.say(of, [list, i], `${list}: ${matcherFault(text, read.error)}`);
    else terms.push(...read.map(({ name, op, value }) => ({ name, op, value })));
  }
  return terms.sort(byName);
}

const matcherFault = (text: string, error: string): string =>
  error.includes(text)
    ? `${error}; write it as severity="critical"`
    : `"${text}" is no matcher such as severity="critical": ${error}`;

const OPS = ['=', '!=', '=~', '!~'];
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byName = (a: Term, b: Term): number =>
  compare(a.name, b.name) || compare(a.value, b.value) || OPS.indexOf(a.op) - OPS.indexOf(b.op);

const CLASSIC_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** May this be the name of a label? */
export const isLabelName = (name: string, mode: MatcherMode): boolean =>
  mode === 'classic' ? CLASSIC_NAME.test(name) : name !== '' && name.isWellFormed();
