import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integer, oid, subid } from '../../../test/snmp/datagram.ts';
import {
  BerReader,
  counter64,
  OID_SUBIDS_MAX,
  oidText,
  SUBID_MAX,
  signed,
  unsigned,
} from './ber.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Each line: hex, then what is expected; `-` where it is refused. */
function table(read: (b: Uint8Array) => string | number | undefined, text: string): void {
  for (const line of text.trim().split('\n')) {
    const [hex = '', want = ''] = line.trim().split(/\s+/);
    assert.equal(String(read(bytes(hex === '""' ? '' : hex)) ?? '-'), want, line);
  }
}

test('Integer32 is read to its limits and no further', () =>
  table(
    (b) => signed(b, 0, b.length),
    `
    00          0
    7f          127
    80          -128
    ff          -1
    ff7f        -129
    0080        128
    7fffffff    2147483647
    80000000    -2147483648
    007fffffff  2147483647
    ff80000000  -2147483648
    0080000000  -
    ff7fffffff  -
    ""          -
    000000000001 -
  `,
  ));

test('unsigned 32-bit values are read with and without the leading zero', () =>
  table(
    (b) => unsigned(b, 0, b.length),
    `
    00          0
    80          128
    00ffffffff  4294967295
    ffffffff    4294967295
    0100000000  -
    000000000001 -
    ""          -
  `,
  ));

test('Counter64 keeps every bit', () =>
  table(
    (b) => counter64(b, 0, b.length),
    `
    00                  0
    00ffffffff          4294967295
    0100000000          4294967296
    20000000000001      9007199254740993
    ffffffffffffffff    18446744073709551615
    00ffffffffffffffff  18446744073709551615
    01ffffffffffffffff  -
    ""                  -
  `,
  ));

test('object identifiers are read as dotted text, or not at all', () =>
  table(
    (b) => oidText(b, 0, b.length),
    `
    2b06010201             1.3.6.1.2.1
    00                     0.0
    27                     0.39
    28                     1.0
    50                     2.0
    8837                   2.999
    28c46201010200         1.0.8802.1.1.2.0
    2b8fffffff7f           1.3.4294967295
    2b9080808000           -
    2b80                   -
    81                     -
    ""                     0.0
  `,
  ));

test('an object identifier has at most 128 numbers, each at most 2^32 - 1', () => {
  const most = ['1', '3', ...Array<number>(OID_SUBIDS_MAX - 2).fill(SUBID_MAX)].join('.');
  const content = (text: string): Uint8Array => {
    const [, , ...numbers] = text.split('.').map(Number);
    return Uint8Array.from([43, ...numbers.flatMap(subid)]);
  };
  const fits = content(most);
  assert.equal(oidText(fits, 0, fits.length), most);
  const tooLong = content(`${most}.1`);
  assert.equal(oidText(tooLong, 0, tooLong.length), undefined);
});

test('the cache of beginnings never answers with another OID', () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  for (let i = 0; i < 50_000; i++) {
    const numbers = Array.from({ length: 1 + random(12) }, () => random(random(2) ? 300 : 4));
    const text = `1.3.6.${numbers.join('.')}`;
    const [, , ...content] = Uint8Array.from(oid(text));
    assert.equal(oidText(Uint8Array.from(content), 0, content.length), text);
  }
});

test('a length is definite, of at most four bytes, and inside what is left', () => {
  const read = (hex: string): string | number => {
    const reader = new BerReader();
    reader.start(bytes(hex));
    const end = reader.enter(0x04, hex.length / 2, 'a string');
    return end < 0 ? `byte ${reader.offset}: ${reader.why}` : end;
  };
  assert.equal(read('0400'), 2);
  assert.equal(read('048101aa'), 4);
  assert.equal(read('048400000001aa'), 7);
  assert.equal(read('0480'), 'byte 1: length of a string in 1 to 4 bytes expected, 0x80 found');
  assert.match(String(read('04850000000001aa')), /^byte 1: length/);
  assert.equal(read('0402aa'), 'byte 1: a string of 2 bytes expected, 1 are left');
  assert.equal(read('0484ffffffff'), 'byte 1: a string of 4294967295 bytes expected, 0 are left');
  assert.equal(read('0482'), 'byte 1: length of a string expected, the data ends here');
  assert.equal(read('04'), 'byte 1: length of a string expected, the data ends here');
  assert.equal(read(''), 'byte 0: a string expected, the data ends here');
  assert.equal(read('0500'), 'byte 0: a string expected (tag 0x04), 0x05 found');
});

test('the writer of the tests agrees with the reader on integers', () => {
  for (const value of [0, 1, -1, 127, 128, -128, -129, 65_535, -65_536, 2 ** 31 - 1, -(2 ** 31)]) {
    const written = Uint8Array.from(integer(value));
    assert.equal(signed(written, 2, written.length), value);
  }
});
