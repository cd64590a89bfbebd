import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { readAll } from './contract.ts';
import { newFolder, openIn } from './home.ts';

const KILLS = 8;
const appender = new URL('./children/appender.ts', import.meta.url).pathname;

/** Lets a child append until it has reported `lines` commits, kills it, returns the last one. */
async function killAfter(folder: string, lines: number): Promise<number> {
  const child = spawn(process.execPath, [appender, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  let [seen, last] = [0, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line); // what was still in the pipe when the child died counts too
    if (++seen === lines) child.kill('SIGKILL');
  }
  assert.deepEqual(await gone, [null, 'SIGKILL']);
  return last;
}

test('whatever a killed process had reported as committed is there, without gaps', async (t) => {
  const folder = newFolder(t);
  for (let kill = 0; kill < KILLS; kill++) {
    const reported = await killAfter(folder, 40 + 97 * kill);
    const journal = await openIn(t, folder);
    assert.ok(journal.head >= reported, `kill ${kill}: ${journal.head} of ${reported}`);
    let next = 1;
    for (const { first, count, text } of await readAll(journal, 1)) {
      assert.equal(first, next);
      for (const line of text.split('\n'))
        assert.equal((JSON.parse(line) as { n: number }).n, next++);
      assert.equal(next, first + count);
    }
    assert.equal(next, journal.head + 1);
    await journal.close();
  }
});
