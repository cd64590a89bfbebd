import { crc32 } from 'node:zlib';
import { BerReader, TAG } from './ber.ts';
import type { Frame } from './message.ts';

/** Informs remembered for the sake of their repeats, and for how long (RFC 3413 §3.4). */
export const INFORMS_MAX = 16_384;
const INFORM_REMEMBERED_MS = 300_000;

const RESPONSE = 0xa2;
const reader = new BerReader();

/** Names one inform across its repeats, which are the same to the last byte. */
export const onceOf = (bytes: Uint8Array, frame: Frame, from: string, port: number): string =>
  `snmp:${from}:${port}:${frame.requestId}:${crc32(bytes).toString(16)}`;

/** The Response to an inform: itself, with another tag and no error (RFC 3416 §4.2.7). */
export function replyTo(bytes: Uint8Array, frame: Frame): Uint8Array {
  const reply = bytes.slice();
  reply[frame.pduAt] = RESPONSE;
  reader.start(reply);
  reader.at = frame.errorsFrom;
  for (let i = 0; i < 2; i++) {
    const end = reader.enter(TAG.integer, reply.length, 'an error field');
    if (end < 0) break;
    reply.fill(0, reader.at, end);
    reader.at = end;
  }
  return reply;
}

/** Which informs wait for the desk, and which were answered: a repeat makes no second event. */
export class Informs {
  #known = new Map<string, { answered: boolean; at: number }>();

  get size(): number {
    return this.#known.size;
  }

  /** What to do with an inform that has just arrived. */
  seen(once: string, now: number): 'new' | 'waiting' | 'answered' {
    const known = this.#known.get(once);
    if (known === undefined || now - known.at > INFORM_REMEMBERED_MS) return 'new';
    return known.answered ? 'answered' : 'waiting';
  }

  /** Remembers one that went to the desk. The oldest is forgotten when there are too many. */
  taken(once: string, now: number): void {
    this.#known.delete(once);
    this.#known.set(once, { answered: false, at: now });
    for (const [key, { at }] of this.#known) {
      if (this.#known.size <= INFORMS_MAX && now - at <= INFORM_REMEMBERED_MS) break;
      this.#known.delete(key);
    }
  }

  answered(once: string): void {
    const known = this.#known.get(once);
    if (known !== undefined) known.answered = true;
  }
}
