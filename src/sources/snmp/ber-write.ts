import { TAG } from './ber.ts';

/** Writing BER (X.690), as far as answers need it: definite lengths, as short as they can be. */

/** One element of these parts. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([head(tag, size), ...parts]);
}

function head(tag: number, size: number): Uint8Array {
  if (size < 0x80) return Uint8Array.of(tag, size);
  if (size < 0x100) return Uint8Array.of(tag, 0x81, size);
  return Uint8Array.of(tag, 0x82, size >> 8, size & 0xff);
}

/** A number of 0 to 2^32 - 1 in as few bytes as keep it positive. */
export function natural(value: number, tag: number = TAG.integer): Buffer {
  const bytes = [value & 0xff];
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) {
    bytes.unshift(rest & 0xff);
  }
  if ((bytes[0] as number) > 0x7f) bytes.unshift(0);
  return element(tag, Uint8Array.from(bytes));
}

/** An Integer32, as a request-id is. */
export function signed(value: number): Buffer {
  if (value >= 0) return natural(value);
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return element(TAG.integer, bytes);
}

export const octets = (content: Uint8Array): Buffer => element(TAG.octetString, content);

export const sequence = (...parts: readonly Uint8Array[]): Buffer =>
  element(TAG.sequence, ...parts);
