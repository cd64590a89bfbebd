import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { millis } from '../../src/base/time.ts';
import { RUN_LIMITS } from '../../src/domain/run/run.ts';
import { type ChildSpec, runChild } from '../../src/runs/child.ts';
import { CommandThread } from '../../src/runs/command-thread.ts';
import { turn } from '../support/desk.ts';

const clock = systemClock();
const long = millis(60_000);

/** A program of one line, run by the Node of the tests. */
const node = (script: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  ...{ path: process.execPath, arguments: ['-e', script], directory: tmpdir() },
  ...{ environment: {}, timeout: long, grace: millis(2_000), hidden: new Set(), ...more },
});
const run = (spec: ChildSpec, signal = new AbortController().signal) =>
  runChild(spec, clock, signal);

/** A dead process that nobody has asked after yet is dead too. */
function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

test('each argument arrives as it is, whatever a shell would make of it', async () => {
  const words = ['$HOME', '; rm -rf /', '`id`', 'a  b', "it's", '"', '*', '{{x}}', '', '-x'];
  const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
  const spec = { ...node(''), arguments: ['-e', script, '--', ...words] };
  const sent = await run(spec);
  assert.deepEqual(sent, { is: 'done', output: `exit 0\n${JSON.stringify(words)}` });
});

test('the environment is what is named, the directory too, and nothing can be read from stdin', async () => {
  const script =
    'console.log(JSON.stringify([process.env, process.cwd(), require("fs").readFileSync(0, "utf8")]))';
  const sent = await run(node(script, { environment: { A: 'b' }, directory: '/' }));
  assert.deepEqual(sent, {
    is: 'done',
    output: `exit 0\n${JSON.stringify([{ A: 'b' }, '/', ''])}`,
  });
});

test('another code than 0 has failed; what it wrote is kept', async () => {
  const script = 'console.log("half"); console.error("no disk"); process.exitCode = 3';
  const sent = await run(node(script));
  assert.deepEqual(sent, { is: 'failed', output: 'exit 3\nhalf\nstderr:\nno disk' });
  const killed = await run(node('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 9)'));
  assert.deepEqual(killed, { is: 'failed', output: 'ended by SIGTERM' });
});

test('what cannot be started has failed and says where to look', async () => {
  for (const [spec, code] of [
    [node('', { path: '/none/such' }), 'ENOENT'],
    [node('', { directory: '/none/such' }), 'ENOENT'],
    [node('', { path: tmpdir() }), 'EACCES'],
    [node('', { arguments: ['a\0b'] }), 'ERR_INVALID_ARG_VALUE'],
  ] as const) {
    const { is, output } = await run(spec);
    assert.deepEqual([is, output.includes(code)], ['failed', true], output);
    assert.match(output, /could not be started .*path and directory/);
  }
});

const PARENT = `
const { spawn } = require('child_process');
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 9)'], { stdio: 'inherit' });
console.log(child.pid);`;

test('one that takes too long is ended with all of its group', async () => {
  const timeout = millis(1_500);
  const { is, output } = await run(node(`${PARENT} setInterval(() => {}, 9)`, { timeout }));
  assert.equal(is, 'failed');
  const [, pid] = /^It took longer than 1\.5 s and was ended\.\n(\d+)$/.exec(output) ?? [];
  await until(() => !lives(Number(pid)));
});

test('one that will not end is ended', async () => {
  const script = 'process.on("SIGTERM", () => console.log("no")); setInterval(() => {}, 9)';
  const spec = node(`${script}; console.log("up")`, { timeout: millis(1_000), grace: millis(50) });
  const { is, output } = await run(spec);
  assert.equal(is, 'failed');
  assert.match(output, /^It took longer than 1 s and was ended\.\nup/);
});

test('what it leaves running ends with it', async () => {
  const { is, output } = await run(node(`${PARENT} setTimeout(() => process.exit(0), 20)`));
  assert.equal(is, 'done');
  await until(() => !lives(Number(output.split('\n')[1])));
});

test('a run that is stopped ends its command; one stopped before starts none', async () => {
  const leave = new AbortController();
  const thread = new CommandThread();
  const sent = thread.run(node(`${PARENT} setInterval(() => {}, 9)`), leave.signal);
  const other = thread.run(node('console.log("other")'), new AbortController().signal);
  assert.deepEqual(await other, { is: 'done', output: 'exit 0\nother' }, 'two at the same time');
  leave.abort();
  const { is, output } = await sent;
  assert.equal(is, 'failed');
  assert.match(output, /^The run was stopped, and it was ended\./);
  const none = await thread.run(node('console.log("x")'), leave.signal);
  assert.match(none.output, /^It was not started|^The run was stopped/);
});

test('of much output beginning and end are kept, to the character', async () => {
  const first = 'exit 0\n';
  const room = RUN_LIMITS.output_chars_max - first.length;
  const write = (n: number) => node(`process.stdout.write("a" + "b".repeat(${n - 2}) + "c")`);
  assert.match((await run(write(room))).output, /^exit 0\nab+c$/);
  const { output } = await run(write(room + 1));
  assert.ok(output.length <= RUN_LIMITS.output_chars_max);
  assert.match(output, new RegExp(`^exit 0\nab+\n… of ${room + 1} characters …\nb+c$`));
  const much = await run(node('process.stdout.write("a" + "é".repeat(4_000_000) + "c")'));
  assert.match(much.output, /^exit 0\naé+\n… of 4000002 characters …\né+c$/);
  assert.ok(much.output.length <= RUN_LIMITS.output_chars_max);
});

test('no part of a secret is kept, wherever the output is cut', async () => {
  const secret = 'hush-hush-0123456789';
  const hidden = new Set([secret]);
  for (const many of [90, 200, 5_000]) {
    for (const pad of [0, 7, 13]) {
      const script = `process.stdout.write("${'x'.repeat(pad)}" + "${secret}".repeat(${many}))`;
      const { output } = await run(node(script, { hidden }));
      assert.doesNotMatch(output.replaceAll('<secret>', ''), /hus|0123|6789|-h/, `${many} ${pad}`);
      assert.match(output, /<secret>/);
    }
  }
});
