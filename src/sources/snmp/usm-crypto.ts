import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  hash,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { DATAGRAM_BYTES_MAX } from './ber.ts';
import type { Envelope } from './envelope.ts';
import { AUTH, type CipherKey, type Keys, PADS, PRIV, type SignKey } from './usm-keys.ts';

/** Digests are made over the message with zeros in their place (RFC 3414 §6.3.1). */
const ZEROS = Buffer.alloc(Math.max(...Object.values(AUTH).map(({ digestBytes }) => digestBytes)));
/** Both kinds of cipher send so much of their initialisation vector. */
export const SALT_BYTES = 8;
const DES_BLOCK_BYTES = 8;
const AES_BLOCK_BYTES = 16;

/** Where messages are hashed and blocks are laid out; what lies there is of the last call only. */
const desk = Buffer.alloc(PADS.blockBytesMax + DATAGRAM_BYTES_MAX);
const outer = Buffer.alloc(PADS.blockBytesMax * 2);
const made = Buffer.alloc(PADS.blockBytesMax);

/**
 * HMAC (RFC 2104) of what stands in `desk` behind the room for the pad: two plain hashes, which
 * cost a third of setting up an HMAC for each message (bench/traps.bench.ts, `traps.v3`).
 */
function hmacOfDesk({ hash: by, inner, outer: pad }: SignKey, bytes: number): Buffer {
  inner.copy(desk);
  const first = hash(by, desk.subarray(0, inner.length + bytes), 'binary');
  pad.copy(outer);
  const end = pad.length + outer.write(first, pad.length, 'latin1');
  return made.subarray(0, made.write(hash(by, outer.subarray(0, end), 'binary'), 'latin1'));
}

/** Was the message signed with these keys? Costs the same whatever its digest is. */
export function digestFits(
  bytes: Buffer,
  envelope: Envelope,
  { digestBytes, sign }: Keys,
): boolean {
  const { digestFrom, digestTo, end } = envelope;
  if (digestTo - digestFrom !== digestBytes) return false;
  const room = sign.inner.length;
  bytes.copy(desk, room, 0, end);
  ZEROS.copy(desk, room + digestFrom, 0, digestBytes);
  const digest = hmacOfDesk(sign, end);
  return timingSafeEqual(digest.subarray(0, digestBytes), bytes.subarray(digestFrom, digestTo));
}

/** Puts the digest where the message has zeros. */
export function sign(message: Buffer, digestFrom: number, { digestBytes, sign: key }: Keys): void {
  message.copy(desk, key.inner.length);
  message.set(hmacOfDesk(key, message.length).subarray(0, digestBytes), digestFrom);
}

/** RFC 3414 §8.1.1.1 for DES, RFC 3826 §3.1.2.1 for AES. */
function vectorOf(cipher: CipherKey, salt: Buffer, boots: number, time: number): Buffer {
  if (cipher.protocol === 'DES') {
    return Buffer.from(cipher.preIv.map((byte, i) => byte ^ (salt[i] as number)));
  }
  const vector = Buffer.allocUnsafe(AES_BLOCK_BYTES);
  vector.writeUInt32BE(boots, 0);
  vector.writeUInt32BE(time, 4);
  vector.set(salt, 8);
  return vector;
}

/** The scoped PDU in the clear; undefined when salt or length cannot be right. */
export function decrypted(
  bytes: Buffer,
  envelope: Envelope,
  cipher: CipherKey,
): Buffer | undefined {
  const { saltFrom, saltTo, dataFrom, dataTo, boots, time } = envelope;
  if (saltTo - saltFrom !== SALT_BYTES) return undefined;
  const vector = vectorOf(cipher, bytes.subarray(saltFrom, saltTo), boots, time);
  const data = bytes.subarray(dataFrom, dataTo);
  if (cipher.protocol !== 'DES') return decryptedAes(data, cipher, vector);
  if (data.length % DES_BLOCK_BYTES !== 0) return undefined;
  const machine = createDecipheriv(PRIV.DES.cipher, cipher.key, vector);
  machine.setAutoPadding(false);
  return machine.update(data);
}

/** The cipher that takes a key of this length block by block. */
const blocksOf = (key: KeyObject): string => `aes-${(key.symmetricKeySize ?? 0) * 8}-ecb`;

/** One for each key, as long as the key is known: setting it up costs more than a message. */
const machines = new WeakMap<CipherKey, Cipheriv>();

/**
 * CFB with whole blocks (NIST SP 800-38A §6.3): each block is exchanged with what the cipher makes
 * of the encrypted block before it, the first with what it makes of the vector. All those are
 * known beforehand, so one call of a cipher that is set up already makes all of them.
 */
function decryptedAes(data: Buffer, cipher: CipherKey, vector: Buffer): Buffer {
  let machine = machines.get(cipher);
  if (machine === undefined) {
    machine = createCipheriv(blocksOf(cipher.key), cipher.key, null).setAutoPadding(false);
    machines.set(cipher, machine);
  }
  const length = Math.ceil(data.length / AES_BLOCK_BYTES) * AES_BLOCK_BYTES;
  vector.copy(desk);
  data.copy(desk, AES_BLOCK_BYTES, 0, Math.max(0, length - AES_BLOCK_BYTES));
  const plain = machine.update(desk.subarray(0, length));
  for (let i = 0; i < data.length; i++) plain[i] = (plain[i] as number) ^ (data[i] as number);
  return plain.subarray(0, data.length);
}

export function encrypted(
  plain: Buffer,
  cipher: CipherKey,
  salt: Buffer,
  { boots, time }: { readonly boots: number; readonly time: number },
): Buffer {
  const machine = createCipheriv(
    PRIV[cipher.protocol].cipher,
    cipher.key,
    vectorOf(cipher, salt, boots, time),
  );
  if (cipher.protocol !== 'DES') return machine.update(plain);
  machine.setAutoPadding(false);
  const whole = Math.ceil(plain.length / DES_BLOCK_BYTES) * DES_BLOCK_BYTES;
  return machine.update(Buffer.concat([plain, Buffer.alloc(whole - plain.length)]));
}
