import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import {
  type EmbeddedJournal,
  type EmbeddedOptions,
  openEmbeddedJournal,
} from '../../src/journal/embedded.ts';
import { FILE_BYTES_MAX } from './contract.ts';

type Task = () => unknown;
const stacks = new WeakMap<TestContext, Task[]>();

/** Runs `task` when the test ends, last come first: what stands on a folder goes before it. */
export function atEnd(t: TestContext, task: Task): void {
  const stack = stacks.get(t) ?? [];
  if (!stacks.has(t))
    t.after(async () => {
      for (const one of stack.reverse()) await one();
    });
  stacks.set(t, stack);
  stack.push(task);
}

/** A new folder, removed when the test ends. */
export function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-journal-'));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens with small files and without a reserve, closed when the test ends. */
export async function openIn(
  t: TestContext,
  folder: string,
  options: Partial<EmbeddedOptions> = {},
): Promise<EmbeddedJournal> {
  const journal = await openEmbeddedJournal({
    folder,
    clock: { now: () => 1_000_000 as Instant },
    fileBytesMax: FILE_BYTES_MAX,
    reserveBytes: 0,
    ...options,
  });
  atEnd(t, () => journal.close());
  return journal;
}

/** A file system of its own in memory; undefined where this user may not mount one. */
export function tinyDisk(t: TestContext, bytes: number): string | undefined {
  const folder = join(newFolder(t), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tocsin-test', folder], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  atEnd(t, () => execFileSync('umount', [folder]));
  return folder;
}

export const CANNOT_MOUNT = 'this user may not mount a file system';

/** Turns a mounted file system read-only or back. */
export function remount(folder: string, how: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${how}`, folder], { stdio: 'ignore' });
}
