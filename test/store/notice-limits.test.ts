import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { DELIVERIES_MAX, PAGE_CHARS_MAX } from '../../src/store/notice-reads.ts';
import { aBatch, aDecision, anAlarm, anAttempt, at, folderOf, id } from './samples.ts';

async function opened(t: TestContext) {
  const store = await openEmbeddedStore({ folder: folderOf(t), readers: 1, log: silentLog });
  t.after(() => store.close());
  return store;
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
const search = { cursor: undefined, limit: 1_000 } as const;

test('a page of long decisions ends early and says where it goes on', async (t) => {
  const store = await opened(t);
  const named = numbers(1_000);
  const decisions = numbers(400).map((n) => aDecision(n + 1, named));
  await store.write(aBatch(400, { decisions }));
  const first = await store.decisions(search);
  const chars = JSON.stringify(first.items).length;
  assert.ok(first.items.length < 400 && chars >= PAGE_CHARS_MAX && chars < PAGE_CHARS_MAX * 1.1);
  const rest = await store.decisions({ ...search, cursor: first.next });
  assert.deepEqual([first.items.length + rest.items.length, rest.next], [400, undefined]);
});

test('attempts of an alarm reach back over 5,000 deliveries; older ones by delivery', async (t) => {
  const store = await opened(t);
  const born = numbers(DELIVERIES_MAX + 1).map((n) => n + 1);
  await store.write(
    aBatch(10_000, {
      alarms: [anAlarm(1)],
      decisions: born.map((position) => aDecision(position, [1])),
      attempts: born.map((position) => anAttempt(position, position)),
    }),
  );
  let found = 0;
  let oldest = Infinity;
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await store.attempts({ ...search, alarm: id(1), cursor });
    found += page.items.length;
    oldest = page.items.at(-1)?.position ?? oldest;
    cursor = page.next;
  }
  assert.deepEqual([found, oldest], [DELIVERIES_MAX, 2]);
  const { delivery } = anAttempt(1, 1);
  assert.equal((await store.attempts({ ...search, delivery })).items.length, 1);
});

test('more decisions than one slice of compaction takes, and longer ones, are all forgotten', async (t) => {
  const store = await opened(t);
  const alarms = numbers(1_000).map((n) => anAlarm(n));
  const decisions = numbers(250).map((n) => aDecision(n + 1, n % 50 === 0 ? numbers(1_000) : [n]));
  await store.write(aBatch(250, { alarms, decisions }));
  assert.deepEqual(await store.compact(at(250)), { removed: 249 });
  const left = await store.decisions(search);
  assert.deepEqual(
    left.items.map((d) => d.position),
    [250],
  );
  assert.equal((await store.decisions({ ...search, alarm: id(7) })).items.length, 0);
  assert.equal((await store.decisions({ ...search, alarm: id(249) })).items.length, 1);
});
