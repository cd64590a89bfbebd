import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintedNumber, hintedOctets } from './mib-hint.ts';

test('numbers are shown as their hint says (RFC 2579 3.1)', () => {
  const shown = (hint: string, number: number) => hintedNumber(hint, number);
  assert.equal(shown('d', 1234), '1234');
  assert.equal(shown('d-2', 1234), '12.34');
  assert.equal(shown('d-2', -4), '-0.04');
  assert.equal(shown('d-1', 0), '0.0');
  assert.equal(shown('x', 255), 'ff');
  assert.equal(shown('o', 8), '10');
  assert.equal(shown('b', 5), '101');
  for (const hint of ['', 'd-', 'd-0', 'q', '1x:', 'constructor']) {
    assert.equal(shown(hint, 1), undefined, hint);
  }
});

test('octets are shown as their hint says', () => {
  const shown = (hint: string, ...octets: number[]) => hintedOctets(hint, octets);
  assert.equal(shown('1x:', 0, 0x1b, 0x21, 255), '00:1b:21:ff');
  assert.equal(shown('1d.1d.1d.1d', 192, 0, 2, 7), '192.0.2.7');
  assert.equal(shown('1d.1d.1d.1d%4d', 192, 0, 2, 7, 0, 0, 0, 9), '192.0.2.7%9');
  assert.equal(shown('2x:2x', 0x20, 1, 0x0d, 0xb8), '2001:0db8');
  assert.equal(shown('2d-1d-1d,1d:1d:1d.1d,1a1d:1d', 7, 234, 1, 2, 3, 4, 5, 6), '2026-1-2,3:4:5.6');
  assert.equal(
    shown('2d-1d-1d,1d:1d:1d.1d,1a1d:1d', 7, 234, 1, 2, 3, 4, 5, 6, 0x2b, 1, 0),
    '2026-1-2,3:4:5.6,+1:0',
  );
  assert.equal(shown('255a', 0x61, 0x07, 0x62), 'a\ufffdb');
  assert.equal(shown('255t', 0xc3, 0xa9), 'é');
  assert.equal(shown('*1x:/1d', 2, 0xaa, 0xbb, 7), 'aa:bb/7');
  assert.equal(shown('1o', 8, 9), '1011');
  assert.equal(shown('4d', 255, 255, 255, 255), '4294967295');
  assert.equal(shown('1x:'), '');
});

test('a hint that is none is not followed, and one without end ends', () => {
  for (const hint of ['', 'x', '1', '1q', '1x::', 'a'.repeat(255)]) {
    assert.equal(hintedOctets(hint, [1]), undefined, hint);
  }
  assert.equal(hintedOctets('0x', [1, 2, 3]), '');
  assert.equal(hintedOctets('1d,', Array<number>(5_000).fill(255))?.length, 1_024);
});
