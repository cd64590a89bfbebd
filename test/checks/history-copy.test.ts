import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openHistory } from '../../src/checks/history.ts';

const root = mkdtempSync(join(tmpdir(), 'tocsin-history-'));
after(() => rmSync(root, { recursive: true }));

test('a copy has the history, its figures and its evidence, and goes on as what it was', async () => {
  const [folder, copy] = [join(root, 'checks'), join(root, 'copy', 'checks')];
  mkdirSync(join(folder, 'trades'), { recursive: true });
  const history = openHistory(folder);
  assert.deepEqual(await history.runsOf('trades', 10), []);
  writeFileSync(join(folder, 'trades', 'r1.csv'), 'a,b\n1,2\n');
  const run = {
    ...{ check: 'trades', run: 'r1', at: 1_000, verdict: 'failed', tests: 2, failed: 1, broken: 0 },
    ...{ rows: 7, tookMs: 3, text: 'one row is bad' },
    evidence: [
      { file: 'r1.csv', what: 'bad rows', rows: 1, bytes: 8, isCut: false },
      { file: 'gone.csv', what: 'taken away by hand', rows: 1, bytes: 8, isCut: false },
    ],
  };
  const points = { north: [{ at: 1_000 as never, value: 4 }] };
  await history.ended({ run, counts: { rows: 7 }, points });
  const runs = await history.runsOf('trades', 10);
  await history.copyTo(copy);
  await history.ended({ run: { ...run, run: 'r2', at: 2_000 }, counts: {}, points: {} });
  await history.close();
  const again = openHistory(copy);
  assert.deepEqual(await again.runsOf('trades', 10), runs);
  assert.deepEqual(await again.countsOf('trades'), { rows: 7 });
  assert.deepEqual(await again.pointsOf('trades', 10), { north: [{ at: 1_000, value: 4 }] });
  assert.equal(readFileSync(join(copy, 'trades', 'r1.csv'), 'utf8'), 'a,b\n1,2\n');
  await again.close();
});

test('a desk without checks has an empty history to copy', async () => {
  const history = openHistory(join(root, 'none'));
  await history.copyTo(join(root, 'none-copied'));
  await history.close();
  const again = openHistory(join(root, 'none-copied'));
  assert.deepEqual(await again.runsOf('trades', 10), []);
  await again.close();
});
