import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { Envelope } from './envelope.ts';
import { AUTH, type CipherKey, type Keys, PRIV } from './usm-keys.ts';

/** Digests are made over the message with zeros in their place (RFC 3414 §6.3.1). */
const ZEROS = Buffer.alloc(Math.max(...Object.values(AUTH).map(({ digestBytes }) => digestBytes)));
/** Both kinds of cipher send so much of their initialisation vector. */
export const SALT_BYTES = 8;
const DES_BLOCK_BYTES = 8;

/** Was the message signed with these keys? Costs the same whatever its digest is. */
export function digestFits(bytes: Buffer, envelope: Envelope, keys: Keys): boolean {
  const { digestFrom, digestTo, end } = envelope;
  if (digestTo - digestFrom !== keys.digestBytes) return false;
  const digest = createHmac(keys.hash, keys.auth)
    .update(bytes.subarray(0, digestFrom))
    .update(ZEROS.subarray(0, keys.digestBytes))
    .update(bytes.subarray(digestTo, end))
    .digest();
  return timingSafeEqual(
    digest.subarray(0, keys.digestBytes),
    bytes.subarray(digestFrom, digestTo),
  );
}

/** Puts the digest where the message has zeros. */
export function sign(message: Buffer, digestFrom: number, keys: Keys): void {
  const digest = createHmac(keys.hash, keys.auth).update(message).digest();
  message.set(digest.subarray(0, keys.digestBytes), digestFrom);
}

/** RFC 3414 §8.1.1.1 for DES, RFC 3826 §3.1.2.1 for AES. */
function vectorOf({ protocol, preIv }: CipherKey, salt: Buffer, boots: number, time: number) {
  if (protocol === 'DES') return preIv.map((byte, i) => byte ^ (salt[i] as number));
  const vector = Buffer.allocUnsafe(16);
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
  const isDes = cipher.protocol === 'DES';
  if (isDes && (dataTo - dataFrom) % DES_BLOCK_BYTES !== 0) return undefined;
  const vector = vectorOf(cipher, bytes.subarray(saltFrom, saltTo), boots, time);
  const machine = createDecipheriv(PRIV[cipher.protocol].cipher, cipher.key, vector);
  if (isDes) machine.setAutoPadding(false);
  return machine.update(bytes.subarray(dataFrom, dataTo));
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
