import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../../test/support/clock.ts';
import { senderKey } from './address.ts';
import { tries } from './tries.ts';

test('one more try comes back with each refill, up to the maximum', () => {
  const clock = manualClock();
  const t = tries(clock, 2, 1_000, 10);
  const left = () => {
    let n = 0;
    for (; n < 9; n++) {
      try {
        t.check('a');
      } catch {
        return n;
      }
      t.failed('a');
    }
    return n;
  };
  assert.equal(left(), 2);
  clock.pass(999);
  assert.equal(left(), 0);
  clock.pass(1);
  assert.equal(left(), 1);
  clock.pass(60_000);
  assert.equal(left(), 2);
});

test('a success gives everything back, and keys do not share', () => {
  const t = tries(manualClock(), 1, 1_000, 10);
  t.failed('a');
  t.check('b');
  assert.throws(() => t.check('a'), { code: 'TOO_MANY' });
  t.succeeded('a');
  t.check('a');
});

test('beyond the maximum of keys the one longest without a failure is forgotten', () => {
  const t = tries(manualClock(), 1, 1_000_000, 2);
  t.failed('a');
  t.failed('b');
  assert.throws(() => t.check('a'), { code: 'TOO_MANY' });
  t.failed('a'); // now b is the oldest
  t.failed('c');
  t.check('b');
  assert.throws(() => t.check('a'), { code: 'TOO_MANY' });
});

for (const [address, key] of [
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
] as const) {
  test(`failures from ${address} count against ${key}`, () => {
    assert.equal(senderKey(address ?? ''), key);
  });
}
