import type { RefusedCount } from './thread.ts';

/** Kinds of refusal told apart in one report; the rest is counted together. */
export const KINDS_MAX = 64;
const SAMPLE_BYTES_MAX = 512;
const REST = 'refused for one of many other reasons';

/** Refusals since the last report: a flood of bad datagrams must not become a flood of messages. */
export class Tally {
  #kinds = new Map<string, { count: number; sample: Uint8Array }>();

  add(why: string, datagram: Uint8Array): void {
    const known = this.#kinds.get(why);
    if (known !== undefined) known.count++;
    else if (this.#kinds.size < KINDS_MAX || why === REST) {
      this.#kinds.set(why, { count: 1, sample: blotted(datagram) });
    } else this.add(REST, datagram);
  }

  take(): RefusedCount[] {
    const taken = [...this.#kinds].map(([why, { count, sample }]) => ({ why, count, sample }));
    this.#kinds.clear();
    return taken;
  }
}

/**
 * The beginning of a datagram without its community, as far as it looks like SNMP at all: a
 * SEQUENCE, an INTEGER of one byte, an OCTET STRING.
 */
export function blotted(datagram: Uint8Array): Uint8Array {
  const sample = datagram.slice(0, SAMPLE_BYTES_MAX);
  if (sample[0] !== 0x30) return sample;
  const lengthBytes = (sample[1] ?? 0) > 0x80 ? (sample[1] ?? 0) - 0x80 : 0;
  let at = 2 + Math.min(lengthBytes, 4);
  if (sample[at] !== 0x02 || (sample[at + 1] ?? 0) > 4) return sample;
  at += 2 + (sample[at + 1] ?? 0);
  if (sample[at] !== 0x04) return sample;
  const size = sample[at + 1] ?? 0;
  const long = size > 0x80 ? Math.min(size - 0x80, 4) : 0;
  const from = at + 2 + long;
  // A long form, or a length beyond the datagram, could hide it: blot out all that follows.
  return sample.fill(0x2a, from, long > 0 ? sample.length : Math.min(from + size, sample.length));
}
