import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';

let root = '';
let desk: Program;
before(async () => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-second-'));
  desk = await startProgram(join(root, 'data'));
});
after(async () => {
  await desk.end('SIGKILL');
  rmSync(root, { recursive: true });
});

const healthy = async (): Promise<number> => (await fetch(`${desk.url}/-/healthy`)).status;

test('a second desk on the same data is refused with the pid of the first, which goes on', async () => {
  await assert.rejects(startProgram(join(root, 'data')), (error: Error) => {
    assert.match(error.message, /^the desk ended with 7: /);
    assert.match(error.message, new RegExp(`error\\[DATA_IN_USE\\].*\\(process ${desk.pid}\\)`));
    assert.match(error.message, /--storage\.path/);
    return true;
  });
  assert.equal(await healthy(), 200);
});

test('a second desk on the same port says so, and what to do', async () => {
  const listen = `--web.listen-address=${new URL(desk.url).host}`;
  await assert.rejects(startProgram(join(root, 'other'), [listen]), (error: Error) => {
    assert.match(error.message, /^the desk ended with 2: /);
    assert.match(error.message, /error\[LISTEN_FAILED\].*it is in use.*--web\.listen-address/);
    assert.doesNotMatch(error.message, /^ +at /m, 'no stack');
    return true;
  });
  assert.equal(await healthy(), 200);
});

test('a data folder that cannot be made is named', async () => {
  const folder = join(root, 'data', 'store.db', 'x');
  await assert.rejects(startProgram(folder), (error: Error) => {
    assert.match(error.message, /^the desk ended with 2: /);
    assert.ok(error.message.includes(`error[SETTINGS_INVALID]: ${folder}: `), error.message);
    return true;
  });
});
