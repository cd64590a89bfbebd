import { setImmediate as pause } from 'node:timers/promises';
import type { Sliced } from '../desk/views/merge.ts';

/** Runs work that gives its turn away: between two slices everybody else is served. */
export async function runSliced<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await pause();
  }
}
