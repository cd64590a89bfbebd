import { parentPort } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { type ChildSpec, runChild } from './child.ts';

/** From the desk's thread: run this, or end it. */
export type ToWorker =
  | { readonly id: number; readonly run: ChildSpec }
  | { readonly id: number; readonly end: true };

const clock = systemClock();
const running = new Map<number, AbortController>();

parentPort?.on('message', (said: ToWorker) => {
  const { id } = said;
  if ('end' in said) return running.get(id)?.abort();
  const leave = new AbortController();
  running.set(id, leave);
  void runChild(said.run, clock, leave.signal).then((sent) => {
    running.delete(id);
    parentPort?.postMessage({ id, sent });
  });
});
