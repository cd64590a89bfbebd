/**
 * A text that matches is one of `words`, or begins with one of `prefixes`, or holds one of
 * `fragments`. The reverse need not be true. No prefix and no fragment is ever empty.
 */
export interface Only {
  readonly words: readonly string[];
  readonly prefixes: readonly string[];
  readonly fragments: readonly string[];
}

/**
 * What every text that a pattern of RE2's syntax matches must hold: of each alternative the plain
 * beginning (`host-` of `host-\d+`), or where that says little its longest plain part (`-db-` of
 * `[a-z]+-db-\d`).
 * Undefined when an alternative has none, or when this short reading cannot be sure.
 */
export function literalsOf(source: string): Only | undefined {
  // A flag changes what the letters after it mean, in other alternatives too.
  if (/\(\?(?!:|P?<)|\\[^dDwWsSbBAz!-/:-@[-`{-~]|\\$/.test(source)) return undefined;
  const [prefixes, fragments]: [string[], string[]] = [[], []];
  for (const part of topAlternatives(source) ?? ['']) {
    const found = literalsOfPart(part);
    if (!found) return undefined;
    (found.atStart ? prefixes : fragments).push(found.text);
  }
  return { words: [], prefixes, fragments };
}

/** Split at every `|` outside parentheses; undefined where a class makes that unsure. */
function topAlternatives(source: string): readonly string[] | undefined {
  if (!source.includes('|')) return [source];
  if (source.includes('[')) return undefined;
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < source.length; i++) {
    const c = source.charAt(i);
    if (c === '\\') i++;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === '|' && depth === 0) {
      parts.push(source.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(source.slice(from));
  return parts;
}

/** One item of an alternative, sticky: what stands for itself, then what does not. */
const LETTER = /[^.+*?()|[\]{}^$\\]|\\[!-/:-@[-`{-~]/suy;
const REPEAT = /[?*+]|\{\d+(?:,\d*)?\}/suy;
/** A class ends at the first `]` that is not its first character. */
const OTHER = /\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\[])*\]|[(.^$]|\\[dDwWsSbBAz]/suy;

function itemAt(item: RegExp, part: string, at: number): string {
  item.lastIndex = at;
  return item.exec(part)?.[0] ?? '';
}

/** A shorter part inside a text would be no help: too many hold it. */
const FRAGMENT_UNITS_MIN = 2;

function literalsOfPart(
  part: string,
): { readonly text: string; readonly atStart: boolean } | undefined {
  const runs: string[] = [];
  let run: string[] = [];
  let at = part.startsWith('^') ? 1 : 0;
  while (at < part.length) {
    const letter = itemAt(LETTER, part, at);
    if (letter !== '') {
      run.push(letter.startsWith('\\') ? letter.slice(1) : letter);
      at += letter.length;
      continue;
    }
    const repeat = itemAt(REPEAT, part, at);
    const item = repeat || itemAt(OTHER, part, at);
    if (item === '') return undefined;
    // What is repeated may be there zero times: the letter before goes.
    if (repeat !== '') run.pop();
    runs.push(run.join(''));
    run = [];
    at = item === '(' ? behindGroup(part, at + 1) : at + item.length;
    if (at < 0) return undefined;
  }
  runs.push(run.join(''));
  const [first = ''] = runs;
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a), '');
  if (first.length >= Math.min(longest.length, 3) && first !== '') {
    return { text: first, atStart: true };
  }
  return longest.length < FRAGMENT_UNITS_MIN ? undefined : { text: longest, atStart: false };
}

/** The place behind the parenthesis that closes; -1 where a class inside makes that unsure. */
function behindGroup(part: string, from: number): number {
  let depth = 1;
  for (let i = from; i < part.length; i++) {
    const c = part.charAt(i);
    if (c === '\\') i++;
    else if (c === '[') return -1;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i + 1;
  }
  return -1;
}
