import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { openLineFile } from '../../src/store/line-file.ts';

const folder = (t: { after(done: () => void): void }): string => {
  const made = mkdtempSync(join(tmpdir(), 'tocsin-lines-'));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
};

test('lines are read back, and the next write takes their place whole', async (t) => {
  const path = join(folder(t), 'lines');
  const file = openLineFile(path, silentLog);
  assert.deepEqual(file.read(), []);
  const many = Array.from({ length: 1_234 }, (_, i) => `line ${i}`);
  await Promise.all([file.write(['first']), file.write(many)]);
  assert.deepEqual(openLineFile(path, silentLog).read(), many);
  await file.write([]);
  assert.deepEqual(file.read(), []);
});

test('a write that breaks is logged and leaves what was there', async (t) => {
  const path = join(folder(t), 'lines');
  const told: string[] = [];
  const file = openLineFile(path, { ...silentLog, warn: (event) => void told.push(event) });
  await file.write(['kept']);
  mkdirSync(`${path}.new`);
  await file.write(['lost']);
  assert.deepEqual(told, ['health.not-kept']);
  assert.deepEqual(file.read(), ['kept']);
});
