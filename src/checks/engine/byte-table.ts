import { CheckFault } from './fault.ts';

export const BYTE_TABLE_LIMITS = {
  /** Of all keys together; 1.5 million keys of 12 bytes are 18 MB. */
  arena_bytes_max: 512 * 1024 * 1024,
  keys_max: 50_000_000,
} as const;

const decoder = new TextDecoder();

/**
 * Numbers byte strings in the order they come: a hash table in typed arrays, keys side by side in
 * one arena. A Map of strings needs five times the memory and twice the time.
 */
export class ByteTable {
  size = 0;
  #arena = new Uint8Array(4_096);
  #offsets = new Int32Array(256);
  #hashes = new Int32Array(256);
  /** Code plus one by hash; 0 where nothing is. */
  #slots = new Int32Array(1_024);
  readonly #bytesMax: number;

  constructor(bytesMax: number = BYTE_TABLE_LIMITS.arena_bytes_max) {
    this.#bytesMax = bytesMax;
  }

  /** The key's number, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return (this.#slots[this.#slotOf(bytes, start, end, hashOf(bytes, start, end))] ?? 0) - 1;
  }

  /** The key's number, a new one if it is new. Throws CheckFault when there is no more room. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const slot = this.#slotOf(bytes, start, end, hash);
    const held = this.#slots[slot] ?? 0;
    if (held > 0) return held - 1;
    const code = this.size;
    const from = this.#offsets[code] ?? 0;
    const to = from + end - start;
    if (to > this.#bytesMax || code >= BYTE_TABLE_LIMITS.keys_max)
      throw new CheckFault(`more than ${this.#bytesMax >> 20} MiB of different keys`);
    if (to > this.#arena.length) this.#arena = grown(this.#arena, to);
    if (code + 2 > this.#offsets.length) {
      this.#offsets = wider(this.#offsets);
      this.#hashes = wider(this.#hashes);
    }
    const arena = this.#arena;
    for (let i = start, o = from; i < end; i++, o++) arena[o] = bytes[i] as number;
    this.#offsets[code + 1] = to;
    this.#hashes[code] = hash;
    this.#slots[slot] = code + 1;
    this.size = code + 1;
    if (this.size * 2 > this.#slots.length) this.#spread();
    return code;
  }

  addText(text: string): number {
    const bytes = Buffer.from(text);
    return this.add(bytes, 0, bytes.length);
  }

  /** For reading at once: the next `add` may move it. */
  bytesOf(code: number): Uint8Array {
    return this.#arena.subarray(this.#offsets[code], this.#offsets[code + 1]);
  }

  text(code: number): string {
    return decoder.decode(this.bytesOf(code));
  }

  /** Where the key is, or where it would be put. */
  #slotOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const [slots, offsets, arena, hashes] = [this.#slots, this.#offsets, this.#arena, this.#hashes];
    const mask = slots.length - 1;
    const length = end - start;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = (slots[slot] as number) - 1;
      if (code < 0) return slot;
      if (hashes[code] !== hash) continue;
      const from = offsets[code] as number;
      if ((offsets[code + 1] as number) - from !== length) continue;
      let i = 0;
      while (i < length && arena[from + i] === bytes[start + i]) i++;
      if (i === length) return slot;
    }
  }

  #spread(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let code = 0; code < this.size; code++) {
      let slot = (this.#hashes[code] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}

/** FNV-1a, stirred at the end: the low bits alone choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

export function grown(bytes: Uint8Array<ArrayBuffer>, need: number): Uint8Array<ArrayBuffer> {
  let length = bytes.length;
  while (length < need) length *= 2;
  const out = new Uint8Array(length);
  out.set(bytes);
  return out;
}

export function wider(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const out = new Int32Array(numbers.length * 2);
  out.set(numbers);
  return out;
}
