import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import { gridOf, HEAT_LIMITS } from '../domain/slo/heat.ts';
import type { HeatPlan } from '../domain/slo/plan.ts';
import type { HeatDoor } from '../http/slos-door.ts';
import { askHeat } from '../slo/heat.ts';
import { readHeat } from '../slo/otlp.ts';
import { MetricsFault, type MetricsServer } from '../slo/prometheus.ts';

/** Maps that are asked for at once, by whomever; one more is refused. */
export const HEAT_AT_ONCE_MAX = 4;

/** Heat maps: nothing is kept of them, each look asks the server. */
export function openHeat(
  clock: Clock,
  serverNamed: (name: string) => MetricsServer,
  fileNamed: (name: string) => string,
) {
  const stopping = new AbortController();
  let plans: readonly HeatPlan[] = [];
  let asked = 0;
  const door: HeatDoor = {
    all: () => plans,
    ask: async (plan, from, to) => {
      const grid = gridOf(from, to, plan.stepMin);
      if (!grid) {
        const expected = `a time with 1 to ${HEAT_LIMITS.columns_max} whole cells after \`from\``;
        throw new DeskError('FIELD_INVALID', { field: 'to', expected });
      }
      if (asked >= HEAT_AT_ONCE_MAX)
        throw new DeskError('BUSY', { why: `${asked} heat maps are asked for` });
      asked++;
      try {
        const asking = { clock, timeout: plan.timeout, signal: stopping.signal };
        if (plan.is !== 'otlp') return await askHeat(plan, serverNamed(plan.source), grid, asking);
        const wanted = { metric: plan.query, where: plan.where };
        return await readHeat(plan.source, { path: fileNamed(plan.source), wanted, grid }, asking);
      } catch (error) {
        if (error instanceof MetricsFault)
          throw new DeskError('METRICS_FAILED', { why: error.message });
        throw error;
      } finally {
        asked--;
      }
    },
  };
  return {
    door,
    follow: (next: readonly HeatPlan[]): void => {
      plans = next;
    },
    stop: (): void => stopping.abort(),
  };
}
