import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type HeatGrid, type HeatMap, nativeHeat } from '../domain/slo/heat.ts';
import { type OtlpWanted, otlpPoints } from '../domain/slo/otlp.ts';
import { type HistogramPoint, risesOf } from '../domain/slo/rise.ts';

/** What the thread is given. */
export interface OtlpJob {
  readonly path: string;
  readonly wanted: OtlpWanted;
  readonly grid: HeatGrid;
}

/** What it gives back. */
export type OtlpAnswer = { readonly map: HeatMap } | { readonly why: string };

export const OTLP_FILE_LIMITS = {
  /** Read from the end of the file: what was written last. */
  bytes_max: 64 * 1024 * 1024,
  /** Points of one map. */
  points_max: 100_000,
} as const;

/** Reads a file of OTLP/JSON lines as a map. Throws what the file system throws. */
export function otlpHeat({ path, wanted, grid }: OtlpJob): OtlpAnswer {
  const points: HistogramPoint[] = [];
  for (const line of linesOf(path)) {
    points.push(...otlpPoints(read(line), wanted));
    if (points.length > OTLP_FILE_LIMITS.points_max)
      return { why: `more than ${OTLP_FILE_LIMITS.points_max} points of the metric` };
  }
  const { samples, spread } = risesOf(points, grid);
  return { map: nativeHeat(samples, spread, grid) };
}

/** The last lines; of one that was cut nothing is left, as of one that is being written. */
function linesOf(path: string): readonly string[] {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const from = Math.max(0, size - OTLP_FILE_LIMITS.bytes_max);
    const bytes = Buffer.alloc(size - from);
    const length = readSync(file, bytes, 0, bytes.length, from);
    const lines = bytes.toString('utf8', 0, length).split('\n');
    return from > 0 ? lines.slice(1) : lines;
  } finally {
    closeSync(file);
  }
}

function read(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // half a line, or something else: it says nothing
  }
}
