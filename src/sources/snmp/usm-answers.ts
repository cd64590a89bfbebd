import { randomBytes } from 'node:crypto';
import { DATAGRAM_BYTES_MAX, TAG } from './ber.ts';
import { element, natural, octets, sequence, signed } from './ber-write.ts';
import type { Envelope } from './envelope.ts';
import { encrypted, SALT_BYTES, sign } from './usm-crypto.ts';
import type { Keys } from './usm-keys.ts';

/** Ourselves as the engine that others ask (RFC 3414 §2.2): who, which start, for how long. */
export interface OwnEngine {
  /** SnmpEngineID, 5 to 32 bytes. */
  readonly id: Buffer;
  /** snmpEngineBoots: raised on disk at each start, before anything is answered. */
  readonly boots: number;
}

const VERSION = 3;
const USM = 3;
const RESPONSE = 0xa2;
const REPORT = 0xa8;
const TOO_BIG = 1;
const AUTH = 1;
const PRIV = 2;
const NONE = Buffer.alloc(0);

/** One message of ours: RFC 3412 §7.1. */
export interface Outgoing {
  readonly to: Envelope;
  readonly engine: OwnEngine;
  /** snmpEngineTime, seconds since the start. */
  readonly time: number;
  readonly user: Buffer;
  /** Signed with these, and encrypted if `priv`; undefined: neither. */
  readonly keys: Keys | undefined;
  readonly priv: boolean;
  readonly scoped: Buffer;
}

/** RFC 3414 §8.1.1.1, RFC 3826 §3.1.2.1: no salt twice with one key. Begins anywhere, counts on. */
export class Salts {
  #next = randomBytes(SALT_BYTES).readBigUInt64BE();

  take(): Buffer {
    const salt = Buffer.allocUnsafe(SALT_BYTES);
    this.#next = BigInt.asUintN(64, this.#next + 1n);
    salt.writeBigUInt64BE(this.#next);
    return salt;
  }
}

export function written(message: Outgoing, salts: Salts): Buffer {
  const { to, engine, time, user, keys, priv, scoped } = message;
  const { boots } = engine;
  const cipher = priv ? keys?.cipher() : undefined;
  const salt = cipher === undefined ? NONE : salts.take();
  const data =
    cipher === undefined ? scoped : octets(encrypted(scoped, cipher, salt, { boots, time }));
  const flags = (keys === undefined ? 0 : AUTH) | (cipher === undefined ? 0 : PRIV);
  const head = sequence(
    natural(to.id),
    natural(DATAGRAM_BYTES_MAX),
    octets(Uint8Array.of(flags)),
    natural(USM),
  );
  const digest = Buffer.alloc(keys?.digestBytes ?? 0);
  const security = sequence(
    octets(engine.id),
    natural(boots),
    natural(time),
    octets(user),
    octets(digest),
    octets(salt),
  );
  const whole = sequence(natural(VERSION), head, octets(security), data);
  const saltBytes = octets(salt).length;
  if (keys !== undefined) sign(whole, whole.length - data.length - saltBytes - digest.length, keys);
  return whole;
}

const scopedPdu = (engine: Uint8Array, context: Uint8Array, pdu: Uint8Array): Buffer =>
  sequence(octets(engine), octets(context), pdu);

/** The PDU of a Report: one counter, as it stands now (RFC 3414 §3.2, RFC 3412 §7.1.3). */
export function reportPdu(
  engine: OwnEngine,
  counterOid: Uint8Array,
  value: number,
  requestId: number,
): Buffer {
  const counter = natural(value % 0x1_0000_0000, TAG.counter32);
  const varbind = sequence(element(TAG.oid, counterOid), counter);
  const pdu = element(REPORT, signed(requestId), natural(0), natural(0), sequence(varbind));
  return scopedPdu(engine.id, NONE, pdu);
}

/** RFC 3416 §4.2.7: said instead, when the sender could not take all of it back. */
export function tooBigPdu(engine: Uint8Array, requestId: number): Buffer {
  const errors = [natural(TOO_BIG), natural(0), sequence()];
  return scopedPdu(engine, NONE, element(RESPONSE, signed(requestId), ...errors));
}
