import type { Instant } from '../base/time.ts';
import { Hearing } from './health/hearing.ts';

export const REFUSED_SAMPLES_MAX = 10;
export const REFUSED_SAMPLE_BYTES_MAX = 2_048;
/** Distinct places a source may lose input at; more are counted under `other`. */
export const DROPPED_PLACES_MAX = 16;
/** Counters of its protocol that a source may have; more are counted under `other`. */
export const PROTOCOL_COUNTERS_MAX = 32;

/** Something a source could not use, kept for whoever has to find out why. */
export interface RefusedSample {
  readonly at: Instant;
  readonly why: string;
  /** The sender's address; '' when unknown. */
  readonly from: string;
  /** The beginning of what arrived, as UTF-8 with replacement characters. */
  readonly sample: string;
}

/** How well one source does, since start. */
export interface SourceState {
  readonly source: string;
  readonly events: number;
  readonly refused: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** What its protocol counts, by the protocol's names: `usmStatsWrongDigests`. */
  readonly counted: Readonly<Record<string, number>>;
  readonly lastEventAt: Instant | undefined;
  /** Newest last, at most REFUSED_SAMPLES_MAX. */
  readonly samples: readonly RefusedSample[];
}

/** What `refused` may be told besides: how many inputs, and from which address. */
export interface RefusedMore {
  readonly count?: number;
  readonly from?: string;
}

/** Counts what comes in, per source. Sources report here; pages and metrics read. */
export interface SourceFigures {
  /** Who was heard when, device by device. */
  readonly hearing: Hearing;
  /** Lists a source before its first event, so that silence can be seen. */
  expect(source: string): void;
  received(source: string, events: number, at: Instant): void;
  refused(source: string, why: string, sample: Uint8Array, at: Instant, more?: RefusedMore): void;
  dropped(source: string, where: string, count: number): void;
  counted(source: string, what: string, count: number): void;
  all(): readonly SourceState[];
  get(source: string): SourceState | undefined;
}

interface Counted {
  source: string;
  events: number;
  refused: number;
  dropped: Record<string, number>;
  counted: Record<string, number>;
  lastEventAt: Instant | undefined;
  samples: RefusedSample[];
}

export function sourceFigures(hearing: Hearing = new Hearing()): SourceFigures {
  const bySource = new Map<string, Counted>();
  const of = (source: string): Counted => {
    const found = bySource.get(source) ?? fresh(source);
    bySource.set(source, found);
    return found;
  };
  return {
    hearing,
    expect(source) {
      of(source);
      hearing.expect(source);
    },
    received(source, events, at) {
      const counted = of(source);
      counted.events += events;
      counted.lastEventAt = at;
    },
    refused(source, why, sample, at, { count = 1, from = '' } = {}) {
      const counted = of(source);
      counted.refused += count;
      hearing.refused(source, from, count, at);
      counted.samples.push({ at, why, from, sample: beginning(sample) });
      if (counted.samples.length > REFUSED_SAMPLES_MAX) counted.samples.shift();
    },
    dropped(source, where, count) {
      add(of(source).dropped, where, count, DROPPED_PLACES_MAX);
    },
    counted(source, what, count) {
      add(of(source).counted, what, count, PROTOCOL_COUNTERS_MAX);
    },
    all: () => [...bySource.values()],
    get: (source) => bySource.get(source),
  };
}

function add(counts: Record<string, number>, name: string, count: number, most: number): void {
  const place = name in counts || Object.keys(counts).length < most ? name : 'other';
  counts[place] = (counts[place] ?? 0) + count;
}

const fresh = (source: string): Counted => ({
  source,
  events: 0,
  refused: 0,
  dropped: {},
  counted: {},
  lastEventAt: undefined,
  samples: [],
});

const text = new TextDecoder();
const beginning = (bytes: Uint8Array): string =>
  text.decode(bytes.subarray(0, REFUSED_SAMPLE_BYTES_MAX));
