import { TAG } from './ber.ts';
import type { Notification, Varbind } from './message.ts';
import { hintedNumber, hintedOctets } from './mib-hint.ts';
import type { MibType } from './mib-info.ts';
import type { Named, NamedEntry, Names } from './mib-names.ts';
import { partOfRow } from './mib-rows.ts';
import { addressText, numberIn, show } from './value.ts';

/** What a varbind says in the words of its module. */
export interface Said {
  /** `acmeCardState` */
  readonly name: string;
  /** What follows the name in the OID: the row, or 0. */
  readonly rest: string;
  readonly entry: NamedEntry | undefined;
  readonly type: MibType;
  /** For labels: `failed`. */
  readonly text: string;
  /** For people: `failed(3)`, `21.5 degrees`. */
  readonly full: string;
}

/** Undefined when no module defines the object. */
export function saidBy(names: Names, bytes: Uint8Array, varbind: Varbind): Said | undefined {
  const named = names.of(varbind.oid);
  if (named?.info?.is !== 'object') return undefined;
  const { name, rest, entry, info } = named;
  const { text, full } = valueText(names, bytes, varbind, info.type);
  const unit = info.units === undefined || text === '' ? '' : ` ${info.units}`;
  return { name, rest, entry, type: info.type, text, full: `${full}${unit}` };
}

type Value = Pick<Said, 'text' | 'full'>;
const same = (text: string): Value => ({ text, full: text });

function valueText(names: Names, bytes: Uint8Array, varbind: Varbind, type: MibType): Value {
  const number = numberIn(bytes, varbind);
  if (number !== undefined) {
    const word = type.words?.[number];
    if (word !== undefined) return { text: word, full: `${word}(${number})` };
    const hinted = type.hint === undefined ? undefined : hintedNumber(type.hint, number);
    return same(hinted ?? String(number));
  }
  const shown = show(bytes, varbind).text;
  if (varbind.tag === TAG.oid) return same(oidText(names, shown));
  if (varbind.tag !== TAG.octetString) return same(shown);
  const octets = bytes.subarray(varbind.start, varbind.end);
  if (type.kind === 'bits') return same(bitsText(octets, type.words ?? {}));
  if (type.name === 'InetAddress') return same(addressText(bytes, varbind) ?? shown);
  // Text is told from what is none where it is shown: agents send anything under 255a.
  if (type.hint === undefined || /^\d+[at]$/.test(type.hint)) return same(shown);
  return same(hintedOctets(type.hint, octets) ?? shown);
}

/** `ifDescr.7` for an object, a notification, or any name that is the whole OID. */
function oidText(names: Names, oid: string): string {
  const named = names.of(oid);
  if (named === undefined || (named.info === undefined && named.rest !== '')) return oid;
  return named.rest === '' ? named.name : `${named.name}.${named.rest}`;
}

/** The first bit is the highest of the first octet (RFC 2578 §7.1.4). */
function bitsText(octets: Uint8Array, words: Readonly<Record<number, string>>): string {
  const set: string[] = [];
  for (let bit = 0; bit < octets.length * 8; bit++) {
    if (((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0) set.push(words[bit] ?? String(bit));
  }
  return set.length === 0 ? 'none' : set.join(',');
}

/** A notification by its OID, with and without `.0.` before its last number (RFC 3584 §3.1). */
export function notificationOf(names: Names, oid: string): Named | undefined {
  for (const form of [oid, otherForm(oid)]) {
    const named = names.of(form);
    if (named?.info?.is === 'notification' && named.rest === '') return named;
  }
  return undefined;
}

function otherForm(oid: string): string {
  const dot = oid.lastIndexOf('.');
  return oid.slice(0, dot).endsWith('.0')
    ? oid.slice(0, dot - 2) + oid.slice(dot)
    : `${oid.slice(0, dot)}.0${oid.slice(dot)}`;
}

/** The part of the device that the first row among the varbinds stands for; '' for the device. */
export function partOf(said: readonly (Said | undefined)[]): string {
  for (const one of said) {
    if (one?.entry === undefined) continue;
    const part = partOfRow(one.entry, one.rest);
    if (part !== undefined) return part;
  }
  return '';
}

const SAID_CHARS_MAX = 8_192;
const COMMUNITY = '1.3.6.1.6.3.18.1.4';

/** For evidence: `"means":"…","said":{"acmeCardState.3":"failed(3)"}`; '' when nothing is known. */
export function evidenceOf(names: Names, bytes: Uint8Array, message: Notification): string {
  const info = notificationOf(names, message.trapOid)?.info;
  const about = info?.is === 'notification' ? info.about : '';
  const pairs: string[] = [];
  let chars = 0;
  for (const varbind of message.varbinds) {
    if (varbind.oid.startsWith(COMMUNITY)) continue;
    const said = saidBy(names, bytes, varbind);
    if (said === undefined) continue;
    const pair = `${JSON.stringify(`${said.name}.${said.rest}`)}:${JSON.stringify(said.full)}`;
    chars += pair.length;
    if (chars > SAID_CHARS_MAX) break;
    pairs.push(pair);
  }
  const means = about === '' ? '' : `,"means":${JSON.stringify(about)}`;
  return pairs.length === 0 ? means : `${means},"said":{${pairs.join(',')}}`;
}
