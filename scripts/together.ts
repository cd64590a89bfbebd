import { suite } from 'node:test';
import { pathToFileURL } from 'node:url';

const AWAKE_MS = 2 ** 30;

/**
 * Runs the tests of several files in this process, one file after the other. The modules that
 * they share are loaded once; hooks and failures stay with the file that they are in. The title
 * of the process is the file that runs: `.ci/run` reads it there when it must stop.
 */
export async function together(files: readonly string[]): Promise<void> {
  let running: string | undefined;
  process.on('exit', () => {
    if (running === undefined) return;
    process.exitCode = 1;
    console.error(`The process ended in ${running}.`);
  });
  // With nothing to wait for, the runner would end here and leave out the files to come.
  const awake = setInterval(() => {}, AWAKE_MS);
  for (const file of files) {
    running = file;
    process.title = file;
    await suite(file, async () => {
      await import(pathToFileURL(file).href);
    });
  }
  running = undefined;
  clearInterval(awake);
}
