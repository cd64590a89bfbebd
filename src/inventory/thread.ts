import { Worker } from 'node:worker_threads';
import { DeskError } from '../base/errors.ts';
import type { FeedRead, ReadFeedText } from '../domain/inventory/feed.ts';

/** Memory of the thread that reads one feed: 200,000 things need some 700 MiB. */
const THREAD_MIB_MAX = 2_048;

/** Reads feeds in a thread that lives for one of them; a second one waits its turn by BUSY. */
export function feedReader(): ReadFeedText {
  let isReading = false;
  return async (text, others) => {
    if (isReading) throw new DeskError('BUSY', { why: 'another inventory is being read' });
    isReading = true;
    try {
      return await read({ text, others });
    } finally {
      isReading = false;
    }
  };
}

function read(workerData: object): Promise<FeedRead> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./read.worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MIB_MAX },
    });
    const why = 'it could not be read: ';
    worker.on('message', (read: FeedRead) => resolve(read));
    worker.on('error', (error) => resolve({ ok: false, line: 1, why: `${why}${error.message}` }));
    worker.on('exit', () => reject(new DeskError('BUSY', { why: `${why}its thread ended` })));
  });
}
