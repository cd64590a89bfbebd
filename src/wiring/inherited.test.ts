import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inheritedSockets } from './inherited.ts';

test('sockets are known by the names of their units, and only those handed to this process', () => {
  const env = { LISTEN_PID: '7', LISTEN_FDS: '3', LISTEN_FDNAMES: 'web:snmp:' };
  assert.deepEqual(
    [...inheritedSockets(env, 7)],
    [
      ['web', 3],
      ['snmp', 4],
    ],
  );
  assert.deepEqual([...inheritedSockets(env, 8)], []);
  assert.deepEqual([...inheritedSockets({ ...env, LISTEN_FDS: 'x' }, 7)], []);
  assert.deepEqual([...inheritedSockets({}, 7)], []);
  const many = { ...env, LISTEN_FDS: '99', LISTEN_FDNAMES: 'a:'.repeat(63) + 'b:c' };
  assert.deepEqual(
    [...inheritedSockets(many, 7)],
    [
      ['a', 3 + 62],
      ['b', 3 + 63],
    ],
  );
});
