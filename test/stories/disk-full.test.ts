import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';

const ROOT = process.getuid?.() === 0;
const skip = ROOT ? false : 'it mounts a small disk of its own, which only root may do';

const DISK_MIB = 60;
const POSTS_MAX = 5_000;
const RECOVERED_WITHIN_MS = 20_000;

/** A disk of its own, so small that it is soon full. */
function smallDisk(): { folder: string; unmount(): void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder]);
  } catch {
    rmSync(folder, { recursive: true });
    return undefined; // a container without the right to mount
  }
  return {
    folder,
    unmount() {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Writes until nothing more goes in. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  for (let bytes = 1 << 20; bytes >= 512; bytes /= 2) {
    const chunk = Buffer.alloc(bytes, 1);
    try {
      for (;;) writeSync(file, chunk);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    }
  }
  fsyncSync(file);
  closeSync(file);
}

const nameOf = (i: number): string => `Alarm${i}`;

function post(desk: Program, i: number): Promise<Response> {
  const annotations = { summary: `${i} `.repeat(1_000) };
  return fetch(`${desk.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname: nameOf(i), instance: 'core-1' }, annotations }]),
  });
}

const ready = async (desk: Program): Promise<number> => (await fetch(`${desk.url}/-/ready`)).status;

async function alertNames(desk: Program): Promise<Set<string>> {
  const alerts = (await (await fetch(`${desk.url}/api/v2/alerts`)).json()) as {
    labels: Record<string, string>;
  }[];
  return new Set(alerts.map((a) => a.labels.alertname ?? ''));
}

test('a full disk is said, nothing answered is lost, and the desk goes on when there is room', {
  skip,
}, async (t) => {
  const disk = smallDisk();
  if (disk === undefined) return t.skip('this machine does not let root mount a disk');
  t.after(() => disk.unmount());
  const data = join(disk.folder, 'data');
  const ballast = join(disk.folder, 'ballast');
  let desk = await startProgram(data);
  t.after(() => desk.end('SIGKILL'));
  const answered: string[] = [];
  const take = async (i: number): Promise<Response> => {
    const answer = await post(desk, i);
    if (answer.status === 200) answered.push(nameOf(i));
    return answer;
  };
  assert.equal((await take(0)).status, 200);

  fill(ballast);
  let i = 1;
  let refusal = await take(i);
  while (refusal.status === 200 && i < POSTS_MAX) {
    i += 1;
    refusal = await take(i);
    if (i % 50 === 0) fill(`${ballast}-${i}`); // what the desk gave up fills too
  }
  assert.equal(refusal.status, 503);
  assert.match(refusal.headers.get('retry-after') ?? '', /^\d+$/);
  assert.match(await refusal.text(), /JOURNAL_DOWN|cannot write to its disk now/);
  const red = await fetch(`${desk.url}/-/ready`);
  assert.equal(red.status, 503);
  assert.match(await red.text(), /^The journal takes no writes: .*full/);
  assert.equal((await fetch(`${desk.url}/-/healthy`)).status, 200, 'it lives');
  const page = await fetch(`${desk.url}/`, {
    headers: { authorization: `Bearer ${desk.token()}` },
  });
  assert.match(await page.text(), /id="trouble-says">The desk takes nothing in now/);
  const names = await alertNames(desk);
  assert.deepEqual(
    answered.filter((name) => !names.has(name)),
    [],
    'reading goes on',
  );

  execFileSync('sh', ['-c', `rm ${ballast}*`]);
  const late = AbortSignal.timeout(RECOVERED_WITHIN_MS);
  do {
    i += 1;
    assert.ok(!late.aborted, 'it goes on by itself');
  } while ((await take(i)).status !== 200);
  // The journal goes on at once; history is written again at its next try, a second apart.
  while ((await ready(desk)) !== 200) assert.ok(!late.aborted, 'it is ready by itself');

  await desk.end('SIGKILL');
  desk = await startProgram(data);
  const after = await alertNames(desk);
  assert.deepEqual(
    answered.filter((name) => !after.has(name)),
    [],
  );
});
