import type { Instant } from '../../base/time.ts';
import { type Stamp, stampOf } from './time.ts';

/** What a line without RFC 5424's header says of itself; '' where it says nothing. */
export interface Header {
  readonly at: Instant | undefined;
  readonly host: string;
  readonly app: string;
  readonly procId: string;
  readonly text: string;
}

/** Names of more characters are no names but prose. */
export const HOST_CHARS_MAX = 255;
export const APP_CHARS_MAX = 128;

/**
 * Reads what follows the PRI, as devices send it: with a sequence number, a name or a card before
 * the time (Cisco), without a time, without a host, with the host behind a colon. RFC 3164 §4
 * describes one of these; it is informational, and so is everybody. Total.
 */
export function header3164(line: string, now: Instant, assumeUtc: boolean): Header {
  const { before, rest, stamp } = pastStamp(line, now, assumeUtc);
  const at = stamp?.at;
  if (stamp !== undefined && before === '') {
    const plain = PLAIN.exec(rest);
    const [whole = '', host = '', app = '', procId = ''] = plain ?? [];
    if (plain && host.length <= HOST_CHARS_MAX) {
      return { at, host, app, procId, text: rest.slice(whole.length) };
    }
  }
  // Behind a time with a colon after it, as Cisco has it, no host follows.
  const colon = /^ ?: */.exec(rest)?.[0];
  if (colon !== undefined && stamp !== undefined) {
    return { at, host: before, ...tagged(rest.slice(colon.length)) };
  }
  const body = rest.replace(/^ +/, '');
  if (stamp === undefined) return { at, host: before, ...tagged(body) };
  if (before !== '') return { at, host: before, ...tagged(body) };
  const host = hostAt(body);
  if (host === '') return { at, host: '', ...tagged(body) };
  const behind = body.slice(host.length).replace(/^ +(?:: *)?|^: */, '');
  return { at, host: host.replace(/:$/, ''), ...tagged(behind) };
}

/** ` host app[pid]: ` as most of the world has it. */
const PLAIN = /^ ([A-Za-z0-9][\w.-]*) ([\w./@+-]{1,128})(?:\[([^\]\s]{1,128})\])?:(?: +|$)/;

interface Past {
  /** A host that stands before the time. */
  readonly before: string;
  readonly rest: string;
  readonly stamp: Stamp | undefined;
}

/** `2109: `, `000123: `, `: `, `R1: `, `RP/0/RSP0/CPU0:` before a time, at most four of them. */
const PREFIX = /^(?:: *|([A-Za-z0-9_./-]{1,255})(?:: *| ))/;
export const PREFIXES_MAX = 4;

function pastStamp(line: string, now: Instant, assumeUtc: boolean): Past {
  let [at, before, spaced] = [0, '', false];
  for (let i = 0; i <= PREFIXES_MAX; i++) {
    const rest = at === 0 ? line : line.slice(at);
    const stamp = stampOf(rest, now, assumeUtc);
    if (stamp) return { before, rest: rest.slice(stamp.length), stamp };
    const prefix = PREFIX.exec(rest);
    if (!prefix) break;
    const word = prefix[1] ?? '';
    const bySpace = word !== '' && !prefix[0].includes(':');
    if (bySpace && spaced) break; // prose with a time in it
    spaced ||= bySpace;
    if (word !== '' && !/^\d+$/.test(word) && !word.includes('/')) before ||= word;
    at += prefix[0].length;
  }
  // Without a time: a sequence number goes, everything else is what the device says.
  const rest = line.replace(/^(?:\d{1,10}: )? *(?:: *)?/, '');
  return { before: '', rest, stamp: undefined };
}

/** The host behind a time: a word that is no tag. '' when the first word is one. */
function hostAt(text: string): string {
  const word = /^[^\s[\]%<>="]+/.exec(text)?.[0] ?? '';
  if (word === '' || word.length > HOST_CHARS_MAX) return '';
  const next = text.charAt(word.length);
  if (next === '[') return '';
  if (!word.endsWith(':')) return next === ' ' && /[A-Za-z0-9]/.test(word) ? word : '';
  // `host: %ASA-…` names a host, `sshd: text` a program.
  return /^ *%/.test(text.slice(word.length)) || word.includes('.') ? word : '';
}

const TAG = /^([A-Za-z0-9_./@+-]+)(?:\[([^\]\s]{1,128})\])?(?:: ?|$)/;

function tagged(body: string): { app: string; procId: string; text: string } {
  const found = TAG.exec(body);
  if (!found || (found[1] ?? '').length > APP_CHARS_MAX) return { app: '', procId: '', text: body };
  const [whole, app = '', procId = ''] = found;
  return { app, procId, text: body.slice(whole.length).replace(/^ +/, '') };
}
