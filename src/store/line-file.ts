import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Log } from '../base/log.ts';

/** Lines of one write: the loop is never held up for long. */
const LINES_AT_ONCE = 500;

/** Lines that outlive a restart and may be lost: exchanged as a whole, old or new, never half. */
export interface LineFile {
  /** Empty when nobody wrote it, or it cannot be read. */
  read(): readonly string[];
  /** On disk when it resolves. What cannot be written is logged. One write at a time. */
  write(lines: Iterable<string>): Promise<void>;
}

export function openLineFile(file: string, log: Log): LineFile {
  let writing: Promise<void> = Promise.resolve();
  return {
    read() {
      try {
        return readFileSync(file, 'utf8').split('\n').filter(Boolean);
      } catch {
        return [];
      }
    },
    write(lines) {
      writing = writing.then(() =>
        exchanged(file, lines).catch((error: unknown) => log.warn('health.not-kept', { error })),
      );
      return writing;
    },
  };
}

async function exchanged(file: string, lines: Iterable<string>): Promise<void> {
  const fresh = `${file}.new`;
  await rm(fresh, { force: true });
  const handle = await open(fresh, 'wx', 0o600);
  try {
    let some: string[] = [];
    for (const line of lines) {
      if (some.push(line) < LINES_AT_ONCE) continue;
      await handle.write(`${some.join('\n')}\n`);
      some = [];
    }
    if (some.length > 0) await handle.write(`${some.join('\n')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}
