import { writeSync } from 'node:fs';
import { DeskError } from '../../../src/base/errors.ts';
import { holdFolder } from '../../../src/journal/lock.ts';

/** Holds a folder until it is killed, or says who does. */
try {
  holdFolder(process.argv[2] ?? '', process.pid);
  writeSync(1, 'held\n');
  setInterval(() => {}, 60_000);
} catch (error) {
  if (!(error instanceof DeskError)) throw error;
  writeSync(1, `${error.code} ${error.facts.pid} ${error.facts.folder}\n`);
}
