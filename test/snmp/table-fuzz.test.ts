import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzTables } from './table-fuzz.ts';

/** More by hand: node test/snmp/table-fuzz.ts --count 10000000 */
const COUNT = 20_000;

test('whatever a known notification carries, and whatever a table says, limits are kept', () => {
  const { events, tables, faults } = fuzzTables(1, COUNT);
  assert.ok(events > COUNT / 2, `${events} events`);
  assert.ok(faults > tables / 2, `${faults} faults in ${tables} tables`);
});
