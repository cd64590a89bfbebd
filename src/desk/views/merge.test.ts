import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortSliced } from './merge.ts';

const done = <T>(sliced: Generator<undefined, T>): { readonly pauses: number; readonly is: T } => {
  for (let pauses = 0; ; pauses++) {
    const step = sliced.next();
    if (step.done === true) return { pauses, is: step.value };
  }
};

test('a list of any length is sorted, and equal items keep their order', () => {
  for (const length of [0, 1, 2, 511, 512, 513, 5_000]) {
    const items = Array.from({ length }, (_, n) => [(n * 7_919) % 101, n] as const);
    const { is } = done(sortSliced(items, ([a], [b]) => a - b));
    assert.deepEqual(
      is,
      [...items].sort(([a], [b]) => a - b),
      `${length}`,
    );
  }
});

test('a long list pauses while it is sorted', () => {
  const items = Array.from({ length: 100_000 }, (_, n) => (n * 7_919) % 100_003);
  const { pauses, is } = done(sortSliced(items, (a, b) => a - b));
  assert.ok(pauses > 300, `${pauses}`);
  assert.equal(is.length, 100_000);
});
