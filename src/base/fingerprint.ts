/**
 * FNV-1a, 64 bit, in two 32-bit halves: BigInt is some forty times slower. Strings go in as UTF-8.
 * The prime is 2^40 + 0x1b3, so a multiplication is a shift and a small product.
 */
const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
const PRIME_LOW = 0x1b3;

let high = 0;
let low = 0;

function byte(b: number): void {
  low ^= b;
  const product = (low >>> 0) * PRIME_LOW;
  high = (Math.imul(high, PRIME_LOW) + Math.floor(product / 0x1_0000_0000) + (low << 8)) | 0;
  low = product | 0;
}

function text(s: string): void {
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c < 0x80) byte(c);
    else i += wide(s, i, c);
  }
}

/** One character beyond ASCII; returns how many extra code units it took. */
function wide(s: string, i: number, c: number): number {
  const paired = c >= 0xd800 && c < 0xdc00 && i + 1 < s.length;
  const next = paired ? s.charCodeAt(i + 1) : 0;
  if (paired && next >= 0xdc00 && next < 0xe000) {
    const point = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
    byte(0xf0 | (point >> 18));
    byte(0x80 | ((point >> 12) & 63));
    byte(0x80 | ((point >> 6) & 63));
    byte(0x80 | (point & 63));
    return 1;
  }
  const point = c >= 0xd800 && c < 0xe000 ? 0xfffd : c; // a lone surrogate, as UTF-8 encoders do
  if (point < 0x800) byte(0xc0 | (point >> 6));
  else {
    byte(0xe0 | (point >> 12));
    byte(0x80 | ((point >> 6) & 63));
  }
  byte(0x80 | (point & 63));
  return 0;
}

const HEX = Array.from({ length: 65536 }, (_, n) => n.toString(16).padStart(4, '0'));

const hex = (): string =>
  `${HEX[high >>> 16]}${HEX[high & 0xffff]}${HEX[low >>> 16]}${HEX[low & 0xffff]}`;

/** 16 hex digits over the parts in order, a 0xff byte after each. */
export function fingerprint(parts: readonly string[]): string {
  high = OFFSET_HIGH;
  low = OFFSET_LOW;
  for (const part of parts) {
    text(part);
    byte(0xff);
  }
  return hex();
}
