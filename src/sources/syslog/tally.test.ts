import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS_MAX, SAMPLE_BYTES_MAX, Tally } from './tally.ts';

test('a flood of one refusal is one line with a count and the first sample', () => {
  const tally = new Tally();
  tally.add('wrong', Buffer.from('a'));
  tally.add('wrong', Buffer.from('b'), 9);
  const [one, ...rest] = tally.take();
  assert.deepEqual([one?.why, one?.count, rest.length], ['wrong', 10, 0]);
  assert.equal(Buffer.from(one?.sample ?? []).toString(), 'a');
  assert.deepEqual(tally.take(), []);
});

test('kinds of refusal have a maximum; beyond it they are counted together', () => {
  const tally = new Tally();
  for (let i = 0; i < KINDS_MAX + 10; i++) tally.add(`why ${i}`, Buffer.from('x'));
  const taken = tally.take();
  assert.equal(taken.length, KINDS_MAX + 1);
  assert.deepEqual(
    taken.map(({ count }) => count),
    [...Array(KINDS_MAX).fill(1), 10],
  );
});

test('of a sample the beginning is kept', () => {
  const tally = new Tally();
  tally.add('short', Buffer.alloc(SAMPLE_BYTES_MAX));
  tally.add('long', Buffer.alloc(SAMPLE_BYTES_MAX + 1));
  assert.deepEqual(
    tally.take().map(({ sample }) => sample.length),
    [SAMPLE_BYTES_MAX, SAMPLE_BYTES_MAX],
  );
});
