import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEVICES_MAX, Devices, OVERTAKEN_TICKS, Starts } from './devices.ts';

const WINDOW_MS = 300_000;

/** Notifications as `[ms, uptime in ticks]`, a `!` for coldStart; what is left after each. */
function left(...heard: readonly (readonly [number, number | undefined, '!'?])[]): number[] {
  const starts = new Starts();
  return heard.map(([now, uptime, start]) => {
    starts.hear(uptime, start === '!', now, WINDOW_MS);
    return Math.max(0, starts.left(now));
  });
}

test('a device counts as starting after coldStart, and after its uptime went back', () => {
  assert.deepEqual(left([0, 900_000]), [0]);
  assert.deepEqual(left([0, 0, '!'], [299_999, 29_999], [300_000, 30_000]), [300_000, 1, 0]);
  assert.deepEqual(left([0, undefined, '!']), [300_000]);
  assert.deepEqual(left([0, 900_000], [60_000, 1_000]), [0, 290_000]);
  assert.deepEqual(left([0, 900_000], [60_000, 0]), [0, 300_000], 'uptime 0 is an uptime');
  assert.deepEqual(left([0, 900_000], [999_999, 30_000]), [0, 0], 'it started long before');
});

test('a datagram that was overtaken is no restart; the counter comes round once in 497 days', () => {
  assert.deepEqual(left([0, 1_000], [1, 1_000 - OVERTAKEN_TICKS]), [0, 0]);
  assert.notDeepEqual(left([0, 1_000], [1, 1_000 - OVERTAKEN_TICKS - 1]), [0, 0]);
  assert.deepEqual(left([0, 2 ** 32 - 500], [10_000, 500]), [0, 0]);
  assert.deepEqual(left([0, 2 ** 32 - 100_000], [10_000, 500]), [0, 295_000]);
});

test('an uptime that never changes is no restart', () => {
  assert.deepEqual(left([0, 0], [60_000, 0], [120_000, 0]), [0, 0, 0]);
});

test('with two clocks the uptime is not believed, coldStart is', () => {
  const script = left([0, 900_000], [1_000, 0], [2_000, 900_200], [3_000, 0], [4_000, 0, '!']);
  assert.deepEqual(script, [0, 300_000, 0, 0, 300_000]);
});

test('beyond the maximum the longest quiet device is forgotten', () => {
  const devices = new Devices();
  const first = devices.heard('first', 0);
  const second = devices.heard('second', 1);
  for (let i = 2; i < DEVICES_MAX; i++) devices.heard(`d${i}`, i);
  assert.equal(devices.heard('first', DEVICES_MAX), first);
  devices.heard('one more', DEVICES_MAX + 1);
  assert.equal(devices.size, DEVICES_MAX);
  assert.equal(devices.heard('first', DEVICES_MAX + 2), first);
  assert.notEqual(devices.heard('second', DEVICES_MAX + 2), second);
});
