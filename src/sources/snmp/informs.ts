import { crc32 } from 'node:zlib';
import { BerReader, TAG } from './ber.ts';
import type { Frame } from './message.ts';
import type { Inform } from './outflow.ts';

/** Informs remembered for the sake of their repeats, and for how long (RFC 3413 §3.4). */
export const INFORMS_MAX = 16_384;
const INFORM_REMEMBERED_MS = 300_000;

const RESPONSE = 0xa2;
const reader = new BerReader();

/** Names one inform across its repeats, which are the same to the last byte. */
export const onceOf = (bytes: Uint8Array, frame: Frame, from: string, port: number): string =>
  `snmp:${from}:${port}:${frame.requestId}:${crc32(bytes).toString(16)}`;

/** The same for v3, whose repeats have other ids, times and digests around the same PDU. */
export const onceOfV3 = (
  bytes: Buffer,
  frame: Frame,
  scopedTo: number,
  from: string,
  port: number,
): string => {
  const told = crc32(bytes.subarray(frame.pduAt, scopedTo), crc32(frame.sender));
  return `snmp3:${from}:${port}:${frame.requestId}:${told.toString(16)}`;
};

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
  #known = new Map<string, { answered: boolean; at: number; newest: Inform | undefined }>();

  get size(): number {
    return this.#known.size;
  }

  /**
   * What to do with an inform that has just arrived. One that waits is answered in the words of
   * its newest repeat: v3 senders do not listen for the older ones any more.
   */
  seen(inform: Inform, now: number): 'new' | 'waiting' | 'answered' {
    const known = this.#known.get(inform.once);
    if (known === undefined || now - known.at > INFORM_REMEMBERED_MS) return 'new';
    if (known.answered) return 'answered';
    known.newest = inform;
    return 'waiting';
  }

  /** Remembers one that went to the desk. The oldest is forgotten when there are too many. */
  taken(inform: Inform, now: number): void {
    this.#known.delete(inform.once);
    this.#known.set(inform.once, { answered: false, at: now, newest: inform });
    for (const [key, { at }] of this.#known) {
      if (this.#known.size <= INFORMS_MAX && now - at <= INFORM_REMEMBERED_MS) break;
      this.#known.delete(key);
    }
  }

  /** Which of its repeats is to be answered. */
  answered(inform: Inform): Inform {
    const known = this.#known.get(inform.once);
    const newest = known?.newest ?? inform;
    if (known !== undefined) {
      known.answered = true;
      known.newest = undefined;
    }
    return newest;
  }
}
