/**
 * Reading BER (X.690) as SNMP uses it: definite lengths, one-byte tags, no recursion. Total: a
 * fault is remembered with its byte offset, nothing is thrown, every loop moves forward.
 */

/** The largest payload an IPv4 UDP datagram can carry. */
export const DATAGRAM_BYTES_MAX = 65_507;
/** RFC 2578 §3.5: an object identifier has at most 128 sub-identifiers … */
export const OID_SUBIDS_MAX = 128;
/** … each at most 2^32 - 1. */
export const SUBID_MAX = 0xffff_ffff;

export const TAG = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  ipAddress: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeTicks: 0x43,
  opaque: 0x44,
  counter64: 0x46,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const;

/** Walks one datagram. After a fault `at` means nothing any more and `why` says what was wrong. */
export class BerReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  why = '';
  offset = 0;

  start(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.why = '';
    this.offset = 0;
  }

  /** Remembers the first fault; always -1, so that callers can return it. */
  fault(offset: number, why: string): -1 {
    if (this.why === '') {
      this.offset = offset;
      this.why = why;
    }
    return -1;
  }

  /**
   * Reads tag and length of the next element, which must end at or before `limit`. Leaves `at` on
   * its content and returns where the content ends, or -1.
   */
  enter(tag: number, limit: number, what: string): number {
    if (this.at >= limit) return this.fault(this.at, `${what} expected, the data ends here`);
    if (this.bytes[this.at] !== tag) {
      return this.fault(this.at, `${what} expected (tag ${hex(tag)}), ${this.#found()} found`);
    }
    this.at++;
    return this.length(limit, what);
  }

  /** Reads the length at `at`. Indefinite lengths are no part of SNMP (RFC 3417 §8). */
  length(limit: number, what: string): number {
    const { bytes } = this;
    const from = this.at;
    if (from >= limit) return this.fault(from, `length of ${what} expected, the data ends here`);
    const first = bytes[from] as number;
    this.at = from + 1;
    let size = first;
    if (first > 0x7f) {
      const count = first & 0x7f;
      if (count === 0 || count > 4) {
        return this.fault(from, `length of ${what} in 1 to 4 bytes expected, ${hex(first)} found`);
      }
      if (this.at + count > limit) {
        return this.fault(from, `length of ${what} expected, the data ends here`);
      }
      size = 0;
      for (let i = 0; i < count; i++) size = size * 256 + (bytes[this.at++] as number);
    }
    if (this.at + size > limit) {
      return this.fault(from, `${what} of ${size} bytes expected, ${limit - this.at} are left`);
    }
    return this.at + size;
  }

  /** A whole Integer32; `undefined` with a fault set when it is not one. */
  integer(limit: number, what: string): number | undefined {
    const from = this.at;
    const end = this.enter(TAG.integer, limit, what);
    if (end < 0) return undefined;
    const value = signed(this.bytes, this.at, end);
    if (value === undefined) this.fault(from, `${what}: an integer of 1 to 4 bytes expected`);
    this.at = end;
    return value;
  }

  #found(): string {
    return hex(this.bytes[this.at] as number);
  }
}

const hex = (n: number): string => `0x${n.toString(16).padStart(2, '0')}`;

/** Integer32 (RFC 2578 §7.1.1). A fifth byte is read when it only repeats the sign. */
export function signed(bytes: Uint8Array, start: number, end: number): number | undefined {
  const size = end - start;
  if (size === 1) return ((bytes[start] as number) << 24) >> 24;
  if (size < 1 || size > 5) return undefined;
  let value = (bytes[start] as number) > 0x7f ? -1 : 0;
  for (let i = start; i < end; i++) value = value * 256 + (bytes[i] as number);
  return value >= -0x8000_0000 && value <= 0x7fff_ffff ? value : undefined;
}

/** Counter32, Gauge32, TimeTicks: 0..2^32-1, with or without the leading zero byte. */
export function unsigned(bytes: Uint8Array, start: number, end: number): number | undefined {
  const size = end - start;
  if (size < 1 || size > 5 || (size === 5 && bytes[start] !== 0)) return undefined;
  let value = 0;
  for (let i = start; i < end; i++) value = value * 256 + (bytes[i] as number);
  return value;
}

/** Counter64 as exact decimal digits: a JavaScript number would lose the low bits. */
export function counter64(bytes: Uint8Array, start: number, end: number): string | undefined {
  const size = end - start;
  if (size < 1 || size > 9 || (size === 9 && bytes[start] !== 0)) return undefined;
  let high = 0;
  let low = 0;
  for (let i = start; i < end; i++) {
    high = ((high << 8) | (low >>> 24)) >>> 0;
    low = ((low << 8) | (bytes[i] as number)) >>> 0;
  }
  return high === 0 ? String(low) : String((BigInt(high) << 32n) | BigInt(low));
}

/** Known beginnings of object identifiers. The number of slots is a power of two. */
const OID_SLOTS = 4_096;
const OID_SLOT_BYTES_MAX = 48;
interface Beginning {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly subids: number;
}
const beginnings: (Beginning | undefined)[] = new Array(OID_SLOTS).fill(undefined);

/**
 * Dotted text of an object identifier, or `undefined` when it is not one. All but the last
 * sub-identifier comes from a cache keyed by bytes: a network has few columns and many instances.
 */
export function oidText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end <= start) return '0.0'; // what agents mean that send an OID without content
  if ((bytes[end - 1] as number) > 0x7f) return undefined;
  let cut = end - 1;
  while (cut > start && (bytes[cut - 1] as number) > 0x7f) cut--;
  if (cut === start) return beginning(bytes, start, end)?.text;
  const before = known(bytes, start, cut);
  if (before === undefined || before.subids >= OID_SUBIDS_MAX) return undefined;
  let last = 0;
  for (let i = cut; i < end; i++) last = last * 128 + ((bytes[i] as number) & 0x7f);
  return last <= SUBID_MAX ? `${before.text}.${last}` : undefined;
}

function known(bytes: Uint8Array, start: number, end: number): Beginning | undefined {
  const size = end - start;
  if (size > OID_SLOT_BYTES_MAX) return beginning(bytes, start, end);
  let hash = size;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
  const slot = (hash ^ (hash >>> 12)) & (OID_SLOTS - 1);
  const held = beginnings[slot];
  if (held !== undefined && same(held.bytes, bytes, start, size)) return held;
  const made = beginning(bytes, start, end);
  if (made !== undefined) beginnings[slot] = made;
  return made;
}

function same(held: Uint8Array, bytes: Uint8Array, start: number, size: number): boolean {
  if (held.length !== size) return false;
  for (let i = 0; i < size; i++) if (held[i] !== bytes[start + i]) return false;
  return true;
}

/** X.690 §8.19: seven bits a byte; the first number holds two, 40 * first + second. */
function beginning(bytes: Uint8Array, start: number, end: number): Beginning | undefined {
  let text = '';
  let subids = 0;
  let value = 0;
  for (let i = start; i < end; i++) {
    const b = bytes[i] as number;
    value = value * 128 + (b & 0x7f);
    if (value > SUBID_MAX + 80) return undefined;
    if (b > 0x7f) continue;
    if (subids === 0) {
      const root = Math.min(2, Math.floor(value / 40));
      text = `${root}.${value - root * 40}`;
      subids = 2;
    } else {
      if (value > SUBID_MAX || ++subids > OID_SUBIDS_MAX) return undefined;
      text += `.${value}`;
    }
    value = 0;
  }
  return { bytes: bytes.slice(start, end), text, subids };
}
