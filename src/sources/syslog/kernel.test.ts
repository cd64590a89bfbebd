import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTER_MAX, countedSince, dropsIn, procAddress } from './kernel.ts';

const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  517: 0100007F:048A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4242 2 0000000000000000 17
  518: 00000000:048A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4243 2 0000000000000000 4
  519: 0100007F:00A2 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4244 2 0000000000000000 9
`;

test('the kernel tells the drops of our address and port, and of no other', () => {
  assert.equal(procAddress('127.0.0.1'), '0100007F');
  assert.equal(dropsIn(TABLE, procAddress('127.0.0.1'), 1_162), 17);
  assert.equal(dropsIn(TABLE, procAddress('0.0.0.0'), 1_162), 4);
  assert.equal(dropsIn(TABLE, procAddress('127.0.0.1'), 162), 9);
  assert.equal(dropsIn(TABLE, procAddress('127.0.0.1'), 1_163), undefined);
});

test('two sockets on one address and port are summed', () => {
  assert.equal(dropsIn(TABLE + TABLE, procAddress('127.0.0.1'), 1_162), 34);
});

test('a counter of 32 bits that begins anew loses nothing', () => {
  assert.equal(countedSince(7, 9), 2);
  assert.equal(countedSince(COUNTER_MAX - 1, 0), 1);
  assert.equal(countedSince(COUNTER_MAX - 2, 3), 5);
});
