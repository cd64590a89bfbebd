import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Durable, type MemoryJournal, memoryJournal } from '../support/journal.ts';
import { block, commit, FILE_BYTES_MAX, journalContract, type Place, readAll } from './contract.ts';

journalContract({ name: 'memory', place });

function place(): Place {
  let durable: Durable | undefined;
  let last: MemoryJournal | undefined;
  const open = (from: Durable | undefined): MemoryJournal => {
    const now = (): number => home.nowMs;
    return memoryJournal({ fileBytesMax: FILE_BYTES_MAX, now, ...(from && { durable: from }) });
  };
  const home: Place = {
    nowMs: 1_000_000,
    copyFolder: 'copy',
    open: async () => {
      durable = last?.crash() ?? durable;
      last = open(durable);
      return last;
    },
    openCopy: async () => open(last?.copy('copy')),
  };
  return home;
}

test('a failing append leaves nothing, and the next one may succeed', async () => {
  const journal = memoryJournal();
  journal.failNext('the disk reported an error');
  assert.deepEqual(await journal.append(block(1)), {
    is: 'failed',
    why: 'the disk reported an error',
  });
  await commit(journal, block(1));
});

test('a full disk fails every append until there is room', async () => {
  const journal = memoryJournal();
  journal.setFull(true);
  for (let i = 0; i < 3; i++) assert.equal((await journal.append(block(1))).is, 'failed');
  journal.setFull(false);
  await commit(journal, block(1));
});

test('what was answered without an fsync is gone after a crash', async () => {
  const journal = memoryJournal();
  await commit(journal, block(1));
  journal.setLosing(true);
  await commit(journal, block(2), block(3));
  assert.equal(journal.head, 3);
  const after = memoryJournal({ durable: journal.crash() });
  assert.equal(after.head, 1);
  assert.deepEqual(await readAll(after, 1), [block(1)]);
});

test('a later fsync brings what earlier ones skipped', async () => {
  const journal = memoryJournal();
  journal.setLosing(true);
  await commit(journal, block(1));
  journal.setLosing(false);
  await commit(journal, block(2));
  assert.equal(memoryJournal({ durable: journal.crash() }).head, 2);
});

for (const [inFlight, head] of [
  ['kept', 1],
  ['lost', 0],
] as const)
  test(`a block in flight when the power goes may be ${inFlight}`, () => {
    const journal = memoryJournal({ pumped: true });
    void journal.append(block(1)).then(() => assert.fail('answered after the crash'));
    assert.equal(journal.waiting, true);
    assert.equal(memoryJournal({ durable: journal.crash(inFlight) }).head, head);
    assert.equal(journal.pump(), false);
  });

test('a pumped append ends when it is pumped, and not before', async () => {
  const journal = memoryJournal({ pumped: true });
  let ended = false;
  const appending = journal.append(block(1)).then(() => {
    ended = true;
  });
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual([ended, journal.head], [false, 0]);
  assert.equal(journal.pump(), true);
  await appending;
  assert.deepEqual([ended, journal.head], [true, 1]);
});
