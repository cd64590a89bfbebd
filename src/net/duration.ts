import { type Millis, millis } from '../base/time.ts';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/**
 * Length of a duration as Go and Prometheus write it (`1m30s`, `1.5h`, `0`), to the millisecond;
 * undefined for what is none.
 */
export function durationOf(text: string): Millis | undefined {
  if (text === '' || text === '0') return millis(0);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|[smhdwy])/gy)];
  if (parts.map(([part]) => part).join('') !== text) return undefined;
  return millis(
    Math.ceil(parts.reduce((sum, [, n, unit]) => sum + Number(n) * (UNITS[unit ?? ''] ?? 0), 0)),
  );
}
