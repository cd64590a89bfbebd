/** `=`, `!=`: the same text or not. `=~`, `!~`: an anchored RE2 pattern matches or does not. */
export type MatcherOp = '=' | '!=' | '=~' | '!~';

/** A matcher as written, before its pattern is compiled. */
export interface Term {
  readonly name: string;
  readonly op: MatcherOp;
  readonly value: string;
}

export type Terms = readonly Term[] | { readonly error: string };

// ---- The UTF-8 syntax (Alertmanager 0.27 and later) ----

interface Token {
  readonly is: '{' | '}' | ',' | 'op' | 'text';
  readonly value: string;
}

/** Go's unicode.IsSpace. */
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** What ends a bare word. */
const isReserved = (c: string): boolean => SPACE.test(c) || '{}!=~,\\"\'`'.includes(c);

/** Sticky: a mark, an operator, or a quoted text. */
const TOKEN = /([{},])|(!=|!~|=~?)|"((?:[^"\\]|\\.)*)"/sy;

/**
 * Reads `a="b"`, `{a=b, "ü"!~"c.*",}`. Names and values are bare words or Go double-quoted
 * strings, values must be there, braces are both or neither, one comma may trail. Undefined when
 * the text is not of this syntax: its own words about that are never shown (see `matcher.ts`).
 */
export function termsUtf8(text: string): readonly Term[] | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  const braced = tokens[0]?.is === '{';
  if (braced !== (tokens.at(-1)?.is === '}')) return undefined;
  const inner = braced ? tokens.slice(1, -1) : tokens;
  const terms: Term[] = [];
  for (let i = 0; i < inner.length; i += 4) {
    const [name, op, value, comma] = [inner[i], inner[i + 1], inner[i + 2], inner[i + 3]];
    if (name?.is !== 'text' || op?.is !== 'op' || value?.is !== 'text') return undefined;
    if (comma && comma.is !== ',') return undefined;
    terms.push({ name: name.value, op: op.value as MatcherOp, value: value.value });
  }
  return terms;
}

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    while (at < text.length && !isReserved(text.charAt(at))) at++;
    if (at > start) {
      tokens.push({ is: 'text', value: text.slice(start, at) });
      continue;
    }
    const token = markedToken(text, at);
    if (!token) return undefined;
    at = TOKEN.lastIndex;
    tokens.push(token);
  }
  return tokens;
}

function markedToken(text: string, at: number): Token | undefined {
  TOKEN.lastIndex = at;
  const [, mark, op, quoted] = TOKEN.exec(text) ?? [];
  if (mark !== undefined) return { is: mark as Token['is'], value: mark };
  if (op !== undefined) return { is: 'op', value: op };
  const value = quoted === undefined ? undefined : unquoted(quoted);
  return value === undefined ? undefined : { is: 'text', value };
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs;
const PLAIN: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  '"': 34,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Inside of a Go double-quoted string; undefined when Go or UTF-8 would not have it. */
function unquoted(inside: string): string | undefined {
  if (inside.includes('\n')) return undefined;
  if (!inside.includes('\\')) return inside;
  const bytes: number[] = [];
  let at = 0;
  for (const found of inside.matchAll(ESCAPE)) {
    bytes.push(...encoder.encode(inside.slice(at, found.index)));
    const more = escapedBytes(found);
    if (!more) return undefined;
    bytes.push(...more);
    at = found.index + found[0].length;
  }
  bytes.push(...encoder.encode(inside.slice(at)));
  try {
    return decoder.decode(Uint8Array.from(bytes));
  } catch {
    return undefined; // \xff and the like: bytes that are not UTF-8
  }
}

/** `\x` and octal give one byte, `\u` and `\U` a code point. */
function escapedBytes(found: RegExpExecArray): Iterable<number> | undefined {
  const [, hex, octal, short, long, char = ''] = found;
  if (hex !== undefined) return [Number.parseInt(hex, 16)];
  if (octal !== undefined) {
    const value = Number.parseInt(octal, 8);
    return value < 256 ? [value] : undefined;
  }
  const digits = short ?? long;
  if (digits !== undefined) {
    const point = Number.parseInt(digits, 16);
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    return encoder.encode(String.fromCodePoint(point));
  }
  const plain = Object.hasOwn(PLAIN, char) ? PLAIN[char] : undefined;
  return plain === undefined ? undefined : [plain];
}

// ---- The classic syntax (Alertmanager before 0.27, and its fallback) ----

/** Name, operator, the rest; white space around each is dropped. */
const CLASSIC = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)(.*)$/s;

/**
 * Reads what older configurations hold: a value may be empty or hold almost anything, escapes are
 * those of OpenMetrics (`\"`, `\\`, `\n`), braces are taken off where they are.
 */
export function termsClassic(text: string): Terms {
  const terms: Term[] = [];
  for (const part of partsClassic(text.replace(/^\{/, '').replace(/\}$/, ''))) {
    const term = termClassic(part);
    if ('error' in term) return term;
    terms.push(term);
  }
  return terms;
}

/** Split at commas outside double quotes. An empty last part is no part. */
function partsClassic(text: string): readonly string[] {
  const parts: string[] = [];
  let [from, quoted, escaped] = [0, false, false];
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === ',' && !quoted) {
      parts.push(text.slice(from, i));
      from = i + 1;
    } else if (c === '"') {
      if (!escaped) quoted = !quoted;
      escaped = false;
    } else if (c === '\\') escaped = !escaped;
    else if (c !== ',') escaped = false;
  }
  const last = text.slice(from).trim();
  if (last !== '') parts.push(last);
  return parts;
}

export function termClassic(text: string): Term | { readonly error: string } {
  const [, name, op, rest] = CLASSIC.exec(text) ?? [];
  if (name === undefined || rest === undefined) return { error: `bad matcher format: ${text}` };
  const raw = trimmed(rest);
  const value = unescapedClassic(raw);
  return value === undefined
    ? { error: `matcher value contains unescaped double quote: ${raw}` }
    : { name, op: op as MatcherOp, value };
}

/** White space as RE2's `\s` has it; by hand, because a pattern for the end takes squared time. */
function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && '\t\n\f\r '.includes(text.charAt(from))) from++;
  while (to > from && '\t\n\f\r '.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

function unescapedClassic(raw: string): string | undefined {
  let open = raw.startsWith('"');
  const text = open ? raw.slice(1) : raw;
  let value = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    const next = text.charAt(i + 1);
    if (c === '\\' && next !== '') {
      // An escape that is none keeps its backslash.
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`;
      i++;
    } else if (c === '"') {
      if (!open || i < text.length - 1) return undefined;
      open = false;
    } else value += c;
  }
  return open ? undefined : value;
}
