import { natural, octets, sequence } from './ber-write.ts';
import type { Notification } from './message.ts';
import { isSecret } from './translate.ts';

/** Different notifications kept in one second, for trying rules on. */
export const SEEN_PER_REPORT_MAX = 8;
const BLOT = 0x2a; // *
const V2C = 1;

/**
 * A notification as it is kept: what it says, without its community and without one that a proxy
 * noted. One of SNMPv3 becomes the v2c message with the same PDU: no keys are needed to read it.
 */
export function withoutSecrets(bytes: Buffer, message: Notification): Uint8Array {
  const plain = Buffer.from(bytes);
  for (const varbind of message.varbinds) {
    if (isSecret(varbind)) plain.fill(BLOT, varbind.start, varbind.end);
  }
  if (message.version !== 'v3') {
    return plain.fill(BLOT, message.communityFrom, message.communityTo);
  }
  const pdu = plain.subarray(message.pduAt, message.end);
  return sequence(natural(V2C), octets(Buffer.of(BLOT)), pdu);
}
