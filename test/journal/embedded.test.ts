import assert from 'node:assert/strict';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { DeskError } from '../../src/base/errors.ts';
import type { Instant } from '../../src/base/time.ts';
import { BLOCK_BYTES_MAX, openEmbeddedJournal } from '../../src/journal/embedded.ts';
import { openFile } from '../../src/journal/files.ts';
import {
  block,
  commit,
  FILE_BYTES_MAX,
  fill,
  journalContract,
  type Place,
  readAll,
} from './contract.ts';
import { newFolder, openIn } from './home.ts';

const root = mkdtempSync(join(tmpdir(), 'tocsin-journal-'));
after(() => rmSync(root, { recursive: true, force: true }));
let places = 0;

journalContract({ name: 'embedded', place });

function place(): Place {
  const folder = join(root, `${++places}`);
  const copyFolder = join(root, `${places}-copy`);
  const open = (where: string) =>
    openEmbeddedJournal({
      folder: where,
      clock: { now: () => home.nowMs as Instant },
      fileBytesMax: FILE_BYTES_MAX,
      reserveBytes: 0,
    });
  const home: Place = {
    nowMs: 1_000_000,
    copyFolder,
    open: () => open(folder),
    openCopy: () => open(copyFolder),
  };
  return home;
}

const journalFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .sort();

/** Rejects as DATA_MISMATCH and its sentence says `what`. */
const mismatching = (what: RegExp) => (error: unknown) => {
  assert.equal((error as DeskError).code, 'DATA_MISMATCH');
  assert.match((error as DeskError).message, what);
  return true;
};

test('a file is followed by a new one at its size, named by its first position', async (t) => {
  const folder = newFolder(t);
  const journal = await openIn(t, folder);
  await fill(journal, 3, FILE_BYTES_MAX / 2.5);
  const names = journalFiles(folder);
  assert.equal(names[0], 'journal-000000000001.db');
  assert.equal(names.length, 2);
  await journal.close();
  assert.deepEqual(readdirSync(folder).sort(), names, 'no -wal is left after a close');
});

test('every connection waits for the disk, in WAL mode', async (t) => {
  // A kill cannot show this: what a process has written outlives it, synced or not.
  const folder = newFolder(t);
  await (await openIn(t, folder)).close();
  const db = openFile(join(folder, journalFiles(folder)[0] ?? ''));
  assert.equal(db.prepare('pragma synchronous').get()?.synchronous, 2);
  assert.equal(db.prepare('pragma journal_mode').get()?.journal_mode, 'wal');
  db.close();
});

test('a block larger than a file stands alone in one', async (t) => {
  const folder = newFolder(t);
  const journal = await openIn(t, folder);
  await fill(journal, 3, FILE_BYTES_MAX + 1);
  assert.equal(journalFiles(folder).length, 3);
  assert.equal((await readAll(journal, 1)).length, 3);
});

test('a new file begins with the first block of a UTC day', async (t) => {
  const folder = newFolder(t);
  let now = Date.UTC(2026, 2, 1, 23, 59, 59, 999);
  const journal = await openIn(t, folder, { clock: { now: () => now as Instant } });
  await commit(journal, block(1), block(2));
  now += 1;
  await commit(journal, block(3), block(4));
  now -= 1; // a clock that goes back begins nothing
  await commit(journal, block(5));
  assert.deepEqual(journalFiles(folder), ['journal-000000000001.db', 'journal-000000000003.db']);
});

test('a block of the largest size is committed, one byte more is refused', async (t) => {
  const journal = await openIn(t, newFolder(t));
  const text = 'x'.repeat(BLOCK_BYTES_MAX);
  assert.equal((await journal.append({ first: 1, count: 1, text: `${text}x` })).is, 'failed');
  assert.equal((await journal.append({ first: 1, count: 1, text })).is, 'committed');
  assert.equal((await readAll(journal, 1))[0]?.text.length, BLOCK_BYTES_MAX);
});

test('a text that UTF-8 cannot hold is refused', async (t) => {
  const journal = await openIn(t, newFolder(t));
  const answer = await journal.append({ first: 1, count: 1, text: '"\ud800"' });
  assert.deepEqual(answer, { is: 'failed', why: 'the text is not well-formed Unicode' });
});

test('a missing file in the middle is noticed at open', async (t) => {
  const folder = newFolder(t);
  const journal = await openIn(t, folder);
  await fill(journal, 6, FILE_BYTES_MAX / 2.5);
  await journal.close();
  rmSync(join(folder, journalFiles(folder)[1] ?? ''));
  await assert.rejects(
    openIn(t, folder),
    mismatching(/journal-000000000005\.db begins at position 5, but .* ends at 2/),
  );
});

test('a file of another journal is noticed at open', async (t) => {
  const [one, two] = [newFolder(t), newFolder(t)];
  for (const folder of [one, two]) {
    const journal = await openIn(t, folder);
    await fill(journal, 4, FILE_BYTES_MAX / 2.5);
    await journal.close();
  }
  const name = journalFiles(one)[1] ?? '';
  renameSync(join(two, name), join(one, name));
  await assert.rejects(openIn(t, one), mismatching(new RegExp(`${name} belongs to another`)));
});

test('a file of an older life of the same journal is noticed at open', async (t) => {
  const [folder, copy] = [newFolder(t), newFolder(t)];
  const journal = await openIn(t, folder);
  await fill(journal, 1, FILE_BYTES_MAX / 2.5);
  await journal.copyTo(copy);
  const other = await openIn(t, copy);
  await commit(other, block(2, 1, 110_000), block(3, 1, 120_000));
  await commit(journal, block(2, 1, 110_001), block(3, 1, 120_000));
  await Promise.all([journal.close(), other.close()]);
  const name = journalFiles(folder)[1] ?? '';
  renameSync(join(copy, name), join(folder, name));
  await assert.rejects(openIn(t, folder), mismatching(new RegExp(`${name} does not follow`)));
});

test('a file that is not a database is named', async (t) => {
  const folder = newFolder(t);
  await (await openIn(t, folder)).close();
  const name = journalFiles(folder)[0] ?? '';
  writeFileSync(join(folder, name), 'not a database, whatever its name says. '.repeat(500));
  await assert.rejects(openIn(t, folder), mismatching(new RegExp(`${name} .*not a database`)));
});

test('an empty file under a journal name is named', async (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'journal-000000000001.db'), '');
  await assert.rejects(openIn(t, folder), mismatching(/journal-000000000001\.db/));
});

test('a flipped bit is noticed when it is read', async (t) => {
  const folder = newFolder(t);
  const journal = await openIn(t, folder);
  await commit(journal, block(1, 1, 50), block(2, 1, 50));
  await journal.close();
  const db = new DatabaseSync(join(folder, journalFiles(folder)[0] ?? ''));
  db.exec(
    "update block set text = cast(replace(cast(text as text), 'xx', 'xy') as blob) where first = 2",
  );
  db.close();
  const again = await openIn(t, folder);
  await assert.rejects(readAll(again, 1), mismatching(/damaged at position 2/));
});

test('a torn -wal loses nothing that was in it before', async (t) => {
  const folder = newFolder(t);
  const journal = await openIn(t, folder, { fileBytesMax: 1e9 });
  await fill(journal, 20, 1000);
  const image = newFolder(t);
  const name = journalFiles(folder)[0] ?? '';
  // Read-only copies of a quiet journal: what a power cut would leave.
  for (const end of ['', '-wal']) cpSync(join(folder, name + end), join(image, name + end));
  const wal = join(image, `${name}-wal`);
  truncateSync(wal, statSync(wal).size - 100);
  const again = await openIn(t, image, { fileBytesMax: 1e9 });
  assert.equal(again.head, 19);
  assert.equal((await readAll(again, 1)).length, 19);
  await commit(again, block(20));
});

test('drafts and widowed companions of a kill are swept away', async (t) => {
  const folder = newFolder(t);
  const journal = await openIn(t, folder);
  await fill(journal, 4, FILE_BYTES_MAX / 2.5);
  await journal.close();
  for (const name of [
    'journal-000000000005.db.new',
    'journal-000000000005.db.new-wal',
    'journal-000000000000.db-shm',
    'journal.reserve.new',
  ])
    writeFileSync(join(folder, name), 'x');
  const again = await openIn(t, folder);
  assert.equal(again.head, 4);
  await again.close();
  assert.deepEqual(readdirSync(folder), journalFiles(folder));
});

test('a copy is not written over another journal', async (t) => {
  const journal = await openIn(t, newFolder(t));
  const target = newFolder(t);
  await commit(journal, block(1));
  await journal.copyTo(target);
  await assert.rejects(journal.copyTo(target), mismatching(/already holds a journal/));
});

test('without a pause in the load the -wal begins again before its file is full', async (t) => {
  const folder = newFolder(t);
  const [walBytesMax, bytes] = [16 * 1024 * 1024, 125_000];
  const journal = await openIn(t, folder, { fileBytesMax: 1e9, walBytesMax });
  let largest = 0;
  for (let written = 0; written < walBytesMax * 2; written += bytes) {
    await commit(journal, block(journal.head + 1, 1, bytes));
    const wal = join(folder, `${journalFiles(folder)[0]}-wal`);
    largest = Math.max(largest, statSync(wal).size);
  }
  assert.ok(largest < walBytesMax * 1.5, `${largest} bytes`);
});
