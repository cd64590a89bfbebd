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

const SNMP_MODULES = '1.3.6.1.6.3.';
/** A v1 trap has it there, a v2c one sometimes (RFC 3584 §3.1). */
const BEFORE_LAST = /\.0(\.\d+)$/;

/** The same for a v1 trap and for the v2c one a proxy made of it. */
export function printOf(
  bytes: Buffer,
  { version, trapOid, varbinds }: Notification,
  { device, from, alarm }: { device: string; from: string; alarm: string },
): Print {
  let said = `${device} ${trapOid.replace(BEFORE_LAST, '$1')}`;
  for (const { oid, tag, start, end } of varbinds) {
    if (oid.startsWith(SNMP_MODULES) && ADDED.some((root) => oid.startsWith(root))) continue;
    said += ` ${oid} ${tag} ${bytes.toString('latin1', start, end)}`;
  }
  const content = crc32(said);
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
  /** By content: it, its uptime, the way it first came, and when. Together in one line of cache. */
  #contents = new Uint32Array(4 * COPIES_KNOWN);
  /** By alarm: the content and the uptime of the newest word about it. */
  #words = new Uint32Array(2 * COPIES_KNOWN);

  /** Is this a copy of one that was kept? */
  isCopy({ content, path, alarm }: Print, uptime: number | undefined, now: number): boolean {
    if (uptime === undefined) return false;
    const known = this.#contents;
    const at = 4 * (content & (COPIES_KNOWN - 1));
    if (known[at] !== content || known[at + 1] !== uptime || known[at + 2] === path) return false;
    // Times come round after 49 days: so does their difference.
    if ((Math.floor(now) - (known[at + 3] ?? 0)) >>> 0 > COPY_MS_MAX) return false;
    return this.#words[2 * alarm] === content || this.#words[2 * alarm + 1] !== uptime;
  }

  /** Remembers one that was kept. */
  kept({ content, path, alarm }: Print, uptime: number | undefined, now: number): void {
    if (uptime === undefined) return;
    const at = 4 * (content & (COPIES_KNOWN - 1));
    this.#contents[at] = content;
    this.#contents[at + 1] = uptime;
    this.#contents[at + 2] = path;
    this.#contents[at + 3] = Math.floor(now);
    this.#words[2 * alarm] = content;
    this.#words[2 * alarm + 1] = uptime;
  }
}
