import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'tcs_';
const ID_HEX_CHARS = 16;
const SECRET_BYTES = 32;
const SHAPE = /^tcs_([0-9a-f]{16})[A-Za-z0-9_-]{43}$/;

/** A token as it is shown once. Its id is part of it, so that looking it up is one step. */
export interface NewToken {
  readonly id: string;
  readonly secret: string;
  /** What the desk keeps: SHA-256 of the secret, hex. 256 random bits need no slow hash. */
  readonly hash: string;
}

/** `id`: of a token whose place it takes, so that what was done with that one keeps its name. */
export function newToken(id = randomBytes(ID_HEX_CHARS / 2).toString('hex')): NewToken {
  const secret = `${PREFIX}${id}${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { id, secret, hash: hashToken(secret) };
}

export const hashToken = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex');

/** The id in a token's text; undefined when it is not shaped like one. */
export const tokenId = (secret: string): string | undefined => SHAPE.exec(secret)?.[1];

export const sameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
