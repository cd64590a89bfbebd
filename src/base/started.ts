import type { Log } from './log.ts';

/** What was started, in order; stopped in the opposite one, whatever breaks on the way. */
export class Started {
  readonly #stops: (readonly [part: string, stop: () => unknown])[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add(part: string, stop: () => unknown): void {
    this.#stops.push([part, stop]);
  }

  async stop(): Promise<void> {
    for (const [part, stop] of this.#stops.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        this.#log.error('part.stop-failed', { part, error });
      }
    }
  }
}
