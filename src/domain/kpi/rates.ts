import type { Instant } from '../../base/time.ts';

/** EEMUA 191 and ISA-18.2: a flood begins above this many in ten minutes, and ends below that. */
export const FLOOD = { from: 10, until: 5, minutes: 10 } as const;

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

/** Floods told of one period: the greatest. */
export const FLOODS_TOLD_MAX = 50;

/** Alarms announced in one minute since 1970, UTC. */
export interface Announced {
  readonly minute: number;
  readonly announced: number;
}

export interface FloodSpan {
  readonly from: Instant;
  readonly to: Instant;
  readonly announced: number;
  /** The most in any ten minutes. */
  readonly peak: number;
}

/** How fast alarms were announced. Shares are of 1. */
export interface Rates {
  readonly announced: number;
  readonly perDay: number;
  readonly perHour: number;
  readonly perTenMinutes: number;
  readonly hoursAbove30: number;
  readonly tensAbove10: number;
  readonly tenMax: number;
  readonly tenMaxAt: Instant | undefined;
  /** Share of time in flood. */
  readonly inFlood: number;
  readonly floodsTotal: number;
  readonly floods: readonly FloodSpan[];
}

/**
 * Rates of a period of whole minutes, half-open, at least one minute long. `minutes` are in order
 * and within it; minutes without an alarm may be left out. Hours and ten minutes are those of
 * the clock (UTC), floods in a window that slides by the minute.
 */
export function ratesOf(minutes: Iterable<Announced>, from: number, to: number): Rates {
  const length = to - from;
  const tens = new Map<number, number>();
  const hours = new Map<number, number>();
  const floods = new FloodWatch();
  let announced = 0;
  for (const one of minutes) {
    announced += one.announced;
    add(tens, Math.floor(one.minute / FLOOD.minutes), one.announced);
    add(hours, Math.floor(one.minute / HOUR_MINUTES), one.announced);
    floods.at(one.minute, one.announced);
  }
  floods.end(to);
  const [tenAt, tenMax] = most(tens);
  const above = (counts: ReadonlyMap<number, number>, limit: number): number =>
    [...counts.values()].filter((n) => n > limit).length;
  const inFlood = floods.spans.reduce((sum, { from, to }) => sum + (to - from), 0) / MINUTE_MS;
  return {
    announced,
    perDay: (announced * 24 * HOUR_MINUTES) / length,
    perHour: (announced * HOUR_MINUTES) / length,
    perTenMinutes: (announced * FLOOD.minutes) / length,
    hoursAbove30: above(hours, 30) / Math.ceil(length / HOUR_MINUTES),
    tensAbove10: above(tens, 10) / Math.ceil(length / FLOOD.minutes),
    tenMax,
    tenMaxAt: tenMax === 0 ? undefined : instantOf(tenAt * FLOOD.minutes),
    inFlood: inFlood / length,
    floodsTotal: floods.spans.length,
    floods: [...floods.spans].sort((a, b) => b.peak - a.peak).slice(0, FLOODS_TOLD_MAX),
  };
}

const instantOf = (minute: number): Instant => (minute * MINUTE_MS) as Instant;

function add(counts: Map<number, number>, key: number, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n);
}

function most(counts: ReadonlyMap<number, number>): readonly [key: number, count: number] {
  let best: readonly [number, number] = [0, 0];
  for (const one of counts) if (one[1] > best[1]) best = one;
  return best;
}

/** A window of ten minutes that slides by the minute, with hysteresis. */
class FloodWatch {
  readonly spans: FloodSpan[] = [];
  #window: Announced[] = [];
  #sum = 0;
  #open: { from: number; announced: number; peak: number } | undefined;

  at(minute: number, announced: number): void {
    this.#slideTo(minute);
    this.#window.push({ minute, announced });
    this.#sum += announced;
    if (!this.#open && this.#sum > FLOOD.from) {
      const from = this.#window[0]?.minute ?? minute;
      this.#open = { from, announced: this.#sum - announced, peak: 0 };
    }
    if (!this.#open) return;
    this.#open.announced += announced;
    this.#open.peak = Math.max(this.#open.peak, this.#sum);
  }

  /** Until `minute`, not included, nothing more came. */
  end(minute: number): void {
    this.#slideTo(minute);
    this.#close(minute);
  }

  /** Minutes leave the window one by one: the flood may end at each of them. */
  #slideTo(minute: number): void {
    for (let first = this.#window[0]; first; first = this.#window[0]) {
      const leaves = first.minute + FLOOD.minutes;
      if (leaves > minute) return;
      this.#window.shift();
      this.#sum -= first.announced;
      if (this.#sum < FLOOD.until) this.#close(leaves);
    }
  }

  #close(minute: number): void {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    const { from, announced, peak } = open;
    this.spans.push({ from: instantOf(from), to: instantOf(minute), announced, peak });
  }
}
