import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Program, startProgram } from '../crash/program.ts';

const TOCSIN = fileURLToPath(new URL('../../bin/tocsin', import.meta.url));
const run = promisify(execFile);
const tocsin = (...line: readonly string[]) => run(TOCSIN, line, { encoding: 'utf8' });

let root = '';
const running: Program[] = [];
before(() => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-backup-'));
});
after(async () => {
  for (const desk of running) await desk.end('SIGKILL');
  rmSync(root, { recursive: true });
});

async function start(folder: string): Promise<Program> {
  const desk = await startProgram(folder);
  running.push(desk);
  return desk;
}

async function post(desk: Program, name: string): Promise<void> {
  const answer = await fetch(`${desk.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname: name, instance: 'core-1' } }]),
  });
  assert.equal(answer.status, 200);
}

const DURING_MAX = 400;

interface Listed {
  readonly id: string;
  readonly type: string;
}

async function alarmsOf(desk: Program): Promise<readonly Listed[]> {
  const headers = { authorization: `Bearer ${desk.token()}` };
  const answer = await fetch(`${desk.url}/api/v1/alarms?limit=500`, { headers });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { items: readonly Listed[] }).items;
}

test('a copy made while alarms come in starts as a desk with every alarm answered before it', async () => {
  const [data, copy, restored] = ['data', 'copy', 'restored'].map((name) => join(root, name));
  assert.ok(data && copy && restored);
  const desk = await start(data);
  const before = Array.from({ length: 30 }, (_, i) => `Before${i}`);
  for (const name of before) await post(desk, name);
  const backup = tocsin('backup', copy, '--data', data);
  let done = false;
  void backup.finally(() => {
    done = true;
  });
  // All of them must fit on the one page that is looked at.
  for (let i = 0; !done && i < DURING_MAX; i += 1) await post(desk, `During${i}`);
  assert.match((await backup).stdout, /^copied {2}/);
  assert.equal(statSync(copy).mode & 0o777, 0o700, 'it holds password hashes');

  await tocsin('restore', copy, '--storage.path', restored);
  const again = await start(restored);
  const [had, has] = [await alarmsOf(desk), await alarmsOf(again)];
  const types = new Set(has.map((a) => a.type));
  assert.deepEqual(
    before.filter((name) => !types.has(name)),
    [],
  );
  const known = new Map(had.map((a) => [a.id, a]));
  for (const alarm of has) assert.deepEqual(alarm, known.get(alarm.id), 'the very same alarm');
});
