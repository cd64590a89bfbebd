import { BerReader, DATAGRAM_BYTES_MAX, TAG } from './ber.ts';
import type { NotRead } from './message.ts';

/**
 * The outside of an SNMPv3 message (RFC 3412 §6, RFC 3414 §2.4): all that is said before anything
 * is decrypted. Offsets point into the datagram.
 */
export interface Envelope {
  readonly ok: true;
  readonly id: number;
  /** The longest message the sender takes, in bytes. */
  readonly bytesMax: number;
  readonly auth: boolean;
  readonly priv: boolean;
  /** The sender wants a Report when its message is refused. */
  readonly reportable: boolean;
  readonly engineFrom: number;
  readonly engineTo: number;
  readonly boots: number;
  readonly time: number;
  readonly userFrom: number;
  readonly userTo: number;
  readonly digestFrom: number;
  readonly digestTo: number;
  readonly saltFrom: number;
  readonly saltTo: number;
  /** The scoped PDU, or the OCTET STRING's content that hides it. */
  readonly dataFrom: number;
  readonly dataTo: number;
  /** Where the message ends; what follows in the datagram is no part of it. */
  readonly end: number;
}

/** RFC 3412 §6: the smallest msgMaxSize, and the largest of its integers. */
export const MESSAGE_BYTES_MIN = 484;
export const INTEGER_MAX = 0x7fff_ffff;
/** RFC 3411 §5: SnmpEngineID has 5 to 32 octets, a user's name 1 to 32. */
export const ENGINE_BYTES_MIN = 5;
export const ENGINE_BYTES_MAX = 32;
export const USER_BYTES_MAX = 32;

const USM = 3;
const FLAG = { auth: 1, priv: 2, reportable: 4 } as const;

const reader = new BerReader();
const notRead = (): NotRead => ({ ok: false, offset: reader.offset, why: reader.why });
const refuse = (offset: number, why: string): NotRead => ({ ok: false, offset, why });

/** Is the version 3, written as everybody writes it? Cheaper than reading all of the beginning. */
export function isV3(bytes: Uint8Array): boolean {
  const first = bytes[1] ?? 0;
  const at = first < 0x80 ? 2 : 2 + (first & 0x7f);
  return bytes[0] === 0x30 && bytes[at] === 2 && bytes[at + 1] === 1 && bytes[at + 2] === 3;
}

/** A non-negative INTEGER, or -1 with a fault. */
function natural(limit: number, what: string): number {
  const from = reader.at;
  const value = reader.integer(limit, what);
  if (value === undefined) return -1;
  return value >= 0 ? value : reader.fault(from, `${what} of 0 or more expected, ${value} found`);
}

/** Steps over an OCTET STRING; where its content began, or -1 with a fault. */
function octets(limit: number, what: string, bytesMax: number): number {
  const end = reader.enter(TAG.octetString, limit, what);
  if (end < 0) return -1;
  const from = reader.at;
  if (end - from > bytesMax) return reader.fault(from, `${what} of at most ${bytesMax} bytes`);
  reader.at = end;
  return from;
}

export function readEnvelope(bytes: Uint8Array): Envelope | NotRead {
  if (bytes.length > DATAGRAM_BYTES_MAX) {
    return refuse(DATAGRAM_BYTES_MAX, `at most ${DATAGRAM_BYTES_MAX} bytes expected`);
  }
  reader.start(bytes);
  const end = reader.enter(TAG.sequence, bytes.length, 'an SNMP message');
  if (end < 0 || natural(end, 'the version') < 0) return notRead();
  const headTo = reader.enter(TAG.sequence, end, 'msgGlobalData');
  const id = headTo < 0 ? -1 : natural(headTo, 'msgID');
  const bytesMax = id < 0 ? -1 : natural(headTo, 'msgMaxSize');
  const flagsFrom = bytesMax < 0 ? -1 : octets(headTo, 'msgFlags', 1);
  const flagsTo = reader.at;
  const model = flagsFrom < 0 ? -1 : natural(headTo, 'msgSecurityModel');
  if (model < 0) return notRead();
  if (bytesMax < MESSAGE_BYTES_MIN) {
    return refuse(flagsFrom, `msgMaxSize of at least ${MESSAGE_BYTES_MIN} expected`);
  }
  if (flagsTo === flagsFrom) return refuse(flagsFrom, 'msgFlags of one byte expected');
  if (model !== USM) return refuse(flagsTo, `security model 3 (USM) expected, ${model} found`);
  const flags = bytes[flagsFrom] as number;
  const [auth, priv] = [(flags & FLAG.auth) !== 0, (flags & FLAG.priv) !== 0];
  if (priv && !auth) return refuse(flagsFrom, 'msgFlags: privacy without authentication');
  reader.at = headTo;
  const reportable = (flags & FLAG.reportable) !== 0;
  return readSecurity(end, { id, bytesMax, auth, priv, reportable });
}

type Head = Pick<Envelope, 'id' | 'bytesMax' | 'auth' | 'priv' | 'reportable'>;

function readSecurity(end: number, { id, bytesMax, auth, priv, reportable }: Head) {
  const outer = reader.enter(TAG.octetString, end, 'msgSecurityParameters');
  const to = outer < 0 ? -1 : reader.enter(TAG.sequence, outer, 'UsmSecurityParameters');
  const engineFrom = to < 0 ? -1 : octets(to, 'msgAuthoritativeEngineID', ENGINE_BYTES_MAX);
  const engineTo = reader.at;
  const boots = engineFrom < 0 ? -1 : natural(to, 'msgAuthoritativeEngineBoots');
  const time = boots < 0 ? -1 : natural(to, 'msgAuthoritativeEngineTime');
  const userFrom = time < 0 ? -1 : octets(to, 'msgUserName', USER_BYTES_MAX);
  const userTo = reader.at;
  const digestFrom = userFrom < 0 ? -1 : octets(to, 'msgAuthenticationParameters', 64);
  const digestTo = reader.at;
  const saltFrom = digestFrom < 0 ? -1 : octets(to, 'msgPrivacyParameters', 64);
  const saltTo = reader.at;
  if (saltFrom < 0) return notRead();
  reader.at = outer;
  const tag = priv ? TAG.octetString : TAG.sequence;
  const from = reader.at;
  const dataTo = reader.enter(tag, end, priv ? 'an encrypted PDU' : 'a scoped PDU');
  if (dataTo < 0) return notRead();
  const envelope: Envelope = {
    ok: true,
    id,
    bytesMax,
    auth,
    priv,
    reportable,
    engineFrom,
    engineTo,
    boots,
    time,
    userFrom,
    userTo,
    digestFrom,
    digestTo,
    saltFrom,
    saltTo,
    dataFrom: priv ? reader.at : from,
    dataTo,
    end,
  };
  return envelope;
}
