import type { Instant, Millis } from '../../base/time.ts';
import type { Difference } from './seen.ts';

export interface Judged {
  /** Those that stood for as long as the tolerance, in every look meanwhile. */
  readonly standing: readonly Difference[];
  /** Seen, and too young to count. */
  readonly young: number;
  readonly appeared: readonly Difference[];
  /** Stood before, and are no more. */
  readonly gone: readonly Difference[];
}

/**
 * Two desks never hear of a thing at the same moment: a difference counts once it has stood for the
 * tolerance, in every look meanwhile.
 */
export class Steady {
  readonly #tolerance: Millis;
  #firstSeen = new Map<string, Instant>();
  #standing = new Map<string, Difference>();

  constructor(tolerance: Millis) {
    this.#tolerance = tolerance;
  }

  take(differences: readonly Difference[], now: Instant): Judged {
    const firstSeen = new Map<string, Instant>();
    const standing = new Map<string, Difference>();
    const appeared: Difference[] = [];
    for (const difference of differences) {
      const { id } = difference;
      const first = this.#firstSeen.get(id) ?? now;
      firstSeen.set(id, first);
      if (now - first < this.#tolerance) continue;
      standing.set(id, difference);
      if (!this.#standing.has(id)) appeared.push(difference);
    }
    const gone = [...this.#standing.values()].filter(({ id }) => !standing.has(id));
    this.#firstSeen = firstSeen;
    this.#standing = standing;
    const young = firstSeen.size - standing.size;
    return { standing: [...standing.values()], young, appeared, gone };
  }
}
