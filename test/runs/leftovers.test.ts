import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { millis } from '../../src/base/time.ts';
import { RUN_VARIABLE } from '../../src/domain/run/command.ts';
import { endLeftovers } from '../../src/runs/leftovers.ts';
import { turn } from '../support/desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-leftovers-'));
after(() => rmSync(folder, { recursive: true }));

const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

/** A desk that runs a command and is killed once the command has written its process id. */
async function killedDesk(mark: string, script: string): Promise<number> {
  const says = join(folder, mark.replaceAll('/', '-'));
  const command = `${script}; require('fs').writeFileSync(${JSON.stringify(says)}, process.pid+'.')`;
  const program = `
import { runChild } from ${at('../../src/runs/child.ts')};
import { systemClock } from ${at('../../src/base/clock.ts')};
const environment = { ${RUN_VARIABLE}: ${JSON.stringify(mark)} };
const spec = { path: process.execPath, arguments: ['-e', ${JSON.stringify(command)}] };
const more = { directory: '/', environment, grace: 1000, timeout: 60_000, hidden: new Set() };
void runChild({ ...spec, ...more }, systemClock(), new AbortController().signal);
setInterval(() => {}, 1_000);`;
  const desk = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: 'inherit',
  });
  const gone = new Promise((resolve) => desk.once('exit', resolve));
  const pid = (): number => {
    try {
      return Number(/^(\d+)\.$/.exec(readFileSync(says, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  };
  while (pid() === 0) await turn();
  desk.kill('SIGKILL');
  await gone;
  return pid();
}

const lives = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

test('a command outlives a desk that was killed; the next start ends it and knows whose it was', {
  skip: process.platform === 'linux' ? false : 'processes are found in /proc, which Linux has',
}, async () => {
  const desk = `leftover-${process.pid}`;
  const hangs = 'setInterval(() => {}, 9)';
  const mild = await killedDesk(`${desk}/run7/2/1`, hangs);
  const hard = await killedDesk(`${desk}/run8/0/3`, `process.on('SIGTERM', () => {}); ${hangs}`);
  const other = await killedDesk(`${desk}-other/run7/2/1`, hangs);
  for (const pid of [mild, hard, other]) assert.ok(lives(pid), 'nothing ended it so far');
  const clock = systemClock();
  const keep = setInterval(() => {}, 1_000); // the clock's own timers keep no process alive
  const found = await endLeftovers(desk, clock, millis(300));
  assert.deepEqual([...(found ?? [])].sort(), [
    ['run7/2/1', 1],
    ['run8/0/3', 1],
  ]);
  while (lives(mild) || lives(hard)) await turn();
  assert.ok(lives(other), 'another desk on this machine keeps what it runs');
  assert.deepEqual(
    [...((await endLeftovers(`${desk}-other`, clock, millis(300))) ?? [])].length,
    1,
  );
  clearInterval(keep);
});
