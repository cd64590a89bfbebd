import { createSecretKey, hash, type KeyObject } from 'node:crypto';

/** RFC 2104: the key, padded to a block of the hash, is exchanged with these bytes. */
export const PADS = { inner: 0x36, outer: 0x5c, blockBytesMax: 128 } as const;

/** How messages are signed: RFC 3414 §6 and §7, RFC 7860 §4. `digestBytes` of the HMAC are sent. */
export const AUTH = {
  MD5: { hash: 'md5', digestBytes: 12, blockBytes: 64 },
  'SHA-1': { hash: 'sha1', digestBytes: 12, blockBytes: 64 },
  'SHA-224': { hash: 'sha224', digestBytes: 16, blockBytes: 64 },
  'SHA-256': { hash: 'sha256', digestBytes: 24, blockBytes: 64 },
  'SHA-384': { hash: 'sha384', digestBytes: 32, blockBytes: 128 },
  'SHA-512': { hash: 'sha512', digestBytes: 48, blockBytes: 128 },
} as const;

/**
 * How they are encrypted: RFC 3414 §8, RFC 3826. For AES-192 and AES-256 no standard says how a
 * short key grows: net-snmp does it as draft-blumenthal-aes-usm-04 §3.1.2.1 says, Cisco and others
 * as draft-reeder-snmpv3-usm-3desede-00 §2.1 does; the second kind ends in `-C`, as in net-snmp.
 */
export const PRIV = {
  DES: { cipher: 'des-ede3-cbc', keyBytes: 16, grows: 'blumenthal' },
  'AES-128': { cipher: 'aes-128-cfb', keyBytes: 16, grows: 'blumenthal' },
  'AES-192': { cipher: 'aes-192-cfb', keyBytes: 24, grows: 'blumenthal' },
  'AES-256': { cipher: 'aes-256-cfb', keyBytes: 32, grows: 'blumenthal' },
  'AES-192-C': { cipher: 'aes-192-cfb', keyBytes: 24, grows: 'reeder' },
  'AES-256-C': { cipher: 'aes-256-cfb', keyBytes: 32, grows: 'reeder' },
} as const;

export type AuthProtocol = keyof typeof AUTH;
export type PrivProtocol = keyof typeof PRIV;
type Hash = (typeof AUTH)[AuthProtocol]['hash'];

/** RFC 3414 A.2 hashes so many bytes of the password, said over and over: a millisecond or two. */
const STRETCHED_BYTES = 1_048_576;

/** Ku of RFC 3414 §2.6: the same for all engines. The password is taken as UTF-8. */
export const passwordKey = (by: Hash, password: string | Uint8Array): Buffer =>
  hash(by, Buffer.alloc(STRETCHED_BYTES, password), 'buffer');

/** Kul of RFC 3414 §2.6: of use at one engine only. */
export const localizedKey = (by: Hash, key: Uint8Array, engine: Uint8Array): Buffer =>
  hash(by, Buffer.concat([key, engine, key]), 'buffer');

/** A localized key as long as a cipher needs it. Reeder's way costs another stretching. */
export function privacyKey(
  by: Hash,
  key: Uint8Array,
  engine: Uint8Array,
  protocol: PrivProtocol,
): Buffer {
  const { keyBytes, grows } = PRIV[protocol];
  let long = localizedKey(by, key, engine);
  let last = long;
  while (long.length < keyBytes) {
    last =
      grows === 'blumenthal'
        ? hash(by, long, 'buffer')
        : localizedKey(by, passwordKey(by, last), engine);
    long = Buffer.concat([long, last]);
  }
  return long.subarray(0, keyBytes);
}

/** A user as the settings have it. */
export interface UserSettings {
  readonly name: string;
  readonly engine_id?: string;
  readonly auth?: { readonly protocol: AuthProtocol; readonly password: string };
  readonly priv?: { readonly protocol: PrivProtocol; readonly password: string };
}

export type Level = 'noAuthNoPriv' | 'authNoPriv' | 'authPriv';

/** A key with the two pads of RFC 2104 laid over it: what does not change between messages. */
export interface SignKey {
  readonly hash: Hash;
  readonly inner: Buffer;
  readonly outer: Buffer;
}

function signKey(protocol: AuthProtocol, key: Buffer): SignKey {
  const { hash: by, blockBytes } = AUTH[protocol];
  const padded = (pad: number): Buffer => {
    const laid = Buffer.alloc(blockBytes, pad);
    for (const [i, byte] of key.entries()) laid[i] = byte ^ pad;
    return laid;
  };
  return { hash: by, inner: padded(PADS.inner), outer: padded(PADS.outer) };
}

/** What signs and encrypts between one user and one engine. */
export interface Keys {
  readonly digestBytes: number;
  readonly sign: SignKey;
  /** Made when first needed, after a digest was right: a forger makes us stretch nothing. */
  cipher(): CipherKey | undefined;
}

export interface CipherKey {
  readonly protocol: PrivProtocol;
  readonly key: KeyObject;
  /** DES: its half of the initialisation vector (RFC 3414 §8.1.1.1); empty for AES. */
  readonly preIv: Buffer;
}

/** One user of the settings: what is stretched once, and asked for by engine. */
export class User {
  readonly name: string;
  /** Latin-1 text of the engine's bytes; undefined: any engine. */
  readonly onlyAt: string | undefined;
  /** The least a message in this user's name must have. */
  readonly level: Level;
  #settings: UserSettings;
  #authKu: Buffer | undefined;
  #privKu: Buffer | undefined;

  constructor(settings: UserSettings) {
    const { name, engine_id, auth, priv } = settings;
    this.name = name;
    this.onlyAt =
      engine_id === undefined ? undefined : Buffer.from(engine_id, 'hex').toString('latin1');
    this.level =
      auth === undefined ? 'noAuthNoPriv' : priv === undefined ? 'authNoPriv' : 'authPriv';
    this.#settings = settings;
  }

  /** Undefined for a user without authentication. Two hashes, once the password is stretched. */
  keysAt(engine: Buffer): Keys | undefined {
    const { auth, priv } = this.#settings;
    if (auth === undefined) return undefined;
    const { hash: by, digestBytes } = AUTH[auth.protocol];
    this.#authKu ??= passwordKey(by, auth.password);
    const key = localizedKey(by, this.#authKu, engine);
    let cipher: CipherKey | undefined;
    return {
      digestBytes,
      sign: signKey(auth.protocol, key),
      cipher: () => {
        if (priv === undefined) return undefined;
        this.#privKu ??= passwordKey(by, priv.password);
        cipher ??= cipherKey(privacyKey(by, this.#privKu, engine, priv.protocol), priv.protocol);
        return cipher;
      },
    };
  }
}

/** OpenSSL 3 has DES only as triple DES: three times the same key is the same cipher. */
function cipherKey(key: Buffer, protocol: PrivProtocol): CipherKey {
  if (protocol !== 'DES') {
    return { protocol, key: createSecretKey(key), preIv: Buffer.alloc(0) };
  }
  const des = key.subarray(0, 8);
  const triple = createSecretKey(Buffer.concat([des, des, des]));
  return { protocol, key: triple, preIv: key.subarray(8, 16) };
}
