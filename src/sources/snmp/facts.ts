import { fingerprint } from '../../base/fingerprint.ts';
import type { Notification, Varbind } from './message.ts';
import { type Column, NO_BITS, type Part, type Piece } from './rules.ts';
import { placeOf } from './tables.ts';
import { addressText, hexText, ipv6Text, numberIn, show } from './value.ts';

/** What one varbind says, if its column is known. */
export interface Fact {
  readonly column: Column;
  /** What follows the column in the OID: the row it speaks of. */
  readonly instance: string;
  /** As a person reads it: an enumeration's word, an address, text, or hex. */
  readonly text: string;
  readonly number: number | undefined;
}

/** The known varbinds of a notification, in its order. */
export function factsOf(bytes: Uint8Array, message: Notification): readonly Fact[] {
  const facts: Fact[] = [];
  for (const varbind of message.varbinds) {
    const place = placeOf(varbind.oid);
    if (place === undefined) continue;
    const plain = numberIn(bytes, varbind);
    const text = textOf(bytes, varbind, place.column, plain);
    const number = place.column.as === 'model' ? Number(text.split('.').at(-1)) : plain;
    facts.push({ column: place.column, instance: place.instance, text, number });
  }
  return facts;
}

function textOf(
  bytes: Uint8Array,
  varbind: Varbind,
  column: Column,
  number: number | undefined,
): string {
  const word = number === undefined ? undefined : column.words?.[number];
  if (word !== undefined) return word;
  if (column.as === 'bits') return bitsText(bytes, varbind, column.words ?? {});
  if (column.as === 'hex') return hexText(bytes, varbind.start, varbind.end);
  const address = column.as === 'address' ? addressText(bytes, varbind) : undefined;
  return address ?? show(bytes, varbind).text;
}

/** BITS (RFC 2578 §7.1.4): the first bit is the highest of the first byte. */
function bitsText(
  bytes: Uint8Array,
  { start, end }: Varbind,
  words: Readonly<Record<number, string>>,
): string {
  const set: string[] = [];
  for (const [number, word] of Object.entries(words)) {
    const at = start + (Number(number) >> 3);
    if (at < end && ((bytes[at] ?? 0) & (0x80 >> (Number(number) & 7))) !== 0) set.push(word);
  }
  return set.length === 0 ? NO_BITS : set.join(',');
}

export function find(facts: readonly Fact[], name: string): Fact | undefined {
  for (const fact of facts) if (fact.column.name === name) return fact;
  return undefined;
}

/** One alarm's place: the part of the resource behind the device, the qualifier, and its name. */
export interface Target {
  readonly part: string;
  readonly qualifier: string;
  /** What a person calls it; '' for the device itself. */
  readonly called: string;
}

const WHOLE: readonly Target[] = [{ part: '', qualifier: '', called: '' }];

/** A trap about more sessions than this becomes one alarm about the range. */
export const RANGE_MAX = 64;
/** Longer parts and qualifiers are cut and told apart by a fingerprint. */
const KEY_CHARS_MAX = 256;

/**
 * Which parts a notification speaks of: one, but for a range. Without its varbinds: the device.
 * `portName` is what people call the port, if it is about one.
 */
export function targetsOf(facts: readonly Fact[], part: Part, portName = ''): readonly Target[] {
  if (part.is === 'device') return WHOLE;
  if (part.is === 'value') return [targetByValues(facts, part)];
  if (part.range === true) return targetsInRange(facts, part.prefix, part.columns);
  for (const name of part.columns) {
    const fact = find(facts, name);
    if (fact === undefined) continue;
    const index = indexText(fact, part.pieces);
    // Names come and go with the sender's settings: they are for reading, never for the key.
    const called = part.prefix !== 'if' ? index : portName || `ifIndex ${index}`;
    return [{ part: named(part.prefix, index), qualifier: '', called }];
  }
  return WHOLE;
}

function indexText(fact: Fact, pieces: readonly Piece[] | undefined): string {
  const { instance } = fact;
  if (instance === '' || instance === '0') return fact.text;
  if (pieces === undefined) return instance;
  return readIndex(instance.split('.').map(Number), pieces) ?? instance;
}

/** The pieces of an index that are shown; undefined when the numbers are not made of them. */
function readIndex(numbers: readonly number[], pieces: readonly Piece[]): string | undefined {
  const shown: string[] = [];
  let at = 0;
  for (const piece of pieces) {
    const from = at + (LEADS[piece] ?? 0);
    const size = SIZES[piece] ?? (piece === 'text' ? numbers.length : numbers[from - 1]) ?? 0;
    at = Math.min(from + size, piece === 'text' ? numbers.length : Infinity);
    if (at > numbers.length) return undefined;
    const text = pieceText(piece, numbers.slice(from, at));
    if (text === undefined) return undefined;
    if (piece !== 'skip') shown.push(text);
  }
  return at === numbers.length ? shown.join('/') : undefined;
}

/** Numbers before the piece itself: a length; a type and a length (RFC 4001). */
const LEADS: Partial<Record<Piece, number>> = { name: 1, address: 2 };
const SIZES: Partial<Record<Piece, number>> = { number: 1, skip: 1, ip: 4 };

function pieceText(piece: Piece, numbers: readonly number[]): string | undefined {
  if (piece === 'number' || piece === 'skip' || piece === 'ip') return numbers.join('.');
  if (piece === 'address') {
    if (numbers.length === 4) return numbers.join('.');
    return numbers.length === 16 ? ipv6Text(numbers) : undefined;
  }
  const plain = numbers.every((b) => b >= 0x20 && b < 0x7f);
  return plain ? String.fromCharCode(...numbers) : undefined;
}

function targetByValues(facts: readonly Fact[], part: Part & { is: 'value' }): Target {
  const values = part.columns.flatMap((name) => keyOf(facts, name));
  const qualifier = part.qualifier.flatMap((name) => keyOf(facts, name));
  const first = find(facts, part.columns[0] ?? '');
  if (part.byRow && first !== undefined) qualifier.push(first.instance);
  const called = values.join('/');
  return {
    part: called === '' ? '' : named(part.prefix, called),
    qualifier: bounded(qualifier.join(' ')),
    called,
  };
}

function keyOf(facts: readonly Fact[], name: string): string[] {
  const fact = find(facts, name);
  if (fact === undefined || fact.text === '') return [];
  const { text } = fact;
  return [fact.column.as === 'model' ? text.slice(0, text.lastIndexOf('.')) : text];
}

/** The first and the last of a range: the instances of the first two varbinds of these columns. */
function targetsInRange(
  facts: readonly Fact[],
  prefix: string,
  columns: readonly string[],
): readonly Target[] {
  const ends = facts.filter((fact) => columns.includes(fact.column.name));
  const first = ends[0]?.instance;
  const last = ends[1]?.instance ?? first;
  if (first === undefined || last === undefined) return WHOLE;
  const [from, to] = [Number(first), Number(last)];
  if (!(to >= from && to - from < RANGE_MAX)) {
    const range = first === last ? first : `${first}..${last}`;
    return [{ part: named(prefix, range), qualifier: '', called: range }];
  }
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const called = String(from + i);
    return { part: named(prefix, called), qualifier: '', called };
  });
}

const named = (prefix: string, index: string): string =>
  bounded(prefix === '' ? index : `${prefix}-${index}`);

/** Short enough for a key, and still different from every other. */
export const bounded = (text: string): string =>
  text.length <= KEY_CHARS_MAX
    ? text
    : `${text.slice(0, KEY_CHARS_MAX - 17)}~${fingerprint([text])}`;
