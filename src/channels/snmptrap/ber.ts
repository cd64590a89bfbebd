/** Writing BER (X.690) as far as a v2c notification needs it, and reading one answer to it. */

type Bytes = Uint8Array;

export const element = (tag: number, ...parts: readonly Bytes[]): Bytes => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >>> 8, length & 0xff]; // a datagram has at most 65,507 bytes
  return Buffer.concat([Uint8Array.from(head), content]);
};

export const sequence = (...parts: readonly Bytes[]): Bytes => element(0x30, ...parts);
export const octets = (text: string): Bytes => element(0x04, Buffer.from(text));
/** 0 … 2^31-1: requests, errors and enumerations are never negative here. */
export const integer = (value: number): Bytes => element(0x02, shortest(value));
/** TimeTicks, 0 … 2^32-1. */
export const ticks = (value: number): Bytes => element(0x43, shortest(value));

/** The fewest bytes whose first bit is 0: unsigned values keep their sign (X.690 §8.3.2). */
function shortest(value: number): Bytes {
  const bytes = [value & 0xff];
  for (let left = Math.floor(value / 256); left > 0; left = Math.floor(left / 256))
    bytes.unshift(left & 0xff);
  if ((bytes[0] ?? 0) > 0x7f) bytes.unshift(0);
  return Uint8Array.from(bytes);
}

/** X.690 §8.19, of at least two sub-identifiers. */
export function oid(subids: readonly number[]): Bytes {
  const [first = 0, second = 0, ...others] = subids;
  const bytes = [first * 40 + second, ...others].flatMap((subid) => {
    const sevens = [subid & 0x7f];
    for (let left = Math.floor(subid / 128); left > 0; left = Math.floor(left / 128))
      sevens.unshift((left & 0x7f) | 0x80);
    return sevens;
  });
  return element(0x06, Uint8Array.from(bytes));
}

export interface Answered {
  readonly requestId: number;
  /** 0: noError (RFC 3416 §3). */
  readonly errorStatus: number;
}

/** Request id and error of a Response; undefined for anything else. Total. */
export function answerIn(datagram: Bytes): Answered | undefined {
  const message = open(datagram, 0, 0x30);
  const version = message && open(datagram, message.from, 0x02);
  const community = version && open(datagram, version.to, 0x04);
  const pdu = community && open(datagram, community.to, 0xa2);
  const id = pdu && open(datagram, pdu.from, 0x02);
  const error = id && open(datagram, id.to, 0x02);
  if (!id || !error) return undefined;
  return { requestId: number(datagram, id), errorStatus: number(datagram, error) };
}

interface Content {
  readonly from: number;
  readonly to: number;
}

function open(bytes: Bytes, at: number, tag: number): Content | undefined {
  const first = bytes[at + 1];
  if (bytes[at] !== tag || first === undefined) return undefined;
  const long = first > 0x7f ? first & 0x7f : 0;
  if (long > 2) return undefined;
  const from = at + 2 + long;
  const length = long === 0 ? first : number(bytes, { from: at + 2, to: from });
  return from + length <= bytes.length ? { from, to: from + length } : undefined;
}

const number = (bytes: Bytes, { from, to }: Content): number =>
  bytes.subarray(from, to).reduce((sum, byte) => sum * 256 + byte, 0);
