import type { Instant } from '../base/time.ts';
import type { SloAbout } from '../desk/views/slos.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Point } from '../domain/check/figure.ts';
import type { HeatMap } from '../domain/slo/heat.ts';
import type { HeatPlan } from '../domain/slo/plan.ts';

/** What the HTTP side asks those who watch objectives. */
export interface SlosDoor {
  all(): readonly SloAbout[];
  one(name: string): SloAbout | undefined;
  /**
   * The last noted values, oldest first: error ratios by window (`ratio 1h`), and `budget`, the
   * share that was left.
   */
  history(name: string, limit: number): Promise<Readonly<Record<string, readonly Point[]>>>;
  /** Looks at it now, asking for every window. Throws DeskError NOT_FOUND or BUSY. */
  run(name: string, by: UserId): Promise<void>;
  readonly heat: HeatDoor;
}

/** What the HTTP side asks those who draw heat maps. */
export interface HeatDoor {
  all(): readonly HeatPlan[];
  /**
   * Asks the server now. Throws DeskError METRICS_FAILED, FIELD_INVALID for a time without a whole
   * cell, or BUSY while too many are asked for.
   */
  ask(plan: HeatPlan, from: Instant, to: Instant): Promise<HeatMap>;
}
