import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AUTH,
  type AuthProtocol,
  localizedKey,
  PRIV,
  type PrivProtocol,
  passwordKey,
  privacyKey,
} from './usm-keys.ts';

const ENGINE = Buffer.from('000000000000000000000002', 'hex');
const PASSWORD = 'maplesyrup';

/** RFC 3414 A.3.1 and A.3.2: protocol, Ku, Kul. */
const STRETCHED = `
MD5   9faf3283884e92834ebc9847d8edd963          526f5eed9fcce26f8964c2930787d82b
SHA-1 9fb5cc0381497b3793528939ff788d5d79145211  6695febc9288e36282235fc7151f128497b38f3f
`;

test('passwords become keys as RFC 3414 A.3 says', () => {
  for (const line of STRETCHED.trim().split('\n')) {
    const [protocol = '', ku, kul] = line.split(/\s+/);
    const { hash } = AUTH[protocol as AuthProtocol];
    const key = passwordKey(hash, PASSWORD);
    assert.equal(key.toString('hex'), ku, protocol);
    assert.equal(localizedKey(hash, key, ENGINE).toString('hex'), kul, protocol);
  }
});

test('a key is as long as its cipher needs it, whatever the hash, and both ways begin alike', () => {
  for (const { hash } of Object.values(AUTH)) {
    const key = passwordKey(hash, PASSWORD);
    const start = localizedKey(hash, key, ENGINE);
    for (const [protocol, { keyBytes }] of Object.entries(PRIV)) {
      const made = privacyKey(hash, key, ENGINE, protocol as PrivProtocol);
      assert.equal(made.length, keyBytes, `${hash} ${protocol}`);
      const common = Math.min(keyBytes, start.length);
      assert.deepEqual(made.subarray(0, common), start.subarray(0, common));
    }
  }
});
