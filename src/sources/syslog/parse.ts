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
  const { number, length } = priOf(line);
  if (number > PRI_MAX) return { why: `PRI ${number} is not 0 to ${PRI_MAX}` };
  const read = readBehind(line, length, now, assumeUtc);
  const { at, host, app, procId, msgId, text, elements, malformed } = read;
  if (text === '' && elements.length === 0) return { why: 'a message without a text' };
  const tag = tagOf(msgId || (ALL_CAPITALS.test(app) ? app : ''), text);
  const [facility, severity] = [number >> 3, number & 7];
  return { facility, severity, host, app, procId, msgId, tag, text, elements, at, malformed };
}

/** `<189>` and how long it is; its digits may be any number. */
function priOf(line: string): { number: number; length: number } {
  let number = 0;
  for (let at = 1; line.charCodeAt(0) === LESS; at++) {
    const digit = line.charCodeAt(at) - DIGIT_0;
    if (digit >= 0 && digit <= 9) number = Math.min(number * 10 + digit, PRI_SHOWN_MAX);
    else if (line.charCodeAt(at) === GREATER && at > 1) return { number, length: at + 1 };
    else break;
  }
  return { number: PRI_OTHERWISE, length: 0 };
}

const LESS = 60;
const GREATER = 62;
const DIGIT_0 = 48;
/** So that a flood of wrong numbers is a few kinds of refusal. */
export const PRI_SHOWN_MAX = 1_000;

/** The line of a frame: without its end, no longer than is read, never half a character. */
export function lineText(bytes: Uint8Array): string {
  let end = trimmedEnd(bytes);
  if (end > LINE_BYTES_MAX) {
    end = LINE_BYTES_MAX;
    while (end > LINE_BYTES_MAX - 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  }
  return decoded(end === bytes.length ? bytes : bytes.subarray(0, end));
}

export const hasSecret = (line: string): boolean => SECRET.test(line);

/** What stands behind the name of a password is blotted out. */
export const withoutSecrets = (line: string): string => line.replace(SECRETS, '$1(redacted)');

const SECRET = /\b(?:password|passwd|secret|token|community)["']?[=:] ?[^\s,;\]]/i;
const SECRETS = /\b((?:password|passwd|secret|token|community)["']?[=:] ?)[^\s,;\]]+/gi;

/** 1 is the only one there is; the grammar has room for more (RFC 5424 §6.2.2). */
function versionAt(line: string, at: number): string | undefined {
  if (line.startsWith('1 ', at)) return '1 ';
  const first = line.charCodeAt(at) - DIGIT_0;
  return first > 0 && first <= 9 ? /^\d{1,3} /.exec(line.slice(at, at + 4))?.[0] : undefined;
}

type Read = Omit<Message, 'facility' | 'severity' | 'tag'>;

function readBehind(line: string, start: number, now: Instant, assumeUtc: boolean): Read {
  const version = start > 0 ? versionAt(line, start) : undefined;
  if (version !== undefined) {
    const behind = start + version.length;
    const parts = parts5424(line, behind);
    if (!('why' in parts)) return parts;
    if (version === '1 ') {
      const malformed = `character ${parts.at}: ${parts.why}`;
      return plain(line.slice(behind), now, assumeUtc, malformed);
    }
  }
  return plain(line.slice(start), now, assumeUtc, '');
}

function plain(behind: string, now: Instant, assumeUtc: boolean, malformed: string): Read {
  const line = printable(behind).trim();
  const { at, host, app, procId, text } = header3164(line, now, assumeUtc);
  return text === ''
    ? { at: undefined, host: '', app: '', procId: '', msgId: '', elements, text: line, malformed }
    : { at, host, app, procId, msgId: '', elements, text, malformed };
}

const elements: Message['elements'] = [];

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
