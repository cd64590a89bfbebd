import { Worker } from 'node:worker_threads';
import type { ChildSpec } from './child.ts';
import type { ToWorker } from './commands.worker.ts';
import type { Sent } from './sent.ts';

/** Runs a program; never rejects. */
export type RunProgram = (spec: ChildSpec, signal: AbortSignal) => Promise<Sent>;

/**
 * Runs programs from a thread of their own: starting one, and reading what a talkative one writes,
 * costs the desk's own thread nothing. The thread is there while there is something to run.
 */
export class CommandThread {
  readonly #waiting = new Map<number, (sent: Sent) => void>();
  #worker: Worker | undefined;
  #last = 0;

  readonly run: RunProgram = (spec, signal) =>
    new Promise((resolve) => {
      const id = ++this.#last;
      const worker = this.#worker ?? this.#begin();
      const end = (): void => worker.postMessage({ id, end: true } satisfies ToWorker);
      this.#waiting.set(id, (sent) => {
        signal.removeEventListener('abort', end);
        resolve(sent);
      });
      worker.postMessage({ id, run: spec } satisfies ToWorker);
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });

  #begin(): Worker {
    const worker = new Worker(new URL('./commands.worker.ts', import.meta.url));
    this.#worker = worker;
    let why = 'it ended';
    worker.on('message', ({ id, sent }: { readonly id: number; readonly sent: Sent }) => {
      this.#waiting.get(id)?.(sent);
      this.#waiting.delete(id);
      if (this.#waiting.size > 0) return;
      this.#worker = undefined;
      void worker.terminate();
    });
    worker.on('error', (error) => {
      why = error.message;
    });
    worker.on('exit', () => this.#lost(worker, why));
    return worker;
  }

  /** Whoever runs on is nobody's to tell any more. */
  #lost(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const output = `The thread that ran it is gone (${why}): look how far it came.`;
    for (const tell of this.#waiting.values()) tell({ is: 'unsure', output });
    this.#waiting.clear();
  }
}
