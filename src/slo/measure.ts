import type { Instant, Millis } from '../base/time.ts';
import { type Measure, measureOf, windowsOf } from '../domain/slo/judge.ts';
import { queryFor, type SloCheck } from '../domain/slo/plan.ts';
import { type Asking, askNumber, MetricsFault, type MetricsServer } from './prometheus.ts';

/**
 * A window is asked for again when a hundredth of it has passed, and ten minutes at most: the sum
 * over a month costs the server much and moves slowly. The short windows decide when it is over.
 */
export const REFRESH = { share: 100, ms_max: 600_000 } as const;

export interface Measured {
  readonly measures: ReadonlyMap<Millis, Measure>;
  /** Windows that were asked for now; the others are of a moment ago. */
  readonly asked: readonly Millis[];
}

/** What an objective was measured as before; it begins empty, and a changed one begins anew. */
export interface Kept {
  readonly queries: string;
  readonly measures: Map<Millis, Measure>;
}

export const keptFor = (slo: SloCheck): Kept => ({ queries: queriesOf(slo), measures: new Map() });

export const isKeptFor = (kept: Kept | undefined, slo: SloCheck): kept is Kept =>
  kept?.queries === queriesOf(slo);

const queriesOf = ({ events, total, sources }: SloCheck): string =>
  JSON.stringify([events, total, sources]);

/**
 * Asks the server about each window that is due, one after the other. A server that does not
 * answer is asked no further: everything that was due is then unknown.
 */
export async function measureSlo(
  slo: SloCheck,
  server: MetricsServer,
  now: Instant,
  kept: Kept,
  asking: Asking,
): Promise<Measured> {
  const asked: Millis[] = [];
  const measures = new Map<Millis, Measure>();
  let fault = '';
  for (const window of windowsOf(slo.rule)) {
    const before = kept.measures.get(window);
    if (before && now - before.at < refreshOf(window)) {
      measures.set(window, before);
    } else if (fault !== '') {
      measures.set(window, { is: 'no data', why: fault, at: now });
    } else {
      const measure = await measureWindow(slo, server, now, window, asking);
      if (measure.is === 'no data') fault = measure.why;
      asked.push(window);
      kept.measures.set(window, measure);
      measures.set(window, measure);
    }
  }
  return { measures, asked };
}

const refreshOf = (window: Millis): number => Math.min(window / REFRESH.share, REFRESH.ms_max);

async function measureWindow(
  { events, total, name }: SloCheck,
  server: MetricsServer,
  now: Instant,
  window: Millis,
  asking: Asking,
): Promise<Measure> {
  const ask = (query: string) => askNumber(server, queryFor(query, window), now, asking);
  const none = (why: string): Measure => ({ is: 'no data', why, at: now });
  try {
    const all = await ask(total);
    if (all === undefined) return none('no series for `total`');
    const counted = await ask(events.query);
    // A counter of errors is often born with the first error; one of successes that is missing
    // may mean that everything fails, or that the expression is wrong.
    if (counted === undefined && events.count === 'good') return none('no series for `good`');
    const part = counted ?? 0;
    return measureOf(events.count === 'bad' ? part : all - part, all, now);
  } catch (error) {
    if (error instanceof MetricsFault) return none(error.message);
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
