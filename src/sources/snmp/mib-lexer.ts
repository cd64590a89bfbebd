/** What a token is. Punctuation is its own character code, everything else one of these. */
export const TOKEN: Readonly<Record<TokenName, number>> = {
  end: 0,
  word: 1,
  number: 2,
  string: 3,
  /** `'0A'H` or `'01'B`. */
  bits: 4,
  assign: 5,
  /** `..` */
  range: 6,
  /** A character no module should have. */
  other: 7,
};
type TokenName = 'end' | 'word' | 'number' | 'string' | 'bits' | 'assign' | 'range' | 'other';

/** RFC 2578 §3.1 allows 64; real modules go beyond. What is longer is cut. */
const WORD_CHARS_MAX = 255;
/** A longer text between apostrophes is no number. */
const BITS_CHARS_MAX = 4_096;
const BITS_DIGITS_MAX = 32;

const SPACE = 1;
const LETTER = 2;
const DIGIT = 4;
const JOINT = 8; // what a word may hold further inside
const CLASS = new Uint8Array(256);
for (let c = 0; c <= 32; c++) CLASS[c] = SPACE; // control characters too: ^Z and form feeds
for (let c = 0x7f; c < 256; c++) CLASS[c] = SPACE; // byte order marks and what else strays in
for (let c = 48; c < 58; c++) CLASS[c] = DIGIT;
for (let c = 65; c < 91; c++) CLASS[c] = CLASS[c + 32] = LETTER;
CLASS[0x2d] = CLASS[0x5f] = JOINT; // - and _

const DASH = 0x2d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COLON = 0x3a;
const DOT = 0x2e;

/**
 * Cuts the text of a module into tokens, one at a time: `kind`, `start` and `stop` are the one at
 * hand. Never throws; whatever the text is, each `next` moves on, and the time is in proportion to
 * the length. The text has one byte per character (latin1): names are ASCII, and what is told in
 * strings is decoded by whoever wants it.
 */
export class MibLexer {
  readonly text: string;
  /** One copy of each word, so that a short name does not keep a long file in memory. */
  #words = new Map<string, string>();
  kind = 0;
  start = 0;
  stop = 0;

  constructor(text: string, at = 0) {
    this.text = text;
    this.stop = at;
  }

  /** Goes to the next token and says what it is. */
  next(): number {
    const { text } = this;
    const at = this.#past(this.stop);
    this.start = at;
    if (at >= text.length) {
      this.stop = at;
      this.kind = TOKEN.end;
      return TOKEN.end;
    }
    const code = text.charCodeAt(at);
    const group = CLASS[code];
    if (group === LETTER || group === DIGIT) return this.#wordOrNumber(at);
    this.kind = this.#sign(at, code);
    return this.kind;
  }

  /** A reader of its own that has the token after this one at hand. */
  peek(): MibLexer {
    const ahead = new MibLexer(this.text, this.stop);
    ahead.#words = this.#words;
    ahead.next();
    return ahead;
  }

  /** The word at hand if it is one of the SMI's own, else ''. Quicker than asking for its text. */
  keyword(): string {
    if (this.kind !== TOKEN.word) return '';
    const { text, start } = this;
    const size = this.stop - start;
    const row = KEYWORDS[rowOf(size, text.charCodeAt(start), text.charCodeAt(this.stop - 1))];
    for (const word of row ?? []) {
      if (word.length === size && text.startsWith(word, start)) return word;
    }
    return '';
  }

  /** The text of a word, or of whatever is at hand, cut at 255 characters. */
  word(): string {
    const keyword = this.keyword();
    if (keyword !== '') return keyword;
    const found = this.text.slice(this.start, Math.min(this.stop, this.start + WORD_CHARS_MAX));
    const known = this.#words.get(found);
    if (known !== undefined) return known;
    const copy = Buffer.from(found, 'latin1').toString('latin1');
    this.#words.set(copy, copy);
    return copy;
  }

  /** The number at hand; NaN where it is none. */
  number(): number {
    return Number(this.text.slice(this.start, Math.min(this.stop, this.start + WORD_CHARS_MAX)));
  }

  /** What `'E0'H` or `'01'B` is as a number; NaN where it is none, or too long to be one. */
  bits(): number {
    const digits = this.text.slice(this.start + 1, this.stop - 2).replace(/\s/g, '');
    if (digits === '' || digits.length > BITS_DIGITS_MAX) return Number.NaN;
    return Number(`${/[Hh]/.test(this.text[this.stop - 1] ?? '') ? '0x' : '0b'}${digits}`);
  }

  /** What stands between the quotes of a string, cut at `max` characters, read as UTF-8. */
  quoted(max: number): string {
    const from = this.start + 1;
    const to = Math.min(Math.max(from, this.stop - 1), from + max);
    return Buffer.from(this.text.slice(from, to), 'latin1').toString('utf8');
  }

  is(word: string): boolean {
    return (
      this.kind === TOKEN.word &&
      this.stop - this.start === word.length &&
      this.text.startsWith(word, this.start)
    );
  }

  #wordOrNumber(from: number): number {
    const { text } = this;
    let at = from;
    let letters = false;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const group = CLASS[code] ?? 0;
      if (group === LETTER) letters = true;
      else if (group === JOINT) {
        // A comment may begin right behind a word, and a hyphen joins only what follows it.
        if (code === DASH && !isWordCode(text.charCodeAt(at + 1))) break;
      } else if (group !== DIGIT) break;
    }
    this.stop = at;
    this.kind = letters ? TOKEN.word : TOKEN.number;
    return this.kind;
  }

  #sign(at: number, code: number): number {
    const { text } = this;
    this.stop = at + 1;
    if (code === QUOTE) {
      const end = text.indexOf('"', at + 1);
      this.stop = end < 0 ? text.length : end + 1;
      return TOKEN.string;
    }
    if (code === COLON && text.startsWith('::=', at)) {
      this.stop = at + 3;
      return TOKEN.assign;
    }
    if (code === DOT && text.charCodeAt(at + 1) === DOT) {
      this.stop = at + 2;
      return TOKEN.range;
    }
    if (code === DASH && CLASS[text.charCodeAt(at + 1)] === DIGIT) {
      this.#wordOrNumber(at + 1);
      this.kind = TOKEN.number;
      return TOKEN.number;
    }
    if (code === APOSTROPHE) return this.#bits(at);
    return code > 0x20 && code < 0x7f ? code : TOKEN.other;
  }

  #bits(at: number): number {
    const { text } = this;
    const limit = Math.min(text.length, at + BITS_CHARS_MAX);
    let end = at + 1;
    while (end < limit && isHexOrSpace(text.charCodeAt(end))) end++;
    const letter = text[end + 1];
    if (text.charCodeAt(end) !== APOSTROPHE || !letter || !'HhBb'.includes(letter)) {
      return TOKEN.other;
    }
    this.stop = end + 2;
    return TOKEN.bits;
  }

  /** Past white space and comments. */
  #past(from: number): number {
    const { text } = this;
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === DASH && text.charCodeAt(at + 1) === DASH) at = this.#pastComment(at + 2) - 1;
      else if (CLASS[code] !== SPACE) break;
    }
    return at;
  }

  /**
   * ASN.1 ends a comment at the end of the line or at the next `--`. Authors know only the first:
   * the second is believed where what follows reads as part of a definition.
   */
  #pastComment(from: number): number {
    const { text } = this;
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    const second = text.indexOf('--', from); // at the latest the next comment: linear all the same
    if (second < 0 || second >= end) return end;
    const rest = text.slice(second + 2, Math.min(end, second + 2 + CODE_CHARS_MAX));
    return CODES.some((code) => code.test(rest)) ? second + 2 : end;
  }
}

const ROWS = 256;
const rowOf = (size: number, first: number, last: number): number =>
  (size * 37 + first * 5 + last) % ROWS;
const KEYWORDS: string[][] = [];
for (const word of [
  ...['OBJECT-TYPE', 'OBJECT-IDENTITY', 'MODULE-IDENTITY', 'NOTIFICATION-TYPE', 'TRAP-TYPE'],
  ...['OBJECT-GROUP', 'NOTIFICATION-GROUP', 'MODULE-COMPLIANCE', 'AGENT-CAPABILITIES', 'MACRO'],
  ...['TEXTUAL-CONVENTION', 'OBJECT', 'IDENTIFIER', 'IMPORTS', 'EXPORTS', 'FROM', 'END'],
  ...['DEFINITIONS', 'SYNTAX', 'UNITS', 'INDEX', 'AUGMENTS', 'OBJECTS', 'VARIABLES', 'ENTERPRISE'],
  ...['DISPLAY-HINT', 'DESCRIPTION', 'REFERENCE', 'STATUS', 'ACCESS', 'MAX-ACCESS', 'MIN-ACCESS'],
  ...['DEFVAL', 'LAST-UPDATED', 'ORGANIZATION', 'CONTACT-INFO', 'REVISION', 'IMPLIED', 'SIZE'],
  ...['SEQUENCE', 'SET', 'CHOICE', 'OF', 'OCTET', 'BIT', 'STRING', 'IMPLICIT', 'EXPLICIT'],
]) {
  const row = rowOf(word.length, word.charCodeAt(0), word.charCodeAt(word.length - 1));
  const words = KEYWORDS[row];
  if (words === undefined) KEYWORDS[row] = [word];
  else words.push(word);
}

const CODE_CHARS_MAX = 160;
/** What goes on with a definition: punctuation, `3 }`, `down(2)`, `a OBJECT-TYPE`, a clause. */
const CODES: readonly RegExp[] = [
  /^\s*(?:[,{}|;]|::=|\d{1,10}\s*[,})])/,
  /^\s*[A-Za-z][\w-]{0,63}\s*\(\s*-?\d{1,10}\s*\)/,
  /^\s*[a-z][\w-]{0,63}\s+OBJECT[- ]/,
  /^\s*[A-Z][\w-]{0,63}\s*::=/,
  /^\s*(?:SYNTAX|(?:MAX-)?ACCESS|STATUS|DESCRIPTION|INDEX|DEFVAL)\s/,
];

function isWordCode(code: number): boolean {
  const group = CLASS[code] ?? 0;
  return group === LETTER || group === DIGIT || code === 0x5f;
}

const isHexOrSpace = (code: number): boolean =>
  (code >= 48 && code < 58) ||
  (code >= 65 && code < 71) ||
  (code >= 97 && code < 103) ||
  code === 32;
