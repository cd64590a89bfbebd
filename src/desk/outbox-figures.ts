import type { Instant } from '../base/time.ts';

/** Upper bounds of the latency buckets, in milliseconds; slower ones are counted after them. */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
];

/** How long sends took. `counts[i]` were at most `LATENCY_BOUNDS_MS[i]`, the last one slower. */
export interface Latency {
  readonly counts: readonly number[];
  readonly sumMs: number;
}

/** How one way does, since start. */
export interface WayFigures {
  /** `ops/webhook[0]` */
  readonly way: string;
  readonly inFlight: number;
  /** Due, and waiting for a slot, its turn, its rate or the breaker. */
  readonly waiting: number;
  /** Failures since the last answer that was none. */
  readonly failuresInRow: number;
  /** Nothing is sent before; undefined while the breaker is closed. */
  readonly breakerOpenUntil: Instant | undefined;
  readonly lastResult:
    | {
        readonly at: Instant;
        readonly is: 'sent' | 'later' | 'never' | 'shadow';
        readonly detail: string;
      }
    | undefined;
  readonly sent: number;
  readonly failed: number;
  readonly latency: Latency;
}

/** How the outbox does, since start. */
export interface OutboxFigures {
  readonly inFlight: number;
  readonly waiting: number;
  /** Open, and not due yet. */
  readonly scheduled: number;
  /** Results that are not in the journal yet. */
  readonly unrecorded: number;
  readonly sent: number;
  readonly later: number;
  readonly never: number;
  /** Rendered and not sent. */
  readonly shadow: number;
  readonly ways: readonly WayFigures[];
}

/** Counts sends by how long they took. */
export class LatencyCount {
  readonly #counts: number[] = [...LATENCY_BOUNDS_MS.map(() => 0), 0];
  #sumMs = 0;

  add(tookMs: number): void {
    const found = LATENCY_BOUNDS_MS.findIndex((bound) => tookMs <= bound);
    const i = found < 0 ? LATENCY_BOUNDS_MS.length : found;
    this.#counts[i] = (this.#counts[i] ?? 0) + 1;
    this.#sumMs += tookMs;
  }

  read(): Latency {
    return { counts: [...this.#counts], sumMs: this.#sumMs };
  }
}
