import { SCHEMA_MAX, SCHEMA_MIN } from '../domain/slo/exponential.ts';
import {
  classicHeat,
  HEAT_LIMITS,
  type HeatGrid,
  type HeatMap,
  nativeHeat,
  type RiseSeries,
} from '../domain/slo/heat.ts';
import { type HeatPlan, queryFor } from '../domain/slo/plan.ts';
import type { Bucket, Spread } from '../domain/slo/quantile.ts';
import {
  type Asking,
  askSeries,
  MetricsFault,
  type MetricsServer,
  numberOf,
} from './prometheus.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Asks for one map. Throws MetricsFault with the name of the server. */
export async function askHeat(
  plan: HeatPlan,
  server: MetricsServer,
  grid: HeatGrid,
  asking: Asking,
): Promise<HeatMap> {
  const is = plan.is === 'classic' ? 'classic' : 'native';
  const series = await askSeries(server, queryFor(plan.query, grid.step, is), grid, asking);
  if (series.length > HEAT_LIMITS.series_max)
    throw new MetricsFault(
      `${server.name}: more than ${HEAT_LIMITS.series_max} series: add them up`,
    );
  return plan.is === 'classic'
    ? classicHeat(
        series.map((one) => risesIn(one, server.name)),
        grid,
      )
    : nativeHeatOf(series, server.name, grid);
}

function risesIn({ metric, values }: Raw, server: string): RiseSeries {
  const { le } = (metric ?? {}) as Raw;
  const bound = numberOf(le);
  if (Number.isNaN(bound))
    throw new MetricsFault(`${server}: a series has no bound in its label \`le\``);
  const rises = new Map<number, number>();
  for (const [at, value] of pairsIn(values)) rises.set(at, numberOf(value));
  return { le: bound, rises };
}

/** `[[seconds, what], …]` with the seconds as milliseconds. */
const pairsIn = (list: unknown): readonly (readonly [at: number, what: unknown])[] =>
  Array.isArray(list)
    ? list.flatMap((one) =>
        Array.isArray(one) ? [[Math.round(Number(one[0]) * 1000), one[1]] as const] : [],
      )
    : [];

function nativeHeatOf(series: readonly Raw[], server: string, grid: HeatGrid): HeatMap {
  const samples = new Map<number, Bucket[]>();
  for (const { histograms, values } of series) {
    if (histograms === undefined && values !== undefined)
      throw new MetricsFault(`${server}: the query gives numbers, no native histogram`);
    for (const [at, what] of pairsIn(histograms)) {
      const held = samples.get(at) ?? [];
      held.push(...bucketsIn(what));
      samples.set(at, held);
    }
  }
  return nativeHeat(samples, spreadOf([...samples.values()].flat()), grid);
}

/** `{count, sum, buckets: [[rule, "lower", "upper", "count"], …]}`; empty ones are not told. */
function bucketsIn(what: unknown): readonly Bucket[] {
  const { buckets } = (what ?? {}) as Raw;
  if (!Array.isArray(buckets)) return [];
  return buckets.flatMap((one) => {
    if (!Array.isArray(one)) return [];
    const [, lower, upper, count] = one.map(numberOf) as [number, number, number, number];
    if ([lower, upper, count].some(Number.isNaN)) return [];
    // The first of explicit bounds begins at -Inf: latencies begin at 0.
    return [{ lower: lower === -Infinity && upper > 0 ? 0 : lower, upper, count }];
  });
}

/**
 * The bounds of an exponential histogram are powers of 2^(2^-n), n -4..8; what is anything else has
 * explicit bounds (schema -53), and values lie evenly in them.
 */
function spreadOf(buckets: readonly Bucket[]): Spread {
  const whole = buckets.filter(({ lower, upper }) => lower > 0 && Number.isFinite(upper));
  return whole.length > 0 && whole.every(isExponential) ? 'exponential' : 'linear';
}

const SAME = 1e-9;

function isExponential({ lower, upper }: Bucket): boolean {
  const bits = Math.log2(upper / lower);
  for (let schema = SCHEMA_MIN; schema <= SCHEMA_MAX; schema++) {
    const width = 2 ** -schema;
    const place = Math.log2(upper) / width;
    if (Math.abs(bits / width - 1) < SAME * 2 ** SCHEMA_MAX)
      return Math.abs(place - Math.round(place)) < SAME * 2 ** SCHEMA_MAX;
  }
  return false;
}
