import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { KEEP_LIMITS, type Keep } from '../ports/source.ts';

/** Folder in the data folder; backups leave it out, see `Keep`. */
export const KEEP_FOLDER = 'kept';

const KEY = /^[a-z][a-z0-9-]*$/;

/** One file per key, readable by its owner only, exchanged as a whole: old or new, never half. */
export function openKeep(folder: string, owner: string): Keep {
  const fileOf = (key: string): string => {
    const wrong = !KEY.test(key) || key.length > KEEP_LIMITS.key_chars_max;
    if (wrong) throw new RangeError(`a key like ${KEY} expected, "${key}" found`);
    return join(folder, `${owner.replaceAll('/', '_')}.${key}`);
  };
  return {
    read(key) {
      try {
        return readFileSync(fileOf(key), 'utf8');
      } catch {
        return undefined; // not there yet, or not readable: the source begins anew either way
      }
    },
    write(key, value) {
      if (Buffer.byteLength(value) > KEEP_LIMITS.value_bytes_max) {
        throw new RangeError(`at most ${KEEP_LIMITS.value_bytes_max} bytes expected`);
      }
      const file = fileOf(key);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      written(`${file}.new`, value);
      renameSync(`${file}.new`, file);
      const holder = openSync(folder, 'r');
      fsyncSync(holder);
      closeSync(holder);
    },
  };
}

function written(file: string, value: string): void {
  const at = openSync(file, 'w', 0o600);
  try {
    writeSync(at, value);
    fsyncSync(at);
  } finally {
    closeSync(at);
  }
}
