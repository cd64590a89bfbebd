import { BerReader, DATAGRAM_BYTES_MAX, oidText, TAG, unsigned } from './ber.ts';

/** More than any MIB defines for one notification; a datagram of empty ones could hold 8,000. */
export const VARBINDS_MAX = 256;

/** One name and value. The value is read from the datagram when it is asked for (value.ts). */
export interface Varbind {
  readonly oid: string;
  readonly tag: number;
  /** Where the value's content lies in the datagram. */
  readonly start: number;
  readonly end: number;
}

/**
 * The outside of a notification: what can be said without reading its varbinds. Offsets point
 * into the datagram. What a sender repeats unchanged lies in `sameFrom` … `sameTo` and
 * `againFrom` … `end`; between the two is the sender's uptime.
 */
export interface Frame {
  readonly ok: true;
  readonly version: 'v1' | 'v2c' | 'v3';
  readonly inform: boolean;
  /** Both 0 for v3, which has none. */
  readonly communityFrom: number;
  readonly communityTo: number;
  /** Offset of the PDU's tag: an inform's answer has another one there. */
  readonly pduAt: number;
  /** 0 for v1, which has none. */
  readonly requestId: number;
  /** Offsets of error-status and error-index; 0 for v1. */
  readonly errorsFrom: number;
  /** v1: enterprise, generic and specific as in the PDU; '' and 0 for v2c. */
  readonly enterprise: string;
  readonly agent: string;
  readonly generic: number;
  readonly specific: number;
  /** The sender's sysUpTime in hundredths of a second; `undefined` when it did not say. */
  readonly uptime: number | undefined;
  readonly sameFrom: number;
  readonly sameTo: number;
  readonly againFrom: number;
  /** v3: contextEngineID in hex and contextName; '' for the others. */
  readonly engine: string;
  readonly context: string;
  /** v3: who vouches for it, as members of a JSON object; '' for the others. */
  readonly sender: string;
  /** Where the varbinds begin, behind sysUpTime.0, and where the message ends. */
  readonly varbindsAt: number;
  readonly end: number;
}

export interface Notification extends Frame {
  /** snmpTrapOID.0; for v1 made by RFC 3584 §3.1. */
  readonly trapOid: string;
  /** Without sysUpTime.0 and snmpTrapOID.0. */
  readonly varbinds: readonly Varbind[];
}

/** Why a datagram is no notification we read: byte offset, what was expected, what came. */
export interface NotRead {
  readonly ok: false;
  readonly offset: number;
  readonly why: string;
}

/** Name and type of sysUpTime.0, as every v2c notification begins: compared as bytes. */
const SYS_UP_TIME = Uint8Array.of(0x06, 8, 0x2b, 6, 1, 2, 1, 1, 3, 0, TAG.timeTicks);
export const SNMP_TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0';

const PDU_NAMES: Readonly<Record<number, string>> = {
  160: 'GetRequest',
  161: 'GetNextRequest',
  162: 'Response',
  163: 'SetRequest',
  164: 'Trap',
  165: 'GetBulkRequest',
  166: 'InformRequest',
  167: 'SNMPv2-Trap',
  168: 'Report',
};
const V1_TRAP = 0xa4;
const INFORM = 0xa6;
const V2_TRAP = 0xa7;

const reader = new BerReader();
const notRead = (): NotRead => ({ ok: false, offset: reader.offset, why: reader.why });
const refuse = (offset: number, why: string): NotRead => ({ ok: false, offset, why });

/** Reads everything before the varbinds. Bytes behind the message are ignored, as agents pad. */
export function readFrame(bytes: Uint8Array): Frame | NotRead {
  if (bytes.length > DATAGRAM_BYTES_MAX) {
    return refuse(DATAGRAM_BYTES_MAX, `at most ${DATAGRAM_BYTES_MAX} bytes expected`);
  }
  reader.start(bytes);
  const end = reader.enter(TAG.sequence, bytes.length, 'an SNMP message');
  const version = end < 0 ? undefined : reader.integer(end, 'the version');
  if (version === undefined) return notRead();
  if (version === 3) return refuse(0, 'SNMPv3: no users are set');
  if (version !== 0 && version !== 1) {
    return refuse(reader.at - 1, `version 0 (v1) or 1 (v2c) expected, ${version} found`);
  }
  const communityTo = reader.enter(TAG.octetString, end, 'the community');
  if (communityTo < 0) return notRead();
  const communityFrom = reader.at;
  reader.at = communityTo;
  return version === 0
    ? readTrapV1(bytes, end, communityFrom, communityTo)
    : readPduV2(bytes, end, { ...V2C, communityFrom, communityTo });
}

/** What stands around a v2 PDU. */
type Around = Pick<
  Frame,
  'version' | 'communityFrom' | 'communityTo' | 'engine' | 'context' | 'sender'
>;
const V2C = { version: 'v2c', engine: '', context: '', sender: '' } as const;

/**
 * The same for v3 (RFC 3412 §6.8): a scoped PDU, decrypted if it was not plain. What follows it up
 * to `limit` is padding of the cipher.
 */
export function readScoped(
  bytes: Buffer,
  from: number,
  limit: number,
  sender: string,
): Frame | NotRead {
  reader.start(bytes);
  reader.at = from;
  const end = reader.enter(TAG.sequence, limit, 'a scoped PDU');
  const engineTo = end < 0 ? -1 : reader.enter(TAG.octetString, end, 'contextEngineID');
  if (engineTo < 0) return notRead();
  const engine = bytes.toString('hex', reader.at, engineTo);
  reader.at = engineTo;
  const contextTo = reader.enter(TAG.octetString, end, 'contextName');
  if (contextTo < 0) return notRead();
  const context = bytes.toString('utf8', reader.at, contextTo);
  reader.at = contextTo;
  const around = { version: 'v3', communityFrom: 0, communityTo: 0, engine, context } as const;
  return readPduV2(bytes, end, { ...around, sender });
}

function wrongPdu(bytes: Uint8Array, at: number, wanted: string): NotRead {
  const tag = bytes[at] ?? 0;
  const name = PDU_NAMES[tag] ?? `tag 0x${tag.toString(16).padStart(2, '0')}`;
  return refuse(at, `${wanted} expected, ${name} found`);
}

/** RFC 1157 §4.1.6. */
function readTrapV1(bytes: Uint8Array, limit: number, from: number, to: number): Frame | NotRead {
  const pduAt = reader.at;
  if (pduAt < limit && bytes[pduAt] !== V1_TRAP) return wrongPdu(bytes, pduAt, 'a v1 Trap');
  const end = reader.enter(V1_TRAP, limit, 'a v1 Trap');
  if (end < 0) return notRead();
  const sameFrom = reader.at;
  const enterprise = readOid(end, 'the enterprise');
  const addressEnd = enterprise === undefined ? -1 : reader.enter(TAG.ipAddress, end, 'agent-addr');
  if (enterprise === undefined || addressEnd < 0) return notRead();
  if (addressEnd - reader.at !== 4) return refuse(reader.at, 'agent-addr of 4 bytes expected');
  const agent = bytes.subarray(reader.at, addressEnd).join('.');
  reader.at = addressEnd;
  const generic = reader.integer(end, 'generic-trap');
  const specific = generic === undefined ? undefined : reader.integer(end, 'specific-trap');
  if (generic === undefined || specific === undefined) return notRead();
  const sameTo = reader.at;
  const uptimeEnd = reader.enter(TAG.timeTicks, end, 'time-stamp');
  if (uptimeEnd < 0) return notRead();
  const uptime = unsigned(bytes, reader.at, uptimeEnd);
  reader.at = uptimeEnd;
  const againFrom = reader.at;
  const list = reader.enter(TAG.sequence, end, 'the varbind list');
  if (list < 0) return notRead();
  return {
    ok: true,
    version: 'v1',
    inform: false,
    communityFrom: from,
    communityTo: to,
    pduAt,
    requestId: 0,
    errorsFrom: 0,
    enterprise,
    agent,
    generic,
    specific,
    uptime,
    engine: '',
    context: '',
    sender: '',
    sameFrom,
    sameTo,
    againFrom,
    varbindsAt: reader.at,
    end: list,
  };
}

/** RFC 3416 §4.2.6: the first varbind is sysUpTime.0. Senders that leave it out are read too. */
function readPduV2(bytes: Uint8Array, limit: number, around: Around): Frame | NotRead {
  const pduAt = reader.at;
  const tag = bytes[pduAt];
  if (pduAt < limit && tag !== V2_TRAP && tag !== INFORM) {
    return wrongPdu(bytes, pduAt, 'an SNMPv2-Trap or InformRequest');
  }
  const inform = tag === INFORM;
  const end = reader.enter(inform ? INFORM : V2_TRAP, limit, 'an SNMPv2-Trap');
  const requestId = end < 0 ? undefined : reader.integer(end, 'request-id');
  if (requestId === undefined) return notRead();
  const errorsFrom = reader.at;
  if (reader.integer(end, 'error-status') === undefined) return notRead();
  if (reader.integer(end, 'error-index') === undefined) return notRead();
  const list = reader.enter(TAG.sequence, end, 'the varbind list');
  if (list < 0) return notRead();
  const first = reader.at;
  const uptime = readUptime(bytes, list);
  if (reader.why !== '') return notRead();
  const varbindsAt = uptime === undefined ? first : reader.at;
  return {
    ok: true,
    version: around.version,
    inform,
    communityFrom: around.communityFrom,
    communityTo: around.communityTo,
    pduAt,
    requestId,
    errorsFrom,
    enterprise: '',
    agent: '',
    generic: 0,
    specific: 0,
    uptime,
    engine: around.engine,
    context: around.context,
    sender: around.sender,
    sameFrom: varbindsAt,
    sameTo: varbindsAt,
    againFrom: varbindsAt,
    varbindsAt,
    end: list,
  };
}

/** Reads the first varbind if it is sysUpTime.0; `undefined` leaves it to be read as any other. */
function readUptime(bytes: Uint8Array, list: number): number | undefined {
  if (reader.at === list) return undefined;
  const end = reader.enter(TAG.sequence, list, 'a varbind');
  if (end - reader.at < SYS_UP_TIME.length) return undefined;
  for (let i = 0; i < SYS_UP_TIME.length; i++) {
    if (bytes[reader.at + i] !== SYS_UP_TIME[i]) return undefined;
  }
  reader.at += SYS_UP_TIME.length - 1;
  const valueEnd = reader.enter(TAG.timeTicks, end, 'sysUpTime.0');
  if (valueEnd < 0) return undefined;
  const uptime = unsigned(bytes, reader.at, valueEnd);
  reader.at = end;
  return uptime;
}

function readOid(limit: number, what: string): string | undefined {
  const end = reader.enter(TAG.oid, limit, what);
  if (end < 0) return undefined;
  const text = oidText(reader.bytes, reader.at, end);
  if (text === undefined) reader.fault(reader.at, `${what}: a valid object identifier expected`);
  reader.at = end;
  return text;
}

/** Reads the varbinds of a frame that `readFrame` made from the same bytes. */
export function readVarbinds(bytes: Uint8Array, frame: Frame): Notification | NotRead {
  reader.start(bytes);
  reader.at = frame.varbindsAt;
  const varbinds: Varbind[] = [];
  let trapOid = frame.version === 'v1' ? trapOidFromV1(frame) : '';
  for (let count = 0; reader.at < frame.end; count++) {
    if (count === VARBINDS_MAX) {
      return refuse(reader.at, `at most ${VARBINDS_MAX} varbinds expected`);
    }
    const varbind = readVarbind(frame.end);
    if (varbind === undefined) return notRead();
    if (varbind.oid !== SNMP_TRAP_OID || trapOid !== '') varbinds.push(varbind);
    else trapOid = (varbind.tag === TAG.oid && oidText(bytes, varbind.start, varbind.end)) || '';
  }
  if (trapOid === '') return refuse(frame.varbindsAt, 'snmpTrapOID.0 expected, there is none');
  return { ...frame, trapOid, varbinds };
}

function readVarbind(limit: number): Varbind | undefined {
  const end = reader.enter(TAG.sequence, limit, 'a varbind');
  const oid = end < 0 ? undefined : readOid(end, 'the name of a varbind');
  if (oid === undefined) return undefined;
  const tag = reader.bytes[reader.at] as number;
  if (reader.at >= end || (tag & 0x1f) === 0x1f) {
    reader.fault(reader.at, 'a value with a tag of one byte expected');
    return undefined;
  }
  reader.at++;
  const valueEnd = reader.length(end, 'the value of a varbind');
  if (valueEnd < 0) return undefined;
  const start = reader.at;
  reader.at = end;
  return { oid, tag, start, end: valueEnd };
}

const GENERIC_TRAPS = '1.3.6.1.6.3.1.1.5';

/** RFC 3584 §3.1 (2) and (3). */
const trapOidFromV1 = (frame: Frame): string =>
  frame.generic >= 0 && frame.generic < 6
    ? `${GENERIC_TRAPS}.${frame.generic + 1}`
    : `${frame.enterprise}.0.${frame.specific >>> 0}`;

/** The whole way: a notification, or where and why it is none. */
export function decode(bytes: Uint8Array): Notification | NotRead {
  const frame = readFrame(bytes);
  return frame.ok ? readVarbinds(bytes, frame) : frame;
}
