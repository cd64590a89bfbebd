import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import type { DeskError } from '../../src/base/errors.ts';
import { holdFolder } from '../../src/journal/lock.ts';
import { atEnd, newFolder } from './home.ts';

const holder = new URL('./children/holder.ts', import.meta.url).pathname;

/** A process that tries to hold the folder, and what it said. */
async function tryIt(
  t: TestContext,
  folder: string,
): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [holder, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, () => child.kill('SIGKILL'));
  const [said] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, said: String(said) };
}

const inUse = (pid: number, folder: string) => (error: unknown) => {
  assert.equal((error as DeskError).code, 'DATA_IN_USE');
  assert.deepEqual((error as DeskError).facts, { pid, folder });
  return true;
};

test('a second process is refused with the pid of the first, and in after a kill', async (t) => {
  const folder = newFolder(t);
  const first = await tryIt(t, folder);
  assert.equal(first.said, 'held');
  assert.equal((await tryIt(t, folder)).said, `DATA_IN_USE ${first.child.pid} ${folder}`);
  assert.throws(() => holdFolder(folder, process.pid), inUse(Number(first.child.pid), folder));

  const gone = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await gone;
  const hold = holdFolder(folder, process.pid);
  atEnd(t, hold.release);
  assert.equal((await tryIt(t, folder)).said, `DATA_IN_USE ${process.pid} ${folder}`);
});

test('a new data folder is its owner’s alone', (t) => {
  const folder = join(newFolder(t), 'data');
  atEnd(t, holdFolder(folder, process.pid).release);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('a second hold in one process is refused, and does not free the first', async (t) => {
  const folder = newFolder(t);
  const hold = holdFolder(folder, process.pid);
  atEnd(t, hold.release);
  assert.throws(() => holdFolder(folder, process.pid), inUse(process.pid, folder));
  assert.equal((await tryIt(t, folder)).said, `DATA_IN_USE ${process.pid} ${folder}`);
});

test('a released folder can be held again, and releasing twice is no harm', (t) => {
  const folder = newFolder(t);
  const hold = holdFolder(folder, 1);
  hold.release();
  const again = holdFolder(folder, 2);
  hold.release();
  assert.throws(() => holdFolder(folder, 3), inUse(2, folder));
  again.release();
});

test('a damaged lock.db is named', (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'lock.db'), 'no database at all. '.repeat(300));
  assert.throws(
    () => holdFolder(folder, 1),
    (error: DeskError) => {
      assert.equal(error.code, 'DATA_MISMATCH');
      return /lock\.db is damaged/.test(error.message);
    },
  );
});
