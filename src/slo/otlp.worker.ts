import { parentPort, workerData } from 'node:worker_threads';
import { type OtlpJob, otlpHeat } from './otlp-job.ts';

try {
  parentPort?.postMessage(otlpHeat(workerData as OtlpJob));
} catch (error) {
  parentPort?.postMessage({ why: error instanceof Error ? error.message : String(error) });
}
