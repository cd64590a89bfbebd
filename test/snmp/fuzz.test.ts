import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, inputs } from './fuzz.ts';

/** More by hand: node test/snmp/fuzz.ts --count 10000000 */
const COUNT = 60_000;

test('whatever a datagram holds, translate returns and keeps the limits', () => {
  const { events, refused } = fuzz(inputs(), 1, COUNT);
  // If nearly all were refused at the door, little would have been tried.
  assert.ok(events > COUNT / 10, `${events} events`);
  assert.ok(refused > COUNT / 10, `${refused} refused`);
});
