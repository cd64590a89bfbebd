import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block, Journal, Position } from '../../src/ports/journal.ts';

/** What a suite needs of a journal in order to try it: each `place` is a journal's home. */
export interface Bench {
  readonly name: string;
  /** A home that holds no journal yet. */
  place(): Place;
}
export interface Place {
  nowMs: number;
  open(): Promise<Journal>;
  /** Opens what `copyTo(folder)` left in `folder()`. */
  openCopy(): Promise<Journal>;
  readonly copyFolder: string;
}

/** Size at which the journals under test begin a new file. */
export const FILE_BYTES_MAX = 300_000;
const MIB = 1024 * 1024;

export const block = (first: Position, count = 1, bytes = 10): Block => ({
  first,
  count,
  text: Array.from({ length: count }, (_, i) =>
    JSON.stringify({ n: first + i, pad: '✓é'.padEnd(bytes, 'x') }),
  ).join('\n'),
});

export async function readAll(journal: Journal, from: Position): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const one of journal.read(from)) blocks.push(one);
  return blocks;
}

export async function commit(journal: Journal, ...blocks: readonly Block[]): Promise<void> {
  for (const one of blocks) assert.equal((await journal.append(one)).is, 'committed');
}

/** Appends `count` blocks of one entry each. */
export async function fill(journal: Journal, count: number, bytes: number): Promise<Block[]> {
  const blocks = Array.from({ length: count }, (_, i) => block(journal.head + 1 + i, 1, bytes));
  await commit(journal, ...blocks);
  return blocks;
}

/** What the port promises, whichever journal stands behind it. */
export function journalContract({ name, place }: Bench): void {
  const claim = (title: string, body: (home: Place, journal: Journal) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const home = place();
      const journal = await home.open();
      try {
        await body(home, journal);
      } finally {
        await journal.close();
      }
    });
  };

  claim('an empty journal has an id, head 0, tail 1 and nothing to read', async (_, journal) => {
    assert.match(journal.id, /^[0-9a-f-]{36}$/);
    assert.deepEqual([journal.head, journal.tail], [0, 1]);
    assert.deepEqual(await readAll(journal, 1), []);
  });

  claim('what was committed is read back as it was, in order', async (_, journal) => {
    const blocks = [block(1), block(2, 3), block(5, 1000, 50)];
    await commit(journal, ...blocks);
    assert.equal(journal.head, 1004);
    assert.deepEqual(await readAll(journal, 1), blocks);
  });

  claim('reading from inside a block begins with that block', async (_, journal) => {
    const blocks = [block(1, 3), block(4, 3), block(7)];
    await commit(journal, ...blocks);
    assert.deepEqual(await readAll(journal, 5), blocks.slice(1));
    assert.deepEqual(await readAll(journal, 4), blocks.slice(1));
    assert.deepEqual(await readAll(journal, 7), blocks.slice(2));
    assert.deepEqual(await readAll(journal, 8), []);
  });

  claim('id, head and blocks outlive a close', async (home, journal) => {
    await commit(journal, block(1, 2));
    await journal.close();
    const again = await home.open();
    assert.deepEqual([again.id, again.head], [journal.id, 2]);
    await commit(again, block(3));
    assert.deepEqual(await readAll(again, 1), [block(1, 2), block(3)]);
    await again.close();
  });

  claim('a block that does not follow the head fails and leaves nothing', async (_, journal) => {
    await commit(journal, block(1));
    for (const wrong of [block(1), block(3), { first: 2, count: 0, text: '' }])
      assert.equal((await journal.append(wrong)).is, 'failed');
    await commit(journal, block(2));
    assert.deepEqual(await readAll(journal, 1), [block(1), block(2)]);
  });

  claim('a second append at the same time fails, the first one is kept', async (_, journal) => {
    const both = await Promise.all([journal.append(block(1)), journal.append(block(1))]);
    assert.deepEqual(
      both.map(({ is }) => is),
      ['committed', 'failed'],
    );
    assert.equal(journal.head, 1);
  });

  claim('reading goes on across files while appends go on', async (_, journal) => {
    const before = await fill(journal, 30, 50_000);
    const seen: Block[] = [];
    for await (const one of journal.read(1)) {
      seen.push(one);
      if (seen.length <= 5) await fill(journal, 1, 50_000);
    }
    assert.deepEqual(seen, before);
    assert.equal(journal.head, 35);
  });

  claim('retention by size unlinks whole files, oldest first', async (_, journal) => {
    const blocks = await fill(journal, 12, FILE_BYTES_MAX / 2.5);
    const kept = { keepMs: 1e12, bytesMax: FILE_BYTES_MAX * 3, oldestNeeded: 13 };
    const { removedFiles, tail } = await journal.retain(kept);
    assert.ok(removedFiles > 0 && tail > 1 && tail < 12, `${removedFiles} files, tail ${tail}`);
    assert.equal(journal.tail, tail);
    assert.deepEqual(await readAll(journal, tail), blocks.slice(tail - 1));
    assert.deepEqual(await readAll(journal, 1), blocks.slice(tail - 1));
  });

  claim('retention by age keeps what is exactly as old as allowed', async (home, journal) => {
    await fill(journal, 12, FILE_BYTES_MAX / 2.5);
    const limits = { keepMs: 1000, bytesMax: 1000 * MIB, oldestNeeded: 13 };
    home.nowMs += 1000;
    assert.equal((await journal.retain(limits)).removedFiles, 0);
    home.nowMs += 1;
    assert.ok((await journal.retain(limits)).removedFiles > 0);
    assert.ok(journal.tail > 1);
    await commit(journal, block(13));
  });

  claim('retention never goes past what is needed', async (_, journal) => {
    await fill(journal, 12, FILE_BYTES_MAX / 2.5);
    for (const oldestNeeded of [1, 4, 5, 6, 7, 12, 13]) {
      const { tail } = await journal.retain({ keepMs: 0, bytesMax: 0, oldestNeeded });
      assert.ok(tail <= oldestNeeded, `tail ${tail}, needed ${oldestNeeded}`);
      assert.equal((await readAll(journal, oldestNeeded))[0]?.first ?? 13, oldestNeeded);
    }
  });

  claim('head and tail outlive retention and a close', async (home, journal) => {
    await fill(journal, 12, FILE_BYTES_MAX / 2.5);
    const { tail } = await journal.retain({ keepMs: 1e12, bytesMax: 0, oldestNeeded: 8 });
    await journal.close();
    const again = await home.open();
    assert.deepEqual([again.tail, again.head], [tail, 12]);
    await again.close();
  });

  claim('a copy made while appends go on is a journal up to the call', async (home, journal) => {
    const before = await fill(journal, 12, FILE_BYTES_MAX / 2.5);
    const copying = journal.copyTo(home.copyFolder);
    const after = await fill(journal, 6, FILE_BYTES_MAX / 2.5);
    await copying;
    const copy = await home.openCopy();
    assert.equal(copy.id, journal.id);
    const read = await readAll(copy, 1);
    assert.ok(copy.head >= 12);
    assert.deepEqual(read, [...before, ...after].slice(0, copy.head));
    await copy.close();
    assert.equal(journal.head, 18);
  });

  claim('after close an append fails, and a second close is no harm', async (_, journal) => {
    await journal.close();
    await journal.close();
    assert.equal((await journal.append(block(1))).is, 'failed');
  });
}
