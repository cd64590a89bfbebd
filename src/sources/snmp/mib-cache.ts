import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Twice what a folder at its limits makes. */
const IMAGE_BYTES_MAX = 1_073_741_824;

/** What was kept; undefined when it cannot be read. Whether it is whole, `Names.open` says. */
export function readImage(file: string): SharedArrayBuffer | undefined {
  try {
    const at = openSync(file, 'r');
    try {
      const { size } = fstatSync(at);
      if (size > IMAGE_BYTES_MAX) return undefined;
      const memory = new SharedArrayBuffer(size);
      const bytes = Buffer.from(memory);
      let done = 0;
      while (done < size) {
        const more = readSync(at, bytes, done, size - done, done);
        if (more === 0) return undefined;
        done += more;
      }
      return memory;
    } finally {
      closeSync(at);
    }
  } catch {
    return undefined; // it can be made again
  }
}

/** Exchanged as a whole. Throws what the file system throws. */
export function writeImage(file: string, image: SharedArrayBuffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, Buffer.from(image), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
