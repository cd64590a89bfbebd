import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { after, seconds } from '../base/time.ts';
import { RENDER_LIMITS, type Rendered, type RenderJob } from './job.ts';

/** Renders one document, whatever comes of it. Never rejects. */
export type Render = (job: RenderJob, signal: AbortSignal) => Promise<Rendered>;

/** Each in a thread of its own, which ends with it: nothing of it reaches the main thread. */
export const threadRenderer =
  (clock: Clock): Render =>
  (job, signal) =>
    new Promise((resolve) => {
      const worker = new Worker(new URL('./render.worker.ts', import.meta.url), {
        workerData: job,
        resourceLimits: { maxOldGenerationSizeMb: RENDER_LIMITS.thread_mib_max },
      });
      const done = (rendered: Rendered): void => {
        cancel();
        signal.removeEventListener('abort', stop);
        void worker.terminate();
        resolve(rendered);
      };
      const failed = (why: string): void => done({ is: 'failed', why });
      const cancel = clock.at(after(clock.now(), seconds(RENDER_LIMITS.seconds_max)), () =>
        failed(`it took longer than ${RENDER_LIMITS.seconds_max} s and was ended`),
      );
      const stop = (): void => failed('the desk was stopped');
      signal.addEventListener('abort', stop, { once: true });
      worker.on('message', done);
      worker.on('error', (error) => failed(error.message));
      worker.on('exit', () => failed('its thread ended'));
    });
