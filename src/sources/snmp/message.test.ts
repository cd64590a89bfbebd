import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  datagramOf,
  element,
  integer,
  oid,
  type Pair,
  sequence,
  varbind,
} from '../../../test/snmp/datagram.ts';
import { DATAGRAM_BYTES_MAX } from './ber.ts';
import { decode, VARBINDS_MAX } from './message.ts';

const said = (bytes: Uint8Array): string => {
  const message = decode(bytes);
  return message.ok ? message.trapOid : `byte ${message.offset}: ${message.why}`;
};
const community = element(0x04, [...Buffer.from('public')]);
const message = (version: number, ...rest: readonly number[][]): Uint8Array =>
  Uint8Array.from(sequence(integer(version), community, ...rest));

test('the generic traps of v1 become those of v2, a specific one gets a 0 before it', () => {
  const enterprise = '1.3.6.1.4.1.9.1.516';
  for (let generic = 0; generic < 6; generic++) {
    assert.equal(
      said(datagramOf({ enterprise, generic, specific: 99 })),
      `1.3.6.1.6.3.1.1.5.${generic + 1}`,
    );
  }
  assert.equal(said(datagramOf({ enterprise, generic: 6, specific: 7 })), `${enterprise}.0.7`);
  assert.equal(
    said(datagramOf({ enterprise, generic: 6, specific: -1 })),
    `${enterprise}.0.4294967295`,
  );
  assert.equal(said(datagramOf({ enterprise, generic: 8, specific: 7 })), `${enterprise}.0.7`);
});

test('uptime 0 is a value, and a sender may leave the uptime out', () => {
  const fresh = decode(datagramOf({ uptime: 0, trap: '1.3.6.1.6.3.1.1.5.1' }));
  assert.ok(fresh.ok);
  assert.equal(fresh.uptime, 0);
  const trap: Pair = ['1.3.6.1.6.3.1.1.4.1.0', { oid: '1.3.6.1.6.3.1.1.5.1' }];
  const pdu = [integer(1), integer(0), integer(0), sequence(varbind(trap))].flat();
  const without = decode(message(1, element(0xa7, pdu)));
  assert.ok(without.ok);
  assert.equal(without.uptime, undefined);
  assert.equal(without.trapOid, '1.3.6.1.6.3.1.1.5.1');
});

test('bytes behind the message are ignored', () => {
  const bytes = datagramOf({ trap: '1.3.6.1.6.3.1.1.5.4' });
  assert.equal(said(Uint8Array.from([...bytes, 0, 0, 0])), '1.3.6.1.6.3.1.1.5.4');
});

test('a request-id may be negative', () => {
  const read = decode(datagramOf({ requestId: -(2 ** 31) }));
  assert.ok(read.ok);
  assert.equal(read.requestId, -(2 ** 31));
});

test('what is no notification is refused with its place and what was expected', () => {
  const pdu = (list: number[]): number[] => [integer(1), integer(0), integer(0), list].flat();
  const v1Pdu = (address: number[]): number[] =>
    [oid('1.3'), element(0x40, address), integer(0), integer(0), integer(1, 0x43)].flat();
  const table: readonly (readonly [Uint8Array, string])[] = [
    [Uint8Array.of(), 'byte 0: an SNMP message expected, the data ends here'],
    [message(2), 'byte 4: version 0 (v1) or 1 (v2c) expected, 2 found'],
    [message(3), 'byte 0: SNMPv3: no users are set'],
    [message(1), 'byte 13: an SNMPv2-Trap expected, the data ends here'],
    [message(0, element(0xa7, [])), 'byte 13: a v1 Trap expected, SNMPv2-Trap found'],
    [
      message(1, element(0xa4, [])),
      'byte 13: an SNMPv2-Trap or InformRequest expected, Trap found',
    ],
    [
      message(1, element(0xa0, [])),
      'byte 13: an SNMPv2-Trap or InformRequest expected, GetRequest found',
    ],
    [message(0, element(0xa4, v1Pdu([1, 2, 3]))), 'byte 20: agent-addr of 4 bytes expected'],
    [message(1, element(0xa7, pdu(sequence()))), 'byte 26: snmpTrapOID.0 expected, there is none'],
    [
      message(1, element(0xa7, pdu(sequence(sequence(oid('1.3.6'), [0x1f, 0x81, 0x01, 0]))))),
      'byte 32: a value with a tag of one byte expected',
    ],
  ];
  for (const [bytes, want] of table) assert.equal(said(bytes), want);
});

test('a notification carries at most 256 varbinds', () => {
  const one: Pair = ['1.3.6.1.4.1.1', { integer: 1 }];
  // sysUpTime.0 is no varbind any more when they are counted; snmpTrapOID.0 is one.
  const many = (count: number): Pair[] => Array<Pair>(count).fill(one);
  const most = decode(datagramOf({ varbinds: many(VARBINDS_MAX - 1) }));
  assert.ok(most.ok);
  assert.equal(most.varbinds.length, VARBINDS_MAX - 1);
  assert.match(
    said(datagramOf({ varbinds: many(VARBINDS_MAX) })),
    /at most 256 varbinds expected$/,
  );
});

test('a datagram has at most 65,507 bytes', () => {
  const header = datagramOf({ trap: '1.3.6.1.6.3.1.1.5.1' });
  const padded = (size: number): Uint8Array => {
    const bytes = new Uint8Array(size);
    bytes.set(header);
    return bytes;
  };
  assert.equal(said(padded(DATAGRAM_BYTES_MAX)), '1.3.6.1.6.3.1.1.5.1');
  assert.equal(said(padded(DATAGRAM_BYTES_MAX + 1)), 'byte 65507: at most 65507 bytes expected');
});

test('a notification cut anywhere is refused, never read as something shorter', () => {
  const whole = datagramOf({
    trap: '1.3.6.1.6.3.1.1.5.3',
    varbinds: [['1.3.6.1.2.1.2.2.1.1.7', { integer: 7 }]],
  });
  for (let size = 0; size < whole.length; size++) {
    assert.equal(decode(whole.subarray(0, size)).ok, false, `${size} bytes`);
  }
});
