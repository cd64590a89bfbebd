import assert from 'node:assert/strict';
import { createDecipheriv, createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Envelope } from './envelope.ts';
import { decrypted, digestFits, encrypted, sign } from './usm-crypto.ts';
import {
  AUTH,
  type AuthProtocol,
  type Keys,
  localizedKey,
  PRIV,
  type PrivProtocol,
  passwordKey,
  privacyKey,
  User,
} from './usm-keys.ts';

const ENGINE = Buffer.from('000000000000000000000002', 'hex');
const SALT = Buffer.from('0102030405060708', 'hex');
const CLOCK = { boots: 3, time: 77 };
const LENGTHS = [0, 1, 15, 16, 17, 31, 32, 33, 144, 1_500];

const bytesOf = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 37 + length) & 0xff));

function keysOf(auth: AuthProtocol, priv: PrivProtocol): Keys {
  const user = new User({
    name: 'u',
    auth: { protocol: auth, password: 'maplesyrup' },
    priv: { protocol: priv, password: 'maplesyrup' },
  });
  const keys = user.keysAt(ENGINE);
  assert.ok(keys);
  return keys;
}

test('a digest over laid pads is the HMAC of RFC 2104, for every hash', () => {
  for (const [protocol, { hash, digestBytes }] of Object.entries(AUTH)) {
    const key = localizedKey(hash, passwordKey(hash, 'maplesyrup'), ENGINE);
    const keys = keysOf(protocol as AuthProtocol, 'AES-128');
    for (const length of LENGTHS) {
      const message = Buffer.concat([bytesOf(9), Buffer.alloc(digestBytes), bytesOf(length)]);
      const want = createHmac(hash, key).update(message).digest().subarray(0, digestBytes);
      sign(message, 9, keys);
      assert.deepEqual(message.subarray(9, 9 + digestBytes), want, `${protocol}, ${length}`);
      const envelope = {
        digestFrom: 9,
        digestTo: 9 + digestBytes,
        end: message.length,
      } as Envelope;
      assert.ok(digestFits(message, envelope, keys));
      message[message.length - 1] = (message.at(-1) ?? 0) ^ 1;
      assert.ok(!digestFits(message, envelope, keys), `${protocol}, ${length}: one bit`);
    }
  }
});

test('what the blocks of AES make is CFB, for every key and length', () => {
  for (const [name, { cipher }] of Object.entries(PRIV)) {
    if (name === 'DES') continue;
    const protocol = name as PrivProtocol;
    const made = keysOf('SHA-1', protocol).cipher();
    assert.ok(made);
    const ku = passwordKey('sha1', 'maplesyrup');
    const key = privacyKey('sha1', ku, ENGINE, protocol);
    const vector = Buffer.concat([Buffer.from('000000030000004d', 'hex'), SALT]);
    for (const length of LENGTHS) {
      const data = bytesOf(length);
      const bytes = Buffer.concat([SALT, data]);
      const envelope = { saltFrom: 0, saltTo: 8, dataFrom: 8, dataTo: bytes.length, ...CLOCK };
      const plain = decrypted(bytes, envelope as Envelope, made);
      assert.deepEqual(
        plain,
        createDecipheriv(cipher, key, vector).update(data),
        `${name} ${length}`,
      );
      assert.deepEqual(encrypted(plain ?? data, made, SALT, CLOCK), data);
    }
  }
});
