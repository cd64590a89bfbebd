import { parentPort, Worker } from 'node:worker_threads';
import { DeskError, type FailureCode } from '../base/errors.ts';

/** What a thread can be asked: a name and a function of one structured-cloneable argument. */
export type Calls = Record<string, (argument: never) => unknown>;

interface Ask {
  readonly n: number;
  readonly call: string;
  readonly argument: unknown;
}
type Reply =
  | { readonly n: number; readonly is: 'done'; readonly value: unknown }
  | { readonly n: number; readonly is: 'thrown'; readonly error: Thrown }
  | { readonly n: 0; readonly is: 'news'; readonly value: unknown };
interface Thrown {
  readonly message: string;
  readonly code: FailureCode | undefined;
  readonly facts: DeskError['facts'];
}

/** The thread died before it answered; whether the work was done is not known. */
export class ThreadGone extends Error {}

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly failed: (error: Error) => void;
}

/**
 * A worker thread that is started at the first call and again at the first call after it died.
 * It keeps the process alive only while an answer is awaited.
 */
export class Thread<C extends Calls> {
  readonly #file: URL;
  readonly #data: unknown;
  readonly #news: (value: unknown) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #asked = 0;

  constructor(file: URL, data: unknown, news: (value: unknown) => void = () => {}) {
    this.#file = file;
    this.#data = data;
    this.#news = news;
  }

  /** Rejects with what the thread threw, or with ThreadGone. */
  call<K extends keyof C & string>(
    call: K,
    argument: Parameters<C[K]>[0],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<C[K]>>> {
    return new Promise((done, failed) => {
      const worker = this.#worker ?? this.#start();
      const n = ++this.#asked;
      if (this.#waiting.size === 0) worker.ref();
      this.#waiting.set(n, { done: done as (value: unknown) => void, failed });
      worker.postMessage({ n, call, argument } satisfies Ask, transfer);
    });
  }

  /** Ends the thread now; what was asked rejects with ThreadGone. */
  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#file, { workerData: this.#data });
    worker.unref();
    let cause: unknown;
    worker.on('message', (reply: Reply) => this.#take(worker, reply));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', (code) => {
      if (this.#worker === worker) this.#worker = undefined;
      const gone = new ThreadGone(`the journal's thread ended (${cause ?? `code ${code}`})`);
      for (const { failed } of this.#waiting.values()) failed(gone);
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }

  #take(worker: Worker, reply: Reply): void {
    if (reply.is === 'news') return this.#news(reply.value);
    const waiting = this.#waiting.get(reply.n);
    this.#waiting.delete(reply.n);
    if (this.#waiting.size === 0) worker.unref();
    if (reply.is === 'done') waiting?.done(reply.value);
    else waiting?.failed(revive(reply.error));
  }
}

/** Inside the thread: answers calls, one after another unless a call is itself asynchronous. */
export function serve<C extends Calls>(calls: C): void {
  const port = parentPort;
  port?.on('message', async ({ n, call, argument }: Ask) => {
    try {
      const value = await calls[call]?.(argument as never);
      port.postMessage({ n, is: 'done', value } satisfies Reply);
    } catch (error) {
      port.postMessage({ n, is: 'thrown', error: flatten(error) } satisfies Reply);
    }
  });
}

/** Inside the thread: tells the other side something it did not ask for. */
export function tell(value: unknown): void {
  parentPort?.postMessage({ n: 0, is: 'news', value } satisfies Reply);
}

function flatten(error: unknown): Thrown {
  if (error instanceof DeskError)
    return { message: error.message, code: error.code, facts: error.facts };
  const message = error instanceof Error ? error.message : String(error);
  return { message, code: undefined, facts: {} };
}

function revive({ message, code, facts }: Thrown): Error {
  return code ? new DeskError(code, facts) : new Error(message);
}
