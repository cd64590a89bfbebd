import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { whyOf } from './engine/run.ts';
import { type Job, runJob } from './job.ts';

/** Behind the desk's own threads: a check can wait, an alarm cannot. */
const NICE = 10;

try {
  setPriority(NICE); // on Linux of this thread alone
} catch {
  // Then it runs like the others.
}

try {
  parentPort?.postMessage({ is: 'done', result: await runJob(workerData as Job) });
} catch (error) {
  parentPort?.postMessage({ is: 'broken', why: whyOf(error) });
}
