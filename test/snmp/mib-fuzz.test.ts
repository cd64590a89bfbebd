import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzMibs, SAMPLE } from './mib-fuzz.ts';

/** More by hand: node test/snmp/mib-fuzz.ts --count 1000000 */
const COUNT = 2_000;

test('whatever a module holds, it is read to its end in good time', () => {
  const { modules, nodes, faults } = fuzzMibs([SAMPLE], 1, COUNT);
  // If nearly all broke off at the head, little would have been tried.
  assert.ok(modules > COUNT / 2, `${modules} modules`);
  assert.ok(nodes > COUNT * 5, `${nodes} nodes`);
  assert.ok(faults > COUNT / 2, `${faults} faults`);
});
