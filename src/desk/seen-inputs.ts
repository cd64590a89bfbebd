import { fingerprint } from '../base/fingerprint.ts';
import { type Instant, seconds } from '../base/time.ts';
import type { Received } from '../ports/source.ts';
import { keptInput } from './kept-input.ts';
import type { KeptInput } from './standing-acts.ts';

/** Of one source, in memory only. */
export const SEEN_LIMITS = {
  inputs_max: 50,
  body_bytes_max: 262_144,
  chars_max: 4_194_304,
  per_second_max: 5,
} as const;

/** What arrived lately, for trying rules on. */
export interface SeenInput {
  readonly id: string;
  readonly at: Instant;
  readonly input: KeptInput;
}

interface Seen {
  readonly inputs: (SeenInput & { readonly print: string })[];
  chars: number;
  second: number;
  inSecond: number;
}

/**
 * The last inputs of each source. Of a flood a few a second are looked at, and what looks like one
 * that is kept already takes its place: the ring holds different things.
 */
export class SeenInputs {
  readonly #bySource = new Map<string, Seen>();
  #made = 0;

  note(source: string, input: Received): void {
    const seen = this.#of(source);
    const second = Math.floor(input.at / seconds(1));
    if (second !== seen.second) {
      seen.second = second;
      seen.inSecond = 0;
    }
    if (++seen.inSecond > SEEN_LIMITS.per_second_max) return;
    if (input.body.length > SEEN_LIMITS.body_bytes_max) return;
    const kept = keptInput(input);
    const print = fingerprint([kept.contentType, JSON.stringify(kept.params ?? {}), kept.body]);
    const again = seen.inputs.findIndex((one) => one.print === print);
    if (again >= 0) drop(seen, again);
    seen.inputs.push({ id: `s${++this.#made}`, at: input.at, input: kept, print });
    seen.chars += kept.body.length;
    while (seen.inputs.length > SEEN_LIMITS.inputs_max || seen.chars > SEEN_LIMITS.chars_max) {
      drop(seen, 0);
    }
  }

  /** Newest first. */
  of(source: string): readonly SeenInput[] {
    return this.#of(source).inputs.toReversed();
  }

  #of(source: string): Seen {
    const found = this.#bySource.get(source) ?? { inputs: [], chars: 0, second: 0, inSecond: 0 };
    this.#bySource.set(source, found);
    return found;
  }
}

function drop(seen: Seen, index: number): void {
  const [gone] = seen.inputs.splice(index, 1);
  seen.chars -= gone?.input.body.length ?? 0;
}
