import { type MibLexer, TOKEN } from './mib-lexer.ts';
import { type IndexPart, MIB_LIMITS, type OidPart, type Syntax } from './mib-module.ts';

/** Where a reader is, and where it tells what it could not read. */
export interface Reading {
  readonly lexer: MibLexer;
  /** A fault at the token at hand. */
  fault(why: string): void;
}

export const OPEN: number = 0x7b; // {
const CLOSE: number = 0x7d;
export const LEFT: number = 0x28; // (
const RIGHT: number = 0x29;
export const COMMA: number = 0x2c;
const SQUARE: number = 0x5b; // [
const SQUARE_END: number = 0x5d;
const PERIOD: number = 0x2e;

/*
 * All readers here begin at the token at hand and leave the one after what they read at hand. Each
 * turn of a loop moves on, so the time is in proportion to the text.
 */

/** Past a pair of brackets and all inside; stops at the end of the text. */
export function skipPair({ lexer }: Reading): void {
  const open = lexer.kind;
  const close = open === LEFT ? RIGHT : open === OPEN ? CLOSE : SQUARE_END;
  let depth = 0;
  for (; lexer.kind !== TOKEN.end; lexer.next()) {
    if (lexer.kind === open) depth++;
    else if (lexer.kind === close && --depth === 0) break;
    else if (lexer.kind === TOKEN.assign) return; // the pair was never closed
  }
  lexer.next();
}

/** The names in `{ a, b, c }`; what is no name is passed over. */
export function readNames(reading: Reading, max: number): readonly string[] {
  return readIndex(reading, max).map(({ name }) => name);
}

/** `{ ifIndex, IMPLIED name }`; SMIv1 has types here as well. */
export function readIndex(reading: Reading, max: number): readonly IndexPart[] {
  const { lexer } = reading;
  const parts: IndexPart[] = [];
  if (lexer.kind !== OPEN) {
    reading.fault('{ and names expected');
    return parts;
  }
  let implied = false;
  for (lexer.next(); lexer.kind !== CLOSE && lexer.kind !== TOKEN.end; lexer.next()) {
    if (lexer.kind === TOKEN.assign) return parts; // } is missing
    if (lexer.kind === LEFT) {
      skipInside(reading);
      continue;
    }
    if (lexer.kind !== TOKEN.word) continue;
    if (lexer.is('IMPLIED')) implied = true;
    else if (parts.length < max) {
      parts.push({ name: lexer.word(), implied });
      implied = false;
    }
  }
  lexer.next();
  return parts;
}

/** Leaves the closing bracket at hand. */
function skipInside({ lexer }: Reading): void {
  for (let depth = 1; depth > 0; ) {
    const kind = lexer.next();
    if (kind === TOKEN.end || kind === TOKEN.assign) return;
    if (kind === LEFT) depth++;
    else if (kind === RIGHT) depth--;
  }
}

/** `{ iso org(3) 6 }`, `{ acme 3 }`; undefined, and a fault, when it is not one. */
export function readOid(reading: Reading): readonly OidPart[] | undefined {
  const { lexer } = reading;
  if (lexer.kind !== OPEN) {
    reading.fault('{ parent number } expected');
    return undefined;
  }
  const parts: OidPart[] = [];
  for (lexer.next(); lexer.kind !== CLOSE; ) {
    const part = lexer.kind === COMMA ? undefined : readOidPart(reading);
    if (part !== undefined) parts.push(part);
    else if (lexer.kind === COMMA) lexer.next();
    else {
      reading.fault('a name, a number or } expected');
      return undefined;
    }
    if (parts.length > MIB_LIMITS.oid_numbers_max) {
      reading.fault(`at most ${MIB_LIMITS.oid_numbers_max} numbers expected`);
      return undefined;
    }
  }
  if (parts.length === 0) reading.fault('{ parent number } expected, it is empty');
  lexer.next();
  return parts.length > 0 ? parts : undefined;
}

/** Nearly every definition ends in one of these. */
const SMALL: readonly OidPart[] = Array.from({ length: 1_024 }, (_, number) => ({
  name: '',
  number,
}));

function readOidPart({ lexer }: Reading): OidPart | undefined {
  if (lexer.kind === TOKEN.number) {
    const number = numberOf(lexer.number());
    lexer.next();
    return number < 0 ? undefined : (SMALL[number] ?? { name: '', number });
  }
  if (lexer.kind !== TOKEN.word) return undefined;
  let name = lexer.word();
  let kind = lexer.next();
  if (kind === PERIOD && lexer.next() === TOKEN.word) {
    name = lexer.word(); // MODULE.name: where it is from is looked up by name
    kind = lexer.next();
  }
  if (kind !== LEFT) return { name, number: -1 };
  const number = lexer.next() === TOKEN.number ? numberOf(lexer.number()) : -1;
  if (number < 0 || lexer.next() !== RIGHT) return undefined;
  lexer.next();
  return { name, number };
}

const SUB_IDENTIFIER_MAX = 4_294_967_295;

/** -1 for what is no number of an OID. */
function numberOf(number: number): number {
  return number >= 0 && number <= SUB_IDENTIFIER_MAX ? number : -1;
}

/** Types of two words. */
const TWO_WORDS: Readonly<Record<string, string>> = {
  OCTET: 'OCTET STRING',
  OBJECT: 'OBJECT IDENTIFIER',
  BIT: 'BIT STRING',
};
const ROWS: ReadonlySet<string> = new Set(['SEQUENCE', 'SET', 'CHOICE']);

/** A type as it stands behind SYNTAX or `::=`; undefined, and a fault, when there is none. */
export function readSyntax(reading: Reading): Syntax | undefined {
  const { lexer } = reading;
  if (lexer.kind === SQUARE) skipPair(reading); // [APPLICATION 0]
  while (lexer.is('IMPLICIT') || lexer.is('EXPLICIT')) lexer.next();
  if (lexer.kind !== TOKEN.word) {
    reading.fault('a type expected');
    return undefined;
  }
  const word = lexer.word();
  lexer.next();
  if (ROWS.has(word)) return readRows(reading);
  let base = word;
  const two = word.length <= 6 ? TWO_WORDS[word.toUpperCase()] : undefined;
  if (two !== undefined && lexer.kind === TOKEN.word) {
    if (two.endsWith(lexer.word().toUpperCase())) {
      base = two;
      lexer.next();
    }
  } else if (lexer.kind === PERIOD && lexer.next() === TOKEN.word) {
    base = lexer.word();
    lexer.next();
  }
  const numbers = lexer.kind === OPEN ? readNumbers(reading) : undefined;
  const size = readSize(reading);
  return numbers === undefined ? { base, size, of: 'value' } : { base, size, of: 'value', numbers };
}

/** Behind SEQUENCE: the type of a table or of its rows. */
function readRows(reading: Reading): Syntax {
  const { lexer } = reading;
  if (lexer.kind === LEFT) skipPair(reading); // SEQUENCE (SIZE (0..9)) OF
  if (lexer.is('OF')) {
    const base = lexer.next() === TOKEN.word ? lexer.word() : '';
    lexer.next();
    return { base, size: -1, of: 'table' };
  }
  if (lexer.kind === OPEN) skipPair(reading);
  return { base: 'SEQUENCE', size: -1, of: 'row' };
}

/** `{ up(1), "0:00"('E0'H) }`: names with numbers, however they are separated and written. */
function readNumbers(reading: Reading): Syntax['numbers'] {
  const { lexer } = reading;
  const numbers: [number, string][] = [];
  let name = '';
  let full = false;
  for (lexer.next(); lexer.kind !== CLOSE && lexer.kind !== TOKEN.end; lexer.next()) {
    if (lexer.kind === TOKEN.assign) {
      reading.fault('} expected behind the named numbers');
      return numbers;
    }
    if (lexer.kind === LEFT) {
      const kind = lexer.next();
      const number = kind === TOKEN.bits ? lexer.bits() : lexer.number();
      if (name === '' || !Number.isSafeInteger(number)) reading.fault('name(number) expected');
      else if (numbers.length < MIB_LIMITS.named_numbers_max) numbers.push([number, name]);
      else if (!full) {
        full = true;
        reading.fault(`at most ${MIB_LIMITS.named_numbers_max} named numbers expected`);
      }
      name = '';
      if (lexer.kind === CLOSE) break;
    } else if (lexer.kind === TOKEN.string) name = lexer.quoted(MIB_LIMITS.named_number_chars_max);
    else if (lexer.kind === TOKEN.word) name = name === '' ? lexer.word() : name;
  }
  lexer.next();
  return numbers;
}

/** Past `(SIZE (6))` and ranges: the one size, or -1. Some leave the outer brackets out. */
function readSize(reading: Reading): number {
  const { lexer } = reading;
  const bare = lexer.is('SIZE');
  if (!bare && lexer.kind !== LEFT) return -1;
  const inside = lexer.peek();
  const isSize = bare ? inside.kind === LEFT : inside.is('SIZE') && inside.next() === LEFT;
  const number = isSize && inside.next() === TOKEN.number ? inside.number() : -1;
  const size = number >= 0 && inside.next() === RIGHT ? number : -1;
  if (bare) lexer.next();
  while (lexer.kind === LEFT) skipPair(reading);
  return size;
}
