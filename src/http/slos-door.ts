import type { SloAbout } from '../desk/views/slos.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Point } from '../domain/check/figure.ts';

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
}
