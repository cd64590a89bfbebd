/** Kinds of refusal told apart in one report; the rest is counted together. */
export const KINDS_MAX = 64;
export const SAMPLE_BYTES_MAX = 512;
const REST = 'refused for one of many other reasons';

/** One kind of refusal since the last report, with the beginning of the first such line. */
export interface RefusedCount {
  readonly why: string;
  readonly count: number;
  readonly sample: Uint8Array;
}

/** Refusals since the last report: a flood of bad lines must not become a flood of messages. */
export class Tally {
  #kinds = new Map<string, { count: number; sample: Uint8Array }>();

  add(why: string, line: Uint8Array, count = 1): void {
    const known = this.#kinds.get(why);
    if (known !== undefined) known.count += count;
    else if (this.#kinds.size < KINDS_MAX || why === REST) {
      this.#kinds.set(why, { count, sample: line.slice(0, SAMPLE_BYTES_MAX) });
    } else this.add(REST, line, count);
  }

  take(): RefusedCount[] {
    const taken = [...this.#kinds].map(([why, { count, sample }]) => ({ why, count, sample }));
    this.#kinds.clear();
    return taken;
  }
}
