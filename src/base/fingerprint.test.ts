import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprint } from './fingerprint.ts';

/** FNV-1a as it is written down: slow, and plainly right. */
function plain(parts: readonly string[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const part of parts) {
    for (const byte of [...Buffer.from(part), 0xff]) {
      hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    }
  }
  return hash.toString(16).padStart(16, '0');
}

test('the fingerprints are those a real Alertmanager 0.25 gave for the same labels', () => {
  assert.equal(fingerprint(['c', 'ok']), 'b2ebdee0091a7b52');
  assert.equal(fingerprint(['a', 'b']), 'd2b371819297f98a');
  assert.equal(fingerprint(['a', 'q']), 'd2df718192bd3475');
  assert.equal(fingerprint([]), 'cbf29ce484222325');
});

test('any text is hashed as its UTF-8', () => {
  let seed = 11;
  const rng = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const units = [
    'a',
    'Z',
    '0',
    ' ',
    'é',
    '\u07ff',
    '\u0800',
    '\uffff',
    '\u{1f642}',
    '\ud800',
    '\udc00',
  ];
  for (let round = 0; round < 3_000; round++) {
    const part = () => Array.from({ length: rng(7) }, () => units[rng(units.length)]).join('');
    const parts = Array.from({ length: rng(5) }, part);
    assert.equal(fingerprint(parts), plain(parts), JSON.stringify(parts));
  }
});

test('where one part ends and the next begins is part of it', () => {
  assert.notEqual(fingerprint(['ab', 'c']), fingerprint(['a', 'bc']));
  assert.notEqual(fingerprint(['a']), fingerprint(['a', '']));
});
