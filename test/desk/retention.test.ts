import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Log, silentLog } from '../../src/base/log.ts';
import { days, hours, type Instant } from '../../src/base/time.ts';
import { checkpoint, cut, keepCut } from '../../src/desk/retention.ts';
import { memoryCheckpoints } from '../support/checkpoints.ts';
import { manualClock } from '../support/clock.ts';
import { memoryJournal } from '../support/journal.ts';
import { memoryStore } from '../support/store.ts';

const KEEP = { journalKeep: days(3), historyKeep: days(400) };

/** A journal with a file per entry, a store that follows it, and an entry an hour. */
function aDesk() {
  const clock = manualClock();
  const journal = memoryJournal({ now: () => clock.now(), fileBytesMax: 1 });
  const store = memoryStore();
  const kept = memoryCheckpoints(store);
  const desk = { journal, store };
  const hour = async (): Promise<void> => {
    clock.pass(hours(1));
    const position = journal.head + 1;
    await journal.append({ first: position, count: 1, text: `{"n":${position}}` });
    const deskTime = clock.now();
    const lists = { alarms: [], forgotten: [], changes: [], evidence: [], audit: [], rows: [] };
    await store.write({ position, deskTime, ...lists, decisions: [], attempts: [] });
    await checkpoint(desk, kept, clock.now());
    await cut(desk, kept, KEEP, clock.now());
  };
  return { clock, journal, store, kept, desk, hour };
}

const positions = (kept: ReturnType<typeof memoryCheckpoints>): readonly number[] =>
  kept.list().map((k) => k.position);

test('one checkpoint a day is kept', async () => {
  const { kept, hour } = aDesk();
  for (let n = 0; n < 50; n++) await hour();
  assert.deepEqual(positions(kept), [1, 25, 49]);
});

test('a desk that took nothing in gets no second checkpoint of the same position', async () => {
  const { clock, desk, kept, hour } = aDesk();
  await hour();
  clock.pass(days(2));
  assert.equal(await checkpoint(desk, kept, clock.now()), false);
  assert.deepEqual(positions(kept), [1]);
});

test('checkpoints go with the journal after them; the time kept has one to begin from', async () => {
  const { clock, journal, kept, hour } = aDesk();
  for (let n = 0; n < 24 * 10; n++) {
    await hour();
    const oldest = kept.list()[0];
    assert.ok(oldest);
    assert.ok(journal.tail <= oldest.position + 1, 'the journal begins after a checkpoint');
    const isWhole = journal.tail === 1 || clock.now() - oldest.deskTime >= days(3);
    assert.ok(isWhole, 'less than the time to be kept can be replayed');
    assert.ok(clock.now() - oldest.deskTime < days(4) + hours(1), 'more is kept than needed');
  }
});

test('beyond its size the journal goes, and the checkpoints before it too', async () => {
  const { clock, desk, journal, kept, hour } = aDesk();
  for (let n = 0; n < 60; n++) await hour();
  // As a journal would that has outgrown its bytes: it cuts up to what a start needs.
  const small: typeof journal.retain = (limits) =>
    journal.retain({ ...limits, bytesMax: Math.min(limits.bytesMax, 20 * 9) });
  const bySize = { ...desk, journal: { ...journal, retain: small } as typeof journal };
  assert.deepEqual(positions(kept), [1, 25, 49]);
  await cut(bySize, kept, KEEP, clock.now());
  for (const position of positions(kept)) assert.ok(position + 1 >= journal.tail);
  assert.ok(journal.tail > 26);
});

test('a checkpoint that fails is tried again in an hour, and the cut is made all the same', async () => {
  const { clock, desk, kept } = aDesk();
  const said: string[] = [];
  const log: Log = { ...silentLog, info: (e) => said.push(e), error: (e) => said.push(e) };
  let fails = true;
  const frail = {
    ...kept,
    take: async (store: Parameters<typeof kept.take>[0]) => {
      if (fails) throw new Error('the disk is full');
      return kept.take(store);
    },
  };
  await desk.store.write({
    ...{ position: 1, deskTime: clock.now() as Instant, alarms: [], forgotten: [] },
    ...{ changes: [], evidence: [], audit: [], decisions: [], attempts: [], rows: [] },
  });
  const stop = keepCut(desk as never, frail, KEEP, clock, log);
  clock.pass(hours(1));
  await turns();
  assert.deepEqual(said.splice(0), ['checkpoint.failed', 'history.cut']);
  fails = false;
  clock.pass(hours(1));
  await turns();
  assert.deepEqual(said.splice(0), ['checkpoint.kept', 'history.cut']);
  stop();
  clock.pass(hours(2));
  assert.deepEqual([said, positions(kept)], [[], [1]]);
});

/** The store and the journal in memory answer in microtasks. */
const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
