import { Worker } from 'node:worker_threads';
import { after } from '../base/time.ts';
import type { HeatMap } from '../domain/slo/heat.ts';
import type { OtlpAnswer, OtlpJob } from './otlp-job.ts';
import { type Asking, MetricsFault } from './prometheus.ts';

/** Memory of one reading's thread. */
const THREAD_MIB_MAX = 512;

/**
 * A map out of a file of OTLP/JSON lines, read in a thread of its own: nothing of it reaches the
 * main thread but the cells. Throws MetricsFault.
 */
export function readHeat(name: string, job: OtlpJob, asking: Asking): Promise<HeatMap> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./otlp.worker.ts', import.meta.url), {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MIB_MAX },
    });
    const { clock, timeout, signal } = asking;
    const fail = (why: string): void => ended(() => reject(new MetricsFault(`${name}: ${why}`)));
    const ended = (then: () => void): void => {
      cancel();
      signal.removeEventListener('abort', stop);
      void worker.terminate();
      then();
    };
    const cancel = clock.at(after(clock.now(), timeout), () => fail('not read in time'));
    const stop = (): void => fail('the desk was stopped');
    signal.addEventListener('abort', stop, { once: true });
    worker.on('message', (answer: OtlpAnswer) =>
      'map' in answer ? ended(() => resolve(answer.map)) : fail(answer.why),
    );
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', () => fail('its thread ended'));
  });
}
