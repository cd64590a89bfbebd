import assert from 'node:assert/strict';
import type { DeliveryId, GroupId } from '../../src/domain/routing/notice.ts';
import type { NoticeSearch, Store } from '../../src/ports/store.ts';
import { claim } from './kinds.ts';
import {
  aBatch,
  aDecision,
  anAlarm,
  anAttempt,
  at,
  clearedAlarm,
  id,
  NORA,
  OPS,
} from './samples.ts';

const search = (differs: Partial<NoticeSearch> = {}): NoticeSearch => ({
  cursor: undefined,
  limit: 100,
  ...differs,
});

const decided = async (store: Store, differs: Partial<NoticeSearch>) =>
  (await store.decisions(search(differs))).items.map((d) => d.position);

const tried = async (store: Store, differs: Partial<NoticeSearch>) =>
  (await store.attempts(search(differs))).items.map((a) => a.position);

const OTHER = '00000000000000bb' as GroupId;
const NIGHT = { receiver: 'night', kind: 'email', index: 1 } as const;

/** Two groups and two ways; the second try of the first delivery comes after the second one's. */
async function aStory(store: Store): Promise<void> {
  const muted = [
    { alarm: id(3), mute: { by: 'inhibition', rule: 'r', source: id(1) } },
    { alarm: id(4), mute: { by: 'silence', rule: 's' } },
  ] as const;
  const { delivery: _, ...quiet } = aDecision(30, [2], {
    verdict: 'quiet',
    reason: 'nothing new',
    group: OTHER,
    muted,
  });
  await store.write(
    aBatch(20, {
      alarms: [1, 2, 3, 4].map((n) => anAlarm(n)),
      decisions: [aDecision(10, [1, 2]), aDecision(20, [2], { to: NIGHT, group: OTHER })],
      attempts: [anAttempt(11, 10, { result: 'later', detail: 'HTTP 503' })],
    }),
  );
  await store.write(
    aBatch(40, {
      decisions: [quiet],
      attempts: [anAttempt(21, 20, { to: NIGHT, group: OTHER }), anAttempt(31, 10, { attempt: 2 })],
    }),
  );
}

claim('gives back decisions and attempts field by field', async (store) => {
  const muted = [{ alarm: id(9), mute: { by: 'inhibition', rule: '', source: id(1) } }] as const;
  const full = aDecision(7, [1, 2], { index: 3, muted, groupKey: '{}:{a="\\"ü\\\\"}' });
  const attempt = anAttempt(8, 7, { detail: 'naïve "quotes" \\ 日本', result: 'never' });
  await store.write(aBatch(9, { decisions: [full], attempts: [attempt] }));
  assert.deepEqual(await store.decisions(search()), { items: [full], next: undefined, asOf: 9 });
  assert.deepEqual(await store.attempts(search()), { items: [attempt], next: undefined, asOf: 9 });
});

claim('decisions are found by alarm, group, way and delivery, newest first', async (store) => {
  await aStory(store);
  assert.deepEqual(await decided(store, {}), [30, 20, 10]);
  assert.deepEqual(await decided(store, { alarm: id(1) }), [10]);
  assert.deepEqual(await decided(store, { alarm: id(2) }), [30, 20, 10]);
  assert.deepEqual(await decided(store, { alarm: id(3) }), [30], 'muted');
  assert.deepEqual(await decided(store, { alarm: id(9) }), []);
  assert.deepEqual(await decided(store, { group: OTHER }), [30, 20]);
  assert.deepEqual(await decided(store, { way: 'night/email[1]' }), [20]);
  assert.deepEqual(await decided(store, { way: 'ops/webhook[0]' }), [30, 10]);
  assert.deepEqual(await decided(store, { delivery: 'd20.0' as DeliveryId }), [20]);
});

claim('attempts are found by alarm, group, way and delivery, newest first', async (store) => {
  await aStory(store);
  assert.deepEqual(await tried(store, {}), [31, 21, 11]);
  assert.deepEqual(await tried(store, { alarm: id(1) }), [31, 11]);
  assert.deepEqual(await tried(store, { alarm: id(2) }), [31, 21, 11], 'in order of time');
  assert.deepEqual(await tried(store, { alarm: id(3) }), [], 'muted: nothing was sent');
  assert.deepEqual(await tried(store, { group: OTHER }), [21]);
  assert.deepEqual(await tried(store, { way: 'ops/webhook[0]' }), [31, 11]);
  assert.deepEqual(await tried(store, { delivery: 'd10.0' as DeliveryId }), [31, 11]);
});

claim('"until" leaves out what is newer, and nothing else', async (store) => {
  await aStory(store);
  assert.deepEqual(await decided(store, { until: at(20) }), [20, 10]);
  assert.deepEqual(await decided(store, { until: at(19), alarm: id(2) }), [10]);
  assert.deepEqual(await decided(store, { until: at(9) }), []);
  assert.deepEqual(await tried(store, { until: at(30) }), [21, 11]);
  assert.deepEqual(await tried(store, { until: at(30), alarm: id(1) }), [11]);
});

claim('decisions and attempts are read page by page while more are added', async (store) => {
  await aStory(store);
  const first = await store.decisions(search({ alarm: id(2), limit: 2 }));
  const tries = await store.attempts(search({ alarm: id(2), limit: 2 }));
  await store.write(
    aBatch(50, { decisions: [aDecision(50, [2])], attempts: [anAttempt(50, 10, { attempt: 3 })] }),
  );
  assert.deepEqual(
    first.items.map((d) => d.position),
    [30, 20],
  );
  const rest = await store.decisions(search({ alarm: id(2), limit: 2, cursor: first.next }));
  assert.deepEqual(
    [rest.items.map((d) => d.position), rest.next, rest.asOf],
    [[10], undefined, 50],
  );
  const last = await store.attempts(search({ alarm: id(2), limit: 2, cursor: tries.next }));
  assert.deepEqual([last.items.map((a) => a.position), last.next], [[11], undefined]);
});

claim('a cursor of decisions is none of attempts', async (store) => {
  await aStory(store);
  const { next } = await store.decisions(search({ limit: 1 }));
  assert.ok(next);
  const invalid = { code: 'CURSOR_INVALID' };
  await assert.rejects(store.attempts(search({ cursor: next })), invalid);
  await assert.rejects(store.decisions(search({ cursor: `${next}=` })), invalid);
});

claim('a page of decisions holds at most 1,000', async (store) => {
  const decisions = Array.from({ length: 1_001 }, (_, n) => aDecision(1, [], { index: n }));
  await store.write(aBatch(1, { decisions }));
  const page = await store.decisions(search({ limit: 5_000 }));
  assert.deepEqual([page.items.length, page.items[0]?.index], [1_000, 1_000]);
  const rest = await store.decisions(search({ limit: 5_000, cursor: page.next }));
  assert.deepEqual([rest.items.length, rest.next], [1, undefined]);
});

claim('forgets decisions and attempts by age, and no alarm that one still names', async (store) => {
  await store.write(
    aBatch(1, {
      alarms: [anAlarm(1), anAlarm(2)],
      decisions: [aDecision(1, [1, 2])],
      attempts: [anAttempt(1, 1)],
    }),
  );
  await store.write(
    aBatch(20, { alarms: [clearedAlarm(1, 20), clearedAlarm(2, 20)], forgotten: [id(1), id(2)] }),
  );
  const late = aDecision(150, [2], { to: OPS, reason: 'all resolved' });
  await store.write(aBatch(150, { decisions: [late], attempts: [anAttempt(151, 150)] }));

  assert.deepEqual(await store.compact(at(1)), { removed: 0 });
  assert.deepEqual(await store.compact(at(100)), { removed: 3 });
  assert.equal(await store.alarm(id(1)), undefined);
  assert.ok(await store.alarm(id(2)), 'a decision speaks of it');
  assert.deepEqual(await decided(store, {}), [150]);
  assert.deepEqual(await decided(store, { alarm: id(2) }), [150]);
  assert.deepEqual(await tried(store, {}), [151]);
  assert.deepEqual(await tried(store, { alarm: id(2) }), [151]);

  // Nothing of the old ones hangs on the key that the next alarm gets.
  await store.write(aBatch(160, { alarms: [anAlarm(5), anAlarm(6, { assignee: NORA })] }));
  assert.deepEqual(await decided(store, { alarm: id(5) }), []);
  assert.deepEqual(await store.compact(at(200)), { removed: 3 });
  assert.equal(await store.alarm(id(2)), undefined);
});
