import { type Millis, millis } from '../base/time.ts';
import { PLAN_LIMITS } from '../domain/routing/plan.ts';
import { durationOf } from '../net/duration.ts';

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

const MAX_MS = PLAN_LIMITS.duration_days_max * 86_400_000;

/** Prometheus: whole numbers, units from large to small, each at most once. */
const PROMETHEUS =
  /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/**
 * A length of time as Prometheus writes it: `90s`, `1d12h`, `0`. Undefined when it is none, or
 * longer than `PLAN_LIMITS.duration_days_max`.
 */
export function prometheusDuration(text: string): Millis | undefined {
  if (text === '0') return millis(0);
  const found = text === '' ? null : PROMETHEUS.exec(text);
  if (!found) return undefined;
  let total = 0;
  UNITS.forEach(([, ms], i) => {
    total += Number(found[i + 1] ?? 0) * ms;
  });
  return total <= MAX_MS ? millis(total) : undefined;
}

/** The same, or as Go writes it (`1.5s`): some integrations take their times so. */
export function anyDuration(text: string): Millis | undefined {
  const length = prometheusDuration(text) ?? (text === '' ? undefined : durationOf(text));
  return length === undefined || length > MAX_MS ? undefined : length;
}

/** As Prometheus writes it: `1d12h`; weeks and years only where they come out even. */
export function prometheusText(length: Millis): string {
  let rest: number = length;
  let out = '';
  for (const [unit, ms] of UNITS) {
    if ((unit === 'y' || unit === 'w') && rest % ms !== 0) continue;
    const count = Math.floor(rest / ms);
    if (count > 0) out += `${count}${unit}`;
    rest -= count * ms;
  }
  return out === '' ? '0s' : out;
}

export const durationExpected = 'a length of time such as 30s, 5m or 1d12h';
