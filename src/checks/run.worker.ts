import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type DataJob, runData, whyOf } from './engine/run.ts';

/** Behind the desk's own threads: a check can wait, an alarm cannot. */
const NICE = 10;

try {
  setPriority(NICE); // on Linux of this thread alone
} catch {
  // Then it runs like the others.
}

try {
  parentPort?.postMessage({ is: 'done', result: await runData(workerData as DataJob) });
} catch (error) {
  parentPort?.postMessage({ is: 'broken', why: whyOf(error) });
}
