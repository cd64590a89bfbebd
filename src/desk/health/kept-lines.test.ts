import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../base/time.ts';
import { Hearing } from './hearing.ts';
import { lineOf, talkerOf } from './kept-lines.ts';

test('who was heard is read back as it was written', () => {
  const hearing = new Hearing();
  const id = 'x' as never;
  const event = { kind: 'raise', id, type: 't', qualifier: '', text: '', labels: {} } as const;
  hearing.heard('snmp', [{ ...event, resource: 'core-1/1' }], 5_000 as Instant);
  hearing.heard('webhook/a', [{ ...event, resource: 'a"b\n', count: 3 }], 9_000 as Instant);
  const kept = [...hearing.kept()];
  assert.equal(kept.length, 4);
  assert.deepEqual(
    kept.map((one) => talkerOf(lineOf(one))),
    kept,
  );
});

for (const line of [
  ...['', '{', 'null', '[]', '["snmp"]', '["snmp","a",[1,2,3]]'],
  '["","a",[0,0,0,0,0,0,0,0]]',
  '["snmp",1,[0,0,0,0,0,0,0,0]]',
  '["snmp","a",[0,0,0,0,0,0,0,"0"]]',
  '["snmp","a",[0,0,0,0,0,0,0,-1]]',
]) {
  test(`a line that nobody wrote is left out: ${line}`, () => {
    assert.equal(talkerOf(line), undefined);
  });
}
