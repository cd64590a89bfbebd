import { Worker } from 'node:worker_threads';
import { BugError, DeskError, type FailureCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** Questions to one thread that wait for an answer. One more is refused with BUSY. */
export const ASKED_MAX = 1_000;

/** What goes to a thread. Without `id` it wants no answer. */
export interface Ask {
  readonly id: number | undefined;
  readonly ask: unknown;
}

/** What comes back. An error travels as plain data: its class would not survive. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: SentError };

interface SentError {
  readonly message: string;
  readonly code: FailureCode | undefined;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly isBug: boolean;
}

export function sentError(error: unknown): SentError {
  const isOurs = error instanceof DeskError;
  return {
    message: error instanceof Error ? error.message : String(error),
    code: isOurs ? error.code : undefined,
    facts: isOurs ? error.facts : {},
    isBug: error instanceof BugError,
  };
}

function receivedError(sent: SentError): Error {
  if (sent.code !== undefined) return new DeskError(sent.code, sent.facts);
  return sent.isBug ? new BugError(sent.message) : new Error(sent.message);
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A worker thread that answers questions. When it dies, every question that waits is refused with
 * BUSY and the next one starts it again: one bad read never takes the desk's reads away.
 */
export class Thread {
  readonly #file: URL;
  readonly #data: unknown;
  readonly #log: Log;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 1;
  #isClosed = false;

  constructor(file: URL, data: unknown, log: Log) {
    this.#file = file;
    this.#data = data;
    this.#log = log;
  }

  /** Questions without an answer yet. */
  get asked(): number {
    return this.#waiting.size;
  }

  async ask<T>(ask: unknown): Promise<T> {
    if (this.#isClosed) throw new DeskError('BUSY', { why: 'the store is closed' });
    if (this.#waiting.size >= ASKED_MAX) {
      throw new DeskError('BUSY', { why: `${ASKED_MAX} questions to the store wait already` });
    }
    const id = this.#next++;
    const message: Ask = { id, ask };
    const answered = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#running().postMessage(message);
    return (await answered) as T;
  }

  /** Sends without an answer. What is in `transfer` is handed over. */
  tell(ask: unknown, transfer: readonly ArrayBuffer[]): void {
    if (this.#isClosed) throw new DeskError('BUSY', { why: 'the store is closed' });
    const message: Ask = { id: undefined, ask };
    this.#running().postMessage(message, transfer);
  }

  /** Ends the thread; what still waits is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#file, { workerData: this.#data });
    worker.on('message', (answer: Answer) => this.#answered(answer));
    worker.on('error', (error) => this.#ended(worker, error.message));
    worker.on('exit', (code) => this.#ended(worker, `exit code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(receivedError(answer.error));
  }

  #ended(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    if (!this.#isClosed) this.#log.error('store.thread-ended', { why });
    const refused = new DeskError('BUSY', { why: 'a thread of the store ended; it starts again' });
    for (const { reject } of this.#waiting.values()) reject(refused);
    this.#waiting.clear();
  }
}
