import { parentPort, Worker } from 'node:worker_threads';

/** A class of seeded lives, the seeds that are lived one after another, and how long each is. */
export interface Lives {
  readonly module: string;
  readonly name: string;
  /** What its constructor takes behind the seed. */
  readonly more: readonly unknown[];
  readonly seeds: number;
  readonly steps: number;
}

/** The first seed that shows something wrong, and what. */
export interface Failure {
  readonly seed: number;
  readonly error: string;
}

interface Life {
  run(steps: number): Promise<void>;
}

type Lived = Record<string, new (seed: number, ...more: readonly unknown[]) => Life>;

async function live({ module, name, more, seeds, steps }: Lives): Promise<Failure | undefined> {
  const { [name]: Kind } = (await import(module)) as Lived;
  if (!Kind) throw new Error(`${module} has no ${name}`);
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      await new Kind(seed, ...more).run(steps);
    } catch (error) {
      return { seed, error: String((error as Error).stack ?? error) };
    }
  }
  return undefined;
}

let thread: Worker | undefined;

/**
 * Lives in a thread of its own: the test runner follows every promise of its own thread, and a
 * life makes so many that this costs half as much as the life itself. One call at a time.
 */
export function firstFailure(lives: Lives): Promise<Failure | undefined> {
  thread ??= new Worker(new URL(import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<Failure | undefined>();
  thread.ref();
  thread.once('message', resolve);
  thread.once('error', reject);
  thread.postMessage(lives);
  return promise.finally(() => {
    thread?.removeListener('error', reject);
    thread?.unref();
  });
}

parentPort?.on('message', async (lives: Lives) => parentPort?.postMessage(await live(lives)));
