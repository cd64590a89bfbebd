import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, seconds } from '../../base/time.ts';
import type { Difference } from './seen.ts';
import { Steady } from './steady.ts';

const difference = (id: string): Difference => ({
  ...{ id, is: 'there only', about: 'alarm', name: id, severity: undefined, since: undefined },
  ...{ says: '', there: undefined, here: undefined },
});

/** What each look says: standing, young, appeared, gone. */
const course = (tolerance: number, looks: readonly (readonly [at: number, ids: string])[]) => {
  const steady = new Steady(seconds(tolerance));
  const ids = (list: readonly Difference[]) => list.map(({ id }) => id).join('');
  return looks.map(([at, seen]) => {
    const judged = steady.take([...seen].map(difference), (at * 1_000) as Instant);
    const { standing, young, appeared, gone } = judged;
    return `${ids(standing)}/${young}/${ids(appeared)}/${ids(gone)}`;
  });
};

test('a difference counts when it stood for the tolerance, and not a moment before', () => {
  assert.deepEqual(
    course(30, [
      [0, 'a'],
      [29, 'a'],
      [30, 'a'],
      [31, 'a'],
    ]),
    ['/1//', '/1//', 'a/0/a/', 'a/0//'],
  );
});

test('one that was away in a look meanwhile begins anew', () => {
  assert.deepEqual(
    course(30, [
      [0, 'ab'],
      [15, 'b'],
      [30, 'ab'],
    ]),
    ['/2//', '/1//', 'b/1/b/'],
  );
});

test('what stood and is no more is gone, once; what never stood does not go', () => {
  assert.deepEqual(
    course(10, [
      [0, 'a'],
      [10, 'ab'],
      [20, ''],
      [30, ''],
    ]),
    ['/1//', 'a/1/a/', '/0//a', '/0//'],
  );
});

test('without a tolerance everything counts at once', () => {
  assert.deepEqual(course(0, [[0, 'a']]), ['a/0/a/']);
});
