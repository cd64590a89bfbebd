import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzMappings } from './mapping-fuzz.ts';

/** More by hand: node test/sources/mapping-fuzz.ts --count 10000000 */
const COUNT = 6_000;

test('whatever a text of mappings holds, it has faults that say where, or it maps', () => {
  const { usable, faulty, events } = fuzzMappings(1, COUNT);
  // If nearly all had faults, little would have been mapped.
  assert.ok(usable > COUNT / 20, `${usable} usable`);
  assert.ok(faulty > COUNT / 10, `${faulty} faulty`);
  assert.ok(events > COUNT / 40, `${events} events`);
});
