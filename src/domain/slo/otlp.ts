import type { Exponential } from './exponential.ts';
import type { Counts, HistogramPoint } from './rise.ts';

export interface OtlpWanted {
  /** Name of the metric. */
  readonly metric: string;
  /** Only points whose attributes, or their resource's, have these values. */
  readonly where: Readonly<Record<string, string>>;
}

export const OTLP_LIMITS = {
  /** Buckets of one histogram, as its sender may say. */
  buckets_max: 10_000,
} as const;

type Raw = Readonly<Record<string, unknown>>;

const listIn = (of: Raw, name: string): readonly Raw[] => {
  const list = of[name];
  return Array.isArray(list) ? list.filter((one) => typeof one === 'object' && one !== null) : [];
};
const objectIn = (of: Raw, name: string): Raw => {
  const value = of[name];
  return typeof value === 'object' && value !== null ? (value as Raw) : {};
};

/**
 * Points of one histogram in an OTLP/JSON document (ExportMetricsServiceRequest), classic or
 * exponential. Total: what it cannot read is left out. 64-bit counts arrive as text there.
 */
export function otlpPoints(document: unknown, wanted: OtlpWanted): readonly HistogramPoint[] {
  if (typeof document !== 'object' || document === null) return [];
  return listIn(document as Raw, 'resourceMetrics').flatMap((one) => {
    const resource = attributesOf(objectIn(one, 'resource'));
    return listIn(one, 'scopeMetrics').flatMap((scope) =>
      listIn(scope, 'metrics')
        .filter(({ name }) => name === wanted.metric)
        .flatMap((metric) => metricPoints(metric, resource, wanted)),
    );
  });
}

type Attributes = Readonly<Record<string, string>>;

function metricPoints(metric: Raw, resource: Attributes, wanted: OtlpWanted) {
  const pointsOf = (kind: string, read: (point: Raw) => Counts | undefined) => {
    const all = objectIn(metric, kind);
    const isCumulative =
      all.aggregationTemporality === 2 ||
      all.aggregationTemporality === 'AGGREGATION_TEMPORALITY_CUMULATIVE';
    return listIn(all, 'dataPoints').flatMap((point): HistogramPoint[] => {
      const attributes = { ...resource, ...attributesOf(point) };
      const isWanted = Object.entries(wanted.where).every(
        ([name, value]) => attributes[name] === value,
      );
      const counts = isWanted ? read(point) : undefined;
      const at = millisOf(point.timeUnixNano);
      if (!counts || Number.isNaN(at)) return [];
      const start = millisOf(point.startTimeUnixNano);
      const series = JSON.stringify(Object.entries(attributes).sort());
      return [{ series, at, start: Number.isNaN(start) ? 0 : start, isCumulative, counts }];
    });
  };
  return [
    ...pointsOf('histogram', explicitOf),
    ...pointsOf('exponentialHistogram', (point) => ({
      is: 'exponential',
      of: exponentialOf(point),
    })),
  ];
}

function attributesOf(of: Raw): Attributes {
  const pairs = listIn(of, 'attributes').map(({ key, value }) => {
    const held = Object.values((value ?? {}) as Raw)[0];
    return [String(key), typeof held === 'object' ? JSON.stringify(held) : String(held)] as const;
  });
  return Object.fromEntries(pairs);
}

/** A count that came as text or number; anything else is none. */
function countOf(value: unknown): number {
  const count = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0;
  return Number.isFinite(count) && count > 0 ? count : 0;
}

function countsIn(of: Raw): readonly number[] {
  const { bucketCounts } = of;
  if (!Array.isArray(bucketCounts)) return [];
  return bucketCounts.slice(0, OTLP_LIMITS.buckets_max).map(countOf);
}

/** Nanoseconds, as text of up to 20 digits, in milliseconds. */
const millisOf = (nanos: unknown): number =>
  typeof nanos === 'string' || typeof nanos === 'number' ? Number(nanos) / 1e6 : Number.NaN;

function explicitOf(point: Raw): Counts | undefined {
  const { explicitBounds } = point;
  const counts = countsIn(point);
  const bounds = Array.isArray(explicitBounds) ? explicitBounds.map(Number) : [];
  const isWhole = counts.length === bounds.length + 1 && bounds.every(Number.isFinite);
  return isWhole ? { is: 'explicit', of: { bounds, counts } } : undefined;
}

function exponentialOf(point: Raw): Exponential {
  const side = (name: string): ReadonlyMap<number, number> => {
    const one = objectIn(point, name);
    const offset = Math.trunc(Number(one.offset ?? 0)) || 0;
    const counts = countsIn(one).map((count, i) => [offset + i, count] as const);
    return new Map(counts.filter(([, count]) => count > 0));
  };
  return {
    scale: Math.trunc(Number(point.scale ?? 0)) || 0,
    zeroThreshold: countOf(point.zeroThreshold),
    zeroCount: countOf(point.zeroCount),
    positive: side('positive'),
    negative: side('negative'),
  };
}
