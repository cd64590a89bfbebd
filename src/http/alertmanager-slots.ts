import type { Answer } from './route.ts';

/** Lists written at once; one more is told to come again, as Alertmanager does. */
export const LISTS_AT_ONCE_MAX = 64;

/** As Alertmanager says it; the second is ours. */
export const COME_AGAIN: Answer = {
  status: 503,
  headers: { 'content-type': 'text/plain', 'retry-after': '1' },
  body: 'Limit of concurrent GET requests reached.\n',
};

/** Lists being written: each holds memory until its reader has taken it. */
export class ListSlots {
  #open = 0;

  get areTaken(): boolean {
    return this.#open >= LISTS_AT_ONCE_MAX;
  }

  async *counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#open++;
    try {
      yield* pieces;
    } finally {
      this.#open--;
    }
  }
}
