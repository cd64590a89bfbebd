import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzV3 } from './v3-fuzz.ts';

/** More by hand: node test/snmp/v3-fuzz.ts --count 10000000 */
const COUNT = 20_000;

test('whatever an SNMPv3 message holds, outside or inside, it is opened or refused', () => {
  const { events, refused, opened, answered } = fuzzV3(1, COUNT);
  // If nearly all were refused at the door, little would have been tried.
  assert.ok(opened > COUNT / 10, `${opened} opened`);
  assert.ok(answered > COUNT / 200, `${answered} answered`);
  assert.ok(events > COUNT / 10, `${events} events`);
  assert.ok(refused > COUNT / 10, `${refused} refused`);
});
