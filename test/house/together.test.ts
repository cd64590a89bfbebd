import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-together-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const TOGETHER = new URL('../../scripts/together.ts', import.meta.url).href;

/** Runs these texts as test files in one process, in this order. */
function run(...texts: readonly string[]) {
  const files = texts.map((text, i) => {
    const path = join(folder, `${i}.test.mjs`);
    writeFileSync(path, `import { after, before, test } from 'node:test';\n${text}`);
    return path;
  });
  const entry = join(folder, 'entry.mjs');
  const call = `await together(${JSON.stringify(files)});`;
  writeFileSync(entry, `import { together } from '${TOGETHER}';\n${call}\n`);
  // No environment: this process being a test is not for that one to know.
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry], {
    encoding: 'utf8',
    env: {},
    timeout: 60_000,
  });
  const count = (what: string) => Number(new RegExp(`^. ${what} (\\d+)$`, 'm').exec(stdout)?.[1]);
  return { status, stdout, stderr, passed: count('pass'), failed: count('fail') };
}

const SIMPLE = "test('simple', () => {});";

test('each file has its own hooks, also when nothing keeps the process awake', () => {
  const hooks = `let open = false;
    before(() => { open = true; console.log('opened'); });
    after(() => console.log('closed'));
    test('open', () => { if (!open) throw new Error('shut'); });
    test('asleep', () => new Promise((done) => setTimeout(done, 9).unref()));`;
  const { status, stdout, passed, failed } = run(hooks, SIMPLE, hooks);
  assert.deepEqual([status, passed, failed], [0, 5, 0], stdout);
  assert.deepEqual(stdout.match(/opened|closed/g), ['opened', 'closed', 'opened', 'closed']);
});

test('what fails in one file is told and fails the run; the files after it run all the same', () => {
  const bad = run("test('bad', () => { throw new Error('no'); });", SIMPLE);
  assert.deepEqual([bad.status, bad.passed, bad.failed], [1, 1, 1], bad.stdout);
  const absent = run("import './absent.mjs';", SIMPLE);
  assert.deepEqual([absent.status, absent.passed], [1, 1], absent.stdout);
  assert.match(absent.stdout, /✖ .*0\.test\.mjs/);
  const late = "test('l', () => { setTimeout(() => { throw new Error('late'); }, 1); });";
  const tardy = run(late, "test('w', () => new Promise((done) => setTimeout(done, 50)));");
  assert.deepEqual([tardy.status, tardy.passed], [1, 2], tardy.stdout);
});

test('a file that ends the process is named, and the run fails', () => {
  const { status, stderr } = run(SIMPLE, "test('out', () => process.exit(0));", SIMPLE);
  assert.notEqual(status, 0);
  assert.match(stderr, /^The process ended in .*1\.test\.mjs\.$/m);
});
