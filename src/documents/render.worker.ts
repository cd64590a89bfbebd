import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type RenderJob, renderJob } from './job.ts';

/** Behind the desk's own threads: a document can wait, an alarm cannot. */
const NICE = 10;

try {
  setPriority(NICE); // on Linux of this thread alone
} catch {
  // Then it runs like the others.
}

parentPort?.postMessage(await renderJob(workerData as RenderJob));
