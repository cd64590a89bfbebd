import { Fault } from './fault.ts';

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'word'
  | 'field'
  | 'variable'
  | 'number'
  | 'string'
  | 'char'
  | 'dot'
  | '('
  | ')'
  | '|'
  | ','
  | '='
  | ':='
  | 'eof';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a field or variable its name; of a string, raw string or char its value. */
  readonly text: string;
  /** Offset in the source. */
  readonly at: number;
  /** White space, or the beginning of the action, stands before it. */
  readonly spaced: boolean;
}

/** A fault of the lexer or parser, at an offset. */
export class SyntaxFault extends Fault {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const SPACE = /[ \t\r\n]/;
const NAME = /[\p{L}\p{Nd}_]+/uy;
/** Go's numbers, sign included; complex ones are recognised to say that there are none. */
const NUMBERS = [
  /[+-]?0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]+)?i?/y,
  /[+-]?0(?:[bB][01_]+|[oO][0-7_]+)i?/y,
  /[+-]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?i?/y,
] as const;

/** Cuts a template into tokens. Throws SyntaxFault. */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const end = open < 0 ? source.length : open;
    const trims = open >= 0 && source[open + 2] === '-' && SPACE.test(source[open + 3] ?? '');
    let text = source.slice(at, end);
    if (trimNext) text = trimmedStart(text);
    if (trims) text = trimmedEnd(text);
    if (text !== '') tokens.push({ kind: 'text', text, at, spaced: false });
    if (open < 0) break;
    const inside = open + (trims ? 4 : 2);
    const done = source.startsWith('/*', skipSpace(source, inside, trims))
      ? comment(source, open, skipSpace(source, inside, trims))
      : action(source, open, inside, tokens);
    at = done.at;
    trimNext = done.trims;
  }
  tokens.push({ kind: 'eof', text: '', at: source.length, spaced: true });
  return tokens;
}

const trimmedStart = (text: string): string => text.replace(/^[ \t\r\n]+/, '');

/** By hand: a pattern anchored at the end alone would be slow on long white space. */
function trimmedEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

/** After a trim marker more white space may stand before a comment. */
function skipSpace(source: string, from: number, may: boolean): number {
  let at = from;
  while (may && SPACE.test(source[at] ?? '')) at += 1;
  return at;
}

function comment(source: string, open: number, start: number): { at: number; trims: boolean } {
  const end = source.indexOf('*/', start + 2);
  if (end < 0) throw new SyntaxFault(open, 'this comment never ends: close it with */');
  const trims = trimsAt(source, end + 2);
  const close = trims ? source.indexOf('-', end + 2) + 1 : end + 2;
  if (!source.startsWith('}}', close)) {
    throw new SyntaxFault(open, 'a comment ends with */ directly before }}');
  }
  return { at: close + 2, trims };
}

/** White space, `-` and `}}` begin here. */
function trimsAt(source: string, at: number): boolean {
  if (!SPACE.test(source[at] ?? '')) return false;
  return source.startsWith('-}}', skipSpace(source, at, true));
}

function action(
  source: string,
  open: number,
  inside: number,
  tokens: Token[],
): { at: number; trims: boolean } {
  tokens.push({ kind: 'open', text: '{{', at: open, spaced: true });
  let at = inside;
  let parens = 0;
  for (;;) {
    const start = skipSpace(source, at, true);
    const spaced = start > at || at === inside;
    const trims = start > at && source.startsWith('-}}', start);
    if (trims || source.startsWith('}}', start)) {
      if (parens > 0) throw new SyntaxFault(start, 'a parenthesis "(" is not closed');
      tokens.push({ kind: 'close', text: '}}', at: start, spaced });
      return { at: start + (trims ? 3 : 2), trims };
    }
    if (start >= source.length) throw new SyntaxFault(open, 'this action is not closed with }}');
    const { token, end } = tokenAt(source, start, spaced);
    if (token.kind === '(') parens += 1;
    if (token.kind === ')') parens -= 1;
    if (parens < 0) throw new SyntaxFault(start, 'there is a ")" without its "("');
    tokens.push(token);
    at = end;
  }
}

interface Found {
  readonly token: Token;
  readonly end: number;
}

function tokenAt(source: string, at: number, spaced: boolean): Found {
  const c = source[at] ?? '';
  const make = (kind: TokenKind, end: number, text = source.slice(at, end)): Found => ({
    token: { kind, text, at, spaced },
    end,
  });
  if (source.startsWith(':=', at)) return make(':=', at + 2);
  if (c === '(' || c === ')' || c === '|' || c === ',' || c === '=') return make(c, at + 1);
  if (c === '"') return make('string', ...quoted(source, at));
  if (c === "'") return make('char', ...quoted(source, at));
  if (c === '`') {
    const end = source.indexOf('`', at + 1);
    if (end < 0) throw new SyntaxFault(at, 'this raw string is not closed with `');
    return make('string', end + 1, source.slice(at + 1, end).replaceAll('\r', ''));
  }
  if (c === '$') {
    const end = nameEnd(source, at + 1);
    return make('variable', terminated(source, at, end), source.slice(at, end));
  }
  if (c === '.' && !/[0-9]/.test(source[at + 1] ?? '')) {
    const end = nameEnd(source, at + 1);
    if (end === at + 1) return make('dot', terminated(source, at, end));
    return make('field', terminated(source, at, end), source.slice(at + 1, end));
  }
  const number = /[0-9.+-]/.test(c) ? numberAt(source, at) : 0;
  if (number > 0) return make('number', at + number);
  const end = nameEnd(source, at);
  if (end > at) return make('word', terminated(source, at, end));
  throw new SyntaxFault(at, `${shown(source, at)} does not belong into an action`);
}

/** How long the number here is; 0 when there is none. */
function numberAt(source: string, at: number): number {
  for (const number of NUMBERS) {
    number.lastIndex = at;
    const found = number.exec(source);
    if (found) return found[0].length;
  }
  return 0;
}

function nameEnd(source: string, from: number): number {
  NAME.lastIndex = from;
  return from + (NAME.exec(source)?.[0].length ?? 0);
}

/** Behind a name only white space, an operator or the end of the action may stand. */
function terminated(source: string, at: number, end: number): number {
  const next = source[end] ?? '';
  if (next === '' || /[ \t\r\n.,|:)(=]/.test(next) || source.startsWith('}}', end)) return end;
  const name = source.slice(at, end);
  throw new SyntaxFault(end, `${shown(source, end)} may not follow ${name}: put a space between`);
}

function shown(source: string, at: number): string {
  return `"${String.fromCodePoint(source.codePointAt(at) ?? 0x3f)}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** Reads a quoted string or char with Go's escapes; gives its end and its value. */
function quoted(source: string, at: number): [end: number, value: string] {
  const quote = source[at] ?? '';
  const bytes: Buffer[] = [];
  let i = at + 1;
  while (source[i] !== quote) {
    const c = source[i];
    if (c === undefined || c === '\n') {
      throw new SyntaxFault(at, `this text is not closed with ${quote}`);
    }
    if (c !== '\\') {
      const plain = String.fromCodePoint(source.codePointAt(i) ?? 0);
      bytes.push(Buffer.from(plain));
      i += plain.length;
      continue;
    }
    const found =
      /^\\(?:x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[abfnrtv\\'"])/.exec(
        source.slice(i, i + 10),
      )?.[0];
    const other = quote === '"' ? "\\'" : '\\"';
    if (found === undefined || found === other) {
      throw new SyntaxFault(i, `\\${source[i + 1] ?? ''} is no escape: write \\\\ for a backslash`);
    }
    bytes.push(escaped(found, i));
    i += found.length;
  }
  const value = Buffer.concat(bytes).toString('utf8');
  if (quote === "'" && [...value].length !== 1) {
    throw new SyntaxFault(at, 'single quotes hold one character: use double quotes for a text');
  }
  return [i + 1, value];
}

function escaped(text: string, at: number): Buffer {
  const kind = text[1] ?? '';
  const single = ESCAPES[kind];
  if (single !== undefined) return Buffer.from(single);
  if (kind === 'x') return Buffer.from([Number.parseInt(text.slice(2), 16)]);
  if (/[0-7]/.test(kind)) {
    const byte = Number.parseInt(text.slice(1), 8);
    if (byte > 255) throw new SyntaxFault(at, `${text} is larger than a byte`);
    return Buffer.from([byte]);
  }
  const code = Number.parseInt(text.slice(2), 16);
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    throw new SyntaxFault(at, `${text} is no character`);
  }
  return Buffer.from(String.fromCodePoint(code));
}
