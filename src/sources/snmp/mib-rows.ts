import { hintedOctets } from './mib-hint.ts';
import type { MibIndex } from './mib-info.ts';
import { ipv6Text } from './value.ts';

/** One part of a row's index, as a person reads it. */
export interface RowPart {
  readonly object: string;
  readonly text: string;
}

/**
 * The parts of an index out of what follows a column in an OID (RFC 2578 §7.7): integers, strings
 * of one size, of any and IMPLIED, OIDs, addresses. Undefined when the numbers do not fit exactly.
 */
export function rowOf(index: readonly MibIndex[], rest: string): readonly RowPart[] | undefined {
  if (rest === '' || index.length === 0) return undefined;
  const numbers = rest.split('.').map(Number);
  const parts: RowPart[] = [];
  let at = 0;
  for (const [i, part] of index.entries()) {
    const from = at + (isPrefixed(part) ? 1 : 0);
    const to = from + sizeOf(part, numbers, at, i === index.length - 1);
    if (!(to >= from && to <= numbers.length)) return undefined;
    const text = partText(part, numbers.slice(from, to));
    if (text === undefined) return undefined;
    parts.push({ object: part.object, text });
    at = to;
  }
  return at === numbers.length ? parts : undefined;
}

/** Does the number of its parts stand before it? */
const isPrefixed = ({ kind, size, implied }: MibIndex): boolean =>
  implied !== true &&
  (kind === 'oid' || ((kind === 'string' || kind === 'bits') && size === undefined));

function sizeOf(part: MibIndex, numbers: readonly number[], at: number, last: boolean): number {
  if (isPrefixed(part)) return numbers[at] ?? Number.NaN;
  if (part.implied === true) return numbers.length - at;
  if (part.kind === 'address') return 4;
  if (part.kind === 'unknown' && last) return numbers.length - at;
  return part.kind === 'string' || part.kind === 'bits' ? (part.size ?? Number.NaN) : 1;
}

/** Undefined when what must be octets is none. */
function partText({ kind, name, hint }: MibIndex, numbers: readonly number[]): string | undefined {
  if (kind === 'integer' || kind === 'oid' || kind === 'unknown') return numbers.join('.');
  if (numbers.some((number) => number > 255)) return undefined;
  if (kind === 'address' || (name === 'InetAddress' && numbers.length === 4)) {
    return numbers.join('.');
  }
  if (name.startsWith('InetAddress') && numbers.length === 16) return ipv6Text(numbers);
  const isText = numbers.every((number) => number >= 0x20 && number < 0x7f);
  if (isText && (hint === undefined || /[at]$/.test(hint))) return String.fromCharCode(...numbers);
  const hinted = hint === undefined || /[at]$/.test(hint) ? undefined : hintedOctets(hint, numbers);
  return hinted ?? `0x${Buffer.from(numbers).toString('hex')}`;
}

/** Rows that come with each event and never again: no part of a device. */
const PASSING_WORDS: ReadonlySet<string> = new Set([
  ...['Hist', 'History', 'Log', 'Logs', 'Event', 'Events', 'Evt', 'Notif', 'Notification'],
  ...['Notifications', 'Trap', 'Traps', 'Syslog', 'Seq', 'Sequence', 'Message', 'Msg', 'Record'],
  ...['Audit', 'Time', 'Timestamp', 'Date', 'Alarm', 'Alarms'],
]);
const isPassing = (name: string): boolean =>
  (name.match(/[A-Z][a-z]*/g) ?? []).some((word) => PASSING_WORDS.has(word));
const PASSING_TYPE = /^(?:Counter|TimeTicks|TimeStamp|DateAndTime)/;

/**
 * The part of a device that a row stands for: `acmeCard-3`, or `if-7` as the trap tables say.
 * Undefined for rows of logs and histories: each would be an alarm of its own.
 */
export function partOfRow(
  entry: { readonly name: string; readonly index: readonly MibIndex[] },
  rest: string,
): string | undefined {
  const { name, index } = entry;
  if (rest === '' || (rest === '0' && index.length === 0)) return undefined;
  if (isPassing(name)) return undefined;
  if (index.some((part) => isPassing(part.object) || PASSING_TYPE.test(part.name))) {
    return undefined;
  }
  if (index.length === 1 && index[0]?.object === 'ifIndex') return `if-${rest}`;
  const row = rowOf(index, rest);
  const texts = row?.flatMap(({ text }, i) =>
    index[i]?.name === 'InetAddressType' && index[i + 1]?.name === 'InetAddress' ? [] : [text],
  );
  return `${name.replace(/Entry$/, '')}-${texts?.join('/') ?? rest}`;
}
