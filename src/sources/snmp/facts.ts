import { fingerprint } from '../../base/fingerprint.ts';
import { type Column, placeOf } from './columns.ts';
import type { Notification, Varbind } from './message.ts';
import type { Part } from './rules.ts';
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
    const number = numberIn(bytes, varbind);
    const text = textOf(bytes, varbind, place.column, number);
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
  if (column.as === 'hex') return hexText(bytes, varbind.start, varbind.end);
  const address = column.as === 'address' ? addressText(bytes, varbind) : undefined;
  return address ?? show(bytes, varbind).text;
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

/** Which parts a notification speaks of: one, but for a range. Without its varbinds: the device. */
export function targetsOf(facts: readonly Fact[], part: Part): readonly Target[] {
  if (part.is === 'device') return WHOLE;
  if (part.is === 'values') return [targetByValues(facts, part)];
  if (part.index === 'range') return targetsInRange(facts, part.prefix, part.columns);
  for (const name of part.columns) {
    const fact = find(facts, name);
    if (fact === undefined) continue;
    const index = indexText(fact, part.index);
    return [
      { part: named(part.prefix, index), qualifier: '', called: calledOf(facts, index, part) },
    ];
  }
  return WHOLE;
}

function calledOf(facts: readonly Fact[], index: string, part: Part & { is: 'entry' }): string {
  if (part.prefix !== 'if') return index;
  // Names come and go with the sender's settings: they are for reading, never for the key.
  const name = find(facts, 'ifName') ?? find(facts, 'ifDescr');
  return name === undefined || name.text === '' ? `ifIndex ${index}` : name.text;
}

function indexText(fact: Fact, index: 'plain' | 'address' | 'name' | 'range'): string {
  const { instance } = fact;
  if (instance === '' || instance === '0') return fact.text;
  if (index === 'plain') return instance;
  const numbers = instance.split('.').map(Number);
  return (index === 'address' ? addressIndex(numbers) : nameIndex(numbers)) ?? instance;
}

/** InetAddressType and InetAddress as an index: type, length, bytes (RFC 4001). */
function addressIndex(numbers: readonly number[]): string | undefined {
  const bytes = numbers.slice(2);
  if (numbers[1] !== bytes.length) return undefined;
  if (bytes.length === 4) return bytes.join('.');
  return bytes.length === 16 ? ipv6Text(bytes) : undefined;
}

/** A string as an index: its length, its bytes (RFC 2578 §7.7). */
function nameIndex(numbers: readonly number[]): string | undefined {
  const [length, ...bytes] = numbers;
  const plain = bytes.every((b) => b >= 0x20 && b < 0x7f);
  return length === bytes.length && plain ? String.fromCharCode(...bytes) : undefined;
}

function targetByValues(facts: readonly Fact[], part: Part & { is: 'values' }): Target {
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
