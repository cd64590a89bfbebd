import type { Instant } from '../../base/time.ts';
import { decoded, printable, trimmedEnd } from './decode.ts';
import { type Message, PRI_MAX, PRI_OTHERWISE } from './message.ts';
import { header3164 } from './rfc3164.ts';
import { parts5424 } from './rfc5424.ts';

/** Bytes of one line that are read; what is beyond is cut off (RFC 5424 §6.1 allows it). */
export const LINE_BYTES_MAX = 8_192;

/** A message, or why these bytes are none. */
export type Parsed = Message | { readonly why: string };

/** Reads one line in whatever dialect. Total; work is in proportion to LINE_BYTES_MAX. */
export function parse(line: string, now: Instant, assumeUtc: boolean): Parsed {
  const pri = /^<(\d{1,3})>/.exec(line);
  const number = pri ? Number(pri[1]) : PRI_OTHERWISE;
  if (number > PRI_MAX) return { why: `PRI ${number} is not 0 to ${PRI_MAX}` };
  if (!pri && /^<\d+>/.test(line)) return { why: `PRI is not 0 to ${PRI_MAX}` };
  const start = pri?.[0].length ?? 0;
  const read = readBehind(line, start, now, assumeUtc);
  const text = printable(read.text).trim();
  if (text === '' && read.elements.length === 0) return { why: 'a message without a text' };
  const tag = tagOf(read.msgId || (ALL_CAPITALS.test(read.app) ? read.app : ''), text);
  return { ...read, facility: number >> 3, severity: number & 7, tag, text };
}

/**
 * The line of a frame: without its end, no longer than is read, never half a character, and what
 * stands behind the name of a password blotted out.
 */
export function lineText(bytes: Uint8Array): string {
  let end = trimmedEnd(bytes);
  if (end > LINE_BYTES_MAX) {
    end = LINE_BYTES_MAX;
    while (end > LINE_BYTES_MAX - 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  }
  const text = decoded(end === bytes.length ? bytes : bytes.subarray(0, end));
  return text.replace(SECRET, '$1(redacted)');
}

const SECRET = /\b((?:password|passwd|secret|token|community)["']?[=:] ?)[^\s,;\]]+/gi;

/** 1 is the only one there is; the grammar has room for more (RFC 5424 §6.2.2). */
const VERSION = /[1-9]\d{0,2} /y;

type Read = Omit<Message, 'facility' | 'severity' | 'tag'>;

function readBehind(line: string, start: number, now: Instant, assumeUtc: boolean): Read {
  VERSION.lastIndex = start;
  const version = start > 0 ? VERSION.exec(line)?.[0] : undefined;
  if (version !== undefined) {
    const behind = start + version.length;
    const parts = parts5424(line, behind);
    if (!('why' in parts)) return { ...parts, malformed: '' };
    if (version === '1 ') {
      const malformed = `character ${parts.at}: ${parts.why}`;
      return plain(line.slice(behind), now, assumeUtc, malformed);
    }
  }
  return plain(line.slice(start), now, assumeUtc, '');
}

function plain(text: string, now: Instant, assumeUtc: boolean, malformed: string): Read {
  const line = printable(text).trim();
  const header = header3164(line, now, assumeUtc);
  const rest = { msgId: '', elements: [], malformed };
  if (header.text !== '') return { ...header, ...rest };
  return { at: undefined, host: '', app: '', procId: '', text: line, ...rest };
}

/** Cisco, Arista and what follows them: `%FAC-SEV-MNEMONIC:`; FAC may have parts. */
const PERCENT = /%([A-Z0-9_]+(?:-[A-Z0-9_]+)*)-[0-7]-([A-Za-z0-9_]+)/;
/** Huawei and Comware: `%%10IFNET/3/LINK_UPDOWN`. */
const DOUBLE = /%%\d\d([A-Z0-9_]+)\/[0-7]\/([A-Z0-9_]+)/;
/** Juniper: `SNMP_TRAP_LINK_DOWN: …` at the beginning. */
const CAPITALS = /^([A-Z][A-Z0-9]*_[A-Z0-9_]+):/;
const ALL_CAPITALS = /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/;
/** Where a tag stands, if there is one. */
const TAG_WITHIN_CHARS = 160;

function tagOf(msgId: string, text: string): string {
  const at = text.indexOf('%');
  if (at >= 0 && at < TAG_WITHIN_CHARS) {
    const head = text.slice(at, at + TAG_WITHIN_CHARS);
    const double = DOUBLE.exec(head);
    if (double) return `${double[1]}/${double[2]}`;
    const percent = PERCENT.exec(head);
    // Juniper with explicit-priority writes `%DAEMON-4-RPD_…`.
    if (percent) {
      const [, facility = '', name = ''] = percent;
      return name.includes('_') && JUNIPER_FACILITY.test(facility) ? name : `${facility}-${name}`;
    }
  }
  return CAPITALS.exec(text)?.[1] ?? msgId;
}

const JUNIPER_FACILITY = /^(?:DAEMON|KERN|USER|AUTH|PFE|FIREWALL|CONFLICT|CHANGE|INTERACT)$/;
