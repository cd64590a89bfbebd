import { counter64, oidText, signed, TAG, unsigned } from './ber.ts';
import type { Varbind } from './message.ts';

/** Longer values are cut in text and evidence; what was cut is said. */
export const VALUE_CHARS_MAX = 4_096;

/** A value as a person reads it. `hex` is there when `text` does not say every byte. */
export interface Shown {
  readonly type: string;
  readonly text: string;
  readonly hex?: string;
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [TAG.integer]: 'Integer32',
  [TAG.octetString]: 'OctetString',
  [TAG.null]: 'Null',
  [TAG.oid]: 'ObjectIdentifier',
  [TAG.ipAddress]: 'IpAddress',
  [TAG.counter32]: 'Counter32',
  [TAG.gauge32]: 'Gauge32',
  [TAG.timeTicks]: 'TimeTicks',
  [TAG.opaque]: 'Opaque',
  [TAG.counter64]: 'Counter64',
  [TAG.noSuchObject]: 'noSuchObject',
  [TAG.noSuchInstance]: 'noSuchInstance',
  [TAG.endOfMibView]: 'endOfMibView',
};

/** Integer32, Counter32, Gauge32 and TimeTicks as a number; `undefined` for everything else. */
export function numberIn(bytes: Uint8Array, { tag, start, end }: Varbind): number | undefined {
  if (tag === TAG.integer) return signed(bytes, start, end);
  const counts = tag === TAG.counter32 || tag === TAG.gauge32 || tag === TAG.timeTicks;
  return counts ? unsigned(bytes, start, end) : undefined;
}

/** Any value at all: what does not fit its type, or has a type we do not know, is shown as hex. */
export function show(bytes: Uint8Array, varbind: Varbind): Shown {
  const { tag, start, end } = varbind;
  const type = TYPE_NAMES[tag] ?? `tag 0x${tag.toString(16).padStart(2, '0')}`;
  if (tag === TAG.octetString) return octets(bytes, start, end);
  const text = exact(bytes, varbind);
  if (text !== undefined) return { type, text };
  const hex = hexText(bytes, start, end);
  return { type, text: hex, hex };
}

/** The text of a value whose bytes it says exactly, or `undefined`. */
function exact(bytes: Uint8Array, varbind: Varbind): string | undefined {
  const { tag, start, end } = varbind;
  if (tag === TAG.oid) return oidText(bytes, start, end);
  if (tag === TAG.counter64) return counter64(bytes, start, end);
  if (tag === TAG.ipAddress) return end - start === 4 ? dotted(bytes, start) : undefined;
  if (tag === TAG.null || (tag >= TAG.noSuchObject && tag <= TAG.endOfMibView)) {
    return start === end ? '' : undefined;
  }
  const value = numberIn(bytes, varbind);
  return value === undefined ? undefined : String(value);
}

const dotted = (bytes: Uint8Array, at: number): string => bytes.subarray(at, at + 4).join('.');

/** An InetAddress (RFC 4001) of 4 or 16 bytes, or an IpAddress; `undefined` for anything else. */
export function addressText(bytes: Uint8Array, { start, end }: Varbind): string | undefined {
  if (end - start === 4) return dotted(bytes, start);
  return end - start === 16 ? ipv6Text(bytes.subarray(start, end)) : undefined;
}

/** RFC 5952 §4: lower case, no leading zeros, the longest run of zero groups as `::`. */
export function ipv6Text(bytes: ArrayLike<number>): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) {
    groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  }
  let from = -1;
  let most = 1;
  for (let i = 0; i < 8; i++) {
    let size = 0;
    while (i + size < 8 && groups[i + size] === '0') size++;
    if (size > most) [from, most] = [i, size];
    if (size > 0) i += size;
  }
  if (from < 0) return groups.join(':');
  return `${groups.slice(0, from).join(':')}::${groups.slice(from + most).join(':')}`;
}

const VALUE_BYTES_SHOWN_MAX = VALUE_CHARS_MAX / 2 - 1;

/** `0x` and two digits a byte, cut at VALUE_CHARS_MAX. */
export function hexText(bytes: Uint8Array, start: number, end: number): string {
  const to = Math.min(end, start + VALUE_BYTES_SHOWN_MAX);
  const digits = Buffer.from(bytes.buffer, bytes.byteOffset + start, to - start).toString('hex');
  return `0x${digits}${to < end ? '…' : ''}`;
}

const utf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/**
 * Agents send ASCII, UTF-8, Latin-1 and binary under one type. Text is tried in that order;
 * anything with control characters is binary. NUL bytes at the end are C's, not the text's.
 */
function octets(bytes: Uint8Array, start: number, all: number): Shown {
  const type = 'OctetString';
  let end = all;
  while (end > start && bytes[end - 1] === 0) end--;
  if (end === start) return all === start ? { type, text: '' } : binary(bytes, start, all);
  const kind = textKind(bytes, start, end);
  if (kind === 'binary') return binary(bytes, start, all);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  if (kind === 'ascii') return whole(type, view.toString('latin1'), end === all, bytes, start, all);
  const text = utf8.decode(view);
  return text.includes('\ufffd')
    ? whole(type, view.toString('latin1'), false, bytes, start, all)
    : whole(type, text, end === all, bytes, start, all);
}

function whole(
  type: string,
  text: string,
  saysAll: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): Shown {
  if (text.length > VALUE_CHARS_MAX) {
    return { type, text: `${text.slice(0, VALUE_CHARS_MAX)}…`, hex: hexText(bytes, start, end) };
  }
  return saysAll ? { type, text } : { type, text, hex: hexText(bytes, start, end) };
}

function binary(bytes: Uint8Array, start: number, end: number): Shown {
  const hex = hexText(bytes, start, end);
  return { type: 'OctetString', text: hex, hex };
}

/** Tab, line feed and carriage return are text; other control characters, C1 too, are not. */
function textKind(bytes: Uint8Array, start: number, end: number): 'ascii' | 'wide' | 'binary' {
  let wide = false;
  for (let i = start; i < end; i++) {
    const b = bytes[i] as number;
    if (b > 0x7e) {
      if (b === 0x7f) return 'binary';
      wide = true;
    } else if (b < 0x20 && b !== 9 && b !== 10 && b !== 13) return 'binary';
  }
  return wide ? 'wide' : 'ascii';
}
