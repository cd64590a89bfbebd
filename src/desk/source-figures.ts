import type { Instant } from '../base/time.ts';

export const REFUSED_SAMPLES_MAX = 10;
export const REFUSED_SAMPLE_BYTES_MAX = 2_048;
/** Distinct places a source may lose input at; more are counted under `other`. */
export const DROPPED_PLACES_MAX = 16;

/** Something a source could not use, kept for whoever has to find out why. */
export interface RefusedSample {
  readonly at: Instant;
  readonly why: string;
  /** The beginning of what arrived, as UTF-8 with replacement characters. */
  readonly sample: string;
}

/** How well one source does, since start. */
export interface SourceState {
  readonly source: string;
  readonly events: number;
  readonly refused: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly lastEventAt: Instant | undefined;
  /** Newest last, at most REFUSED_SAMPLES_MAX. */
  readonly samples: readonly RefusedSample[];
}

/** Counts what comes in, per source. Sources report here; pages and metrics read. */
export interface SourceFigures {
  /** Lists a source before its first event, so that silence can be seen. */
  expect(source: string): void;
  received(source: string, events: number, at: Instant): void;
  refused(source: string, why: string, sample: Uint8Array, at: Instant, count?: number): void;
  dropped(source: string, where: string, count: number): void;
  all(): readonly SourceState[];
  get(source: string): SourceState | undefined;
}

interface Counted {
  source: string;
  events: number;
  refused: number;
  dropped: Record<string, number>;
  lastEventAt: Instant | undefined;
  samples: RefusedSample[];
}

export function sourceFigures(): SourceFigures {
  const bySource = new Map<string, Counted>();
  const of = (source: string): Counted => {
    const found = bySource.get(source) ?? fresh(source);
    bySource.set(source, found);
    return found;
  };
  return {
    expect(source) {
      of(source);
    },
    received(source, events, at) {
      const counted = of(source);
      counted.events += events;
      counted.lastEventAt = at;
    },
    refused(source, why, sample, at, count = 1) {
      const counted = of(source);
      counted.refused += count;
      counted.samples.push({ at, why, sample: beginning(sample) });
      if (counted.samples.length > REFUSED_SAMPLES_MAX) counted.samples.shift();
    },
    dropped(source, where, count) {
      const { dropped } = of(source);
      const known = where in dropped || Object.keys(dropped).length < DROPPED_PLACES_MAX;
      const place = known ? where : 'other';
      dropped[place] = (dropped[place] ?? 0) + count;
    },
    all: () => [...bySource.values()],
    get: (source) => bySource.get(source),
  };
}

const fresh = (source: string): Counted => ({
  source,
  events: 0,
  refused: 0,
  dropped: {},
  lastEventAt: undefined,
  samples: [],
});

const text = new TextDecoder();
const beginning = (bytes: Uint8Array): string =>
  text.decode(bytes.subarray(0, REFUSED_SAMPLE_BYTES_MAX));
