import { crc32 } from 'node:zlib';
import type { Notification } from './message.ts';

/** A copy by another way comes so soon after the first; later it is a report of its own. */
export const COPY_MS_MAX = 5_000;
/** Notifications known by what they say; a power of two. What is pushed out is counted twice. */
export const COPIES_KNOWN = 1 << 16;

/** What tells copies of one notification from other notifications, as numbers of 32 bits. */
export interface Print {
  /** Its device and all that it says, but for its uptime. */
  readonly content: number;
  /** The way it came: sender and version. */
  readonly path: number;
  /** The first alarm it is about: a place among COPIES_KNOWN. */
  readonly alarm: number;
}

/** What proxies add to a notification: snmpTrapAddress and the like (RFC 3584 §3.1). */
const ADDED = ['1.3.6.1.6.3.18.1.3.', '1.3.6.1.6.3.18.1.4.', '1.3.6.1.6.3.1.1.4.3.'] as const;

/** The same for a v1 trap and for the v2c one a proxy made of it. */
export function printOf(
  bytes: Uint8Array,
  { version, trapOid, varbinds }: Notification,
  { device, from, alarm }: { device: string; from: string; alarm: string },
): Print {
  let content = crc32(`${device} ${trapOid.replace(/\.0(\.\d+)$/, '$1')}`);
  for (const { oid, tag, start, end } of varbinds) {
    if (ADDED.some((root) => oid.startsWith(root))) continue;
    content = crc32(bytes.subarray(start, end), crc32(`${oid} ${tag}`, content));
  }
  // Ids are hexadecimal: their last four digits are as good as any.
  const place = parseInt(alarm.slice(-4), 16) & (COPIES_KNOWN - 1);
  return { content, path: crc32(`${version} ${from}`), alarm: place };
}

/**
 * Finds the same notification come by another way: two forwarders, or a sender that is told twice
 * where to send, as v1 and as v2c. The same from the same sender is a repeat, and counts.
 *
 * What is compared is the device, the content and the sender's uptime, which grows with each
 * notification. A script's stands still: its raise, after a clear with the same uptime, is news.
 */
export class Paths {
  /** By content: it, its uptime, the way it first came, and when. */
  #contents = new Uint32Array(COPIES_KNOWN);
  #uptimes = new Uint32Array(COPIES_KNOWN);
  #paths = new Uint32Array(COPIES_KNOWN);
  #times = new Float64Array(COPIES_KNOWN).fill(-Infinity);
  /** By alarm: the content and the uptime of the newest word about it. */
  #words = new Uint32Array(COPIES_KNOWN);
  #wordUptimes = new Uint32Array(COPIES_KNOWN);

  /** Is this a copy of one that was kept? */
  isCopy({ content, path, alarm }: Print, uptime: number | undefined, now: number): boolean {
    if (uptime === undefined) return false;
    const at = content & (COPIES_KNOWN - 1);
    return (
      this.#contents[at] === content &&
      this.#uptimes[at] === uptime &&
      this.#paths[at] !== path &&
      now - (this.#times[at] ?? -Infinity) <= COPY_MS_MAX &&
      (this.#words[alarm] === content || this.#wordUptimes[alarm] !== uptime)
    );
  }

  /** Remembers one that was kept. */
  kept({ content, path, alarm }: Print, uptime: number | undefined, now: number): void {
    if (uptime === undefined) return;
    const at = content & (COPIES_KNOWN - 1);
    this.#contents[at] = content;
    this.#uptimes[at] = uptime;
    this.#paths[at] = path;
    this.#times[at] = now;
    this.#words[alarm] = content;
    this.#wordUptimes[alarm] = uptime;
  }
}
