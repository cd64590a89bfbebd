import assert from 'node:assert/strict';
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { DeskError } from '../../src/base/errors.ts';
import type { ReserveState } from '../../src/journal/reserve.ts';
import type { Appended } from '../../src/ports/journal.ts';
import { block, commit, fill, readAll } from './contract.ts';
import { CANNOT_MOUNT, newFolder, openIn, remount, tinyDisk } from './home.ts';

const MIB = 1024 * 1024;
/** Stands around every commit in the writer's thread and does what the text asks for. */
const commitModule = new URL('./children/commit.ts', import.meta.url).href;

const why = (answer: Appended): string => (answer.is === 'failed' ? answer.why : 'committed');

/** Each fault, what the append must answer, and what must be in the journal afterwards. */
const FAULTS: readonly (readonly [fault: string, answer: RegExp, kept: number])[] = [
  ['fsync fails before the commit', /^the disk reported an error/, 1],
  ['fsync fails after the commit', /^committed$/, 2],
  ['read-only', /^the file system is read-only/, 1],
  ['full before the commit', /^the disk is full/, 1],
  ['full after the commit', /^committed$/, 2],
  ['thread dies before the commit', /thread died$/, 1],
  ['thread dies after the commit', /^committed$/, 2],
];

for (const [fault, wanted, kept] of FAULTS)
  test(`${fault}: the answer is what the disk holds, and the journal goes on`, async (t) => {
    const folder = newFolder(t);
    const journal = await openIn(t, folder, { commitModule });
    await commit(journal, block(1));
    const text = JSON.stringify({ fault });
    assert.match(why(await journal.append({ first: 2, count: 1, text })), wanted);
    assert.equal(journal.head, kept);
    assert.equal((await readAll(journal, 1)).length, kept);
    await commit(journal, block(kept + 1), block(kept + 2));
    const all = await readAll(journal, 1);
    await journal.close();
    const again = await openIn(t, folder);
    assert.equal(again.head, kept + 2);
    assert.deepEqual(await readAll(again, 1), all);
  });

test('a fault that stays answers every append, and nothing is lost when it goes', async (t) => {
  const journal = await openIn(t, newFolder(t), { commitModule });
  await commit(journal, block(1));
  for (let i = 0; i < 5; i++) {
    const text = JSON.stringify({ fault: 'fsync fails before the commit', i });
    assert.match(why(await journal.append({ first: 2, count: 1, text })), /disk reported/);
  }
  await commit(journal, block(2));
  assert.deepEqual(await readAll(journal, 1), [block(1), block(2)]);
});

test('a full disk fails the append, gives up the reserve, and recovers with room', async (t) => {
  const disk = tinyDisk(t, 12 * MIB);
  if (!disk) return t.skip(CANNOT_MOUNT);
  const states: ReserveState[] = [];
  const told = Promise.withResolvers<void>();
  const journal = await openIn(t, disk, {
    fileBytesMax: 1e9,
    reserveBytes: MIB,
    reserveRetryMs: 5,
    onReserve: (state) => {
      states.push(state);
      if (state === 'held') told.resolve();
    },
  });
  assert.equal(journal.reserve, 'held');
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, new Uint8Array(6 * MIB));

  let answer: Appended = { is: 'committed', fsyncMs: 0 };
  for (let i = 0; i < 100 && answer.is === 'committed'; i++)
    answer = await journal.append(block(journal.head + 1, 1, 200_000));
  assert.match(why(answer), /^the disk is full/);
  const head = journal.head;
  assert.deepEqual(states, ['released']);
  assert.equal(readdirSync(disk).includes('journal.reserve'), false);

  await fill(journal, 20, 100); // bookkeeping finds room in what was the reserve
  for (let i = 0; i < 100 && statfsSync(disk).bavail > 0; i++)
    await journal.append(block(journal.head + 1, 1, 50_000));
  const last = await journal.append(block(journal.head + 1, 1, 500_000));
  assert.match(why(last), /^the disk is full/);

  rmSync(ballast);
  await told.promise;
  assert.deepEqual([states, journal.reserve], [['released', 'held'], 'held']);
  await fill(journal, 5, 200_000);
  assert.ok(journal.head >= head + 25);
  const all = await readAll(journal, 1);
  assert.equal(all.length, journal.head, 'every committed block, and none that failed');
  await journal.close();
  assert.deepEqual(await readAll(await openIn(t, disk), 1), all);
});

test('a journal opens on a full disk by giving up its reserve', async (t) => {
  const disk = tinyDisk(t, 8 * MIB);
  if (!disk) return t.skip(CANNOT_MOUNT);
  const options = { reserveBytes: MIB };
  const journal = await openIn(t, disk, options);
  await fill(journal, 3, 100);
  await journal.close();
  const free = statfsSync(disk);
  writeFileSync(join(disk, 'ballast'), new Uint8Array(free.bavail * free.bsize));
  assert.equal(statfsSync(disk).bavail, 0);
  const again = await openIn(t, disk, options);
  assert.deepEqual([again.head, again.reserve], [3, 'released']);
  await commit(again, block(4));
});

test('a read-only disk is refused at open, and writable again it opens with all', async (t) => {
  const disk = tinyDisk(t, 8 * MIB);
  if (!disk) return t.skip(CANNOT_MOUNT);
  const journal = await openIn(t, disk);
  await fill(journal, 3, 100);
  await journal.close();
  remount(disk, 'ro');
  await assert.rejects(openIn(t, disk), (error: DeskError) => {
    assert.equal(error.code, 'JOURNAL_DOWN');
    return /read-only/.test(error.message);
  });
  remount(disk, 'rw');
  const again = await openIn(t, disk);
  assert.equal(again.head, 3);
  await commit(again, block(4));
});

test('a block that failed but cannot be removed yet is hidden, then replaced', async (t) => {
  const folder = newFolder(t);
  const journal = await openIn(t, folder, { commitModule });
  await commit(journal, block(1));
  // An old reader keeps the checkpoint from proving what the cache shows after a failed fsync.
  const reader = new DatabaseSync(join(folder, 'journal-000000000001.db'));
  reader.exec('begin; select * from block');
  const text = JSON.stringify({ fault: 'fsync fails after the commit' });
  assert.match(why(await journal.append({ first: 2, count: 1, text })), /^the disk reported/);
  assert.deepEqual(await readAll(journal, 1), [block(1)]);
  const held = await journal.append(block(2));
  assert.equal(held.is, 'failed', 'nothing counts before the disk is proved');
  reader.close();
  const other = JSON.stringify({ fault: 'fsync fails before the commit' });
  const again = await journal.append({ first: 2, count: 1, text: other });
  assert.equal(again.is, 'failed', 'the block that is there is another one');
  await commit(journal, block(2), block(3));
  assert.deepEqual(await readAll(journal, 1), [block(1), block(2), block(3)]);
});
