import { Worker } from 'node:worker_threads';
import { DeskError } from '../base/errors.ts';
import type { Point } from '../domain/check/figure.ts';
import type { Asked, Ended, KeptRun, Wanted } from './history-store.ts';

/** What checks found before. Everything happens in a thread of its own. */
export interface History {
  countsOf(check: string): Promise<Readonly<Record<string, number>>>;
  ended(ended: Ended): Promise<void>;
  runsOf(check: string, limit: number): Promise<readonly KeptRun[]>;
  /** The last points of each subject of a figure, oldest first. */
  pointsOf(check: string, limit: number): Promise<Readonly<Record<string, readonly Point[]>>>;
  /** Newest value of each wanted stretch, by subject. */
  valuesAt(check: string, wanted: readonly Wanted[]): Promise<Readonly<Record<string, number>>>;
  /** All of it, with its evidence, into a folder that is not there. */
  copyTo(folder: string): Promise<void>;
  close(): Promise<void>;
}

/** Questions that wait; one more is refused. */
const ASKED_MAX = 1_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export function openHistory(folder: string): History {
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let worker: Worker | undefined;
  const ended = (why: string): void => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new DeskError('BUSY', { why }));
    waiting.clear();
  };
  const running = (): Worker => {
    if (worker) return worker;
    const made = new Worker(new URL('./history.worker.ts', import.meta.url), {
      workerData: folder,
    });
    made.on('message', ({ id, value, why }: { id: number; value: unknown; why?: string }) => {
      const one = waiting.get(id);
      waiting.delete(id);
      if (why === undefined) one?.resolve(value);
      else one?.reject(new Error(why));
    });
    made.on('error', (error) => ended(`the history of checks: ${error.message}`));
    made.on('exit', () => worker === made && ended('the history of checks is closed'));
    made.unref();
    worker = made;
    return made;
  };
  const ask = <T>(asked: Asked): Promise<T> => {
    if (waiting.size >= ASKED_MAX)
      return Promise.reject(new DeskError('BUSY', { why: `${ASKED_MAX} questions wait already` }));
    const id = next++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: (value) => resolve(value as T), reject });
      running().postMessage({ id, ask: asked });
    });
  };
  return {
    countsOf: (check) => ask({ is: 'counts', check }),
    ended: (one) => ask({ is: 'ended', ended: one }),
    runsOf: (check, limit) => ask({ is: 'runs', check, limit }),
    pointsOf: (check, limit) => ask({ is: 'points', check, limit }),
    valuesAt: (check, wanted) => ask({ is: 'values', check, wanted }),
    copyTo: (folder) => ask({ is: 'copy', folder }),
    close: async () => {
      if (!worker) return;
      await ask({ is: 'close' });
      await worker?.terminate();
    },
  };
}
