import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { after, type Millis } from '../base/time.ts';
import { lengthText } from '../domain/check/words.ts';
import type { Job, JobResult } from './job.ts';

export type Ran =
  | { readonly is: 'done'; readonly result: JobResult }
  | { readonly is: 'broken'; readonly why: string };

/** Runs one job to its end, whatever comes of it. Never rejects. */
export type RunJob = (job: Job, limit: Millis, signal: AbortSignal) => Promise<Ran>;

/** Memory of one run's JavaScript; the typed arrays of tables are outside it. */
const THREAD_MIB_MAX = 1_024;

/** Each run in a thread of its own, which ends with it: nothing of it reaches the main thread. */
export const threadRunner =
  (clock: Clock): RunJob =>
  (job, limit, signal) =>
    new Promise((resolve) => {
      const worker = new Worker(new URL('./run.worker.ts', import.meta.url), {
        workerData: job,
        resourceLimits: { maxOldGenerationSizeMb: THREAD_MIB_MAX },
      });
      const done = (ran: Ran): void => {
        cancel();
        signal.removeEventListener('abort', stop);
        void worker.terminate();
        resolve(ran);
      };
      const cancel = clock.at(after(clock.now(), limit), () =>
        done({ is: 'broken', why: `it took longer than ${lengthText(limit)} and was ended` }),
      );
      const stop = (): void => done({ is: 'broken', why: 'the desk was stopped' });
      signal.addEventListener('abort', stop, { once: true });
      worker.on('message', (ran: Ran) => done(ran));
      worker.on('error', (error) => done({ is: 'broken', why: error.message }));
      worker.on('exit', () => done({ is: 'broken', why: 'its thread ended' }));
    });
