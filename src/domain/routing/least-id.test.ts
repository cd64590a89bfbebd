import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../../test/support/routing.ts';
import type { AlarmId } from '../alarm/event.ts';
import { LeastId } from './least-id.ts';

test('the least id is the least, whatever came and went', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const rng = seeded(seed);
    const least = new LeastId();
    const naive = new Set<AlarmId>();
    for (let i = 0; i < 300; i++) {
      const id = String(rng(60)) as AlarmId;
      if (rng(2) === 0) {
        least.add(id);
        naive.add(id);
      } else {
        least.delete(id);
        naive.delete(id);
      }
      if (rng(3) === 0) assert.equal(least.least(), [...naive].sort()[0], `seed ${seed}, ${i}`);
      assert.equal(least.size, naive.size);
    }
  }
});

test('100,000 that leave one by one from the smallest are asked after without a scan each', () => {
  const least = new LeastId();
  const ids = Array.from({ length: 100_000 }, (_, i) => String(i).padStart(6, '0') as AlarmId);
  for (const id of ids) least.add(id);
  const began = process.cpuUsage();
  for (const id of ids) {
    assert.equal(least.least(), id);
    least.delete(id);
  }
  assert.equal(least.least(), undefined);
  const { user } = process.cpuUsage(began);
  assert.ok(user < 5_000_000, `${user} µs`); // a scan each takes minutes
});
