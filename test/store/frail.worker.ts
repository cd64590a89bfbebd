import { parentPort } from 'node:worker_threads';
import { DeskError } from '../../src/base/errors.ts';
import { type Ask, sentError } from '../../src/store/thread.ts';

/** Does what it is asked, its own end included. */
parentPort?.on('message', ({ id, ask }: Ask) => {
  if (ask === 'exit') process.exit(3);
  if (ask === 'throw') throw new Error('not caught by anyone');
  if (ask === 'silence' || id === undefined) return;
  if (ask === 'refuse') {
    const error = sentError(new DeskError('NOT_FOUND', { what: 'page' }));
    return parentPort?.postMessage({ id, ok: false, error });
  }
  parentPort?.postMessage({ id, ok: true, value: ask });
});
