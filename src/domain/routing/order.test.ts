import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyLabels, seeded } from '../../../test/support/routing.ts';
import type { Labels } from '../alarm/event.ts';
import { compareAlerts } from './order.ts';

/** Each one comes before the next. */
const IN_ORDER: readonly Labels[] = [
  { job: 'a', instance: '1' },
  { job: 'a', instance: '1', x: '1' },
  { job: 'a', instance: '2' },
  { job: 'a' },
  { job: 'b', instance: '1' },
  { instance: '1', job: '', z: '1' },
  { instance: '1', b: '1', z: '1' },
  { instance: '1', a: '1', z: '1' },
  { instance: '1', a: '2', b: '1' },
  { instance: '2' },
  {},
  { a: '1' },
  { a: '2' },
];

test('by job, by instance, then by all labels, as the reference sorts', () => {
  IN_ORDER.forEach((left, i) => {
    IN_ORDER.forEach((right, j) => {
      const got = Math.sign(compareAlerts({ labels: left }, { labels: right }));
      assert.equal(got, Math.sign(i - j), JSON.stringify([left, right]));
    });
  });
});

test('it is an order: sorting is the same from any start', () => {
  const rng = seeded(5);
  const some = Array.from({ length: 60 }, () => ({ labels: anyLabels(rng) }));
  const want = JSON.stringify([...some].sort(compareAlerts));
  for (let i = 0; i < 50; i++) {
    const mixed = [...some].sort(() => rng(3) - 1);
    assert.equal(JSON.stringify(mixed.sort(compareAlerts)), want);
  }
});
