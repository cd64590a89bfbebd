import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf } from '../../../test/snmp/datagram.ts';
import { blotted, KINDS_MAX, Tally } from './tally.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

test('refusals are counted by kind, each with its first datagram', () => {
  const tally = new Tally();
  tally.add('short', Uint8Array.of(1));
  tally.add('short', Uint8Array.of(2));
  tally.add('long', Uint8Array.of(3));
  assert.deepEqual(
    tally.take().map(({ why, count, sample }) => [why, count, ...sample]),
    [
      ['short', 2, 1],
      ['long', 1, 3],
    ],
  );
  assert.deepEqual(tally.take(), []);
});

test('64 kinds are told apart, all others are counted together', () => {
  const tally = new Tally();
  for (let i = 0; i < KINDS_MAX + 5; i++) tally.add(`kind ${i}`, Uint8Array.of());
  const taken = tally.take();
  assert.equal(taken.length, KINDS_MAX + 1);
  assert.equal(taken.at(-1)?.count, 5);
});

test('a sample never shows the community', () => {
  const datagram = datagramOf({ community: 'hunter2' });
  assert.doesNotMatch(text(blotted(datagram)), /hunter2/);
  assert.doesNotMatch(text(blotted(datagram.subarray(0, 12))), /hunt/);
  const long = datagramOf({ community: 'hunter2'.repeat(40) });
  assert.doesNotMatch(text(blotted(long)), /hunter/);
  assert.ok(blotted(new Uint8Array(9_000)).length <= 512);
});
